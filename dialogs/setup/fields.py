"""The fields of the setup form: what is wrong in them. Thin: forms are domain/identifiers.py's,
places the calendar's."""

import re

from dialogs.engine.context import Slots, Turn
from dialogs.engine.form_fields import Wrong, checked, place
from domain import identifiers, people, setup

NAME_LENGTH = 80


@checked
def validate_setup_name(turn: Turn, said: str, slots: Slots) -> str:
    name, mine = " ".join(said.split()), str(slots["partner_row"] or "")
    if not name or len(name) > NAME_LENGTH:
        raise Wrong("name")
    if any(p.name.lower() == name.lower() and p.id != mine for p in setup.partners(turn.tx)):
        raise Wrong("name_taken", name)
    return name


@checked
def validate_setup_tenants(turn: Turn, said: str, slots: Slots) -> str:
    guids = [identifiers.tenant_id(part) for part in re.split(r"[\s,;]+", said) if part]
    if len(set(guids)) != len(guids):
        raise Wrong("tenant_twice")
    mine = str(slots["partner_row"] or "")
    for known in people.tenants_of(turn.tx, mine) if mine else []:
        if known.guid and known.guid not in guids and setup.in_use(turn.tx, known.id):
            raise Wrong("tenant_in_use", known.guid)
    return " ".join(guids)


@checked
def validate_setup_partner_id(turn: Turn, said: str, slots: Slots) -> str:
    return identifiers.partner_id(said)


@checked
def validate_setup_country(turn: Turn, said: str, slots: Slots) -> str:
    return place("country", said.strip().upper(), "", "UTC")


@checked
def validate_setup_subdivision(turn: Turn, said: str, slots: Slots) -> str:
    country = str(slots["setup_country"] or "").strip().upper()
    place("subdivision", country, said.strip().upper(), "UTC")
    return said.strip().upper()


@checked
def validate_setup_zone(turn: Turn, said: str, slots: Slots) -> str:
    place("zone", "", "", said.strip())
    return said.strip()


@checked
def validate_setup_approvers(turn: Turn, said: str, slots: Slots) -> str:
    return _members(turn, said, str(slots["partner_row"] or ""))


@checked
def validate_setup_supporters(turn: Turn, said: str, slots: Slots) -> str:
    return _members(turn, said, None)


def _members(turn: Turn, said: str, partner: str | None) -> str:
    """Members of this workspace only; an approver belongs to the partner, or to none yet."""
    for slack in said.split():
        id_ = people.seen(turn.tx, slack)
        person = people.by_id(turn.tx, id_)
        if person and (person.kind not in people.MAY_BE_MEMBER or not person.live):
            raise Wrong("not_member", person.name)
        if person and partner is not None and person.partner not in ("", partner):
            raise Wrong("other_partner", person.name)
    return said

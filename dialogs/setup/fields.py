"""What is wrong in a field of the setup form, said beside it. Thin: forms are domain/identifiers.py's, places the calendar's."""

import re
from abc import ABC, abstractmethod
from typing import Any

from dialogs.engine.context import Turn
from domain import identifiers, people, setup
from domain.calendar import NoCalendar, calendar
from domain.identifiers import WrongIdentifier

NAME_LENGTH = 80


class Field(Action, ABC):  # type: ignore[misc]
    """One field: `check` returns the value as it is kept. Wrong(why) is said in the words of setup/wrong_field."""

    slot = ""

    def name(self) -> str:
        return f"validate_{self.slot}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        if not domain["turn"].person.slack_admin:
            return []  # refused as a whole by the flow; a field would only tell what is set up here
        try:
            return [SlotSet(self.slot, self.check(domain["turn"], str(tracker.get_slot(self.slot)), tracker))]
        except WrongIdentifier as wrong:
            wanted = {"setup_tenants": "tenant_id", "setup_partner_id": "partner_id"}[self.slot]
            said = {"wanted": wanted, "why": wrong.why, "looks_like": str(wrong.looks_like)}
            dispatcher.utter_message(response="setup/wrong_identifier", json_message=said)
        except Wrong as wrong:
            dispatcher.utter_message(response="setup/wrong_field", json_message={"why": wrong.why, "what": wrong.what})
        return [SlotSet(self.slot, None)]

    @abstractmethod
    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        """Raises Wrong or WrongIdentifier."""


class Wrong(Exception):
    """`why`: a stable word for setup/wrong_field; `what`: the part of the field that it is about."""

    def __init__(self, why: str, what: str = "") -> None:
        super().__init__(why)
        self.why, self.what = why, what


class ValidateName(Field):
    slot = "setup_name"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        name, mine = " ".join(said.split()), str(tracker.get_slot("partner_row") or "")
        if not name or len(name) > NAME_LENGTH:
            raise Wrong("name")
        if any(p.name.lower() == name.lower() and p.id != mine for p in setup.partners(turn.tx)):
            raise Wrong("name_taken", name)
        return name


class ValidateTenants(Field):
    slot = "setup_tenants"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        guids = [identifiers.tenant_id(part) for part in re.split(r"[\s,;]+", said) if part]
        if len(set(guids)) != len(guids):
            raise Wrong("tenant_twice")
        mine = str(tracker.get_slot("partner_row") or "")
        for known in people.tenants_of(turn.tx, mine) if mine else []:
            if known.guid and known.guid not in guids and setup.in_use(turn.tx, known.id):
                raise Wrong("tenant_in_use", known.guid)
        return " ".join(guids)


class ValidatePartnerId(Field):
    slot = "setup_partner_id"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        return identifiers.partner_id(said)


class ValidateCountry(Field):
    slot = "setup_country"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        return place("country", said.strip().upper(), "", "UTC")


class ValidateSubdivision(Field):
    slot = "setup_subdivision"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        country = str(tracker.get_slot("setup_country") or "").strip().upper()
        place("subdivision", country, said.strip().upper(), "UTC")
        return said.strip().upper()


class ValidateZone(Field):
    slot = "setup_zone"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        place("zone", "", "", said.strip())
        return said.strip()


class ValidateApprovers(Field):
    slot = "setup_approvers"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        return _members(turn, said, str(tracker.get_slot("partner_row") or ""))


class ValidateSupporters(Field):
    slot = "setup_supporters"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        return _members(turn, said, None)


def place(field: str, country: str, subdivision: str, zone: str) -> str:
    """The country, where our calendar knows the place; else Wrong(field)."""
    try:
        calendar(country, subdivision, zone)
    except NoCalendar as wrong:
        raise Wrong(field) from wrong
    return country


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

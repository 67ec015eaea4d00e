"""Messages that a person did not ask for. The tables name the recipients by role; this module looks
up who they are now. Has no user texts."""

from datetime import date
from typing import Any

from dialogs.engine.context import Part, Turn
from dialogs.engine.conversation_store import MENU_LIVES, offer_to
from domain import people
from domain.machine import Move
from domain.people import Partner, Person, Role
from domain.reminders import milestones
from domain.storage import audit, outbox
from domain.storage.addresses import Address
from domain.storage.store import Tx
from domain.tenant import case, enrollment

ROLES = {"global_admin": Role.GLOBAL_ADMIN, "approvers": Role.APPROVER, "support": Role.SUPPORT}


def notify_move(turn: Turn, move: Move, tenant: str, day: date) -> None:
    """Notify the people whom the table row names, except the person who reported the event."""
    notify_reported(turn.tx, move, tenant, turn.person, turn.partner, day, turn.today)


def notify_reported(
    tx: Tx, move: Move, tenant: str, by: Person, partner: Partner | None, day: date, today: date
) -> None:
    """The notifications of one move. `by` is left out; a role that nobody has is skipped."""
    if not move.tells or partner is None:
        return
    row = next(t for t in people.tenants_of(tx, partner.id) if t.id == tenant)
    here = case.of_tenant(tx, partner, row).values()
    data = {
        "today": today.isoformat(),
        "case": here,
        "by": by.name,
        "day": day.isoformat(),
        "partner": partner.name,
    }
    whom = {
        p.id: p
        for name in move.tells
        for p in recipients(tx, name, partner.id, tenant)
        if p.id != by.id
    }
    if move.event in milestones.INFORMS:
        quiet = {id_ for id_, how in milestones.chosen(tx).items() if how == milestones.How.MUTED}
        whom = {id_: p for id_, p in whom.items() if id_ not in quiet}
    log = audit.entries(tx, f"{enrollment.MACHINE.name}:{tenant}")
    stamp = f"notice:{move.event}:{tenant}:{log[-1].seq if log else 0}"
    for person in whom.values():
        mine = data | {"yours": person.has(Role.GLOBAL_ADMIN)}
        say(
            tx,
            person,
            f"notices/{move.event}",
            mine,
            key=f"{stamp}:{person.id}",
            about={"tenant_id": tenant},
        )
    if move.event in milestones.EVENTS:
        milestone(
            tx,
            f"notices/{move.event}",
            data | {"yours": False},
            stamp,
            partner.id,
            but={by.id, *whom},
        )
    elif "admins" in move.tells:
        to_admins(tx, f"notices/{move.event}", data, key=f"{stamp}:admins")


def milestone(
    tx: Tx, template: str, data: dict[str, Any], stamp: str, partner: str, but: set[str]
) -> None:
    """Notify the admins, each as they chose, and nobody twice. `stamp` identifies the event; `but`:
    people who know already."""
    in_person, channel = milestones.audience(tx, partner)
    for person in in_person:
        if person.id not in but:
            say(
                tx,
                person,
                template,
                data,
                key=f"{stamp}:{person.id}",
                about={"tenant_id": data["case"]["tenant"]},
            )
    if channel:
        to_admins(
            tx,
            template,
            data | {"offer": offer_to(tx, "", "menu", {}, MENU_LIVES)},
            key=f"{stamp}:admins",
        )


def to_person(
    turn: Turn,
    person: Person,
    template: str,
    tenant: str,
    at: Address | None = None,
    key: str = "",
    **more: Any,
) -> None:
    """A notification to one person about one tenant, from the person of this turn."""
    data = turn.data(case=turn.case(), by=turn.person.name) | more
    key = key or f"{template}:{turn.key}:{person.id}"
    say(turn.tx, person, template, data, key=key, about={"tenant_id": tenant}, at=at)


def say(
    tx: Tx,
    person: Person,
    template: str,
    data: dict[str, Any],
    *,
    key: str,
    about: dict[str, Any] | None = None,
    at: Address | None = None,
    lane: str = "",
) -> None:
    """A message that a person did not ask for, with its own buttons. `about`: what the buttons are
    for; `at`: the address of the place where the person asked (default: direct messages)."""
    say_parts(tx, person, [(template, data)], key=key, about=about, at=at, lane=lane)


def say_parts(
    tx: Tx,
    person: Person,
    parts: list[Part],
    *,
    key: str,
    about: dict[str, Any] | None = None,
    at: Address | None = None,
    lane: str = "",
) -> None:
    """The same of several parts: one message, and the buttons of all of them are about the
    same."""
    offer = offer_to(tx, person.id, "menu", about or {}, MENU_LIVES)
    address = at or outbox.to_person(person.id)
    more = {"offer": offer, "name": person.name, "slots": {}, "in_channel": not address.person}
    said = [(template, data | more) for template, data in parts]
    outbox.tell(tx, address, said, key=key, decision="command", lane=lane)


def welcome_admin(tx: Tx, person_id: str) -> None:
    """Send the setup button, once, to the administrator of a workspace that was never set up."""
    person = people.by_id(tx, person_id)
    if person and person.has(Role.STAFF) and people.workspace(tx) is None:
        say(
            tx,
            person,
            "setup/welcome",
            plain(tx.now.date().isoformat(), person),
            key=f"setup:{person.id}",
        )


def plain(today: str, person: Person, **more: Any) -> dict[str, Any]:
    """The data that every template needs, outside a turn."""
    return {"today": today, "name": person.name, "partner": "", "slots": {}} | more


def to_admins(tx: Tx, template: str, data: dict[str, Any], *, key: str) -> None:
    """A message to the admins' channel, if the workspace has one and only members can read it."""
    workspace = people.workspace(tx)
    if workspace and workspace.admins_channel:
        said = {"offer": ""} | data | {"name": "", "slots": {}, "in_channel": True}
        address = Address(channel=workspace.admins_channel, inside=True)
        outbox.tell(tx, address, [(template, said)], key=key, decision="command")


def recipients(tx: Tx, name: str, partner: str, tenant: str) -> list[Person]:
    """The people who currently have a role that a table's `tells` names."""
    if name in ROLES:
        return people.with_role(tx, ROLES[name], partner)
    if name == "reporter":
        log = audit.entries(tx, f"{enrollment.MACHINE.name}:{tenant}")
        last = [
            people.by_id(tx, e.actor)
            for e in reversed(log)
            if e.action == enrollment.Event.SUBMITTED
        ]
        return [p for p in last[:1] if p and p.live]
    return []

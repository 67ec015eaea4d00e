"""What waits for a colleague on a card, and that somebody asked them to look at it. A nudge decides
nothing; one matter is nudged at most once an hour. Knows no words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain import people
from domain.approvals import approval, departures
from domain.json_values import Values
from domain.people import Person, Role
from domain.providers import invitation, partnership
from domain.storage import audit
from domain.storage.store import Tx

NUDGED, AN_HOUR = "nudged", 3_600_000


class Waits(StrEnum):
    """What somebody is waited for in."""

    DECIDE = "decide"
    CONFIRM = "confirm"
    ACCEPT = "accept"
    FOLLOW = "follow"


@dataclass(frozen=True)
class Matter:
    """One matter that waits. `people`: who is waited for now; `may`: who else could do it (an
    approver who is away, or passed it on); `about`: what its buttons are about."""

    waits: Waits
    machine: str
    subject: str
    people: tuple[Person, ...]
    may: tuple[Person, ...]
    tenant: str = ""
    about: Values = field(default_factory=dict)


def waiting(tx: Tx, partner: str, today: date) -> list[Matter]:
    """What waits on cards of a partner, the oldest first: requests and invitations."""
    found = [
        Matter(
            waits,
            approval.MACHINE.name,
            row.id,
            tuple(asked),
            tuple(may),
            row.subject,
            {"approval": row.id, "tenant_id": row.subject},
        )
        for row in departures.live_of(tx, partner)
        for waits, asked, may in [_of_request(tx, row, today)]
    ]
    for sent in invitation.open_ones(tx, partner):
        admin = people.by_id(tx, sent.sent_to)
        if sent.state == invitation.SENT and admin and admin.has(Role.GLOBAL_ADMIN):
            about: Values = {"invitation": sent.id}
            machine = partnership.MACHINE.name
            found.append(
                Matter(Waits.FOLLOW, machine, sent.provider, (admin,), (admin,), about=about)
            )
    return found


def of_person(tx: Tx, person: Person, today: date) -> list[Matter]:
    """What waits for this person on a card."""
    return [m for m in waiting(tx, person.partner, today) if person.id in {p.id for p in m.people}]


def last(tx: Tx, matter: Matter) -> int:
    """When the matter was nudged last (ms UTC), 0 for never."""
    return max((e.at for e in audit.entries(tx, _name(matter)) if e.action == NUDGED), default=0)


def nudge(tx: Tx, matter: Matter, by: Person) -> list[Person]:
    """Note that `by` nudges whoever is waited for; returns whom to tell. Empty where it was nudged
    within the last hour, and where nobody but `by` is waited for."""
    before = last(tx, matter)
    to = [p for p in matter.people if p.id != by.id]
    if not to or (before and tx.at - before < AN_HOUR):
        return []
    audit.append(tx, by.id, NUDGED, _name(matter), {"to": [p.id for p in to]})
    return to


def _of_request(
    tx: Tx, row: approval.Approval, today: date
) -> tuple[Waits, Iterable[Person], Iterable[Person]]:
    state = approval.state_of(tx, row.id)
    if state == approval.State.OPEN:
        may = approval.approvers_for(tx, row.partner, row.starter, row.requester)
        return Waits.DECIDE, approval.asked_now(tx, row, today), may
    if state == approval.State.NEEDS_ADMIN:
        admins = people.with_role(tx, Role.GLOBAL_ADMIN, row.partner)
        return (
            Waits.CONFIRM,
            [p for p in admins if p.id not in row.about.get("not_me", ())],
            admins,
        )
    asker = people.by_id(tx, row.requester)
    hers = [asker] if asker and asker.has(Role.GLOBAL_ADMIN) else []
    return Waits.ACCEPT, hers if row.kind == approval.Kind.ACCEPT_AGREEMENT else [], hers


def _name(matter: Matter) -> str:
    return f"nudge:{matter.machine}:{matter.subject}"

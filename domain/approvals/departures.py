"""What becomes of open requests when a Global admin or an approver leaves, is deactivated or loses
the role. Tells nobody.

Nothing here makes anybody anything: a request that lost one of its two people ends, and begins anew
with those who are left.
"""

from dataclasses import dataclass
from datetime import date

from domain import people
from domain.approvals import approval
from domain.approvals.approval import APPROVALS, Approval, Event, Kind, State
from domain.machine import advance
from domain.people import Role
from domain.storage.store import Tx

_asked = APPROVALS.table
REQUESTER_LEFT, APPROVER_LEFT, ASKER_ERASED = "requester_left", "approver_left", "asker_erased"


@dataclass(frozen=True)
class Ended:
    """A request that could not stand any more: why, who is gone, and the one that took its
    place."""

    row: Approval
    why: str
    gone: str
    new: str


def live_of(tx: Tx, partner: str) -> list[Approval]:
    """All requests of a partner that wait, or are approved and not used yet, oldest first."""
    rows = APPROVALS.all(
        tx.db,
        APPROVALS.select()
        .where(_asked.c.team == tx.team, _asked.c.partner == partner, _asked.c.expires_at > tx.at)
        .order_by(_asked.c.asked_at, _asked.c.id),
    )
    return [r for r in rows if approval.state_of(tx, r.id) in approval.LIVE]


def settle(tx: Tx, partner: str, today: date) -> list[Ended]:
    """Restart what rests on people who are no longer who they were; doing it twice changes nothing
    more."""
    ended = []
    for row in live_of(tx, partner):
        state, own = approval.state_of(tx, row.id), row.kind == Kind.ACCEPT_AGREEMENT
        if own and row.requester and not _holds(tx, row.requester, Role.GLOBAL_ADMIN):
            ended.append(_restart(tx, row, REQUESTER_LEFT, row.requester, today))
        elif state == State.APPROVED and not _holds(tx, row.decided_by, Role.APPROVER):
            ended.append(_restart(tx, row, APPROVER_LEFT, row.decided_by, today))
    return ended


def end_of(tx: Tx, partner: str, person: str, today: date) -> list[Approval]:
    """What nobody but this person asked for ends, for she is erased; returns them. The alarm
    about an acceptance stays: it waits for somebody to confirm what is on record, whoever reported
    it."""
    hers = [r for r in live_of(tx, partner) if r.starter == person and r.requester in ("", person)]
    ended = [r for r in hers if r.kind != Kind.KNOWN_ACCEPTANCE]
    for row in ended:
        advance(
            tx,
            approval.MACHINE,
            row.id,
            Event.LAPSED,
            people.CLOCK,
            day=today,
            today=today,
            why=ASKER_ERASED,
        )
        approval.note_about(tx, row, ended=ASKER_ERASED)
    return ended


def _restart(tx: Tx, row: Approval, why: str, gone: str, today: date) -> Ended:
    advance(
        tx, approval.MACHINE, row.id, Event.LAPSED, people.CLOCK, day=today, today=today, why=why
    )
    approval.note_about(tx, row, ended=why)
    return Ended(row, why, gone, _again(tx, row, today, of_admin=why == REQUESTER_LEFT))


def _again(tx: Tx, row: Approval, today: date, *, of_admin: bool) -> str:
    """The same request once more; returns the new id. `of_admin`: another Global admin has to make
    it hers first, else it stands as it was asked."""
    new = {
        "partner": row.partner,
        "kind": row.kind,
        "subject": row.subject,
        "starter": row.starter,
        "requester": "" if of_admin else row.requester,
        "about": {k: v for k, v in row.about.items() if k not in ("passed", "not_me")}
        | {"after": row.id},
        "digest": row.digest,
    }
    return approval.begin(
        tx, new, Event.RESTARTED if of_admin else Event.ASKED_AGAIN, people.CLOCK, today
    )


def _holds(tx: Tx, id_: str, role: Role) -> bool:
    person = people.by_id(tx, id_)
    return person is not None and person.has(role)

"""Somebody says "not me" to a request: an approver passes it on, a Global admin is not the one to
confirm it. Decides nothing, takes no role away, and leaves no request without an owner."""

from datetime import date

from domain import people
from domain.approvals import approval, away
from domain.approvals.approval import Approval, State
from domain.machine import NotAllowed, NotPossible
from domain.people import Person, Role
from domain.storage import audit
from domain.storage.store import Tx

PASSED, NOT_ME = "passed", "not_me"


def pass_on(tx: Tx, id_: str, by: Person, today: date) -> list[Person]:
    """An approver passes an open request to the other approvers who are here; returns them. Empty
    where there is none: then nothing changes and it stays where it is.

    Raises NotPossible (not open any more), NotAllowed (`role`, `other_partner`, `own_request`).
    """
    row = _in(tx, id_, State.OPEN)
    approval.may_decide(row, by)
    passed, gone = set(row.about.get(PASSED, ())), away.now(tx, today)
    others = [
        p
        for p in approval.approvers_for(tx, row.partner, row.starter, row.requester, by.id)
        if p.id not in passed and p.id not in gone
    ]
    if others:
        approval.note_about(tx, row, **{PASSED: sorted(passed | {by.id})})
        _note(tx, by, row, "approval_passed_on", others)
    return others


def step_aside(tx: Tx, id_: str, by: Person) -> list[Person]:
    """A Global admin is not the one to confirm a request; returns the other Global admins who have
    not said so. The role stays as it is recorded, and the request with whoever started it.

    Raises NotPossible (nothing to confirm any more), NotAllowed (`role`, `other_partner`).
    """
    row = _in(tx, id_, State.NEEDS_ADMIN)
    if not by.has(Role.GLOBAL_ADMIN):
        raise NotAllowed("role")
    if by.partner != row.partner:
        raise NotAllowed("other_partner")
    aside = set(row.about.get(NOT_ME, ())) | {by.id}
    others = [p for p in people.with_role(tx, Role.GLOBAL_ADMIN, row.partner) if p.id not in aside]
    approval.note_about(tx, row, **{NOT_ME: sorted(aside)})
    _note(tx, by, row, "approval_not_mine", others)
    return others


def _in(tx: Tx, id_: str, state: State) -> Approval:
    row = approval.get(tx, id_)
    now = approval.state_of(tx, id_) if row else State.NEW
    if row is None or now != state or tx.at >= row.expires_at:
        raise NotPossible(approval.MACHINE.name, now, "approval_passed_on")
    return row


def _note(tx: Tx, by: Person, row: Approval, action: str, to: list[Person]) -> None:
    audit.append(tx, by.id, action, f"{approval.MACHINE.name}:{row.id}", {"to": [p.id for p in to]})

"""A colleague says that somebody who is waited for is sick, on holiday or gone. Says what that
means for the request, and records nothing about anybody."""

from typing import Any

from dialogs.engine.context import Outcome, Slots, Turn
from domain import people
from domain.approvals import approval, away
from domain.approvals.approval import Kind
from domain.people import Person, Role


def action_say_approver_away(turn: Turn, slots: Slots) -> Outcome:
    """Who is meant, who else could decide, and what can be done."""
    result = Outcome()
    partner = turn.person.partner
    approvers, admins = people.with_roles(turn.tx, partner, Role.APPROVER, Role.GLOBAL_ADMIN)
    everybody = [p for p in people.everybody(turn.tx) if p.partner == partner]
    named = people.named_in([p for p in everybody if p.id != turn.person.id], turn.text)
    here = turn.case()
    row = approval.live_one(turn.tx, Kind.ACCEPT_AGREEMENT, str(here["tenant"]))
    owners = {row.starter, row.requester} if row else {turn.person.id, *(a.id for a in admins[:1])}
    gone = away.now(turn.tx, turn.today)
    absent = {p.id for p in named} | gone.keys()
    others = [p for p in approvers if p.id not in owners | absent]
    if row is not None:
        turn.about |= {"approval": row.id, "tenant_id": row.subject}
    said: dict[str, Any] = {
        "case": here,
        "who": [_about(p, gone) for p in named],
        "others": [p.name for p in others],
        "approver": not named or any(p.has(Role.APPROVER) for p in named),
        "admin": [p.name for p in named if p in admins and here["admin"] == p.name],
        "state": approval.state_of(turn.tx, row.id) if row else "",
    }
    result.say("agreement/approver_away", said)
    return result


def _about(person: Person, gone: dict[str, away.Away]) -> dict[str, Any]:
    return {
        "name": person.name,
        "until": gone[person.id].until if person.id in gone else "",
        "approver": person.has(Role.APPROVER),
    }

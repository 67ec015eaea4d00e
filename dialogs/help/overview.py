"""What the assistant can do for this person now: by role, by state, by what waits. No words."""

from typing import Any

from domain.approvals import approval
from domain.people import Person, Role
from domain.questions import question
from domain.storage.store import Tx
from domain.tenant import case


def facts(tx: Tx, person: Person) -> dict[str, Any]:
    """`case`; `supports`: answers questions of others; `admin`: may accept the agreement; how many
    requests wait for this person (`to_decide`, `to_confirm`), and questions for support
    (`questions`)."""
    supports = person.has(Role.SUPPORT)
    decides, confirms = person.has(Role.APPROVER), person.has(Role.GLOBAL_ADMIN)
    return {
        "case": case.look(tx, person).values(),
        "supports": supports,
        "approves": decides,
        "global_admin": confirms,
        "to_decide": len(approval.open_for(tx, person)) if decides else 0,
        "to_confirm": len(approval.to_confirm(tx, person)) if confirms else 0,
        "questions": question.counts(tx, person.id)[question.Show.OPEN] if supports else 0,
    }

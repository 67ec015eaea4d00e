"""App Home: the requests that wait for this person, each with its button."""

from datetime import date
from typing import Any

from dialogs.engine import conversation_store
from domain import people
from domain.approvals import approval
from domain.approvals.approval import Approval
from domain.people import Person, Role
from domain.storage.store import Tx
from domain.tenant import case

PLACE = 10
SHOWN = 5


def facts(tx: Tx, person: Person, today: str) -> dict[str, Any] | None:
    day = date.fromisoformat(today)
    decide = approval.asked_of(tx, person, day) if person.has(Role.APPROVER) else []
    confirm = approval.to_confirm(tx, person) if person.has(Role.GLOBAL_ADMIN) else []
    if not decide and not confirm:
        return None
    names = people.names(tx, (r.requester or r.starter for r in [*decide, *confirm]))
    cal = case.calendar_of(tx, person.partner)

    def line(row: Approval) -> dict[str, Any]:
        about = {"approval": row.id, "tenant_id": row.subject}
        ends, by = (
            cal.today(approval.expires(row)).isoformat(),
            names.get(row.requester or row.starter, ""),
        )
        return {
            "kind": row.kind,
            "by": by,
            "expires": ends,
            "offer": conversation_store.standing_offer(tx, person.id, row.id, about),
        }

    more = max(0, len(decide) - SHOWN) + max(0, len(confirm) - SHOWN)
    return {
        "decide": [line(r) for r in decide[:SHOWN]],
        "confirm": [line(r) for r in confirm[:SHOWN]],
        "more": more,
    }

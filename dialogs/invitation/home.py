"""App Home: the invitations that wait for the Global admin, each with its button; for support, how
many doubtful links came in."""

from datetime import timedelta
from typing import Any

from dialogs.engine import conversation_store
from domain import people
from domain.people import Person, Role
from domain.providers import invitation, providers
from domain.providers.invitation import Invitation
from domain.storage import outbox_queries
from domain.storage.store import Tx, moment
from domain.tenant import case

PLACE = 12
SHOWN = 4
LOOK_BACK = timedelta(days=7)


def facts(tx: Tx, person: Person, today: str) -> dict[str, Any] | None:
    waiting = (
        [r for r in invitation.open_ones(tx, person.partner) if r.state == invitation.SENT]
        if _may_follow(person)
        else []
    )
    doubtful = (
        outbox_queries.how_many(tx, "doubtful:", tx.now - LOOK_BACK)
        if person.has(Role.SUPPORT)
        else 0
    )
    if not waiting and not doubtful:
        return None
    by = people.names(tx, (r.brought_by for r in waiting[:SHOWN]))
    named = {p.id: p.name for p in providers.of_partner(tx, person.partner)} if waiting else {}
    cal = case.calendar_of(tx, person.partner)

    def line(row: Invitation) -> dict[str, Any]:
        since = cal.today(moment(row.sent_at)).isoformat()
        offer = conversation_store.standing_offer(tx, person.id, row.id, {"invitation": row.id})
        return {
            "provider": named.get(row.provider, ""),
            "by": by.get(row.brought_by, ""),
            "since": since,
            "offer": offer,
        }

    lines = [line(row) for row in waiting[:SHOWN]]
    return {
        "waiting": lines,
        "more": max(0, len(waiting) - SHOWN),
        "doubtful": doubtful,
        "days": LOOK_BACK.days,
    }


def _may_follow(person: Person) -> bool:
    return person.has(Role.GLOBAL_ADMIN) and bool(person.partner)

"""App Home: that this person is marked as away, until when, and who covers."""

from datetime import date
from typing import Any

from dialogs.engine import conversation_store
from domain import people
from domain.approvals import away
from domain.people import Person, Role
from domain.storage.store import Tx

PLACE = 11


def facts(tx: Tx, person: Person, today: str) -> dict[str, Any] | None:
    noted = away.of(tx, person.id, date.fromisoformat(today)) if person.has(Role.APPROVER) else None
    if noted is None:
        return None
    about = {"stand_in": noted.stand_in}
    return {
        "until": noted.until,
        "stand_in": people.names(tx, (noted.stand_in,)).get(noted.stand_in, ""),
        "offer": conversation_store.standing_offer(tx, person.id, "away", about),
    }

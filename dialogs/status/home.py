"""App Home: where the tenant stands, what is next, who must act."""

from typing import Any

from dialogs.engine import conversation_store
from domain.people import Person
from domain.storage.store import Tx
from domain.tenant import case

PLACE = 20


def facts(tx: Tx, person: Person, today: str) -> dict[str, Any] | None:
    here = case.look(tx, person)
    if not here.tenant:
        return None
    return {
        "case": here.values(),
        "open_question": conversation_store.conversation_of(tx, person.id).open is not None,
    }

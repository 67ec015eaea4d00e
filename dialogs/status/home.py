"""App Home: where the tenant stands, what is next, who must act."""

from typing import Any

from dialogs import memory
from domain import case
from domain.people import Person
from domain.store import Tx

PLACE = 20


def facts(tx: Tx, person: Person, today: str) -> dict[str, Any] | None:
    here = case.look(tx, person)
    if not here.tenant:
        return None
    state = memory.state_of(tx, person.id)
    return {"case": here.values(), "open_question": bool(state and state.get("open"))}

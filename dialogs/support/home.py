"""App Home of support: the questions that wait, oldest first, narrowed as she chose last."""

from typing import Any

from dialogs.engine import conversation_store
from dialogs.support import queue
from domain.people import Person, Role
from domain.questions.question import Show
from domain.storage.store import Tx

PLACE = 15
SHOWN = 8


def facts(tx: Tx, person: Person, today: str) -> dict[str, Any] | None:
    if not person.has(Role.SUPPORT):
        return None
    state = conversation_store.state_of(tx, person.id) or {}
    return queue.facts(tx, person, str(state.get(queue.NARROWED, Show.OPEN)), SHOWN)

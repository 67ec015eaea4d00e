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
    shown = conversation_store.conversation_of(tx, person.id).queue or Show.OPEN
    return queue.facts(tx, person, shown, SHOWN)

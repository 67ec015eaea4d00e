"""App Home of support: the questions that wait, oldest first, narrowed as she chose last."""

from typing import Any

from dialogs import memory
from dialogs.support import queue
from domain.people import Person, Role
from domain.question import Show
from domain.store import Tx

PLACE = 15
SHOWN = 8


def facts(tx: Tx, person: Person, today: str) -> dict[str, Any] | None:
    if not person.has(Role.SUPPORT):
        return None
    state = memory.state_of(tx, person.id) or {}
    return queue.facts(tx, person, str(state.get(queue.NARROWED, Show.OPEN)), SHOWN)

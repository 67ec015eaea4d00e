"""What reviews by supporters have in common: who may, who is the second one, how an entry is
called."""

from dialogs.engine.context import Turn
from domain import people
from domain.machine import NotAllowed
from domain.people import Person, Role
from domain.storage.store import Tx


def only_support(turn: Turn) -> None:
    """Raises NotAllowed("role")."""
    if not turn.person.has(Role.SUPPORT):
        raise NotAllowed("role")


def seconds(tx: Tx, author: str) -> list[Person]:
    """Who may look at it: the live supporters but the author."""
    return [p for p in people.with_role(tx, Role.SUPPORT, "") if p.id != author]


def called(turn: Turn, name: str) -> dict[str, str]:
    """How an entry is named in words: `title` is a template that holds it, `label` the words
    themselves."""
    if row := turn.own.answers.get(name):
        return {"title": "", "label": row.title}
    if name in turn.assistant.answers:
        return {"title": f"answers/{name}", "label": ""}
    if name in turn.assistant.intents:
        return {"title": f"{turn.assistant.intents[name].ability}/title", "label": ""}
    return {"title": "", "label": turn.own.topics.get(name) or name.replace("_", " ")}

"""What is refused to somebody who is no confirmed member of the workspace, and what is kept until
Slack has said who it is."""

from dataclasses import asdict, replace
from typing import Any

from dialogs.engine import conversation_store
from dialogs.engine.context import Turn
from dialogs.inputs import FileShared, Inbound, Message, Origin
from domain.conversation import Conversation
from domain.people import Kind, Role
from domain.storage.store import Tx

CHECKING, MOST_HELD = "repair/being_checked", 3
KEPT: dict[str, type[Message | FileShared]] = {"Said": Message, "Fetched": FileShared}
NAMES = {
    kind: name for name, kind in KEPT.items()
}  # names as stored: they stay when a class is renamed


def is_member(turn: Turn) -> bool:
    """Only a live member of whom Slack has said so may act."""
    return turn.person.has(Role.STAFF)


def refuse(turn: Turn) -> None:
    """This is for members; somebody whom Slack has not confirmed yet hears that they are being
    checked. Said once per turn."""
    name: str = "repair/not_allowed"
    data: dict[str, Any] = {"why": "guest"}
    if turn.person.kind == Kind.UNKNOWN and turn.person.live:
        name, data = CHECKING, {"held": False}
    if all(said != name for said, _ in turn.parts):
        turn.say(name, **data)


def hold(turn: Turn, heard: Inbound) -> None:
    """Keep a message that has to wait for Slack's answer; then it is heard as if it came in that
    moment."""
    if not isinstance(heard, Message | FileShared) or all(
        name != CHECKING for name, _ in turn.parts
    ):
        return
    kept = {"type": NAMES[type(heard)]} | asdict(heard)
    turn.note(held=(*turn.conversation.held, kept)[-MOST_HELD:])
    turn.parts = [
        (name, data | {"held": True} if name == CHECKING else data) for name, data in turn.parts
    ]


def held_in(conversation: Conversation) -> list[Inbound]:
    """What was kept, oldest first, with a key of its own: heard twice it counts once."""
    found: list[Inbound] = []
    for kept in conversation.held:
        values = {k: v for k, v in kept.items() if k != "type"}
        values |= {"keys": (f"held:{kept['keys'][0]}",), "where": Origin(**kept["where"])}
        found.append(KEPT[kept["type"]](**values))
    return found


def let_go(tx: Tx, person: str) -> None:
    """What was kept has been heard."""
    if conversation := conversation_store.load(tx, person):
        conversation_store.save(tx, person, replace(conversation, held=()), known=True)

"""What people who are not confirmed members of the workspace may not do, and messages that wait
until Slack has said who the sender is."""

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
}  # names in stored rows: they stay when a class is renamed


def is_member(turn: Turn) -> bool:
    """Only an active account that Slack has confirmed as a member may act."""
    return turn.person.has(Role.STAFF)


def refuse(turn: Turn) -> None:
    """Say that this is for members; to somebody whom Slack has not confirmed yet, that they are
    being checked. Once per turn."""
    name: str = "repair/not_allowed"
    data: dict[str, Any] = {"why": "guest"}
    if turn.person.kind == Kind.UNKNOWN and turn.person.live:
        name, data = CHECKING, {"held": False}
    if all(said != name for said, _ in turn.parts):
        turn.say(name, **data)


def hold(turn: Turn, inbound: Inbound) -> None:
    """Store a message until Slack has said who the sender is; then it is handled as if it had just
    arrived."""
    if not isinstance(inbound, Message | FileShared) or all(
        name != CHECKING for name, _ in turn.parts
    ):
        return
    kept = {"type": NAMES[type(inbound)]} | asdict(inbound)
    turn.note(held=(*turn.conversation.held, kept)[-MOST_HELD:])
    turn.parts = [
        (name, data | {"held": True} if name == CHECKING else data) for name, data in turn.parts
    ]


def held_in(conversation: Conversation) -> list[Inbound]:
    """The stored messages, oldest first. Each has a key of its own, so that handling one twice
    counts once."""
    found: list[Inbound] = []
    for kept in conversation.held:
        values = {k: v for k, v in kept.items() if k != "type"}
        values |= {"keys": (f"held:{kept['keys'][0]}",), "where": Origin(**kept["where"])}
        found.append(KEPT[kept["type"]](**values))
    return found


def let_go(tx: Tx, person: str) -> None:
    """Delete the stored messages: they have been handled."""
    if conversation := conversation_store.load(tx, person):
        conversation_store.save(tx, person, replace(conversation, held=()), known=True)

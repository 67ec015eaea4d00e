"""Is an input meant for the bot? Decides which inputs are taken at all, and whether a broken turn
may apologize. Only reads; has no user texts."""

from dialogs.engine import edits
from dialogs.engine.context import Assistant
from dialogs.engine.conversation_store import conversation_of
from dialogs.inputs import (
    ButtonPress,
    EmailForwarded,
    FileShared,
    FormSubmission,
    Inbound,
    ListUploaded,
    Message,
    MessageDeleted,
    MessageEdited,
)
from domain import people
from domain.conversation import Conversation
from domain.storage.store import Tx


def is_ours(tx: Tx, inbound: Inbound) -> bool:
    """Should the bot take this input: addressed to it, in a thread where the person already talks
    with it, or an edit of a message that it acted on? Checked before the input is stored as
    taken."""
    if _is_direct(inbound):
        return True
    if isinstance(inbound, MessageDeleted):
        return False
    conversation = _conversation(tx, inbound)
    if isinstance(inbound, MessageEdited):
        return edits.is_answer(conversation, inbound)
    return _thread(inbound) in conversation.threads


def talks_to_us(assistant: Assistant, tx: Tx, inbound: Inbound) -> bool:
    """May a broken turn apologize here? Not after an edit, a deletion, or a message between other
    people: the person would not know what the apology is about."""
    if isinstance(inbound, MessageEdited | MessageDeleted):
        return False
    if _is_direct(inbound):
        return True
    return _thread(inbound) in _conversation(tx, inbound).threads or _is_followed(
        assistant, tx, inbound
    )


def _is_direct(inbound: Inbound) -> bool:
    """A button press, a form, a file, or a message that was addressed to the bot."""
    if isinstance(inbound, Message):
        return inbound.addressed
    return isinstance(
        inbound, ButtonPress | FormSubmission | FileShared | EmailForwarded | ListUploaded
    )


def _is_followed(assistant: Assistant, tx: Tx, inbound: Inbound) -> bool:
    """Does an ability follow this thread? Errors are caught, because this check may be what broke
    the turn."""
    try:
        with tx.savepoint():
            return assistant.follower(tx, inbound) is not None
    except Exception:
        return False


def _conversation(tx: Tx, inbound: Inbound) -> Conversation:
    """The conversation with the sender; an empty one for somebody the bot has never met."""
    person = people.seen(tx, inbound.slack)
    return conversation_of(tx, person) if person else Conversation()


def _thread(inbound: Inbound) -> str:
    return f"{inbound.where.channel}:{inbound.where.thread}"

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


def is_ours(tx: Tx, heard: Inbound) -> bool:
    """Should the bot take this input: addressed to it, in a thread where the person already talks
    with it, or an edit of a message that it acted on? Checked before the input is stored as
    taken."""
    if _is_direct(heard):
        return True
    if isinstance(heard, MessageDeleted):
        return False
    conversation = _conversation(tx, heard)
    if isinstance(heard, MessageEdited):
        return edits.is_answer(conversation, heard)
    return _thread(heard) in conversation.threads


def talks_to_us(assistant: Assistant, tx: Tx, heard: Inbound) -> bool:
    """May a broken turn apologize here? Not after an edit, a deletion, or a message between other
    people: the person would not know what the apology is about."""
    if isinstance(heard, MessageEdited | MessageDeleted):
        return False
    if _is_direct(heard):
        return True
    return _thread(heard) in _conversation(tx, heard).threads or _is_followed(assistant, tx, heard)


def _is_direct(heard: Inbound) -> bool:
    """A button press, a form, a file, or a message that was addressed to the bot."""
    if isinstance(heard, Message):
        return heard.addressed
    return isinstance(
        heard, ButtonPress | FormSubmission | FileShared | EmailForwarded | ListUploaded
    )


def _is_followed(assistant: Assistant, tx: Tx, heard: Inbound) -> bool:
    """Does an ability follow this thread? Errors are caught, because this check may be what broke
    the turn."""
    try:
        with tx.savepoint():
            return assistant.follower(tx, heard) is not None
    except Exception:
        return False


def _conversation(tx: Tx, heard: Inbound) -> Conversation:
    """The conversation with the sender; an empty one for somebody the bot has never met."""
    person = people.seen(tx, heard.slack)
    return conversation_of(tx, person) if person else Conversation()


def _thread(heard: Inbound) -> str:
    return f"{heard.where.channel}:{heard.where.thread}"

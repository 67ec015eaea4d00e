"""A turn of somebody who is not a confirmed member: public answers only, everything else is
refused. Their own open question is kept."""

from collections.abc import Callable

from dialogs.engine import attachments, buttons, members, repair
from dialogs.engine.context import Turn
from dialogs.inputs import (
    ButtonPress,
    FileShared,
    FormSubmission,
    Inbound,
    Message,
    MessageDeleted,
    MessageEdited,
)

SETUP_WORDS = ("setup", "set up", "settings")


def hear(turn: Turn, heard: Inbound, follows: Callable[[Turn], None] | None) -> None:
    """Handle the input. What they write to colleagues is ignored; in the thread of a question the
    ability that follows it decides (dialogs/support)."""
    if follows:
        return follows(turn)
    if isinstance(heard, MessageEdited | MessageDeleted) or (
        isinstance(heard, Message) and not heard.addressed
    ):
        return None
    with turn.aside():
        _take(turn, heard)
    members.hold(turn, heard)
    return None


def _take(turn: Turn, heard: Inbound) -> None:
    if isinstance(heard, Message):
        repair.listen(turn, heard)
    elif isinstance(heard, ButtonPress):
        turn.pressed = True
        buttons.choose(turn, heard)
    elif isinstance(heard, FormSubmission):
        buttons.fill_form(turn, heard)
    elif isinstance(heard, FileShared):
        attachments.fetch(turn, heard)
    else:
        members.refuse(turn)


def about_setup(heard: Inbound) -> bool:
    """Is this about setting up the workspace? Only Slack administrators of the workspace may do
    that."""
    if isinstance(heard, Message):
        return heard.intent == repair.SETUP or heard.text.strip().lower() in SETUP_WORDS
    if isinstance(heard, ButtonPress | FormSubmission):
        return (heard.action if isinstance(heard, ButtonPress) else heard.flow).partition(".")[
            0
        ] in repair.ADMINS_ONLY
    return False

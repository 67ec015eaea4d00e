"""A turn of somebody who is not a confirmed member: public answers only, everything else is
refused. Their own open question is kept."""

from collections.abc import Callable

from dialogs.engine import acting, attachments, buttons, members, repair
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


def hear(turn: Turn, inbound: Inbound, follows: Callable[[Turn], None] | None) -> None:
    """Handle the input. What they write to colleagues is ignored; in the thread of a question the
    ability that follows it decides (dialogs/support)."""
    if follows:
        return follows(turn)
    if isinstance(inbound, MessageEdited | MessageDeleted) or (
        isinstance(inbound, Message) and not inbound.addressed
    ):
        return None
    with turn.aside():
        _take(turn, inbound)
    members.hold(turn, inbound)
    return None


def _take(turn: Turn, inbound: Inbound) -> None:
    if isinstance(inbound, Message):
        repair.listen(turn, inbound)
    elif isinstance(inbound, ButtonPress):
        turn.pressed = True
        buttons.choose(turn, inbound)
    elif isinstance(inbound, FormSubmission):
        buttons.fill_form(turn, inbound)
    elif isinstance(inbound, FileShared):
        attachments.fetch(turn, inbound)
    else:
        members.refuse(turn)


def about_setup(inbound: Inbound) -> bool:
    """Is this about setting up the workspace? Only Slack administrators of the workspace may do
    that."""
    if isinstance(inbound, Message):
        return inbound.intent == acting.SETUP or inbound.text.strip().lower() in SETUP_WORDS
    if isinstance(inbound, ButtonPress | FormSubmission):
        return (inbound.action if isinstance(inbound, ButtonPress) else inbound.flow).partition(
            "."
        )[0] in acting.ADMINS_ONLY
    return False

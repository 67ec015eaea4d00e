"""A turn of somebody who is no confirmed member: public answers, and a refusal of all else. Their own open question stays put."""

from typing import TYPE_CHECKING

from dialogs import brought, members, press, repair
from dialogs.heard import Chose, Deleted, Edited, Fetched, Filled, Heard, Said

SETUP_WORDS = ("setup", "set up", "settings")

if TYPE_CHECKING:
    from collections.abc import Callable

    from dialogs.turn import Turn


def hear(turn: "Turn", heard: Heard, follows: "Callable[[Turn], None] | None") -> None:
    """What they write to colleagues is left alone; in the thread of a question its listener says who may (dialogs/support)."""
    if follows:
        return follows(turn)
    if isinstance(heard, Edited | Deleted) or (isinstance(heard, Said) and not heard.addressed):
        return None
    with turn.aside():
        _take(turn, heard)
    members.hold(turn, heard)
    return None


def _take(turn: "Turn", heard: Heard) -> None:
    if isinstance(heard, Said):
        repair.listen(turn, heard)
    elif isinstance(heard, Chose):
        turn.pressed = True
        press.choose(turn, heard)
    elif isinstance(heard, Filled):
        press.fill_form(turn, heard)
    elif isinstance(heard, Fetched):
        brought.fetch(turn, heard)
    else:
        members.refuse(turn)


def about_setup(heard: Heard) -> bool:
    """Is this about setting the workspace up: what only those may do who administer it in Slack?"""
    if isinstance(heard, Said):
        return heard.intent == repair.SETUP or heard.text.strip().lower() in SETUP_WORDS
    if isinstance(heard, Chose | Filled):
        return (heard.action if isinstance(heard, Chose) else heard.flow).partition(".")[0] in repair.ADMINS_ONLY
    return False

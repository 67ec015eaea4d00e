"""What a person's last turn recorded, and whether it can still be undone. Takes nothing back itself
(dialogs/withdraw/undo.py); has no user texts."""

from dataclasses import replace
from datetime import date, timedelta

from dialogs.engine import flow_runner
from dialogs.engine.context import Part, Turn
from dialogs.engine.conversation_store import ANSWER, MENU_LIVES, offer_to
from domain import correction
from domain.conversation import Conversation, Recorded

LIVES = timedelta(minutes=10)
UNDO, REDATE = "undo", "redate"
# The slot of both flows, and of the offer of the button, that says what is to be taken back.
RECORDED = "recorded"


def keep(turn: Turn, before: Conversation) -> None:
    """A turn that recorded something replaces what could be undone before; what is too old for it
    is forgotten. `before`: the conversation as the turn found it."""
    known, entries = turn.conversation.recorded, tuple(turn.tx.recorded)
    if not entries:
        if known and not is_in_time(turn, known):
            turn.note(recorded=None)
        elif known and turn.parts:
            turn.note(recorded=replace(known, fresh=False))
        return
    if known and known.entries == entries:
        return  # a corrected day: what was before it stays
    asked = turn.open.offer if turn.open else ""
    turn.note(
        recorded=Recorded(turn.tx.at, entries, before.frames, before.slots, before.open, asked)
        if correction.can_be_undone(entries)
        else Recorded(turn.tx.at)
    )


def offer(turn: Turn) -> None:
    """The reply that recorded something has a button that takes it back, beside what was recorded:
    before the open question, or an answer, if one follows."""
    known = turn.conversation.recorded
    if not turn.tx.recorded or known is None or not known.entries or not turn.parts:
        return
    about = {RECORDED: {"at": known.at, "entries": [e.to_row() for e in known.entries]}}
    button = offer_to(turn.tx, turn.person.id, "menu", about, MENU_LIVES)
    at = max((n for n, part in enumerate(turn.parts) if _tells(part)), default=-1)
    name, data = turn.parts[at]
    turn.parts[at] = (name, data | {"undo": button})


def _tells(part: Part) -> bool:
    """Is it neither a question nor an answer?"""
    template, data = part
    return not data.get("question") and not template.startswith(f"{ANSWER}s/")


def is_in_time(turn: Turn, known: Recorded) -> bool:
    """Was it recorded in the last ten minutes?"""
    return turn.tx.at - known.at <= int(LIVES.total_seconds() * 1000)


def undoable(turn: Turn) -> Recorded | None:
    """What this person recorded last, while one press, or "that's wrong", takes it back."""
    known = turn.conversation.recorded
    if known is None or known.undone or not known.entries or not is_in_time(turn, known):
        return None
    return known


def just_recorded(turn: Turn) -> Recorded | None:
    """The same, while nothing else was said since: "that's wrong" can only be about it."""
    known = undoable(turn)
    return known if known and known.fresh else None


def undo_last(turn: Turn) -> bool:
    """Take back what this person recorded last. False, and nothing is said, where there is nothing
    to undo."""
    if undoable(turn) is None:
        return False
    turn.decide("command")
    flow_runner.start(turn, UNDO)
    return True


def redate_last(turn: Turn, day: date) -> bool:
    """What this person recorded last happened on another day. False, and nothing is said, where
    there is nothing that could be changed."""
    known = undoable(turn)
    if known is None:
        return False
    turn.decide("command")
    flow_runner.start(turn, REDATE, new_day=day.isoformat())
    return True

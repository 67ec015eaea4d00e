"""The last messages of a person and the replies, for a supporter who takes over. A few lines, kept
for a day. Has no user texts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from dialogs.engine.context import Turn
from dialogs.inputs import Message
from domain.conversation import AnsweredQuestion, Line, OpenQuestion
from domain.storage.store import ms

MOST, LONGEST = 6, 4_000
KEPT = timedelta(hours=24)
# The slot of an offer, and of the flow that it starts, which names the line that its message
# replied to.
ASKED = "asked"


def note(turn: Turn, said: Message) -> None:
    """Add a message. Lines are numbered (`n`), so that a button can name the line it belongs to."""
    if not said.text.strip():
        return
    lines = lines_of(turn)
    n = (lines[-1].n if lines else turn.conversation.spoken) + 1
    line = Line(n, said.text[:LONGEST], said.ts, said.where.channel, turn.tx.at)
    turn.note(said=(*lines, line)[-MOST:], spoken=n)


def was_answer(turn: Turn, here: OpenQuestion) -> None:
    """The last message only answered a question of the bot: nothing that a supporter would take
    over, but it may be edited."""
    answered = (
        AnsweredQuestion(turn.ts, here.flow, here.slot, turn.where.channel) if turn.ts else None
    )
    # "that is not what I meant" refers to this from now on
    turn.note(said=lines_of(turn)[:-1], answered=answered, last_answer="", missed=0)


def replied(turn: Turn) -> None:
    """Store the reply to the last message; the reply's buttons store the number of that line."""
    if not (lines := lines_of(turn)):
        return
    last = lines[-1]
    if not last.replied:
        last = replace(last, replied=tuple(name for name, _ in turn.parts)[:MOST])
        turn.note(said=(*lines[:-1], last))
    turn.about.setdefault(ASKED, last.n)


def lines_of(turn: Turn) -> tuple[Line, ...]:
    """The lines of the last day, oldest first."""
    since = ms(turn.tx.now - KEPT)
    return tuple(line for line in turn.conversation.said if line.at >= since)


def line_of(turn: Turn, n: Any) -> Line | None:
    """The line of that number, while it is kept."""
    return next((line for line in lines_of(turn) if line.n == n), None)

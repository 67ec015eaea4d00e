"""What the asker writes in her own thread while a question of hers is open: it goes to the thread
of the card, and the bot is quiet there. "Solved" and "not yet" are said in words or by button. No
words."""

from typing import Any

from dialogs.engine.context import Turn
from dialogs.inputs import Message
from dialogs.support import cards, relay, supporter, timers
from domain.questions import question, thread_log
from domain.questions.question import Event, Question, State
from domain.storage.outbox import Out

VERDICT = "settle.verdict"
REOPENS = (State.SOLVED, State.CLOSED)
_NOT_YET = frozenset(
    [
        "not yet",
        "not solved",
        "not solved yet",
        "it is not solved",
        "still not working",
        "my question is still open",
    ]
)


def may_reopen(row: Question, text: str) -> bool:
    """Is this her word that a question which is over is not solved after all?"""
    return row.state in REOPENS and text.strip().lower().rstrip(".!") in _NOT_YET


def hear(turn: Turn, row: Question, said: Message) -> None:
    """A line in her thread."""
    text = supporter.named(turn, (said.spelled or said.text).strip())
    verdict = turn.assistant.understanding.option(said.text, VERDICT)
    if verdict and (verdict == "solved" or supporter.possible(row, Event.NOT_SOLVED)):
        return settle(turn, row, solved=verdict == "solved")
    if not text and not said.files:
        return None
    if not text or len(text) > relay.LONGEST:
        key = f"question:{row.id}:told:{turn.key}"
        why = "too_long" if text else "image_only"
        return relay.to_asker(
            turn.tx, row, "support/asker_told", key=key, why=why, most=relay.LONGEST
        )
    row = question.move(turn.tx, row, Event.REPLIED, turn.person)
    line = thread_log.add(
        turn.tx,
        row,
        thread_log.Kind.REPLY,
        turn.person,
        text,
        channel=said.where.channel,
        ts=said.ts,
    )
    key = f"question:{row.id}:line:{line}"
    thread_log.sent_as(turn.tx, line, key)
    more: dict[str, Any] = {
        "pieces": cards.pieces(text),
        "edited": False,
        "files": bool(said.files),
    }
    relay.to_card(turn.tx, row, "support/reply", key=key, **more)
    return cards.update(turn.tx, row.id)


def settle(turn: Turn, row: Question, *, solved: bool) -> None:
    """Her word on it: both sides read it. Not yet: an answer is due anew."""
    if solved and row.state == State.SOLVED:
        return
    if solved:
        row = question.move(turn.tx, row, Event.SOLVED, turn.person)
    else:
        row = question.move(turn.tx, row, Event.NOT_SOLVED, turn.person)
        row = timers.start(turn.tx, row)
    key = f"question:{row.id}:settled:{turn.key}"
    more: dict[str, Any] = cards.when(turn.tx, row) | {"solved": solved}
    relay.to_asker(turn.tx, row, "support/settled", key=f"{key}:asker", **more)
    relay.to_card(turn.tx, row, "support/settled_card", key=f"{key}:card", solved=solved)
    cards.update(turn.tx, row.id)


def change(turn: Turn, line: thread_log.Line, text: str) -> None:
    """She wrote it otherwise: the card, or her reply in its thread, follows."""
    row, text = question.known(turn.tx, line.question), supporter.named(turn, text.strip())
    if not text:
        return
    thread_log.edit(turn.tx, line.id, text[: relay.LONGEST])
    if line.kind == thread_log.Kind.REPLY:
        more: dict[str, Any] = {
            "pieces": cards.pieces(text[: relay.LONGEST]),
            "edited": True,
            "files": False,
            "updates": line.key,
        }
        relay.to_card(
            turn.tx, row, "support/reply", key=f"{line.key}:{turn.key}", kind=Out.UPDATE, **more
        )
        return
    relay.to_card(
        turn.tx,
        row,
        "support/told",
        key=f"question:{row.id}:told:{turn.key}",
        why="question_edited",
        who="",
        most=0,
    )
    cards.update(turn.tx, row.id)


def take_back(turn: Turn, line: thread_log.Line) -> None:
    """She deleted it. When nothing of the question is left, it is withdrawn, and both sides are
    told."""
    row = question.known(turn.tx, line.question)
    thread_log.delete(turn.tx, line.id)
    key = f"question:{row.id}:told:{turn.key}"
    if line.kind == thread_log.Kind.REPLY:
        relay.to_card(
            turn.tx,
            row,
            "support/taken_back",
            key=f"{line.key}:{turn.key}",
            kind=Out.UPDATE,
            updates=line.key,
            who=turn.person.name,
        )
    elif thread_log.of(turn.tx, row.id, thread_log.Kind.QUESTION):
        relay.to_card(turn.tx, row, "support/told", key=key, why="question_edited", who="", most=0)
    elif supporter.possible(row, Event.WITHDRAWN):
        row = question.move(turn.tx, row, Event.WITHDRAWN, turn.person)
        relay.to_card(turn.tx, row, "support/told", key=key, why="question_deleted", who="", most=0)
        relay.to_asker(
            turn.tx, row, "support/asker_told", key=f"{key}:asker", why="withdrawn", most=0
        )
    cards.update(turn.tx, row.id)

"""What supporters write in the thread of a card: an answer, except what begins with "note:". It goes to
the asker under the writer's name, as dead text; an edit and a deletion follow. Whoever wrote
something that does not go out is told why. No words."""

import re
from typing import Any

from dialogs.engine.acting import begin
from dialogs.engine.context import Turn
from dialogs.nlu.normalise import is_question
from dialogs.support import cards, links, relay, timers
from domain import people
from domain.machine import NotPossible
from domain.people import Role
from domain.questions import question, thread_log
from domain.questions.question import Event, Question, State
from domain.storage.outbox import Out

# "note:", "Internal:", ">>"; "//" still counts where Slack does not take it for a command
_NOTE = re.compile(
    r"^[ \t*_~]*(?:(?:internal )?notes?|internal(?:ly)?|intern)[*_~]*[ \t]*[:：]|^[ \t]*(?://|>[ \t]*>)",
    re.I | re.M,
)
SHORT, SURELY = 9, 0.9
DEEDS = ("claim", "unclaim", "duplicate")
OVER = {State.WITHDRAWN: "withdrawn", State.DUPLICATE: "duplicate"}
_MENTION = re.compile(r"@([UW][A-Z0-9]{4,})\b")


def hear(turn: Turn, row: Question, text: str, *, raw: str, ts: str, files: int = 0) -> None:
    """A line in the thread of the card."""
    if turn.person.id == row.asker:
        return
    said = for_asker(text)
    if said != text.strip():
        if not said:
            return
        raw = ""  # it holds the links of the note too
    said = named(turn, said)
    if why := _why_not(turn, row, said, files):
        return _tell(turn, row, why)
    if said == text.strip() and (deed := _deed(turn, said)):
        return begin(turn, turn.assistant.flows["card"], question=row.id, deed=deed)
    if said:
        _answer(turn, row, said, raw, ts, files)
        if said != named(turn, text.strip()):
            _tell(turn, row, "note_stays")


def _deed(turn: Turn, text: str) -> str:
    """ "Mine", "same as the one of last week": what shall become of the question, and no answer to
    it; "" where it may be one. What ends a question is pressed."""
    if is_question(text) or len(text.split()) > SHORT:
        return ""
    value, score = turn.understanding.replies.read(text, "card.deed").option
    return value if value in DEEDS and score >= SURELY else ""


def for_asker(text: str) -> str:
    """What of it goes to the asker: everything before the first line that begins as a note."""
    note = _NOTE.search(text)
    return (text[: note.start()] if note else text).strip()


def _why_not(turn: Turn, row: Question, text: str, files: int) -> str:
    """The reason why this cannot go to the asker, "" when it can."""
    asker = people.by_id(turn.tx, row.asker)
    if not turn.person.has(Role.SUPPORT):
        return "not_support"
    if row.state in question.OVER:
        return OVER.get(State(row.state), "over")
    if asker is None or not asker.live:
        return "asker_gone"
    if not text and files:
        return "image_only"
    return "too_long" if len(text) > relay.LONGEST else ""


def _answer(turn: Turn, row: Question, text: str, raw: str, ts: str, files: int) -> None:
    """It goes to the asker, and to those who asked the same."""
    before = row.claimed_by
    new_here = turn.person.id not in {
        line.person for line in thread_log.of(turn.tx, row.id, thread_log.Kind.ANSWER)
    }
    row = question.move(turn.tx, row, Event.ANSWERED, turn.person)
    sent = []
    for each in [row, *question.duplicates_of(turn.tx, row.id)]:
        sent.append(cleared := links.clear(turn.tx, each.partner, text, raw))
        line = thread_log.add(
            turn.tx,
            each,
            thread_log.Kind.ANSWER,
            turn.person,
            cleared.text,
            channel=turn.where.channel,
            ts=ts,
        )
        key = f"question:{each.id}:line:{line}"
        thread_log.sent_as(turn.tx, line, key)
        relay.to_asker(turn.tx, each, "support/answer", key=key, **said(turn, cleared, files=files))
    timers.answered(turn.tx, row)
    held = links.worst(sent)
    _tell_held(turn, row, held)
    if before not in ("", turn.person.id):
        _tell(turn, row, "both", once=turn.person.id)
    elif files:
        _tell(turn, row, "file_stays")
    elif new_here and not held:
        _tell(turn, row, "delivered", once=turn.person.id)
    cards.update(turn.tx, row.id)


def astray(turn: Turn, row: Question, text: str) -> None:
    """An answer below a reminder instead of the card: it does not go out, and whoever wrote it is
    told where it would."""
    if for_asker(text) and turn.person.has(Role.SUPPORT):
        turn.say(
            "support/told",
            **relay.data(turn.tx, row, why="wrong_thread", who=turn.person.name, most=0),
        )


def beside_asker(turn: Turn, row: Question, text: str) -> None:
    """A supporter answers in the asker's own thread: she reads it there, but the card still waits.
    Said once, where support is."""
    if for_asker(text):
        _tell(turn, row, "askers_thread", once=turn.person.id)


def change(turn: Turn, line: thread_log.Line, text: str, raw: str) -> None:
    """An answer reads otherwise now; one that became internal is taken back."""
    row, kept = question.known(turn.tx, line.question), for_asker(text)
    raw = raw if kept == text.strip() else ""
    if not (text := named(turn, kept)):
        return take_back(turn, line)
    if len(text) > relay.LONGEST:
        return _tell(turn, row, "too_long_edit")
    cleared = links.clear(turn.tx, row.partner, text, raw)
    thread_log.edit(turn.tx, line.id, cleared.text)
    key = f"{line.key}:{turn.key}"
    relay.to_asker(
        turn.tx,
        row,
        "support/answer",
        key=key,
        kind=Out.UPDATE,
        updates=line.key,
        **said(turn, cleared, edited=True),
    )
    return _tell_held(turn, row, cleared.held)


def take_back(turn: Turn, line: thread_log.Line) -> None:
    """An answer is gone: the asker reads that it was taken back, and the question waits for another
    one if there is none left."""
    row = question.known(turn.tx, line.question)
    thread_log.delete(turn.tx, line.id)
    who = people.names(turn.tx, [line.person]).get(line.person, "")
    key = f"{line.key}:{turn.key}"
    relay.to_asker(
        turn.tx, row, "support/taken_back", key=key, kind=Out.UPDATE, updates=line.key, who=who
    )
    if (
        row.state == State.ANSWERED
        and not thread_log.of(turn.tx, row.id, thread_log.Kind.ANSWER)
        and turn.person.has(Role.SUPPORT)
    ):
        question.move(turn.tx, row, Event.ANSWER_TAKEN_BACK, turn.person)
    cards.update(turn.tx, row.id)


def said(
    turn: Turn, cleared: links.Cleared, *, files: int = 0, edited: bool = False
) -> dict[str, Any]:
    """One answer as its words need it."""
    return {
        "who": turn.person.name,
        "pieces": cards.pieces(cleared.text),
        "asks": cleared.text.endswith("?"),
        "files": bool(files),
        "edited": edited,
        "links": cleared.passed,
        "held": len(cleared.held),
    }


def named(turn: Turn, text: str) -> str:
    """Mentions as the names of the people meant, where they are known here; dead words either
    way."""
    known = {slack: people.seen(turn.tx, slack) for slack in set(_MENTION.findall(text))}
    names = people.names(turn.tx, filter(None, known.values())) if known else {}
    return _MENTION.sub(lambda found: "@" + (names.get(known[found[1]], "") or found[1]), text)


def _tell(turn: Turn, row: Question, why: str, once: str = "") -> None:
    """A sentence in the thread of the card for who wrote there; `once`: not again for this."""
    key = f"question:{row.id}:told:{why}:{once or (turn.person.id if why == 'not_support' else turn.key)}"
    relay.to_card(
        turn.tx, row, "support/told", key=key, why=why, who=turn.person.name, most=relay.LONGEST
    )


def _tell_held(turn: Turn, row: Question, held: list[dict[str, Any]]) -> None:
    """What the links were that stayed dead text, and why, for who wrote them."""
    if held:
        key = f"question:{row.id}:told:link_held:{turn.key}"
        more: dict[str, Any] = {
            "why": "link_held",
            "who": turn.person.name,
            "most": relay.LONGEST,
            "links": held,
        }
        relay.to_card(turn.tx, row, "support/told", key=key, **more)


def possible(row: Question, event: Event) -> bool:
    """Is there a row in the table for this now?"""
    try:
        question.MACHINE.move(row.state, event)
    except NotPossible:
        return False
    return True

"""A question on its way to people: its wordings, what the bot knows about it, the conversation
before it, and that it leaves."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.engine import history
from dialogs.engine.context import Turn
from dialogs.nlu.language import ENGLISH
from dialogs.nlu.normalise import normal
from dialogs.support import cards, relay, timers
from domain import people
from domain.conversation import Line
from domain.questions import question, terms, thread_log
from domain.questions.question import Question
from domain.storage.store import Tx, ms

MOST, BEFORE, NEAR, SHORT = 6, 4, 3, 200
TOGETHER_MS = 2 * 60_000
# What the reply to a line tells about it: small talk or a command, nothing for people; not
# understood; not in English.
NO_QUESTION = (
    *("repair/greet", "repair/thanks", "repair/complaint", "repair/who_are_you"),
    *("repair/cancelled", "repair/nothing_open", "help/what_i_do", "status/where_we_are"),
)
UNANSWERED = frozenset({"repair/not_understood", "repair/clarify", "repair/far"})
FOREIGN = frozenset({"repair/not_english", "repair/in_english", "repair/clarify_in_english"})
A_PERSON = "ask_a_person"
# words; what is longer, or asks something, is the question itself and no mere call for a person
BARE = 8


def channel(tx: Tx) -> str:
    """The workspace's support channel, "" where it has none."""
    workspace = people.workspace(tx)
    return str(workspace.support_channel) if workspace else ""


def wordings(turn: Turn, asked: Any) -> list[dict[str, Any]]:
    """What the question is, as far as it is known: the message under whose button she asked for a
    person, what was not understood, or the very words with which she asked. Empty: she has to be
    asked."""
    line, unclear = history.line_of(turn, asked), turn.conversation.unclear
    if line and line.text not in unclear:
        beside = bool(line.replied) and line.replied[0] in NO_QUESTION
        return [] if beside or _is_bare(turn, line.text) else [wording(turn, line)]
    if unclear:
        last = line or as_line(turn, unclear[-1])
        return [wording(turn, one) for one in _together(turn, last)]
    if turn.intent == A_PERSON and turn.text and not _is_bare(turn, turn.text):
        return [wording(turn, as_line(turn, turn.text))]
    return []


def _together(turn: Turn, last: Line) -> list[Line]:
    """A line that was not understood, and the one before it if both are about the same: written
    within two minutes."""
    unclear = [as_line(turn, text) for text in turn.conversation.unclear]
    before = [
        one
        for one in unclear
        if one.text != last.text and 0 <= last.at - one.at <= TOGETHER_MS and one.n < last.n
    ]
    return [*before[-1:], last]


def _is_bare(turn: Turn, text: str) -> bool:
    """Only a call for a person, without a question in it."""
    known = {normal(p) for p in turn.assistant.understanding.entries[A_PERSON].phrases}
    return normal(text) in known or (
        "?" not in text and len(text.split()) <= BARE and _asks_for_person(turn, text)
    )


def _asks_for_person(turn: Turn, text: str) -> bool:
    heard = turn.understanding.hear(text)
    return any(m.entry.name == A_PERSON for m in heard.meanings)


def last(turn: Turn) -> Line | None:
    """The last thing she asked that got an answer, None where there is none."""
    answered = [
        line
        for line in history.lines_of(turn)
        if any(name.startswith("answers/") for name in line.replied)
    ]
    return answered[-1] if answered else None


def as_line(turn: Turn, text: str) -> Line:
    """The line with this text, or one made of it."""
    found = [line for line in history.lines_of(turn) if line.text == text[: history.LONGEST]]
    return replace(found[-1], text=text) if found else Line(0, text, "", "", turn.tx.at)


def wording(turn: Turn, line: Line) -> dict[str, Any]:
    """What is kept of a line in the question. `foreign`: the reader of this very line said that it
    is not in English."""
    heard = [h.language for h in turn.trace.heard if h.text.strip() == line.text.strip()]
    foreign = heard[-1] != ENGLISH if heard else bool(FOREIGN & set(line.replied))
    return {
        "foreign": foreign,
        "text": line.text,
        "ts": line.ts,
        "channel": line.channel,
        "replied": list(line.replied),
    }


def before(turn: Turn, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The conversation before the question, in short."""
    texts = {w["text"] for w in found}
    kept = [
        line
        for line in history.lines_of(turn)
        if line.text not in texts and any(name.startswith("answers/") for name in line.replied)
    ]
    return [
        {"text": line.text[:SHORT], "replied": _answers(turn, line.replied)}
        for line in kept[-BEFORE:]
    ]


def due(turn: Turn) -> dict[str, str]:
    """By when an answer would be due, as the clock shows it where support sits."""
    agreed = terms.of(turn.tx)
    zone = terms.calendar_for(turn.tx, agreed, turn.person.partner).timezone
    at = terms.due(turn.tx, agreed, turn.person.partner).astimezone(ZoneInfo(zone))
    return {"due_day": at.date().isoformat(), "due_time": f"{at:%H:%M}", "due_zone": zone}


def send(turn: Turn, found: list[dict[str, Any]], why: str) -> Question:
    """The question leaves: its lines, its card, its timers. Returns it."""
    tx, where = turn.tx, turn.where
    replied = [name for w in found for name in _answers(turn, w["replied"])]
    answer = replied[-1] if replied else ""
    private = turn.private or where.shared
    place = (
        {"channel": "", "thread": ""}
        if private
        else {"channel": where.channel, "thread": where.thread}
    )
    about = {
        "direct": where.direct or private,
        "card_channel": channel(tx),
        "before": before(turn, found),
        "near": _near(turn, found),
        "rests_on": list(turn.assistant.answers[answer].facts) if answer else [],
    }
    if answer and why == "asked_for":
        why = "gap" if turn.assistant.answers[answer].hand_over else "answered"
    elif why == "asked_for" and UNANSWERED & {name for w in found for name in w["replied"]}:
        why = "not_understood"
    if all(w.get("foreign") for w in found):
        why = "not_english"
    row = question.ask(
        tx,
        turn.person,
        due_at=ms(terms.due(tx, terms.of(tx), turn.person.partner)),
        receipt=f"reply:{turn.key}",
        why=why,
        answer=answer,
        stage=turn.case()["stage"],
        about=about,
        **place,
    )
    question.change(tx, row.id, about=about | {"offer": cards.offer(tx, row.id)})
    row = question.known(tx, row.id)
    for n, w in enumerate(found):
        thread_log.add(
            tx,
            row,
            thread_log.Kind.QUESTION,
            turn.person,
            w["text"],
            channel=w["channel"],
            ts=w["ts"],
            nth=n,
        )
    cards.put(tx, row, channel(tx))
    if rest := cards.cut(w["text"] for w in found)[1]:
        for n in range(0, len(rest), cards.MOST_PIECES):
            more: dict[str, Any] = {
                "pieces": rest[n : n + cards.MOST_PIECES],
                "edited": False,
                "files": False,
            }
            relay.to_card(tx, row, "support/reply", key=f"question:{row.id}:rest:{n}", **more)
    timers.start(tx, row)
    return row


def _answers(turn: Turn, replied: tuple[str, ...]) -> list[str]:
    """The answers among the templates of a reply, by name."""
    names = [name.removeprefix("answers/") for name in replied if name.startswith("answers/")]
    return [name for name in names if name in turn.assistant.answers]


def _near(turn: Turn, found: list[dict[str, Any]]) -> list[str]:
    """The templates of the titles of what lies nearest."""
    ranked = turn.understanding.whole(found[-1]["text"]).ranked if found else []
    return [f"answers/{m.entry.name}" for m in ranked if m.entry.name in turn.assistant.answers][
        :NEAR
    ]

"""Reads a message against what waits for its writer, before it means anything else. Decides which
option it says, or what it says about the question; does nothing."""

from dataclasses import dataclass, replace

from dialogs.engine.context import Turn
from dialogs.expectations import plain_replies
from dialogs.expectations.doubts import Doubt, doubt
from dialogs.expectations.expectation import Expectation
from dialogs.expectations.gathering import named_options
from dialogs.nlu.dates import MONTH_FIRST, day_said
from dialogs.nlu.normalise import STOP, is_question, normal, sentences, supposes, turns
from dialogs.nlu.reply_classifier import Act, Reply
from dialogs.nlu.types import WORD_FOR_WORD, Candidate, Interpretation, Kind, is_report

# From this share on an act is believed; where the message may mean something else as surely.
CLEAR, PLAIN = 0.6, 0.85
# An option that records something is taken from here on; below, it is offered with a button.
PLAIN_VALUE, LIKELY = 0.75, 0.62
# A question is an answer only where this is nearly certain, and so are words to a person.
ASKED, OWN_WORDS = 0.85, 0.97
# So many telling words at most has a reply that is only about the question.
BARE = 2
PIECES = 4
OWN = ("text", "words")
ABOUT = (Act.WHY, Act.WHERE, Act.WHO, Act.HELP, Act.UNSURE, Act.LATER, Act.NOT_ME, Act.NUDGE)
PLAINLY = (Act.YES, Act.NO, Act.DONE, Act.NOT_DONE)


@dataclass(frozen=True)
class Reading:
    """What a message says to an expectation: the `value` of its slot, or an `act` about it, and
    how surely (`score`); `doubt`: why the value should not be taken for granted; `rest`: questions
    that the message asks beside that."""

    expectation: Expectation
    value: str = ""
    act: Act = Act.CONTENT
    score: float = 1.0
    doubt: Doubt = Doubt.NONE
    rest: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Was the value said so plainly that it may be recorded?"""
        return self.doubt is Doubt.NONE and self.score >= PLAIN_VALUE

    @property
    def harmless(self) -> bool:
        """May the value be taken where nothing is recorded by it?"""
        return self.plain or (
            self.doubt in (Doubt.NONE, Doubt.DENIES, Doubt.TO_COME) and self.score >= LIKELY
        )


def read(turn: Turn, expected: Expectation, text: str, heard: Interpretation) -> Reading | None:
    """What the message says to this expectation; None where it says nothing to it."""
    text = plain_replies.thumb(text)
    parts = sentences(text)
    pieces = _pieces(text, parts)
    turn.understanding.look_at(pieces)
    rest = _beside(parts)
    found = _said_plainly(turn, expected, pieces) or _learned(turn, expected, pieces, heard)
    if found is None or (found.act is not Act.CONTENT and not found.value):
        return found
    return replace(found, rest=rest)


def _pieces(text: str, parts: list[str]) -> list[str]:
    """The whole, its sentences, and the turns of the first one: "yep, the board signed off"."""
    inner = turns(parts[0]) if parts else []
    return list(dict.fromkeys([text, *parts, *(inner if len(inner) > 1 else [])]))[:PIECES]


def _beside(parts: list[str]) -> tuple[str, ...]:
    """The questions of a message that is more than one question."""
    asked = [part for part in parts if is_question(part)]
    return tuple(asked) if len(asked) < len(parts) else ()


def _said_plainly(turn: Turn, expected: Expectation, pieces: list[str]) -> Reading | None:
    """Word for word, by its place, or by a name."""
    for piece in pieces:
        value = turn.assistant.understanding.option(piece, expected.name)
        if value and (value in expected.options or not expected.options):
            return Reading(expected, value)
    kind = turn.assistant.flows[expected.flow].slots[expected.slot].type
    whole = pieces[0]
    if kind in ("categorical", "any"):
        before = str(turn.slots.get(expected.slot) or "")
        value = plain_replies.by_place(whole, expected.options) or plain_replies.by_other(
            whole, expected.options, before
        )
        if value:
            return Reading(expected, value)
    if kind == "day" and (day := _day(turn, pieces)):
        return Reading(expected, day)
    if kind in ("any", "text") and not is_question(whole):
        value = plain_replies.by_name(whole, named_options(turn, expected))
        if value and doubt(whole, "") not in (Doubt.HEDGES, Doubt.OTHERS):
            return Reading(expected, value)
    return None


def _day(turn: Turn, pieces: list[str]) -> str:
    """The day that a piece names, ISO; none in a question or in what only may happen."""
    month_first = turn.partner is not None and turn.partner.country in MONTH_FIRST
    for piece in pieces:
        if is_question(piece) or supposes(normal(piece)):
            continue
        if day := day_said(piece, turn.today, month_first=month_first):
            return day.isoformat()
    return ""


def _learned(
    turn: Turn, expected: Expectation, pieces: list[str], heard: Interpretation
) -> Reading | None:
    """What the learned replies say, unless the message surely means something else."""
    flow = turn.assistant.flows[expected.flow]
    slot = flow.slots[expected.slot]
    replies = [
        (p, turn.understanding.replies.read(p, expected.name, slot.yes, slot.no)) for p in pieces
    ]
    model = turn.understanding.replies.model
    if model is None:
        return None
    other = _means_something_else(heard)
    enough = OWN_WORDS if slot.type in OWN else ASKED if other else model.enough
    value, score, why = _best_option(expected, replies, enough)
    act, share = _best_act(replies)
    if act is Act.UNDO and share > score and share >= CLEAR:
        return Reading(expected, act=act, score=share)
    if value:
        return Reading(expected, value, score=score, doubt=why)
    if act in PLAINLY and share >= PLAIN and slot.type not in OWN:
        stands_for = slot.yes if act in (Act.YES, Act.DONE) else slot.no
        if act in (Act.YES, Act.NO) and stands_for:
            return Reading(expected, stands_for, act=act, score=share)
        return Reading(expected, act=act, score=share)
    if (
        act in ABOUT
        and share >= (CLEAR if _is_bare(pieces[0]) else PLAIN)
        and not (other and not _is_bare(pieces[0]))
    ):
        return Reading(expected, act=act, score=share)
    return None


def _best_option(
    expected: Expectation, replies: list[tuple[str, Reply]], enough: float
) -> tuple[str, float, Doubt]:
    """The likeliest option, how likely, and the reason to doubt it that the whole message gives;
    ("", 0) for an unlikely one."""
    best: tuple[str, float, str] = ("", 0.0, "")
    for piece, reply in replies:
        least = max(enough, ASKED) if is_question(piece) else enough
        for value, score in reply.options[:1]:
            offered = value in expected.options or not expected.options
            if offered and score >= least and score > best[1]:
                best = (value, score, reply.like)
    value, score, like = best
    told = " ".join(piece for piece in _statements(replies[0][0]))
    return value, score, doubt(told, like) if value else Doubt.NONE


def _statements(text: str) -> list[str]:
    """The sentences that ask nothing."""
    return [part for part in sentences(text) if not is_question(part)] or [text]


def _best_act(replies: list[tuple[str, Reply]]) -> tuple[Act, float]:
    """The act of the whole message; of its first turn where that is a plain word, of a question in
    it where that is about ours."""
    act, share = replies[0][1].act
    if act is Act.CONTENT or share < CLEAR:
        for piece, reply in replies[1:]:
            first, sure = reply.act
            plain = first in PLAINLY and piece == replies[1][0]
            about = first in ABOUT and is_question(piece)
            if (plain or about) and sure >= PLAIN:
                return first, sure
    return act, share


def _is_bare(text: str) -> bool:
    """Does it say little beside words like "that", "where", "why"?"""
    return len([word for word in normal(text).split() if word not in STOP]) <= BARE


def _means_something_else(heard: Interpretation) -> bool:
    """Is the message a question or a command of its own, surely?"""
    return any(_is_of_its_own(m) for m in heard.meanings)


def _is_of_its_own(meaning: Candidate) -> bool:
    if is_report(meaning) or meaning.entry.kind in (Kind.OPTION, Kind.REPAIR, Kind.CHITCHAT):
        return False
    by_word = meaning.decided.by == WORD_FOR_WORD
    return by_word or meaning.entry.kind in (Kind.ANSWER, Kind.REFUSE, Kind.COMMAND)

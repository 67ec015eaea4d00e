"""Reads a message against what waits for its writer, before it means anything else. Decides which
option it says, or what it says about the question; does nothing."""

import re
from dataclasses import dataclass, replace

from dialogs.engine.context import Turn
from dialogs.engine.flow_format import Slot
from dialogs.expectations import plain_replies
from dialogs.expectations.doubts import Doubt, doubt
from dialogs.expectations.expectation import Expectation
from dialogs.expectations.gathering import named_options
from dialogs.expectations.meanings import (
    fits,
    is_answered,
    is_exact,
    is_final,
    is_surely_reported,
    is_word_for_word,
    means_something_else,
    reports_elsewhere,
)
from dialogs.nlu.dates import MONTH_FIRST, the_day_said
from dialogs.nlu.in_context.reply_classifier import Act, Reply
from dialogs.nlu.normalise import (
    STOP,
    is_negated,
    is_question,
    normal,
    sentences,
    supposes,
    turns,
)
from dialogs.nlu.slot_types import READERS, Read
from dialogs.nlu.types import Interpretation, Kind

# From this share on an act is believed; where the message may mean something else as surely.
CLEAR, PLAIN, SURELY, NEARLY_SURE = 0.6, 0.85, 0.9, 0.97
# An option that records something is taken from here on; below, it is offered with a button. One
# that records nothing is taken from the second on.
PLAIN_VALUE, LIKELY = 0.82, 0.6
# A question is an answer only where this is nearly certain, and so are words to a person.
ASKED, OWN_WORDS = 0.85, {"text": 0.9, "words": 0.97}
# So many telling words at most has a reply that is only about the question.
BARE = 2
PIECES, FEW_WORDS, WORDS_OF_AN_OPTION = 4, 4, 6
# A question back that is so likely is answered where nothing else was understood.
AT_ALL = 0.3
ABOUT = (Act.WHY, Act.WHERE, Act.WHO, Act.HELP, Act.UNSURE, Act.LATER, Act.NOT_ME, Act.NUDGE)
BACK_ASKED = (Act.WHY, Act.WHERE, Act.WHO, Act.HELP, Act.UNSURE, Act.LATER)
DECLARED = {Act.WHY: "why", Act.WHERE: "where", Act.WHO: "who"}
PLAINLY = (Act.YES, Act.NO, Act.DONE, Act.NOT_DONE)
# "Not the new one", of two.
TWO = 2
_NOT_THE = re.compile(r"(?:no[,.]?\s+)?not\s+(?:the\s+)?(?P<what>(?:\w+\s+){0,3}\w+)[.!]*", re.I)
# "Enroll now" is a button and no day.
_NOW = re.compile(r"(?<=\w)\s+now\b(?<!just now)", re.I)
# "While we wait: may we ...?" says nothing by itself.
_BESIDE = re.compile(
    r"(?:and |but |so )?(?:while|when|if|until|once|after|before|as long as|in case|unless)\b", re.I
)
# A figure or a month in a text that names no day that there is: "31 November".
_FIGURE = re.compile(r"\d|\b(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.I)
DAY_WORDS = ("today", "yesterday")


@dataclass(frozen=True)
class Reading:
    """What a message says to an expectation: the `value` of its slot, or an `act` about it, and
    how surely (`score`); `doubt`: why the value should not be taken for granted; `rest`: questions
    that the message asks beside that; `told`: what else it says."""

    expectation: Expectation
    value: str = ""
    act: Act = Act.CONTENT
    score: float = 1.0
    doubt: Doubt = Doubt.NONE
    rest: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Was the value said so plainly that it may be recorded?"""
        return self.doubt is Doubt.NONE and self.score >= PLAIN_VALUE

    @property
    def harmless(self) -> bool:
        """May the value be taken where nothing is recorded by it?"""
        return self.plain or (
            self.doubt in (Doubt.NONE, Doubt.HEDGES, Doubt.DENIES, Doubt.TO_COME)
            and self.score >= LIKELY
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


def said_plainly(turn: Turn, expected: Expectation, text: str) -> bool:
    """Does the message say an option word for word, by its place, by a name, or a day?"""
    text = plain_replies.thumb(text)
    return _said_plainly(turn, expected, _pieces(text, sentences(text))) is not None


def _pieces(text: str, parts: list[str]) -> list[str]:
    """The whole, what it begins with ("yep" of "yep, the board signed off"), its sentences, and
    the turns of the first one."""
    inner = turns(parts[0]) if parts else []
    inner = [part for part in inner if not _BESIDE.match(part)] if len(inner) > 1 else []
    return list(dict.fromkeys([text, *inner[:1], *parts, *inner[1:]]))[:PIECES]


def _beside(parts: list[str]) -> tuple[str, ...]:
    """The questions of a message that is more than one question."""
    asked = [part for part in parts if is_question(part)]
    return tuple(asked) if len(asked) < len(parts) else ()


def _said_plainly(turn: Turn, expected: Expectation, pieces: list[str]) -> Reading | None:
    """Word for word, by its place, or by a name."""
    for piece in pieces:
        if piece != pieces[0] and is_question(piece):
            continue  # "Approve? First I want to see what we lose."
        value = turn.assistant.understanding.option(piece, expected.name)
        if value and (value in expected.options or not expected.options):
            return Reading(expected, value)
    kind = turn.assistant.flows[expected.flow].slots[expected.slot].type
    whole = pieces[0]
    if len(expected.options) == TWO and (denied := _NOT_THE.fullmatch(whole.strip())):
        value, score = turn.understanding.replies.read(denied["what"], expected.name).option
        if value in expected.options and score >= LIKELY:
            return Reading(expected, expected.options[1 - expected.options.index(value)])
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
        if value and doubt(whole, "") not in (Doubt.UNSURE, Doubt.OTHERS):
            return Reading(expected, value)
    return None


def _day(turn: Turn, pieces: list[str]) -> str:
    """The day that a piece names, ISO; none in a question or in what only may happen."""
    month_first = turn.partner is not None and turn.partner.country in MONTH_FIRST
    for piece in pieces:
        if is_question(piece) or supposes(normal(piece)):
            continue
        if is_negated(normal(piece)) or doubt(piece, "") is Doubt.OTHERS:
            continue
        if day := the_day_said(_NOW.sub(" ", piece), turn.today, month_first=month_first):
            return day.isoformat()
    return ""


def _learned(
    turn: Turn, expected: Expectation, pieces: list[str], heard: Interpretation
) -> Reading | None:
    """What the learned replies say, unless the message surely means something else."""
    flow = turn.assistant.flows[expected.flow]
    slot = flow.slots[expected.slot]
    model = turn.understanding.replies.model
    if model is None or heard.babble or any(map(is_exact, heard.meanings)):
        return None
    reads = READERS.get(slot.type)
    if reads and reads(pieces[0]) is not Read.NOTHING:
        return None  # a figure, a month, an id: the question's action reads it
    read_reply = turn.understanding.replies.read
    replies = [(p, read_reply(p, expected.name, slot.yes, slot.no)) for p in pieces]
    other = means_something_else(turn, expected, heard)
    if slot.type == "words" and expected.about:
        return None if other or is_question(pieces[0]) else Reading(expected, pieces[0])
    if expected.about and other and not _plain_word(replies[:1], slot, is_card=True):
        act, share = _act(replies)
        if act is Act.NOT_ME and share >= SURELY and not is_question(pieces[0]):
            return Reading(expected, act=act, score=share)
        short = act in PLAINLY and share >= PLAIN and len(pieces[0].split()) <= FEW_WORDS
        found = _option(expected, replies, NEARLY_SURE, slot)
        return found or (Reading(expected, act=act, score=share) if short else None)
    enough = OWN_WORDS.get(slot.type, ASKED if other else model.enough)
    if slot.type == "any":
        enough = max(enough, LIKELY)  # what is no option may be the name that was asked for
    reported = any(map(is_surely_reported, heard.meanings))
    word = next((m.entry.name for m in heard.meanings if m.entry.kind is Kind.REPAIR), "")
    if expected.about and replies[0][1].act[0] is Act.DONE:
        word = ""  # done with what?
    found = _option(expected, replies, enough, slot, word=word, reported=reported)
    if found and _is_put_off(replies[0][1], found.value):
        found = None
    if found and found.value in DAY_WORDS:
        if _FIGURE.search(pieces[0]):
            return None
        found = found if found.plain else None
    if found and not found.plain and _beside(sentences(pieces[0])):
        found = None  # the question in the message says more
    exact = [m.entry.name for m in heard.meanings if is_word_for_word(m) or is_final(m)]
    if exact and not (found and fits(turn, expected.name, found.value, exact)):
        return None  # "we got approved" is that, whatever else is asked
    if found and not found.plain and reported:
        found = None  # a report of something else
    if slot.type in OWN_WORDS:
        if found and word and found.value not in (slot.yes, slot.no):
            return None  # "no" is no reason, and no "without a reason" either
        if found and len(pieces[0].split()) > WORDS_OF_AN_OPTION:
            return None
        return found  # whatever else is written is the text that was asked for
    act, share = _act(replies)
    takes_back = act is Act.UNDO and not is_question(pieces[0])
    takes_back = takes_back and not reports_elsewhere(turn, flow, heard)
    known = turn.conversation.recorded
    clear = CLEAR if known and known.fresh and not known.undone else PLAIN
    if takes_back and share >= clear and (found is None or share > found.score):
        return Reading(expected, act=act, score=share)
    if act in ABOUT and is_question(pieces[0]) and share >= CLEAR and is_bare(pieces[0]):
        return Reading(expected, act=act, score=share)
    if found:
        return found
    declared = act in DECLARED and flow.question_back(DECLARED[act], expected.slot)
    if declared and share >= SURELY and not is_answered(heard):
        return Reading(expected, act=act, score=share)
    if act in PLAINLY and share >= PLAIN:
        return Reading(expected, act=act, score=share)
    bare = is_bare(pieces[0])
    if act in ABOUT and share >= (CLEAR if bare else PLAIN) and (bare or not other):
        return Reading(expected, act=act, score=share)
    return None


def _option(
    expected: Expectation,
    replies: list[tuple[str, Reply]],
    enough: float,
    slot: Slot,
    *,
    word: str = "",
    reported: bool = False,
) -> Reading | None:
    """The likeliest option, how likely, and the reason to doubt it that the whole message gives.
    A plain yes or no at its beginning decides, unless the rest says another option. `word`: the
    name of the plain word that the message is."""
    best: tuple[str, float, Reply, str] = ("", 0.0, replies[0][1], "")
    for piece, reply in replies:
        value, score = reply.option
        if not value or (expected.options and value not in expected.options):
            continue
        asks = is_question(piece) or _is_part_of_question(piece, replies[0][0])
        least = max(enough, ASKED) if asks else enough
        if score >= least and score > best[1]:
            best = (value, score, reply, piece)
    value, score, best_reply, said_in = best
    plain = _plain_word(replies, slot, is_card=bool(expected.about), reported=reported)
    plain = plain or {"affirm": slot.yes, "deny": slot.no}.get(word, "")
    said, agrees = replies[:2][-1]
    short = not expected.about or len(said.split()) <= FEW_WORDS
    if value and score >= SURELY and short and agrees.share(Act.YES) >= CLEAR:
        plain = plain or (value if value == slot.yes else "")
    if (
        plain
        and (value in ("", plain) or score < LIKELY)
        and (not expected.options or plain in expected.options)
    ):
        value, score = plain, max(score, PLAIN)
    if not value:
        return None
    told = " ".join(_statements(replies[0][0]))
    not_yet = best_reply.denies or value == slot.no
    why = doubt(told, best_reply.like, not_yet=not_yet)
    if not plain and (why is Doubt.NONE):
        why = _disputed(replies, value, said_in)
    if plain and why in (Doubt.DENIES, Doubt.TO_COME):
        why = Doubt.NONE
    if expected.about and not plain:  # a card is answered by a plain word, or by its button
        why = why or Doubt.UNSURE
    besides = [
        piece
        for piece, reply in replies[1:]
        if not is_question(piece) and len(piece.split()) > FEW_WORDS and reply.option[1] < LIKELY
    ]
    return Reading(expected, value, score=score, doubt=why, told=tuple(besides))


def _is_put_off(whole: Reply, value: str) -> bool:
    """Does the message as a whole say "not me", "I don't know" or "later", and not this option?"""
    act, share = whole.act
    said = dict(whole.options).get(value, 0.0) >= LIKELY
    return act in (Act.NOT_ME, Act.UNSURE, Act.LATER) and share >= SURELY and not said


def _is_part_of_question(piece: str, text: str) -> bool:
    return any(piece in part and is_question(part) for part in sentences(text))


def _disputed(replies: list[tuple[str, Reply]], value: str, said_in: str) -> Doubt:
    """Is the option heard in a question, against another part of the message, or in a part of a
    sentence that as a whole says nothing of the kind?"""
    if is_question(said_in):
        return Doubt.ASKS
    if any(r.option[0] != value and r.option[1] >= LIKELY for _, r in replies[1:]):
        return Doubt.UNSURE
    whole, reply = replies[0]
    is_sentence = said_in in (whole, *sentences(whole))
    agrees = dict(reply.options).get(value, 0.0) >= LIKELY
    return Doubt.NONE if is_sentence or agrees else Doubt.UNSURE


def _plain_word(
    replies: list[tuple[str, Reply]], slot: Slot, *, is_card: bool, reported: bool = False
) -> str:
    """The option that a plain yes or no stands for, where the message is one or begins with one.
    `reported`: the message surely reports something."""
    first = replies[0][1]
    whole = PLAIN_VALUE if reported else AT_ALL
    for n, (piece, reply) in enumerate(replies[:2]):
        few = len(piece.split()) <= FEW_WORDS
        yes, no = reply.share(Act.YES), reply.share(Act.NO)
        if few and not is_question(piece) and max(yes, no) >= PLAIN:
            value = slot.yes if yes > no else slot.no
            if n == 0 or dict(first.options).get(value, 0.0) >= whole:
                return value
    if is_card:
        return ""  # "done" may be about anything
    for value, acts in ((slot.yes, (Act.YES, Act.DONE)), (slot.no, (Act.NO, Act.NOT_DONE))):
        fits = dict(first.options).get(value, 0.0) >= AT_ALL and not is_question(replies[0][0])
        if fits and sum(map(first.share, acts)) >= PLAIN:
            return value
    return ""


def _statements(text: str) -> list[str]:
    """The sentences that ask nothing."""
    return [part for part in sentences(text) if not is_question(part)] or [text]


def _act(replies: list[tuple[str, Reply]]) -> tuple[Act, float]:
    """The act of the whole message; of its first turn where that is a plain word, of a question in
    it where that is about ours. "Done" and "yes" speak for the same."""
    act, share = _summed(replies[0][1])
    if act is Act.CONTENT or share < CLEAR:
        for piece, reply in replies[1:]:
            first, sure = _summed(reply)
            plain = first in PLAINLY and piece == replies[1][0]
            about = first in ABOUT and is_question(piece)
            if (plain or about) and sure >= PLAIN:
                return first, sure
    return act, share


def _summed(reply: Reply) -> tuple[Act, float]:
    act, share = reply.act
    for first, second in ((Act.YES, Act.DONE), (Act.NO, Act.NOT_DONE)):
        if act in (first, second):
            return act, reply.share(first) + reply.share(second)
    return act, share


def back_asked(turn: Turn, expected: Expectation, text: str) -> Reading | None:
    """What a message that nothing else understood may ask about the question: the likeliest act,
    where one is at all likely."""
    slot = turn.assistant.flows[expected.flow].slots[expected.slot]
    parts = sentences(text) or [text]
    read_reply = turn.understanding.replies.read
    found = [
        pair
        for piece in dict.fromkeys([parts[-1], *turns(parts[-1])[-1:]])
        for pair in read_reply(piece, expected.name, slot.yes, slot.no).acts
    ]
    likely = sorted(
        ((act, share) for act, share in found if act in BACK_ASKED and share >= AT_ALL),
        key=lambda pair: -pair[1],
    )
    if likely:
        return Reading(expected, act=likely[0][0], score=likely[0][1])
    if any(map(is_question, parts)):
        return Reading(expected, act=Act.UNSURE, score=0)
    return None


def is_bare(text: str, most: int = BARE) -> bool:
    """Does it say little beside words like "that", "where", "why"? `most`: how many other words."""
    return len([word for word in normal(text).split() if word not in STOP]) <= most

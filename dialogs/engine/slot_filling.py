"""Does a text answer the open question, or correct an earlier answer? If so, the flow continues
from there."""

import re
from collections.abc import Iterable
from typing import Any

from dialogs.engine import flow_runner
from dialogs.engine.context import Turn
from dialogs.engine.conversation_store import ANSWER, MENU_LIVES, NOW, START, offer_to
from dialogs.engine.flow_format import Flow
from dialogs.expectations.doubts import Doubt, doubt
from dialogs.expectations.expectation import Expectation
from dialogs.expectations.gathering import data_of, named_options
from dialogs.expectations.plain_replies import by_name
from dialogs.nlu.dates import day_said, the_day_said, without_day
from dialogs.nlu.normalise import is_question, normal
from dialogs.nlu.slot_types import READERS, Read
from dialogs.nlu.types import Candidate, Interpretation, Kind
from domain.conversation import OpenQuestion

NAME_WORDS = 3
OWN_WORDS = ("text", "words")
HAPPENED = "happened_on"
_CORRECTS = re.compile(
    r"^(?:no|nope|sorry|wait|actually|correction|oops|i meant?|no wait)\b[\s,.:;-]*(?:i meant? "
    r"|it is |it was )?",
    re.I,
)

_CHANGES = re.compile(
    r"(?:(?:please|no|sorry|wait|can you|could you|i want to|we want to|let us|let's)[\s,]+)*"
    r"(?:change|switch|set|correct|update|replace)\s+(?P<what>.{1,40}?)\s+(?:to|into|with|by)\s+"
    r"(?P<rest>.+?)[.!]*$",
    re.I,
)


def answers_question(
    turn: Turn, question: OpenQuestion, text: str, interpretation: Interpretation
) -> bool:
    """Is this an answer to the open question, or a correction of an earlier one? If so, the flow
    has continued."""
    flow, slot = turn.assistant.flows[question.flow], question.slot
    if (
        option := turn.assistant.understanding.option(text, f"{flow.id}.{slot}")
    ) in question.options:
        flow_runner.fill(turn, slot, typed(turn, flow.id, slot, str(option)) or option)
        return True
    if _with_its_day(turn, flow, slot, text):
        return True
    if normal(text) in (label := {normal(o.replace("_", " ")): o for o in question.options}):
        flow_runner.fill(turn, slot, label[normal(text)])
        return True
    if flow.slots[slot].type == "words" and not any(
        m.entry.kind is Kind.COMMAND and m.score >= 1 for m in interpretation.meanings
    ):
        flow_runner.fill(turn, slot, text)  # the text goes to a person, so it may be a question
        return True
    if correct(turn, flow, slot, text):
        return True
    if is_day(turn, question) and doubt(text, "") is Doubt.OTHERS:
        return False  # "the guys from Kiefer sent theirs last Monday"
    read = READERS.get(flow.slots[slot].type, _reads_nothing)(text)
    if read is Read.WHOLE and not text.rstrip().endswith("?"):
        flow_runner.fill(turn, slot, text)
        return True
    if any(
        _interrupts(turn, flow, slot, m)
        for m in interpretation.meanings
        if not (read is Read.BROKEN and (_is_near(m) or _is_told(m, text)))
    ):
        return False
    for meaning in interpretation.meanings:
        value = meaning.entry.name.rpartition(".")[2]
        if value in question.options and not may_be_a_reason(turn, question, meaning):
            flow_runner.fill(turn, slot, typed(turn, flow.id, slot, value) or value)
            return True
    return _says_value(turn, flow, slot, text, interpretation)


def _with_its_day(turn: Turn, flow: Flow, slot: str, text: str) -> bool:
    """ "We sent it yesterday": an option and the day it happened, if the flow has a slot for the
    day."""
    rest = without_day(text)
    if (
        HAPPENED not in flow.slots
        or rest == text
        or (day := day_said(text, turn.today)) is None
        or day > turn.today
    ):
        return False
    option = turn.assistant.understanding.option(rest, f"{flow.id}.{slot}")
    if option not in (turn.open.options if turn.open else ()):
        return False
    turn.fill({HAPPENED: day.isoformat()})
    flow_runner.fill(turn, slot, option)
    return True


def answered_late(
    turn: Turn, text: str, interpretation: Interpretation
) -> tuple[Flow, dict[str, str]] | None:
    """ "Not yet" ended a flow; "we have weighed it", written later, is the other answer to its last
    question. Returns flow and slot."""
    flow, _, slot = turn.conversation.left.partition(".")
    if (
        flow not in turn.assistant.flows
        or len(text.split()) < 2
        or any(m.score >= 1 for m in interpretation.meanings)
    ):
        return None
    option = turn.assistant.understanding.option(text, f"{flow}.{slot}")
    return (
        (turn.assistant.flows[flow], {slot: typed(turn, flow, slot, option) or option})
        if option
        else None
    )


def _reads_nothing(_: str) -> Read:
    return Read.NOTHING


def _is_near(meaning: Candidate) -> bool:
    """A text that was meant to be a figure: a lone "€" is no greeting, and "1.1m to 900k" asks
    nothing."""
    one_word = len(meaning.clause.split()) == 1
    return (
        meaning.entry.kind is Kind.CHITCHAT
        or (meaning.entry.kind is Kind.REFUSE and one_word)
        or (
            meaning.entry.kind is Kind.ANSWER
            and meaning.score < 1
            and not is_question(meaning.clause)
        )
    )


def _interrupts(turn: Turn, flow: Flow, slot: str, meaning: Candidate) -> bool:
    """Is this something else than an answer? A reason in one's own words is an answer, unless it
    matches another phrase word for word."""
    if meaning.entry.kind in (Kind.OPTION, Kind.REPAIR) or only_sounds_like(meaning):
        return False
    named = flow.slots[slot].type == "any" and len(meaning.clause.split()) <= NAME_WORDS
    if (
        named and meaning.score < 1 and not is_question(meaning.clause)
    ):  # "Fabrikam Distribution" is the name that was asked for
        return False
    same = turn.assistant.intents.get(meaning.entry.name) is flow
    return flow.slots[slot].type != "text" or (meaning.score >= 1.0 and not same)


def _is_told(meaning: Candidate, text: str) -> bool:
    """Is it only likely, and no question? "900k last year and 1.2m this year" is an answer that
    cannot be read."""
    return meaning.score < 1 and not is_question(text)


def may_be_a_reason(turn: Turn, question: OpenQuestion | None, meaning: Candidate) -> bool:
    """When a reason is asked for, "clicked the wrong one" is an answer; a repair word counts only
    word for word."""
    return (
        question is not None
        and meaning.score < 1
        and turn.assistant.flows[question.flow].slots[question.slot].type in OWN_WORDS
    )


def only_sounds_like(meaning: Candidate) -> bool:
    """Small talk or another topic that was not said word for word and is not a question: it may be
    an answer to the open question."""
    return (
        meaning.entry.kind in (Kind.ELSEWHERE, Kind.CHITCHAT)
        and meaning.score < 1
        and not is_question(meaning.clause)
    )


def _says_value(
    turn: Turn, flow: Flow, slot: str, text: str, interpretation: Interpretation
) -> bool:
    """Take a free value from the text. A question, or a text that probably means something else, is
    never a value."""
    kind = flow.slots[slot].type
    if (
        text.rstrip().endswith("?")
        or kind == "categorical"
        or (kind == "any" and len(text.split()) > NAME_WORDS)
    ):
        return False
    if (
        kind in READERS
        and READERS[kind](text) is Read.NOTHING
        and (interpretation.others or len(text.split()) > NAME_WORDS)
    ):
        return False
    if kind == "day":
        said = the_day_said(text, turn.today)
        if said is None:
            return False
        flow_runner.fill(turn, slot, said.isoformat())
        return True
    flow_runner.fill(turn, slot, text)
    return True


def typed(turn: Turn, flow: str, slot: str, option: str) -> str | None:
    """The value of an option: `today` of a day slot is a day."""
    if turn.assistant.flows[flow].slots[slot].type == "day" and (
        said := day_said(option, turn.today)
    ):
        return said.isoformat()
    return None


def correct(turn: Turn, flow: Flow, asked: str, text: str) -> bool:
    """ "No, the other tenant", "change the admin to Otto": replace an earlier answer of this flow
    and continue from there."""
    changed = _CHANGES.match(text.strip())
    rest = changed["rest"] if changed else _CORRECTS.sub("", text, count=1)
    if rest == text or not rest:
        return False
    filled = [s for s in flow.collects if turn.slots.get(s) is not None and s != asked]
    if changed and (named := [s for s in filled if _is_named(s, changed["what"])]):
        filled = named
    for slot in reversed(filled):
        value = _read_as(turn, flow, slot, asked, rest)
        if value is None:
            continue
        if value == "other":
            value = _other(turn, flow, slot)
        turn.say("repair/corrected", slot=slot, value=value or "")
        turn.trace.filled[f"{flow.id}.{slot}"] = value
        back_to(turn, flow, slot)
        turn.fill({slot: value})
        flow_runner.walk(turn)
        return True
    return False


def _is_named(slot: str, what: str) -> bool:
    """Is this the slot that the words name ("the admin")?"""
    return any(word in slot.split("_") for word in normal(what).split())


def _read_as(turn: Turn, flow: Flow, slot: str, asked: str, rest: str) -> str | None:
    """The value of an earlier slot that the text says; None where it says none."""
    value = turn.assistant.understanding.option(rest, f"{flow.id}.{slot}")
    kind = flow.slots[slot].type
    if value is None and kind == "day" and (day := day_said(rest, turn.today)):
        value = day.isoformat()
    if value is None and kind == "any":
        value = by_name(rest, named_options(turn, Expectation(f"{flow.id}.{slot}"))) or None
    readable = kind != flow.slots[asked].type and READERS.get(kind, _reads_nothing)(rest)
    return rest if value is None and readable is Read.WHOLE else value


def _other(turn: Turn, flow: Flow, slot: str) -> str | None:
    """The other of two options; None (ask again) if there are more."""
    options = flow.slots[slot].values or turn.conversation.offered.get(slot, ())
    if not options:
        shown = data_of(turn, Expectation(f"{flow.id}.{slot}")).get("options", ())
        options = tuple(str(option["value"]) for option in shown)
    rest = [o for o in options if o != turn.slots.get(slot)]
    return rest[0] if len(rest) == 1 else None


def back_to(turn: Turn, flow: Flow, slot: str) -> None:
    """Clear this answer and the later ones that may depend on it, so that they are asked again
    where they matter."""
    later = flow.collects[flow.collects.index(slot) :]
    for name in later:
        turn.fill({name: None})
    turn.note(open=None)
    turn.change_top(
        step=next(s.id for s in flow.steps.values() if s.kind == "collect" and s.what == slot)
    )


def is_day(turn: Turn, question: OpenQuestion) -> bool:
    """Does the open question ask for a day?"""
    return turn.assistant.flows[question.flow].slots[question.slot].type == "day"


def option_of(turn: Turn, meaning: Candidate) -> dict[str, str]:
    """A candidate as a button: its label and its target."""
    name = meaning.entry.name
    if own := turn.own.answers.get(name):
        return {"label": own.title, "target": f"{ANSWER}.{name}.{NOW}"}
    if meaning.entry.kind is Kind.ANSWER:
        return {"title": f"answers/{name}", "target": f"{ANSWER}.{name}.{NOW}"}
    flow = turn.assistant.intents[name]
    return {"title": f"{flow.ability}/title", "target": f"{flow.id}.{START}.{NOW}"}


def offer(turn: Turn, template: str, likely: Iterable[Candidate], **data: Any) -> None:
    """Ask which of these is meant. The open question is not repeated beside them."""
    turn.decide("clarify")
    turn.asked = True
    options = list(likely)
    turn.trace.offered += options
    id_ = offer_to(turn.tx, turn.person.id, "menu", turn.about, MENU_LIVES)
    turn.say(template, options=[option_of(turn, m) for m in options], offer=id_, **data)

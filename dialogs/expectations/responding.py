"""Does what a reply to an expectation says: takes the answer, says why or where, brings a card once
more. Has no user texts."""

import re

from dialogs.engine import flow_runner, history
from dialogs.engine.acting import act_on, begin
from dialogs.engine.context import Turn
from dialogs.engine.conversation_store import MENU_LIVES, offer_to
from dialogs.engine.flow_runner import ask_again
from dialogs.engine.name_masking import hear
from dialogs.engine.slot_filling import HAPPENED, typed
from dialogs.expectations import earlier_answers, offered_reports, plain_replies, proposals
from dialogs.expectations.asides import asked_here
from dialogs.expectations.expectation import Expectation
from dialogs.expectations.gathering import OWN_WORDS, data_of, named_options, waiting_for
from dialogs.expectations.meanings import is_help
from dialogs.expectations.reading import Reading, back_asked, is_bare, read
from dialogs.nlu.dates import day_said
from dialogs.nlu.in_context.reply_classifier import Act
from dialogs.nlu.language import ENGLISH
from dialogs.nlu.normalise import is_question
from dialogs.nlu.types import REPORT, Candidate, Interpretation, Kind, is_report
from domain import people
from domain.approvals import approval
from domain.storage.audit import Entry

# A question beside an answer is answered; a command or a report beside it is not acted upon.
BESIDE = (Kind.ANSWER, Kind.REFUSE, Kind.ELSEWHERE)
TEMPLATES = {Act.WHY: "why", Act.WHERE: "where", Act.WHO: "who", Act.UNSURE: "where"}
# Intents that an ability may have for what is said about a card.
FLOWS = {Act.NOT_ME: "not_me", Act.NUDGE: "nudge", Act.UNDO: "start_undo", Act.LATER: "snooze"}
MOST_BESIDE_NAMES = 6
# "What do I click?" asks for the place.
_CLICKS = re.compile(r"\b(?:click|press|select|push|tap|button)\b", re.I)
TAKEN_BACK = 0.7  # the share of "undo" that takes back what was recorded just now


def replied(turn: Turn, text: str, heard: Interpretation) -> bool:
    """Was the message a reply to something that waits for this person? Then it is done."""
    if heard.language != ENGLISH:
        return False
    if proposals.answered(turn, text, heard):
        return True
    waiting = waiting_for(turn)
    names = [expected.name for expected in waiting]
    for expected in waiting:
        if _is_open(turn, expected) and earlier_answers.corrected(turn, expected, text):
            return True
        if _is_open(turn, expected) and _names_several(turn, expected, text):
            return True
        reading = read(turn, expected, text, heard)
        if reading and _asks_more(turn, reading, text):
            return False  # a question that we have an answer to
        if reading and names.count(expected.name) > 1 and expected.about:
            return False  # which of them is asked elsewhere
        if reading:
            return _respond(turn, reading, text)
    if waiting and is_bare(text) and any(map(is_help, heard.meanings)):
        return any(_explain(turn, waiting[0], act) for act in (Act.WHERE, Act.HELP))
    return not waiting and not heard.meanings and _takes_back(turn, text)


def _names_several(turn: Turn, expected: Expectation, text: str) -> bool:
    """ "Either Otto or Grace", where one is asked for: which one?"""
    if is_question(text) or not is_bare(text, MOST_BESIDE_NAMES):
        return False
    options = named_options(turn, expected)
    found = plain_replies.named_in(text, options)
    if len(found) <= 1:
        return False
    turn.decide("clarify")
    turn.note(missed=0)
    turn.say("repair/which_one", names=[options[value][0] for value in found])
    ask_again(turn)
    return True


def _takes_back(turn: Turn, text: str) -> bool:
    """Nothing is asked, something was recorded just now, and the message surely takes it back."""
    known = turn.conversation.recorded
    if known is None or not known.fresh or known.undone or is_question(text):
        return False
    if turn.understanding.replies.read(text, "").share(Act.UNDO) < TAKEN_BACK:
        return False
    begin(turn, turn.assistant.intents[FLOWS[Act.UNDO]])
    return True


def _asks_more(turn: Turn, reading: Reading, text: str) -> bool:
    """Is it surer that the message asks something that we have an answer to?"""
    if not is_question(text) or reading.rest:
        return False
    asked = asked_here(turn, text)
    weak = reading.act in (Act.LATER, Act.NOT_ME, Act.HELP, Act.UNSURE)
    return asked is not None and (weak or asked.score > reading.score)


def _respond(turn: Turn, reading: Reading, text: str) -> bool:
    expected = reading.expectation
    if reading.value and expected.about and _slot_type(turn, expected) == "words":
        _pass_on(turn, expected, text)
        return True
    if reading.value and not expected.by_press:
        return _answered(turn, reading, text)
    if reading.value and _is_open(turn, expected) and _slot_type(turn, expected) == "day":
        return _day_by_press(turn, reading, text)
    if reading.value and reading.plain and not _records(turn, reading, text):
        return _answered(turn, reading, text)
    if reading.value or reading.act in (Act.YES, Act.NO, Act.DONE, Act.NOT_DONE):
        if not expected.by_press and _is_open(turn, expected):
            return False
        _bring(turn, expected, press=expected.by_press)
        return True
    if reading.act in TEMPLATES or reading.act is Act.HELP:
        return _explain(turn, expected, reading.act)
    return _begin_about(turn, expected, reading.act)


def _records(turn: Turn, reading: Reading, text: str) -> bool:
    """Would this answer write anything to the log of a machine?"""
    return bool(offered_reports.would_record(turn, lambda trial: _take(trial, reading, text)))


def _slot_type(turn: Turn, expected: Expectation) -> str:
    return turn.assistant.flows[expected.flow].slots[expected.slot].type


def _pass_on(turn: Turn, expected: Expectation, text: str) -> None:
    """Words that somebody asked for on a card are offered as the answer; a press sends them."""
    turn.decide("command")
    turn.note(missed=0)
    about = {**expected.about, expected.slot: text}
    button = offer_to(turn.tx, turn.person.id, "menu", about, MENU_LIVES)
    whose = people.names(turn.tx, (expected.whose,)).get(expected.whose, "")
    turn.say("repair/pass_on", flow=expected.flow, text=text, whose=whose, button=button)
    ask_again(turn)


def _day_by_press(turn: Turn, reading: Reading, text: str) -> bool:
    """A day of what cannot be undone: offered with a button for that very day, unless nothing
    would be recorded."""
    flow = turn.assistant.flows[reading.expectation.flow]
    report = next((name for name in flow.triggers if name.startswith(REPORT)), "")
    entries = offered_reports.would_record(turn, lambda trial: _take(trial, reading, text))
    if entries and report:
        offered_reports.offer_entries(turn, report, reading.value, entries)
        ask_again(turn)
    elif entries:
        _bring(turn, reading.expectation, press=True)
    else:
        _take(turn, reading, text)
    return True


def _is_open(turn: Turn, expected: Expectation) -> bool:
    return turn.open is not None and turn.open.name == expected.name


def _answered(turn: Turn, reading: Reading, text: str) -> bool:
    """An answer that was said plainly is taken. Another one is taken where it records nothing and
    is likely; where it would record something it is offered with a button."""
    expected = reading.expectation
    if not reading.plain:
        entries = offered_reports.would_record(turn, lambda trial: _take(trial, reading, text))
        entries = [e for e in entries if not e.object.startswith(f"{approval.MACHINE.name}:")]
        if not _is_open(turn, expected):
            _bring(turn, expected)
        if entries and turn.open and _is_open(turn, expected):
            _offer(turn, reading, text, entries, turn.open.offer)
            return True
        if entries or expected.about or not reading.harmless:
            if _is_open(turn, expected) and not turn.asked:
                turn.say("repair/not_sure")
            ask_again(turn)
            return True
    _take(turn, reading, text)
    return True


def _offer(
    turn: Turn, reading: Reading, text: str, entries: list[Entry], question_offer: str
) -> None:
    """What the answer would record, with the question's own button for it."""
    _answer_beside(turn, reading, text)
    turn.decide("clarify")
    button, told = (
        f"{reading.expectation.name}.{reading.value}",
        offered_reports.told(turn, entries),
    )
    turn.say("repair/meant", action=button, **told | {"offer": question_offer, "question": True})
    if turn.asked:  # a card that was brought: what it is about comes last
        turn.parts.insert(-1, turn.parts.pop())
    turn.trace.offers.append((button, question_offer))
    ask_again(turn)


def _answer_beside(turn: Turn, reading: Reading, text: str) -> None:
    """The questions beside an answer, each once; one that means nothing by itself is read with what
    was told before it."""
    found: dict[str, Candidate] = {}
    for asked in reading.rest:
        heard = [m for m in hear(turn, asked, "").meanings if m.entry.kind in BESIDE]
        here = None if heard else asked_here(turn, asked)
        heard = [here] if here else heard
        heard = heard or [m for m in hear(turn, text, "").meanings if m.entry.kind in BESIDE]
        found |= {m.entry.name: m for m in heard}
    for meaning in found.values():
        act_on(turn, meaning)


def _take(turn: Turn, reading: Reading, text: str) -> None:
    """The answer is taken and its flow goes on; a question beside it is answered first."""
    expected, value = reading.expectation, reading.value
    _answer_beside(turn, reading, text)
    turn.decide("command")
    value = typed(turn, expected.flow, expected.slot, value) or value
    question = turn.open
    if not (question and _is_open(turn, expected)):
        return begin(
            turn,
            turn.assistant.flows[expected.flow],
            **{**expected.about, expected.slot: value},
        )
    flow = turn.assistant.flows[expected.flow]
    dated = HAPPENED in flow.slots and flow.slots[expected.slot].type != "day"
    day = day_said(text, turn.today) if dated else None
    if day and day <= turn.today:
        turn.fill({HAPPENED: day.isoformat()})
    history.was_answer(turn, question)
    turn.trace.answered = True
    flow_runner.fill(turn, expected.slot, value)
    return _reports_beside(turn, reading)


def _reports_beside(turn: Turn, reading: Reading) -> None:
    """A report of something else in the same message is offered for recording."""
    for piece in reading.told:
        for meaning in hear(turn, piece, "").meanings:
            flow = turn.assistant.intents.get(meaning.entry.name)
            if is_report(meaning) and flow and flow.id != reading.expectation.flow:
                turn.text = piece
                turn.trace.acted.append(meaning)
                return offered_reports.propose(turn, meaning)
    return None


def is_waited_for(turn: Turn) -> bool:
    """Does anything wait for this person?"""
    return bool(waiting_for(turn))


def question_for_them(turn: Turn, text: str) -> None:
    """A question that I have no answer to, of somebody whom others wait for: it can be put to
    them."""
    for expected in waiting_for(turn):
        if expected.asks and expected.about and is_question(text):
            flow, _, slot = expected.asks.partition(".")
            about = {**expected.about, slot: text}
            button = offer_to(turn.tx, turn.person.id, "menu", about, MENU_LIVES)
            return turn.say("repair/ask_them", flow=flow, text=text, button=button)
    return None


def asked_back(turn: Turn, text: str) -> bool:
    """Nothing understood a message at an open question: what it may ask about the question is
    answered. False where nothing of the kind is likely."""
    for expected in waiting_for(turn)[:1]:
        if _slot_type(turn, expected) in OWN_WORDS:
            return False
        reading = back_asked(turn, expected, text)
        if reading and reading.act is Act.LATER:
            return _begin_about(turn, expected, reading.act)
        if reading and _explain(turn, expected, reading.act, anything=True):
            return True
    return False


def _bring(turn: Turn, expected: Expectation, *, press: bool = False) -> None:
    """The question once more, with its buttons. `press`: words do not answer it."""
    turn.decide("clarify")
    turn.note(missed=0)
    if press:
        turn.say("repair/press_please")
    if _is_open(turn, expected):
        return ask_again(turn)
    return begin(turn, turn.assistant.flows[expected.flow], **dict(expected.about))


def _explain(turn: Turn, expected: Expectation, act: Act, *, anything: bool = False) -> bool:
    """Why it is asked, where it is found, who does it; else the whole question once more.
    `anything`: any explanation of the question will do."""
    flow = turn.assistant.flows[expected.flow]
    asked = Act.WHERE if act is Act.HELP and _CLICKS.search(turn.text) else act
    template = flow.question_back(TEMPLATES.get(asked, ""), expected.slot)
    if anything and not template:
        step = flow.collect(expected.slot)
        template = flow.question_back(step.asides[0], expected.slot) if step and step.asides else ""
        if not template:
            return False
    if not template and act not in (Act.HELP, Act.UNSURE):
        return False
    turn.note(missed=0)
    if template:
        turn.decide("answer")
        turn.say(template, **{"case": turn.case()} | data_of(turn, expected))
        if _is_open(turn, expected):
            ask_again(turn)
        else:
            _bring(turn, expected)
        return True
    turn.decide("clarify")
    if _is_open(turn, expected):
        flow_runner.ask(turn, flow, expected.slot)
    else:
        _bring(turn, expected)
    return True


def _begin_about(turn: Turn, expected: Expectation, act: Act) -> bool:
    """ "Not me", "nudge him", "tomorrow": the flow that does it, about this card."""
    if act is Act.UNDO and _is_open(turn, expected) and earlier_answers.asked_anew(turn, expected):
        return True
    if act is Act.NOT_ME and not expected.about:
        return _explain(turn, expected, Act.WHO)
    flow = turn.assistant.intents.get(FLOWS.get(act, ""))
    if flow is None:
        return False
    turn.decide("command")
    turn.note(missed=0)
    about = {k: v for k, v in expected.about.items() if k in flow.slots}
    begin(turn, flow, **about)
    ask_again(turn)
    return True

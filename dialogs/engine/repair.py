"""What can happen beside a flow: digressions, corrections, cancelling, old buttons, messages that
are not understood. Outside all flows.

Decides what a message means for the open question, and runs the flows. Has no user texts.
"""

import re

from dialogs.calibration import judging
from dialogs.engine import answers, flow_runner, history
from dialogs.engine.acting import act_on, begin, hand_over
from dialogs.engine.context import Turn
from dialogs.engine.flow_format import Flow
from dialogs.engine.flow_runner import ask_again
from dialogs.engine.name_masking import hear
from dialogs.engine.slot_filling import (
    answered_late,
    answers_question,
    back_to,
    is_day,
    may_be_a_reason,
    offer,
    only_sounds_like,
    option_of,
)
from dialogs.expectations import offered_reports, responding
from dialogs.expectations.asides import meant_here
from dialogs.expectations.reading import is_bare
from dialogs.inputs import Message
from dialogs.nlu.about_others import is_about_others
from dialogs.nlu.interpreter import OPTIONS
from dialogs.nlu.language import ENGLISH
from dialogs.nlu.normalise import MAX_LENGTH, is_question
from dialogs.nlu.types import (
    BUTTON,
    REPORT,
    Candidate,
    Decided,
    Interpretation,
    Kind,
    is_report,
)
from dialogs.second_reader import asking as second_reader
from domain.conversation import OpenQuestion
from domain.knowledge import review

MISSES, EXACT = 2, 0.99
# An answer that is so likely, and no other near, is given where something waits for the person.
HERE, APART = 0.5, 0.3
# Repair words that are replies: what waits for the person decides what they mean.
PLAIN = ("affirm", "deny", "not_that")
UNCLEAR = 3
_EVERYTHING = re.compile(r"\b(?:everything|all)\b", re.I)
REMEMBERED, SHOWN = 500, 80


def listen(turn: Turn, said: Message) -> None:
    """Handle a message. An answer to the open question continues the flow; anything else is handled
    first, then the question is asked again."""
    turn.text, turn.ts, text = said.text, said.ts, said.text.strip()
    if said.intent:
        entry = turn.assistant.understanding.entries[said.intent]
        act_on(turn, Candidate(entry, 1.0, text, True, Decided(BUTTON)), said.about)
        return ask_again(turn)
    if not text or len(text) > MAX_LENGTH:
        turn.decide("clarify")
        turn.say("repair/too_long" if text else "repair/no_text", most=MAX_LENGTH)
        return ask_again(turn)
    question = turn.open
    turn.note(heard_on=turn.today.isoformat())
    interpretation = hear(turn, text, question.name if question else "")
    turn.trace.question = question.name if question else ""
    if taken_by := _intercepted(turn, interpretation):
        turn.trace.taken_by = taken_by
        return None
    if not _is_exact_repair(interpretation) and responding.replied(turn, text, interpretation):
        return None
    offered_reports.pass_by(turn)
    question = turn.open  # an ability may have closed it
    if (
        (first := interpretation.meanings[0] if interpretation.meanings else None)
        and first.entry.kind is Kind.REPAIR
        and not may_be_a_reason(turn, question, first)
        and _repair(turn, first, interpretation)
    ):
        turn.trace.acted.append(first)
        return None
    if question and answers_question(turn, question, text, interpretation):
        history.was_answer(turn, question)
        turn.trace.answered = True
        turn.decide("command")
        return None
    if interpretation.language != ENGLISH:
        return _foreign(turn, interpretation)
    if not question and (late := answered_late(turn, text, interpretation)):
        turn.decide("command")
        begin(turn, late[0], **late[1])
        return ask_again(turn)
    meant = [
        m
        for m in interpretation.meanings
        if not (question and m.entry.kind is Kind.ELSEWHERE and only_sounds_like(m))
        and m.entry.kind is not Kind.REPAIR  # "can I still stop?" stops nothing
    ]
    for meaning in meant:
        if meaning.entry.kind is Kind.REFUSE:
            responding.question_for_them(turn, text)
        if is_report(meaning):
            turn.counted.append((meaning.entry.name, meaning.score))
            turn.trace.acted.append(meaning)
            offered_reports.propose(turn, meaning)
        else:
            act_on(turn, meaning)
    if not meant:
        return _unclear(turn, said, interpretation)
    _rest(turn, interpretation)
    turn.note(
        missed=0, unclear=tuple(interpretation.missed), heard=interpretation.text[:REMEMBERED]
    )
    return ask_again(turn)


def _is_exact_repair(interpretation: Interpretation) -> bool:
    """ "Cancel", "start over", "go back" word for word mean that, whatever is open."""
    first = interpretation.meanings[0] if interpretation.meanings else None
    return (
        first is not None
        and first.entry.kind is Kind.REPAIR
        and first.score >= EXACT
        and first.entry.name not in PLAIN
    )


def _intercepted(turn: Turn, interpretation: Interpretation) -> str:
    """The ability that takes the message before it means anything else; "" where none does."""
    abilities = turn.assistant.abilities
    return next(
        (a.name for a in abilities if a.intercept and a.intercept(turn, interpretation)), ""
    )


def _rest(turn: Turn, interpretation: Interpretation) -> None:
    """What was said beside the questions: a report is offered for recording, a question that was
    not understood is named."""
    offered_reports.offer(turn, interpretation.claims, interpretation.text)
    if interpretation.missed:
        turn.say(
            "repair/part_missed", missed=[part[:SHOWN] for part in interpretation.missed[:OPTIONS]]
        )


def _foreign(turn: Turn, interpretation: Interpretation) -> None:
    """Not in English: answered in English or asked what is meant, where that is known; always said
    so in that language, with a person to turn to, who gets the text."""
    found = turn.understanding.foreign.hear(interpretation.text, interpretation.language)
    turn.trace.heard.append(found)
    if found.meanings:
        turn.say("repair/in_english", language=interpretation.language)
        for meaning in found.meanings:
            act_on(turn, meaning)
        turn.note(missed=0, unclear=(), heard=interpretation.text[:REMEMBERED])
        return ask_again(turn)
    turn.note(unclear=(*turn.conversation.unclear, interpretation.text)[-UNCLEAR:])
    if found.others and (turn.open is None or is_question(interpretation.text)):
        return offer(
            turn, "repair/clarify_in_english", found.others, language=interpretation.language
        )
    turn.decide("handover")
    turn.say("repair/not_english", language=interpretation.language)
    return ask_again(turn)


def _repair(turn: Turn, first: Candidate, interpretation: Interpretation) -> bool:
    """Cancel, restart, skip, go back, repeat, yes and no. False if the word means nothing here."""
    name, question = first.entry.name, turn.open
    if first.score < EXACT and is_question(interpretation.text):
        return False  # "can I still stop?" asks, and stops nothing
    flow = turn.assistant.flows[question.flow] if question else None
    turn.note(missed=0)
    if name in ("affirm", "deny"):
        if flow is None or question is None:
            return _nothing_open(turn)
        return flow.slots[question.slot].type not in ("text", "words", "any") and _yes_or_no(
            turn, flow, question, name == "affirm"
        )
    if name == "cancel" and question and "cancel" in question.options:
        turn.decide("command")
        flow_runner.fill(turn, question.slot, "cancel")
    elif name == "cancel":
        _cancel(turn, interpretation.text)
    elif name == "not_that":
        not_that(turn, "")
    elif (
        question is None
        and name == "restart"
        and turn.conversation.cancelled in turn.assistant.flows
    ):
        turn.decide("command")
        begin(turn, turn.assistant.flows[turn.conversation.cancelled])
    elif flow is None or question is None:
        return _nothing_open(turn)
    elif name == "restart":
        turn.decide("command")
        turn.forget(
            flow.slots
        )  # the flows below keep their slots: they continue when this one is over
        turn.intent = name
        flow_runner.start(turn, flow.id)
    elif name == "go_back":
        turn.decide("command")
        filled = [s for s in flow.collects if turn.slots.get(s) is not None and s != question.slot]
        back_to(turn, flow, filled[-1] if filled else question.slot)
        flow_runner.walk(turn)
    else:
        turn.decide("clarify")
        turn.say("repair/cannot_skip" if name == "skip" else "repair/said_again")
        ask_again(turn)
    return True


def _cancel(turn: Turn, text: str) -> None:
    """Stop the innermost flow, or all of them if that is said. "Start over" starts it again."""
    question = turn.open
    turn.decide("command")
    turn.say("repair/cancelled", flow=question.flow if question else "")
    if question is None or _EVERYTHING.search(text):
        turn.note(frames=(), slots={}, open=None)
    else:
        flow_runner.drop(turn)
    if question and turn.assistant.flows[question.flow].triggers:
        turn.note(cancelled=question.flow)


def not_that(turn: Turn, answered: str) -> None:
    """ "Not what I asked": offer the other candidates and a person. It is recorded, however old the
    answer is."""
    turn.decide("clarify")
    answered = answered or turn.conversation.last_answer
    text = answers.asked(turn, answered)
    if answers.thought(turn, answered, review.NOT_ASKED, turn.message) and text:
        answers.note(turn, text, "not_asked", answered)
    judging.pressed(turn, text, answered, is_right=False)
    ranked = turn.understanding.whole(text).ranked if text else []
    near = [
        m
        for m in ranked
        if m.entry.name != answered and m.entry.kind in (Kind.ANSWER, Kind.COMMAND)
    ]
    turn.note(unclear=(text,) if text else ())
    turn.say(
        "repair/not_that",
        options=[option_of(turn, m) for m in near[: OPTIONS if answered else OPTIONS + 1]],
    )
    ask_again(turn)


def _nothing_open(turn: Turn) -> bool:
    turn.decide("clarify")
    turn.say("repair/nothing_open")
    return True


def _yes_or_no(turn: Turn, flow: Flow, question: OpenQuestion, yes: bool) -> bool:
    """Yes and no are options of the question, or stand for the first and second of two options;
    otherwise the question is asked again."""
    if (word := "yes" if yes else "no") in question.options:
        turn.decide("command")
        flow_runner.fill(turn, question.slot, word)
        return True
    if len(question.options) != 2 or flow.slots[question.slot].type != "categorical":
        turn.decide("clarify")
        turn.say("repair/said_again")
        ask_again(turn)
        return True
    turn.decide("command")
    history.was_answer(turn, question)
    flow_runner.fill(turn, question.slot, question.options[0 if yes else 1])
    return True


def _unclear(turn: Turn, said: Message, interpretation: Interpretation) -> None:
    """Offer the likely candidates, except after a failed answer to the open question. After the
    second message that is not understood, a person is offered. A second reader, where there is one,
    is asked before that; raises HeldBack while it has not been."""
    turn.note(unclear=(*turn.conversation.unclear, interpretation.text)[-UNCLEAR:])
    likely = [m for m in interpretation.others if m.entry.kind in (Kind.ANSWER, Kind.COMMAND)]
    question = turn.open
    if not interpretation.babble and (asked := meant_here(turn, interpretation.text)):
        return _answer_here(turn, interpretation, asked)
    waited_for = bool(likely) and responding.is_waited_for(turn)
    plausible = waited_for and _is_plausible_here(interpretation, likely)
    if not plausible and (second := second_reader.picked(turn, said, interpretation)):
        return _answer_here(turn, interpretation, second)
    answers.note(turn, interpretation, "unsure" if likely else "not_understood")
    if plausible:
        return _answer_here(turn, interpretation, likely[0])
    if is_bare(interpretation.text) and responding.asked_back(turn, interpretation.text):
        return
    if likely and (question is None or is_question(interpretation.text)):
        offer(turn, "repair/clarify", likely)
        responding.question_for_them(turn, interpretation.text)
        return _rest(turn, interpretation)
    if question and _belongs_to_others(turn, question, interpretation.text):
        turn.decide("clarify")
        turn.say("repair/about_others")
        return flow_runner.drop(turn)
    if question is None and turn.assistant.is_for_people(turn):
        return
    if responding.asked_back(turn, interpretation.text):
        return
    turn.note(missed=turn.conversation.missed + 1)
    if turn.conversation.missed >= MISSES:
        hand_over(turn, "not_understood")
    elif interpretation.far and not interpretation.babble and not question:
        turn.decide("out_of_scope")
        turn.say("repair/far")
        responding.question_for_them(turn, interpretation.text)
    else:
        turn.decide("clarify")
        turn.say(
            "repair/not_understood",
            question=question.slot if question else "",
            day=bool(question and is_day(turn, question)),
        )
    ask_again(turn)


def _answer_here(turn: Turn, interpretation: Interpretation, meaning: Candidate) -> None:
    """What is taken to be about the matter at hand."""
    if is_report(meaning):
        turn.trace.acted.append(meaning)
        offered_reports.propose(turn, meaning)
    else:
        act_on(turn, meaning)
    offered_reports.offer(turn, interpretation.claims, interpretation.text)
    turn.note(missed=0, unclear=(), heard=interpretation.text[:REMEMBERED])
    responding.question_for_them(turn, interpretation.text)
    ask_again(turn)


def _is_plausible_here(interpretation: Interpretation, likely: list[Candidate]) -> bool:
    """In the middle of a conversation a question is about the matter at hand: the likeliest answer
    is given where no other comes near."""
    first, others = likely[0], likely[1:]
    return (
        first.entry.kind is Kind.ANSWER
        and is_question(interpretation.text)
        and first.score >= HERE
        and all(first.score - other.score >= APART for other in others)
    )


def _belongs_to_others(turn: Turn, question: OpenQuestion, text: str) -> bool:
    """ "That was for my brother's company": what a report of ours was begun with was not about
    us."""
    triggers = turn.assistant.flows[question.flow].triggers
    return (
        bool(triggers)
        and all(name.startswith(REPORT) for name in triggers)
        and is_about_others(text)
    )

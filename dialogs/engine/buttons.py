"""Button presses and submitted modals. What a button is for is read from the stored offer, never
from the payload."""

from collections.abc import Collection
from datetime import date
from typing import Any

from dialogs.calibration import judging
from dialogs.engine import answers, conversation_store, flow_runner
from dialogs.engine.acting import begin, may_begin
from dialogs.engine.answers import answer
from dialogs.engine.context import Outcome, Turn
from dialogs.engine.conversation_store import ANSWER, CLAIM, FORM, HELPFUL, NOT_THAT, START, Part
from dialogs.engine.flow_format import Flow
from dialogs.engine.flow_runner import ask_again
from dialogs.engine.repair import not_that
from dialogs.engine.slot_filling import typed
from dialogs.expectations import offered_reports
from dialogs.inputs import ButtonPress, FormSubmission
from dialogs.nlu.slot_types import READERS, Read
from domain.conversation import OpenQuestion, Proposal
from domain.knowledge import review
from domain.knowledge.calibration import Source

NOT_RECORDED, CHANGE = "no", "change"
# What a choice becomes when no option is left.
WITHOUT_OPTIONS = {
    "repair/clarify": "repair/not_understood",
    "repair/clarify_in_english": "repair/not_english",
}
NONE = "none"  # what an empty input means, if the question has this option


class WrongForm(Exception):
    """A modal with wrong values. The caller must roll back the transaction."""

    def __init__(self, wrong: dict[str, Part]) -> None:
        super().__init__("wrong form")
        self.wrong = wrong


def choose(turn: Turn, press: ButtonPress) -> None:
    """Handle a press. The stored offer says what the button is for; the payload says only which
    option."""
    flow, slot, option = ([*press.action.split("."), "", ""])[:3]
    turn.message, question = press.offer, turn.open
    if flow == ANSWER and option in (NOT_THAT, HELPFUL) and answers.knows(turn, slot):
        not_that(turn, slot) if option == NOT_THAT else _helped(turn, slot)
    elif question and question.offer == press.offer:
        if slot == FORM and question.flow == flow and turn.assistant.flows[flow].form:
            _open_form(turn, turn.assistant.flows[flow])
        else:
            _choose_answer(turn, question, flow, slot, option)
    else:
        _choose_offered(turn, press.offer, flow, slot, option)
    if (
        turn.parts and press.label
    ):  # a press leaves no line in Slack, so the reply says what it replies to
        name, data = turn.parts[0]
        turn.parts[0] = (
            name,
            data
            | {"pressed": press.label, "pressed_by": "" if turn.where.direct else turn.person.name},
        )


def make_choices_distinct(turn: Turn) -> None:
    """A choice is one of different things, and its buttons are the last of the message: options
    with one label are one option, and a choice without any is no choice."""
    choices = [n for n, (_, data) in enumerate(turn.parts) if _is_choice(data)]
    for n in choices:
        name, data = turn.parts[n]
        named: dict[str, Any] = {}
        for option in data["options"]:
            named.setdefault(option.get("label") or option["title"], option)
        left = list(named.values())
        if not left and name in WITHOUT_OPTIONS:
            name, data = WITHOUT_OPTIONS[name], data | {"question": "", "day": False}
        turn.parts[n] = (name, data | {"options": left})
    turn.parts.sort(key=lambda part: _is_choice(part[1]))


def _is_choice(data: dict[str, Any]) -> bool:
    options = data.get("options")
    return isinstance(options, list) and all("target" in o for o in options)


def shows_other_buttons(turn: Turn) -> bool:
    """Does the message show buttons of something else than the open question? Sorts the parts so
    that the question comes last."""
    turn.parts.sort(key=lambda part: bool(part[1].get("question")))
    return not turn.asked or bool(turn.parts[1:] and turn.open and not turn.open.options)


def _helped(turn: Turn, name: str) -> None:
    turn.decide("command")
    answers.thought(turn, name, review.HELPFUL, turn.message)
    judging.pressed(turn, answers.asked(turn, name), name, is_right=True)
    turn.say("repair/noted")
    ask_again(turn)


def _choose_offered(turn: Turn, id_: str, flow: str, slot: str, option: str) -> None:
    offer = conversation_store.offer_of(turn.tx, id_)
    if offer is None:
        _closed(turn, conversation_store.asks_somebody_else(turn.person, id_))
    elif offer.person not in ("", turn.person.id):
        _not_yours(turn)
    elif turn.tx.at >= offer.expires_at or not _choose_from_menu(
        turn, offer.about, flow, slot, option
    ):
        _closed(turn)


def _choose_answer(turn: Turn, question: OpenQuestion, flow: str, slot: str, option: str) -> None:
    if (slot in (START, FORM) or flow == ANSWER) and _choose_from_menu(
        turn, {}, flow, slot, option
    ):
        return None  # a way out that the question itself offers
    if (question.flow, question.slot) != (flow, slot) or option not in question.options:
        return _closed(turn)
    turn.decide("command")
    turn.note(missed=0)
    flow_runner.fill(turn, slot, typed(turn, flow, slot, option) or option)
    return None


def _choose_from_menu(turn: Turn, about: dict[str, Any], flow: str, slot: str, option: str) -> bool:
    if flow == ANSWER and answers.knows(turn, slot):
        turn.counted.append((slot, 1.0))
        if noted := about.get(answers.NOTED):
            _meant(turn, about, (slot,))
            review.picked(turn.tx, noted, slot)
        flow_runner.give_way(turn)
        answer(turn, slot)
        ask_again(turn)
        return True
    if flow == CLAIM and slot in turn.assistant.intents and CLAIM in about:
        _choose_about_report(turn, slot, str(about[CLAIM]), option)
        ask_again(turn)
        return True
    target = turn.assistant.flows.get(flow)
    if slot == FORM and not (target and target.form):
        return False
    if target is not None and slot == FORM:
        turn.decide("command")
        return _open_form(turn, target, {k: v for k, v in about.items() if k in target.slots})
    if target is None or (slot != START and not _asks_for(turn, target, slot, option)):
        return False
    turn.decide("command")
    if slot == START:
        _meant(turn, about, target.triggers)
    known = {k: v for k, v in about.items() if k in target.slots}
    begin(
        turn,
        target,
        **known,
        **({} if slot == START else {slot: typed(turn, flow, slot, option) or option}),
    )
    if not target.aside:
        ask_again(turn)
    return True


def _meant(turn: Turn, about: dict[str, Any], entries: Collection[str]) -> None:
    """The message that these buttons were offered for meant this."""
    noted = about.get(answers.NOTED)
    if row := review.get(turn.tx, noted) if noted else None:
        judging.meant(turn, row.text, entries, Source.CHOICE)


def _choose_about_report(turn: Turn, report: str, said: str, option: str) -> None:
    """[Record it] [No] [Change] of a report that was heard in words."""
    turn.decide("command")
    if option == NOT_RECORDED:
        turn.note(proposal=None)
        turn.say("repair/not_recorded")
    elif option == CHANGE:
        offered_reports.change(turn, report, said)
    else:
        offered_reports.accept(turn, Proposal(report, said, turn.tx.at))


def _asks_for(turn: "Turn", flow: Flow, slot: str, value: str) -> bool:
    """Does the flow ask for this slot, and is the value one of its fixed options or readable as its
    type? Other slots are set only by actions and offers."""
    if slot not in flow.collects:
        return False
    if flow.slots[slot].values:
        return value in flow.slots[slot].values
    kind = flow.slots[slot].type
    if kind == "day":
        return typed(turn, flow.id, slot, value) is not None
    return kind not in READERS or READERS[kind](value) is Read.WHOLE


def _in_form(turn: "Turn", flow: Flow, slot: str, value: str) -> bool:
    """May a modal set this slot to this value? It must be a question of the flow, or asked only in
    the modal. Typed text may be wrong: `validate_<slot>` reports that beside the field."""
    kind = flow.slots[slot].type if slot in flow.slots else ""
    if kind == "day":
        return slot in flow.collects and _is_date(value)
    written = kind == "text" or kind in READERS
    return (
        kind == "form"
        or (written and slot in flow.collects)
        or (bool(kind) and _asks_for(turn, flow, slot, value))
    )


def _is_date(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


def _may_be_none(flow: Flow, slot: str) -> bool:
    return (
        slot in flow.slots and flow.slots[slot].type == "text" and NONE in flow.slots[slot].values
    )


def _not_yours(turn: Turn) -> None:
    turn.decide("refuse")
    turn.private = True
    turn.say("repair/not_yours")


def _closed(turn: Turn, somebody_elses: bool = False) -> None:
    """A button of a question that is no longer open: say so, and repeat what is open now."""
    if somebody_elses:
        return _not_yours(turn)
    turn.decide("clarify")
    turn.say("repair/closed_question")
    ask_again(turn)


def fill_form(turn: Turn, form: FormSubmission) -> None:
    """Handle a submitted modal: its values fill the flow's slots, and the flow runs as if they had
    been said.

    Raises WrongForm with the message for each field that is wrong.
    """
    flow = turn.assistant.flows.get(form.flow)
    if flow is None or not flow.form:
        return _closed(turn)
    if not may_begin(turn, flow):
        return begin(turn, flow)
    before = dict(turn.slots)
    values = {k: v for k, v in form.values.items() if v and _in_form(turn, flow, k, v)}
    values |= {k: NONE for k, v in form.values.items() if not v and _may_be_none(flow, k)}
    flow_runner.clear(turn, flow.id)
    turn.fill(_about_form(turn, form, flow) | values)
    wrong: dict[str, Part] = {}
    for slot in values:
        if f"validate_{slot}" in turn.assistant.actions:
            done = flow_runner.run(turn, f"validate_{slot}")
            turn.fill(done.slots)
            if turn.slots.get(slot) is None and done.messages:
                template, data = done.messages[0]
                wrong[slot] = (template, turn.data(**data))
    if wrong:
        raise WrongForm(wrong)
    kept = dict(turn.slots)
    turn.decide("command")
    if not flow.aside:
        flow_runner.give_way(turn)
        return flow_runner.start(turn, flow.id, **kept)
    turn.note(slots=before)
    with turn.aside():
        return flow_runner.start(
            turn, flow.id, **{k: v for k, v in kept.items() if k in flow.slots}
        )


def _about_form(turn: Turn, form: FormSubmission, flow: Flow) -> dict[str, Any]:
    """What the modal was opened about, from its stored offer; nothing from the payload."""
    offer = conversation_store.offer_of(turn.tx, form.offer) if form.offer else None
    if offer is None or offer.person != turn.person.id or turn.tx.at >= offer.expires_at:
        return {}
    return {k: v for k, v in offer.about.items() if k in flow.slots}


def _open_form(turn: Turn, flow: Flow, about: dict[str, Any] | None = None) -> bool:
    """Ask the same questions in a modal, which is opened after the commit. `action_form_<flow>`
    provides its values.

    The slots that this action sets are what the modal is about. If it has something to say, no
    modal is opened.
    """
    if not may_begin(turn, flow):
        begin(turn, flow)
        return True
    asked: dict[str, Any] = {}
    before = dict(turn.slots)
    turn.fill(about or {})
    for name in (*(f"action_ask_{slot}" for slot in flow.collects), f"action_form_{flow.id}"):
        if name in turn.assistant.actions:
            done = flow_runner.tried(turn, name) or Outcome()
            if turn.parts or done.messages:
                return _no_form(turn, before, done.messages)
            asked |= (
                done.data
                if name.startswith("action_form_")
                else {name.removeprefix("action_ask_"): done.data}
            )
            about = (about or {}) | done.slots
    turn.note(slots=before)
    offer = (
        conversation_store.offer_to(
            turn.tx, turn.person.id, "form", about, conversation_store.MENU_LIVES
        )
        if about
        else ""
    )
    turn.form = (f"{flow.ability}/form", turn.data(asked=asked, flow=flow.id, offer=offer))
    return True


def _no_form(turn: Turn, slots: dict[str, Any], messages: list[Part]) -> bool:
    """There is nothing to fill in (any more): say why."""
    turn.note(slots=slots)
    for template, data in messages:
        turn.say(template, **data)
    return True

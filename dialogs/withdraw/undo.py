"""Undo: what a person recorded a moment ago is taken back by one press, or by "that's wrong",
without a reason and without a second person; or its day is changed. The rule is
domain/correction.py's."""

import re
from datetime import date
from typing import Any

from dialogs.engine import flow_runner
from dialogs.engine.context import Happening, Outcome, Slots, Turn
from dialogs.engine.conversation_store import MENU_LIVES, offer_to
from dialogs.nlu.dates import corrected_day
from dialogs.nlu.normalise import is_question, normal
from dialogs.nlu.types import Interpretation, Kind
from dialogs.records import taken_back, undoable
from dialogs.records.approval_cards import end_requests
from dialogs.records.undoable import RECORDED
from dialogs.withdraw.reports import named
from domain import correction
from domain.approvals import approval
from domain.conversation import OpenQuestion, Recorded
from domain.customers.transfer import Refused
from domain.machine import Doubtful, NotPossible, stands
from domain.recorded import Entry
from domain.storage.store import moment
from domain.tenant import enrollment

INTENT, GO_BACK = "start_undo", "go_back"
# What means this only right after something was recorded; elsewhere it asks, or cancels.
UNDO = ("undo", "scratch that")
ENROLLMENT = enrollment.MACHINE.name
OWN_WORDS = ("text", "words")
STEM = 6  # letters by which a word is known: submitted, submit, submitting
_HAPPENED = re.compile(r"ed$|^(?:chosen|seen|sent|left|gone)$")
_NOT = re.compile(r"\b(?:not|never|nothing|nobody|no one|none)\b|n't\b")
_CORRECTS = re.compile(
    r"^(?:(?:no|nope|sorry|wait|actually|correction|oops|hold on|hang on|i meant?)\b[\s,.:;!-]*)+"
)


def hears(turn: Turn, heard: Interpretation) -> bool:
    """ "No, that's wrong" right after something was recorded is about that, whatever is asked now;
    "not today, yesterday" changes its day. "Undo" is about it for ten minutes."""
    known = turn.conversation.recorded
    if known is None or not known.entries or not undoable.is_in_time(turn, known):
        return False
    if _type_of(turn, turn.open) in OWN_WORDS:
        return False
    meant = {m.entry.name for m in heard.meanings}
    says = INTENT in meant or _says_undo(turn, heard.text)
    if known.fresh and not known.undone:
        day = None if _type_of(turn, turn.open) == "day" else corrected_day(heard.text, turn.today)
        if day is not None and not says and undoable.redate_last(turn, day):
            return True
        if says or (GO_BACK in meant and known.open) or _denies(turn, heard.text, known):
            return not _names_another(turn, known) and undoable.undo_last(turn)
        return False
    if not says or any(m.entry.kind is Kind.REPAIR for m in heard.meanings):
        return False
    if _names_another(turn, known):
        return False
    turn.decide("command")
    turn.intent = INTENT
    flow_runner.start(turn, undoable.UNDO)
    return True


def _says_undo(turn: Turn, text: str) -> bool:
    """ "Undo" alone, and what follows "no" or "sorry": both mean something else elsewhere."""
    said = normal(text)
    rest = _CORRECTS.sub("", said)
    if rest in ("", said, *UNDO):
        return rest in UNDO
    sure = turn.understanding.whole(rest).sure
    return sure is not None and sure.entry.name == INTENT


def _names_another(turn: Turn, known: Recorded) -> bool:
    """Is it about a customer or provider of whom nothing was recorded just now?"""
    wrong = named(turn)
    return wrong is not None and wrong not in {f"{e.machine}:{e.subject}" for e in known.entries}


def _denies(turn: Turn, text: str, known: Recorded) -> bool:
    """ "It's not submitted yet", right after "submitted" was recorded; or "no, rejected", which is
    another answer to the question before, and none to the one that is open now."""
    if is_question(text):
        return False
    events = {e.event for e in correction.reports_among(known.entries) if _is_dated(e)}
    stems = {word[:STEM] for event in events for word in event.split("_") if _HAPPENED.search(word)}
    said = normal(text)
    if _NOT.search(said) and any(re.search(rf"\b{re.escape(stem)}", said) for stem in stems):
        return True
    rest = _CORRECTS.sub("", said)
    if rest == said or known.open is None:
        return False
    option = turn.understanding.option
    return option(rest, known.open.name) in known.open.options and (
        turn.open is None or option(rest, turn.open.name) not in turn.open.options
    )


def _is_dated(entry: Entry) -> bool:
    """Did it happen on a day? "We have not decided who does it" denies no preparation of ours."""
    moves = correction.EVERY_MACHINE[entry.machine].moves
    return any(move.dated for move in moves if move.event == entry.event)


def action_undo(turn: Turn, slots: Slots) -> Outcome:
    """What a button is about, or in words what was recorded last, stops counting."""
    result = Outcome()
    known = Recorded.from_row(slots[RECORDED]) or turn.conversation.recorded
    if known is None or not known.entries:
        return result.fill(undo_stage="report")
    if not slots[RECORDED] and _names_another(turn, known):
        return result.fill(undo_stage="report")
    entries = [e for e in known.entries if correction.counting(turn.tx, e)]
    if not entries:
        result.say("withdraw/undone_already", _said(turn, known.entries))
        return result.fill(undo_stage="done")
    if not undoable.is_in_time(turn, known):
        return _too_late(turn, result, known, entries, pressed=bool(slots[RECORDED]))
    if not slots[RECORDED] and (not known.fresh or _names_another(turn, known)):
        return _which(turn, result, known)
    if needs_second := _with_go_ahead(turn, entries):
        result.say("withdraw/undo_needs_second", _said(turn, entries))
        return _as_correction(result, needs_second)
    return _undo(turn, result, known, entries)


def _undo(turn: Turn, result: Outcome, known: Recorded, entries: list[Entry]) -> Outcome:
    try:
        with turn.tx.savepoint():
            correction.undo(turn.tx, turn.person, entries)
    except NotPossible:
        last = correction.reports_among(entries)[-1]
        turn.about["wrong_about"] = f"{last.machine}:{last.subject}"
        result.say("withdraw/later_first")
        return result.fill(undo_stage="done")
    except Refused as refusal:
        result.say("transfer/refused", refusal.values(0))
        return result.fill(undo_stage="done")
    for tenant in dict.fromkeys(e.subject for e in entries if e.machine == ENROLLMENT):
        end_requests(turn, tenant)
    taken_back.say_so(turn, entries, turn.person)
    result.say("withdraw/undone", _said(turn, entries) | _now(turn, entries))
    _set_back(turn, known)
    return result


def action_redate(turn: Turn, slots: Slots) -> Outcome:
    """What was recorded last happened on another day: one entry is taken back, one is written."""
    result = Outcome()
    known = undoable.undoable(turn)
    if known is None or not slots["new_day"]:
        return result.fill(undo_stage="report")
    day = date.fromisoformat(str(slots["new_day"]))
    entries = list(known.entries)
    old = correction.reports_among(entries)[-1]
    said = _said(turn, entries) | {"new_day": day.isoformat()}
    if day.isoformat() == old.day:
        result.say("withdraw/same_day", said)
        return result
    if needs_second := _with_go_ahead(turn, entries):
        result.say("withdraw/undo_needs_second", said)
        return _as_correction(result, needs_second)
    try:
        with turn.tx.savepoint():
            correction.redate(turn.tx, turn.person, entries, day, turn.today)
    except Doubtful as doubt:
        limit = doubt.day.isoformat() if doubt.day else ""
        result.say("withdraw/doubtful_day", said | {"why": doubt.why, "limit": limit})
        return result
    except NotPossible:
        turn.about["wrong_about"] = f"{old.machine}:{old.subject}"
        result.say("withdraw/later_first")
        return result
    for entry in correction.reports_among(entries):
        turn.assistant.tell(Happening.DAY_CHANGED, turn.tx, turn.person, entry, day)
    taken_back.say_new_day(turn, entries, day.isoformat())
    _remember_new_day(turn, known, old.day, day)
    result.say("withdraw/redated", said | {"case": turn.case()})
    return result


def _set_back(turn: Turn, known: Recorded) -> None:
    """The conversation is where it was before: the same question waits. Where it has moved on
    since, the flows look again at what has changed."""
    last = turn.conversation.recorded
    if last and last.entries == known.entries:
        turn.note(recorded=Recorded(last.at, last.entries, undone=True))
        if last.asked == (turn.open.offer if turn.open else ""):
            turn.note(frames=last.frames, slots=last.slots, open=last.open)
            return
    flow_runner.look_again(turn)


def _remember_new_day(turn: Turn, known: Recorded, old: str, day: date) -> None:
    """The answer with the old day is one with the new day from now on."""
    new = day.isoformat()
    turn.fill({slot: new for slot, value in turn.slots.items() if value == old})
    turn.note(
        recorded=Recorded(
            turn.tx.at, tuple(turn.tx.recorded), known.frames, known.slots, known.open, known.asked
        )
    )
    if known.open and _type_of(turn, known.open) == "day":
        turn.trace.filled[known.open.name] = new


def _too_late(
    turn: Turn, result: Outcome, known: Recorded, entries: list[Entry], *, pressed: bool
) -> Outcome:
    """After ten minutes it is a correction, with a reason."""
    if not pressed:
        return result.fill(undo_stage="report")
    last = correction.reports_among(entries)[-1]
    turn.about["wrong_about"] = f"{last.machine}:{last.subject}"
    minutes = int(undoable.LIVES.total_seconds()) // 60
    at = turn.calendar.there(moment(known.at))
    result.say(
        "withdraw/undo_too_late",
        _said(turn, entries) | {"minutes": minutes, "time": f"{at:%H:%M}"},
    )
    return result.fill(undo_stage="done")


def _which(turn: Turn, result: Outcome, known: Recorded) -> Outcome:
    """Other things were said since: is it that?"""
    about = {RECORDED: known.to_row()}
    button = offer_to(turn.tx, turn.person.id, "menu", about, MENU_LIVES)
    at = turn.calendar.there(moment(known.at))
    said = {"button": button, "time": f"{at:%H:%M}"}
    result.say("withdraw/undo_which", _said(turn, known.entries) | said)
    return result.fill(undo_stage="done")


def _with_go_ahead(turn: Turn, entries: list[Entry]) -> Entry | None:
    """The acceptance that a second person said yes to: before it, or by knowing of it. It takes two
    to take it back."""
    for entry in entries:
        said = correction.counting(turn.tx, entry) if _is_acceptance(entry) else None
        if said and (said.details.get("go_ahead") == "given" or _is_known(turn, entry)):
            return entry
    return None


def _is_acceptance(entry: Entry) -> bool:
    return entry.machine == ENROLLMENT and entry.event in (
        enrollment.Event.AGREEMENT_ACCEPTED,
        enrollment.Event.ACCEPTANCE_REPORTED,
    )


def _is_known(turn: Turn, entry: Entry) -> bool:
    asked = approval.live_one(turn.tx, approval.Kind.KNOWN_ACCEPTANCE, entry.subject)
    return asked is not None and approval.state_of(turn.tx, asked.id) == approval.State.APPROVED


def _as_correction(result: Outcome, entry: Entry) -> Outcome:
    """The flow of corrections goes on from here, with the report chosen."""
    return result.fill(
        undo_stage="report",
        wrong_about=f"{entry.machine}:{entry.subject}",
        tenant_id=entry.subject,
        report=f"n{entry.seq}",
    )


def _said(turn: Turn, entries: Any) -> dict[str, Any]:
    return {"reports": [taken_back.told(turn, e) for e in correction.reports_among(entries)]}


def _now(turn: Turn, entries: list[Entry]) -> dict[str, Any]:
    """Where the last of them stands now."""
    last = correction.reports_among(entries)[-1]
    machine = correction.EVERY_MACHINE[last.machine]
    return {"machine": last.machine, "state": stands(turn.tx, machine, last.subject).state}


def _type_of(turn: Turn, question: OpenQuestion | None) -> str:
    """Of what kind an answer to this question is; "" where none is known."""
    flow = turn.assistant.flows.get(question.flow) if question else None
    return flow.slots[question.slot].type if flow and question else ""

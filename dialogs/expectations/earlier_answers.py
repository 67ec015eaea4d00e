"""An earlier answer of the open flow is taken back or said otherwise, in words. What was recorded
just now is undone elsewhere (withdraw/undo.py). Has no user texts."""

import re

from dialogs.engine import flow_runner
from dialogs.engine.acting import begin
from dialogs.engine.context import Turn
from dialogs.engine.flow_format import Flow
from dialogs.engine.slot_filling import back_to, correct
from dialogs.expectations.expectation import Expectation
from dialogs.expectations.gathering import OWN_WORDS
from dialogs.expectations.reading import said_plainly
from dialogs.nlu.normalise import is_question, normal, sentences, turns

# Another option of an earlier question is taken from the first share on; from the second on that
# question is asked again. The open question must be less likely by half.
TAKEN, ASKED, HALF = 0.85, 0.6, 0.5
_TAKES_BACK = re.compile(
    r"\b(?:wait|actually|sorry|oops|after all|go back|back up|correction|my mistake|my bad"
    r"|(?:i|we) (?:was|were) (?:wrong|too fast|mistaken)|looked (?:again|once more)|hold on"
    r"|on second thoughts?|i (?:said|wrote|told you|pressed|clicked|chose|picked)|misread)\b",
    re.I,
)


def corrected(turn: Turn, expected: Expectation, text: str) -> bool:
    """ "No, the other tenant": an earlier answer is meant, and not the question that is open."""
    flow = turn.assistant.flows[expected.flow]
    if said_plainly(turn, expected, text) or flow.slots[expected.slot].type in OWN_WORDS:
        return False
    turn.decide("command")
    return correct(turn, flow, expected.slot, text) or _said_otherwise(turn, flow, expected, text)


def asked_anew(turn: Turn, expected: Expectation) -> bool:
    """ "What I said about the profile isn't true", with nothing recorded just now: that answer is
    asked for again; the last one where none is named."""
    if _is_recorded(turn):
        return False
    flow = turn.assistant.flows[expected.flow]
    answered = _answered(turn, flow, expected)
    if not answered:
        return False
    words = set(normal(turn.text).split())
    named = [slot for slot in answered if words & set(slot.split("_"))]
    _ask_anew(turn, flow, (named or answered)[-1])
    return True


def _said_otherwise(turn: Turn, flow: Flow, expected: Expectation, text: str) -> bool:
    """ "Wait, the profile isn't ok after all": another option of an earlier question, and not an
    answer to this one."""
    if not _TAKES_BACK.search(text) or is_question(text):
        return False
    here = max((share for _, share in _options(turn, flow, expected.slot, text)), default=0.0)
    found = [
        (share, slot, value)
        for slot in _answered(turn, flow, expected)
        if flow.slots[slot].type == "categorical"
        for value, share in _options(turn, flow, slot, text)
        if value != turn.slots.get(slot)
    ]
    share, slot, value = max(found, default=(0.0, "", ""))
    if share < ASKED or here > share * HALF:
        return False
    if _is_recorded(turn):
        return share >= TAKEN and _undone(turn, f"{flow.id}.{slot}")
    if share < TAKEN:
        _ask_anew(turn, flow, slot)
        return True
    turn.note(missed=0)
    turn.say("repair/corrected", slot=slot, value=value)
    turn.trace.filled[f"{flow.id}.{slot}"] = value
    back_to(turn, flow, slot)
    turn.fill({slot: value})
    flow_runner.walk(turn)
    return True


def _options(turn: Turn, flow: Flow, slot: str, text: str) -> list[tuple[str, float]]:
    """The likeliest option of this question that the text or a part of it says, and its share."""
    of, name = flow.slots[slot], f"{flow.id}.{slot}"
    pieces = [text, *(piece for part in sentences(text) for piece in (part, *turns(part)))]
    read = turn.understanding.replies.read
    return [read(piece, name, of.yes, of.no).option for piece in dict.fromkeys(pieces)]


def _answered(turn: Turn, flow: Flow, expected: Expectation) -> list[str]:
    return [s for s in flow.collects if turn.slots.get(s) is not None and s != expected.slot]


def _is_recorded(turn: Turn) -> bool:
    """Was something recorded just now that can be undone?"""
    recorded = turn.conversation.recorded
    return recorded is not None and recorded.fresh and not recorded.undone


def _undone(turn: Turn, name: str) -> bool:
    """What the answer to this question recorded just now is taken back; False where it was the
    answer to another one."""
    recorded = turn.conversation.recorded
    if recorded is None or recorded.open is None or recorded.open.name != name:
        return False
    begin(turn, turn.assistant.intents["start_undo"])
    return True


def _ask_anew(turn: Turn, flow: Flow, slot: str) -> None:
    turn.decide("command")
    turn.note(missed=0)
    turn.say("repair/asked_anew")
    back_to(turn, flow, slot)
    flow_runner.walk(turn)

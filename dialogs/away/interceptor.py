"""Looks at a message before it means anything else: the end of an absence, said to the open
question or right after it was noted ("no, until 12 December")."""

import re
from datetime import timedelta

from dialogs.away.actions import UNTIL
from dialogs.engine import flow_runner, history
from dialogs.engine.acting import begin
from dialogs.engine.context import Turn
from dialogs.engine.flow_runner import ask_again
from dialogs.nlu.normalise import is_question
from dialogs.nlu.time_spans import range_said, return_said
from dialogs.nlu.types import Interpretation
from domain import people
from domain.approvals import away

SHORT = 12
_CORRECTS = re.compile(
    r"^(?:no|nope|sorry|wait|actually|correction|oops|i meant?|i mean|make (?:it|that)|rather|"
    r"change (?:it|that)|not|until|till?|through|from|back|it(?:'s| is))\b",
    re.I,
)


# "Grace is on leave next week", "she's off until Friday"
_SUBJECT = re.compile(
    r"\W*(?P<who>[\w.-]+(?:\s+[\w.-]+)?)(?:['\u2019]s|\s+(?:is|isn['\u2019]?t|was|will|won['\u2019]?t"
    r"|has|had|goes|went|takes|took|can|cannot|can['\u2019]?t|gets|got|had to))\b",
    re.I,
)


def hears(turn: Turn, heard: Interpretation) -> bool:
    """A stretch of days where the last day is asked for, or where it was noted just now; and "I'm
    back on Monday", which is no return yet."""
    first = heard.meanings[0].entry.name if heard.meanings else ""
    if turn.open is None and first == "start_back" and (back := _still_away(turn, heard.text)):
        turn.decide("command")
        begin(turn, turn.assistant.flows["away"], away_until=back)
        return True
    if first == "start_away" and _is_of_a_colleague(turn, heard.text):
        turn.decide("command")
        begin(turn, turn.assistant.flows["approver_away"])
        ask_again(turn)
        return True
    said = range_said(heard.text, turn.today)
    if said is None or is_question(heard.text) or len(heard.text.split()) > SHORT:
        return False
    if turn.open is not None:
        if turn.open.name != UNTIL:
            return False
        history.was_answer(turn, turn.open)
        turn.decide("command")
        flow_runner.fill(turn, turn.open.slot, said[1].isoformat())
        return True
    noted = (
        away.of(turn.tx, turn.person.id, turn.today) if turn.conversation.left == UNTIL else None
    )
    if noted is None or not _CORRECTS.match(heard.text.strip()):
        return False
    turn.decide("command")
    flow = turn.assistant.flows["away"]
    begin(turn, flow, stand_in=noted.stand_in, away_until=said[1].isoformat())
    return True


def _is_of_a_colleague(turn: Turn, text: str) -> bool:
    """Is it somebody else who is away?"""
    subject = _SUBJECT.match(text)
    if subject is None:
        return False
    others = [p for p in people.everybody(turn.tx) if p.id != turn.person.id]
    named = people.named_in(others, subject["who"])
    return bool(named) or subject["who"].lower() in ("he", "she", "they")


def _still_away(turn: Turn, text: str) -> str:
    """The last day away (ISO) of somebody who says when they are back; "" where they do not, or
    ask."""
    back = None if is_question(text) else return_said(text, turn.today)
    return (back - timedelta(days=1)).isoformat() if back else ""

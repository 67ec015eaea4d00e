"""Looks at a message before it means anything else: a day, where it is asked until when something
can wait."""

from dialogs.engine import flow_runner, history
from dialogs.engine.context import Turn
from dialogs.nlu.normalise import is_question
from dialogs.nlu.types import Interpretation
from dialogs.remind.actions import day_of

SHORT = 8


def hears(turn: Turn, heard: Interpretation) -> bool:
    """ "Thursday", to "until when?"."""
    if turn.open is None or turn.open.name != "snooze.until" or is_question(heard.text):
        return False
    said = dict(day_of(turn, heard.text)) if len(heard.text.split()) <= SHORT else {}
    if not said:
        return False
    history.was_answer(turn, turn.open)
    turn.decide("command")
    turn.fill(said)
    flow_runner.fill(turn, "until", said["until"])
    return True

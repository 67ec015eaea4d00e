"""Help, for whoever asks. Thin."""

from dialogs.engine.acting import begin
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.engine.flow_runner import ask_again
from dialogs.help import overview
from dialogs.nlu.types import Interpretation


def action_show_help(turn: Turn, slots: Slots) -> Outcome:
    """What can be done here, by role and state."""
    return Outcome().say("help/what_i_do", overview.facts(turn.tx, turn.person))


def hears(turn: Turn, heard: Interpretation) -> bool:
    """A lone "?": what can I do here; while a question is open, that question once more."""
    if set(heard.text) - set("?!¿？ ") or "?" not in heard.text.replace("？", "?"):
        return False
    if turn.open:
        turn.decide("clarify")
        turn.say("repair/said_again")
        ask_again(turn)
    else:
        turn.decide("command")
        begin(turn, turn.assistant.flows["help"])
    return True

"""The last things that a person said and what was replied: for whoever takes over. Kept for a day, a few lines. No words."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dialogs.engine.conversation_store import ANSWER_SHOWN, QUESTION_ANSWERED
from domain.storage.store import ms

if TYPE_CHECKING:
    from dialogs.engine.turn import Turn
    from dialogs.inputs import Message

MOST, LONGEST = 6, 4_000
KEPT = timedelta(hours=24)
# The slot of an offer, and of the flow that it starts, which names the line that its message replied to.
ASKED = "asked"


def note(turn: "Turn", said: "Message") -> None:
    """Somebody said this. `n` numbers the lines, so that a button can name the one it stands under."""
    if not said.text.strip():
        return
    lines = lines_of(turn)
    n = lines[-1]["n"] + 1 if lines else turn.state.get("spoken", 0) + 1
    line = {
        "n": n, "text": said.text[:LONGEST], "ts": said.ts, "channel": said.where.channel, "at": turn.tx.at, "replied": [],
    }  # fmt: skip
    turn.state.update(said=[*lines, line][-MOST:], spoken=n)


def was_answer(turn: "Turn", here: dict[str, Any]) -> None:
    """The last line only answered an open question of the bot: nothing that anybody would take over, but it may be edited."""
    answered = {"ts": turn.ts, "channel": turn.where.channel, "flow": here["flow"], "slot": here["slot"]}
    turn.state.update({"said": lines_of(turn)[:-1], QUESTION_ANSWERED: answered, "missed": 0})
    turn.state.pop(ANSWER_SHOWN, None)  # "that is not what I meant" is about this from now on


def replied(turn: "Turn") -> None:
    """This is what was answered to the last of them; the message's buttons remember which line that was."""
    if not (lines := lines_of(turn)):
        return
    if not lines[-1]["replied"]:
        lines[-1]["replied"] = [name for name, _ in turn.parts][:MOST]
    turn.about.setdefault(ASKED, lines[-1]["n"])


def lines_of(turn: "Turn") -> list[dict[str, Any]]:
    """The lines of the last day, oldest first."""
    since = ms(turn.tx.now - KEPT)
    return [line for line in turn.state.get("said", ()) if line["at"] >= since]


def line_of(turn: "Turn", n: Any) -> dict[str, Any] | None:
    """The line of that number, while it is kept."""
    return next((line for line in lines_of(turn) if line["n"] == n), None)

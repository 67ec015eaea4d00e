"""Looks at a message before it means anything else: "looks good" from somebody whose decision is
awaited. Words decide nothing."""

import re

from dialogs.engine.context import Turn
from dialogs.nlu.normalise import is_question, normal
from dialogs.nlu.types import Interpretation, Kind
from dialogs.records.approval_cards import show_again
from domain.approvals import approval
from domain.people import Role

SHORT = 8
_VERDICT = re.compile(
    r"\b(?:looks? (?:good|fine|ok|right)|lgtm|approved?|approving|agreed?|go ahead|fine "
    r"(?:with|by) me|good to go|"
    r"ok(?:ay)?|sure|yes|yep|sign(?:ed)? off|thumbs up|declined?|reject(?:ed)?|no go)\b|^\+1$"
)


def hears(turn: Turn, heard: Interpretation) -> bool:
    """A verdict in words, while nothing else is open: answered with the buttons, and nothing is
    decided."""
    if (
        (turn.open and turn.open.flow != "decide")
        or not turn.person.has(Role.APPROVER)
        or not _is_verdict(turn, heard)
    ):
        return False
    if turn.open and turn.open.slot == "decline_reason":
        return False
    waiting = approval.open_for(turn.tx, turn.person)
    if not waiting:
        return False
    turn.decide("command")
    turn.note(missed=0)
    show_again(turn, waiting, "agreement/words_do_not_count")
    return True


def _is_verdict(turn: Turn, heard: Interpretation) -> bool:
    said = normal(heard.text)
    if turn.assistant.understanding.option(heard.text, "decide.decision"):
        return True
    first = heard.meanings[0].entry if heard.meanings else None
    if first and first.name in ("affirm", "deny"):
        return True
    other = first is not None and first.kind in (Kind.ANSWER, Kind.COMMAND, Kind.REFUSE)
    return (
        not other
        and len(said.split()) <= SHORT
        and not is_question(heard.text)
        and bool(_VERDICT.search(said))
    )

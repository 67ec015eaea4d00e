"""What a message asks at the place where the conversation is. Has no user texts."""

from dialogs.engine.context import Turn
from dialogs.expectations.gathering import waiting_for
from dialogs.nlu.in_context.asides import STAGE
from dialogs.nlu.normalise import is_question, sentences
from dialogs.nlu.types import Candidate, Kind, is_report
from domain.people import Role
from domain.tenant.enrollment import State as B

LISTED = "listed"
WAITING = (B.SUBMITTED, B.PENDING, B.OVERDUE)


def asked_here(turn: Turn, text: str) -> Candidate | None:
    """The answer that a text asks for here, where that is sure enough. Its score is how likely."""
    meant = meant_here(turn, text)
    return meant if meant and meant.entry.kind is Kind.ANSWER else None


def meant_here(turn: Turn, text: str) -> Candidate | None:
    """The same for whatever a text means here: an answer, a command or a report."""
    asides = turn.understanding.asides
    if asides.model is None:
        return None
    here, parts = place(turn), sentences(text)
    if here.startswith(f"{STAGE}."):
        return None  # nothing is asked: measured, it won nothing there and was wrong more often
    asked = [part for part in parts if is_question(part)] if len(parts) > 1 else []
    name, score = max((asides.read(t, here) for t in (text, *asked)), key=lambda pair: pair[1])
    if not name or not asides.is_enough(here, name, score):
        return None
    meant = Candidate(turn.assistant.understanding.entries[name], score, text)
    asks = is_question(text) or bool(asked)
    return None if is_report(meant) and asks else meant


def place(turn: Turn) -> str:
    """The question that is open, or the card that waits; else how far the move has come."""
    model = turn.understanding.asides.model
    known = model.places if model else ()
    names = [expected.name for expected in waiting_for(turn)]
    return next((name for name in names[:1] if name in known), _stage(turn))


def _stage(turn: Turn) -> str:
    if turn.person.has(Role.SUPPORT):
        return f"{STAGE}.support"
    case = turn.case()
    if case["stage"] == LISTED:
        return f"{STAGE}.customers"
    if case["enrollment"] in WAITING:
        return f"{STAGE}.waiting"
    if case["enrollment"] != B.ACCEPTED:
        return f"{STAGE}.before"
    has_one = case["chosen"] or case["to_be_seen"] or case["invitations_sent"]
    return f"{STAGE}.chosen" if has_one else f"{STAGE}.no_provider"

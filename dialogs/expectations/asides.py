"""What a message asks at the place where the conversation is. Has no user texts."""

from dialogs.engine.context import Turn
from dialogs.expectations.gathering import waiting_for
from dialogs.nlu.normalise import is_question, sentences
from dialogs.nlu.types import Candidate, Kind, is_report


def asked_here(turn: Turn, text: str) -> Candidate | None:
    """The answer that a text asks for here, where that is sure enough. Its score is how likely."""
    meant = meant_here(turn, text)
    return meant if meant and meant.entry.kind is Kind.ANSWER else None


def meant_here(turn: Turn, text: str) -> Candidate | None:
    """The same for whatever a text means here: an answer, a command or a report."""
    asides = turn.understanding.asides
    if asides.model is None:
        return None
    here, parts = _place(turn), sentences(text)
    if not here:
        return None  # nothing is asked: measured, it won nothing there and was wrong more often
    asked = [part for part in parts if is_question(part)] if len(parts) > 1 else []
    name, score = max((asides.read(t, here) for t in (text, *asked)), key=lambda pair: pair[1])
    if not name or not asides.is_enough(here, name, score):
        return None
    meant = Candidate(turn.assistant.understanding.entries[name], score, text)
    asks = is_question(text) or bool(asked)
    return None if is_report(meant) and asks else meant


def _place(turn: Turn) -> str:
    """The question that is open, or the card that waits; "" where none is known."""
    model = turn.understanding.asides.model
    known = model.places if model else ()
    names = [expected.name for expected in waiting_for(turn)]
    return next((name for name in names[:1] if name in known), "")

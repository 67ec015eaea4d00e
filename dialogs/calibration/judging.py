"""Keeps what people and support say of readings: was the message meant as it was read? Thresholds
are learned from it (dialogs/review/thresholds.py). Has no user texts."""

from dialogs.engine.context import Turn
from dialogs.nlu.clause_classifier import risk_class
from dialogs.nlu.language import ENGLISH, language_of
from dialogs.nlu.types import CLASSIFIER
from domain.knowledge import calibration
from domain.knowledge.calibration import Judged, Source


def meant(turn: Turn, text: str, entry: str, source: Source, about: str) -> None:
    """The text meant this entry. `about`: the id of its message."""
    _note(turn, text, source, about, meant=entry)


def not_meant(turn: Turn, text: str, entry: str, source: Source, about: str) -> None:
    """The text did not mean this entry; what else it meant is not known."""
    _note(turn, text, source, about, not_meant=entry)


def _note(
    turn: Turn, text: str, source: Source, about: str, *, meant: str = "", not_meant: str = ""
) -> None:
    """Only what the head decided is kept: what counts word for word needs no threshold."""
    if not text or language_of(text) != ENGLISH:
        return
    ranked = turn.understanding.whole(text).ranked
    decided = ranked[0].decided if ranked else None
    if decided is None or decided.by != CLASSIFIER or decided.probability is None:
        return
    first = ranked[0].entry
    if not meant and first.name != not_meant:
        return
    reading = Judged(decided.probability, first.name == meant)
    calibration.note(turn.tx, turn.person, about, first.name, risk_class(first), reading, source)

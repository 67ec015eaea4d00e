"""Keeps what people and support say of readings: was the message meant as it was read? Thresholds
are learned from it (dialogs/review/thresholds.py). Has no user texts."""

import hmac
from collections.abc import Collection

from dialogs.engine.context import Turn
from dialogs.engine.name_masking import read
from dialogs.nlu.clause_classifier import risk_class
from dialogs.nlu.normalise import normal
from dialogs.nlu.types import CLASSIFIER, Candidate
from domain.knowledge import calibration
from domain.knowledge.calibration import Judged, Source
from domain.people import Role
from domain.storage.store import Tx


def pressed(turn: Turn, text: str, entry: str, *, is_right: bool) -> None:
    """ "Helpful", or "not what I asked", of this answer to the text. Says nothing where the text
    alone is not read as that: something else led to the answer."""
    for meaning in read(turn, text, "").meanings if text else ():
        if meaning.entry.name == entry:
            _keep(turn, turn.person.id, text, meaning, Source.PRESS, is_right=is_right)


def meant(turn: Turn, text: str, entries: Collection[str], source: Source, whose: str = "") -> None:
    """The text meant one of these entries; was it read as one? `whose` message it was: the id of a
    person, "" for whoever speaks."""
    heard = read(turn, text, "")
    likeliest = [result.ranked[0] for result in heard.clauses if result.ranked]
    firsts = heard.meanings or sorted(likeliest, key=lambda m: -m.score)[:1]
    first = next((m for m in firsts if m.entry.name in entries), firsts[0] if firsts else None)
    if first is not None:
        is_right = first.entry.name in entries
        _keep(turn, whose or turn.person.id, text, first, source, is_right=is_right)


def reading_of(meaning: Candidate) -> float | None:
    """How likely the reading was held to be right, 0 to 1; None where no threshold decided about
    it: it counted word for word, or a rule decided."""
    decided = meaning.decided
    if decided.by != CLASSIFIER or decided.probability is None or decided.held_back:
        return None
    share = float(decided.probability)
    return share if 0.0 <= share <= 1.0 else None


def digest_of(tx: Tx, whose: str, text: str) -> str:
    """What tells a message from others. Made with the audit key, so that nobody who has the
    database alone can try texts."""
    said = f"judged reading|{tx.team}|{whose}|{normal(text)}"
    return hmac.digest(tx.key.newest[1], said.encode(), "sha256").hex()[:32]


def _keep(
    turn: Turn, whose: str, text: str, meaning: Candidate, source: Source, *, is_right: bool
) -> None:
    share = reading_of(meaning)
    if share is None or not turn.person.has(Role.STAFF):  # guests and strangers teach nothing
        return
    entry, digest = meaning.entry, digest_of(turn.tx, whose, text)
    reading = Judged(share, is_right)
    calibration.note(turn.tx, whose, digest, entry.name, risk_class(entry), reading, source)

"""How sure a reading has to be in one workspace: what people and support said of readings, without
their text, and the thresholds learned from that. Which threshold follows from what was said is not
decided here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.knowledge import own_answers
from domain.people import CLOCK
from domain.storage import audit
from domain.storage.rows import made
from domain.storage.store import Tx, ms, table
from domain.tables import JudgedReading, OwnThreshold

# So many judged readings of a class are needed before its threshold moves, and so far it moves in a
# month. A shorter way than NOTICED is none.
LEAST, STEP, NOTICED = 60, 0.05, 0.01
# No threshold is learned that is lower or higher, unless the shipped one is. Of these classes none
# is lower than shipped.
LOWEST, HIGHEST = 0.40, 0.95
ONLY_UP = frozenset({"irreversible"})
KEPT = timedelta(days=365)
MOVED, SET_BACK = "thresholds_moved", "thresholds_set_back"
_readings, _thresholds = table(JudgedReading), table(OwnThreshold)
_DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}


class Source(StrEnum):
    """Where it was said: a press below the answer, a choice among several readings, support."""

    PRESS = "press"
    CHOICE = "choice"
    REVIEW = "review"


@dataclass(frozen=True)
class Judged:
    """One reading: how likely it was held to be right (0 to 1), and whether it was."""

    share: float
    is_right: bool


@dataclass(frozen=True)
class Threshold:
    """Of one risk class. `value`: None where the shipped one holds; `month`: "2026-12", when that
    was last looked at; `judged`: on how many readings."""

    risk: str
    value: float | None
    month: str
    judged: int


@dataclass(frozen=True)
class Move:
    """A threshold that moved."""

    risk: str
    before: float
    after: float
    judged: int
    wrong: int


def note(
    tx: Tx, whose: str, digest: str, entry: str, risk: str, reading: Judged, source: Source
) -> None:
    """Somebody said whether a reading was right. `whose` message it was: the id of a person.
    `digest`: what tells the message from others; another word about it replaces the first."""
    said = {
        "person": whose,
        "entry": entry,
        "risk": risk,
        "share": float(reading.share),
        "is_right": reading.is_right,
        "source": str(source),
        "at": tx.at,
    }
    row = {"team": tx.team, "id": digest} | said
    insert = _DIALECTS[tx.db.dialect.name].insert(_readings).values(row)
    tx.db.execute(insert.on_conflict_do_update(index_elements=["team", "id"], set_=said))


def judged(tx: Tx, risk: str) -> list[Judged]:
    """What was said of this class here within a year; what is no share is left out."""
    rows = select(_readings.c.share, _readings.c.is_right).where(
        _readings.c.team == tx.team,
        _readings.c.risk == risk,
        _readings.c.at >= ms(tx.now - KEPT),
        _readings.c.at <= tx.at,
        _readings.c.share.between(0.0, 1.0),
    )
    return made(Judged, tx.db.execute(rows.order_by(_readings.c.id)))


def thresholds(tx: Tx) -> list[Threshold]:
    """Every class that was looked at in this workspace, by name."""
    columns = (_thresholds.c.risk, _thresholds.c.value, _thresholds.c.month, _thresholds.c.judged)
    rows = select(*columns).where(_thresholds.c.team == tx.team).order_by(_thresholds.c.risk)
    return made(Threshold, tx.db.execute(rows))


def own(tx: Tx) -> dict[str, float]:
    """risk class -> the threshold that was learned here, as it is kept (see `in_force`)."""
    return {t.risk: t.value for t in thresholds(tx) if t.value is not None}


def in_force(shipped: Mapping[str, float], own: Mapping[str, float]) -> dict[str, float]:
    """risk class -> the threshold that counts: the workspace's own within the bounds, of whatever
    version of the house it was learned; else the shipped one."""
    return {risk: _bounded(risk, first, own.get(risk, first)) for risk, first in shipped.items()}


def is_due(tx: Tx) -> bool:
    """Was this month not looked at yet?"""
    return all(t.month != _month(tx) for t in thresholds(tx))


def learn(
    tx: Tx, shipped: Mapping[str, float], lowest: Callable[[str, Sequence[Judged]], float]
) -> list[Move]:
    """Look at every class once a month; the thresholds that moved. `lowest`: the lowest threshold
    that what was said allows for a class."""
    moved = []
    known = {t.risk: t for t in thresholds(tx)}
    now = in_force(shipped, own(tx))
    for risk, before in sorted(now.items()):
        looked_at = known.get(risk)
        if looked_at and looked_at.month == _month(tx):
            continue
        said, after = judged(tx, risk), before
        if len(said) >= LEAST:
            wanted = min(max(lowest(risk, said), before - STEP), before + STEP)
            after = _bounded(risk, shipped[risk], wanted)
        has_moved = abs(after - before) >= NOTICED
        kept = looked_at.value if looked_at else None
        _put(tx, Threshold(risk, after if has_moved else kept, _month(tx), len(said)))
        if has_moved:
            wrong = sum(not reading.is_right for reading in said)
            moved.append(Move(risk, before, after, len(said), wrong))
    if moved:
        own_answers.changed(tx)
        told = {m.risk: [round(m.before, 3), round(m.after, 3)] for m in moved}
        audit.append(tx, CLOCK.id, MOVED, f"workspace:{tx.team}", told)
    return moved


def set_back(tx: Tx, by: str) -> bool:
    """The shipped thresholds count again, until next month; False where they did already."""
    here = (_thresholds.c.team == tx.team, _thresholds.c.value.is_not(None))
    changed = tx.db.execute(update(_thresholds).where(*here).values(value=None, month=_month(tx)))
    if not changed.rowcount:
        return False
    own_answers.changed(tx)
    audit.append(tx, by, SET_BACK, f"workspace:{tx.team}", {})
    return True


def forget_person(tx: Tx, person: str) -> None:
    """What was said of readings of her messages goes."""
    hers = (_readings.c.team == tx.team, _readings.c.person == person)
    tx.db.execute(delete(_readings).where(*hers))


def forget_before(tx: Tx, at: int) -> None:
    """What nobody learns from any more goes after a year, however long texts are kept: there is no
    text in it."""
    old = ms(tx.now - KEPT)
    tx.db.execute(delete(_readings).where(_readings.c.team == tx.team, _readings.c.at < old))


def _bounded(risk: str, shipped: float, value: float) -> float:
    """Within the bounds of the class; what is no number is the shipped one."""
    low = shipped if risk in ONLY_UP else min(LOWEST, shipped)
    high = max(HIGHEST, shipped)
    return min(max(value, low), high) if value == value else shipped


def _put(tx: Tx, threshold: Threshold) -> None:
    said = {"value": threshold.value, "month": threshold.month, "judged": threshold.judged}
    row = {"team": tx.team, "risk": threshold.risk} | said
    insert = _DIALECTS[tx.db.dialect.name].insert(_thresholds).values(row)
    tx.db.execute(insert.on_conflict_do_update(index_elements=["team", "risk"], set_=said))


def _month(tx: Tx) -> str:
    return tx.now.date().isoformat()[:7]

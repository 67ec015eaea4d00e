"""How sure a reading has to be in one workspace: what people and support said of readings, without
their text, and the thresholds learned from that. Which threshold follows from what was said is not
decided here."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.knowledge import own_answers
from domain.people import CLOCK, Person
from domain.storage import audit
from domain.storage.rows import made
from domain.storage.store import Tx, ms, table
from domain.tables import JudgedReading, OwnThreshold

# So many judged readings of a class are needed before its threshold moves, and so far it moves in a
# month.
LEAST, STEP = 60, 0.05
LOWEST, HIGHEST = 0.40, 0.95
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
    tx: Tx,
    person: Person,
    about: str,
    entry: str,
    risk: str,
    reading: Judged,
    source: Source,
) -> None:
    """Somebody said whether a reading was right. `about`: what tells the message from others (its
    id); a second word of hers about it replaces the first."""
    digest = hashlib.sha256(f"{about}|{entry}|{person.id}".encode()).hexdigest()[:32]
    said = {
        "person": person.id,
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
    """What was said of this class here within a year."""
    rows = select(_readings.c.share, _readings.c.is_right).where(
        _readings.c.team == tx.team,
        _readings.c.risk == risk,
        _readings.c.at >= ms(tx.now - KEPT),
    )
    return made(Judged, tx.db.execute(rows.order_by(_readings.c.id)))


def thresholds(tx: Tx) -> list[Threshold]:
    """Every class that was looked at in this workspace, by name."""
    columns = (_thresholds.c.risk, _thresholds.c.value, _thresholds.c.month, _thresholds.c.judged)
    rows = select(*columns).where(_thresholds.c.team == tx.team).order_by(_thresholds.c.risk)
    return made(Threshold, tx.db.execute(rows))


def own(tx: Tx) -> dict[str, float]:
    """risk class -> the threshold that counts here instead of the shipped one."""
    return {t.risk: t.value for t in thresholds(tx) if t.value is not None}


def is_due(tx: Tx) -> bool:
    """Is there a month that was not looked at yet?"""
    return any(t.month != _month(tx) for t in thresholds(tx)) or not thresholds(tx)


def learn(
    tx: Tx,
    shipped: Mapping[str, float],
    lowest: Callable[[str, Sequence[Judged]], float],
    never_below: Mapping[str, float],
) -> list[Move]:
    """Look at every class once a month; the thresholds that moved. `lowest`: the lowest threshold
    that what was said allows for a class; `never_below`: bounds of single classes."""
    moved = []
    known = {t.risk: t for t in thresholds(tx)}
    for risk, first in sorted(shipped.items()):
        now = known.get(risk)
        if now and now.month == _month(tx):
            continue
        said = judged(tx, risk)
        before = first if now is None or now.value is None else now.value
        after = before
        if len(said) >= LEAST:
            wanted = min(max(lowest(risk, said), before - STEP), before + STEP)
            after = round(min(max(wanted, LOWEST, never_below.get(risk, 0.0)), HIGHEST), 2)
        has_moved = abs(after - before) >= 0.01
        value = after if has_moved else (now.value if now else None)
        _put(tx, Threshold(risk, value, _month(tx), len(said)))
        if has_moved:
            wrong = sum(not reading.is_right for reading in said)
            moved.append(Move(risk, before, after, len(said), wrong))
    if moved:
        own_answers.changed(tx)
        told = {m.risk: [m.before, m.after] for m in moved}
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
    """What she said of readings goes."""
    hers = (_readings.c.team == tx.team, _readings.c.person == person)
    tx.db.execute(delete(_readings).where(*hers))


def forget_before(tx: Tx, at: int) -> None:
    """What nobody learns from any more goes; there is no text in it."""
    old = min(at, ms(tx.now - KEPT))
    tx.db.execute(delete(_readings).where(_readings.c.team == tx.team, _readings.c.at < old))


def _put(tx: Tx, threshold: Threshold) -> None:
    said = {"value": threshold.value, "month": threshold.month, "judged": threshold.judged}
    row = {"team": tx.team, "risk": threshold.risk} | said
    insert = _DIALECTS[tx.db.dialect.name].insert(_thresholds).values(row)
    tx.db.execute(insert.on_conflict_do_update(index_elements=["team", "risk"], set_=said))


def _month(tx: Tx) -> str:
    return tx.now.date().isoformat()[:7]

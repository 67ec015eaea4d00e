"""An approver is away and another one looks in her place. Forwards cards; never makes anybody an
approver."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, insert

from domain import people
from domain.machine import Doubtful, NotAllowed
from domain.people import Person, Role
from domain.storage import audit
from domain.storage.rows import Rows
from domain.storage.store import Tx
from domain.tables import approvals

LONGEST = timedelta(days=120)


@dataclass(frozen=True)
class Away:
    """Who is away until which day (ISO), and who looks in her place."""

    person: str
    stand_in: str
    until: str


_AWAY = Rows(Away, approvals.Away)
_rows = _AWAY.table


def leave(tx: Tx, who: Person, stand_in: str, until: date, today: date) -> Person:
    """`who` is away up to and with the day `until`; returns who stands in.

    Raises NotAllowed: `role` (she is no approver), `no_stand_in` (nobody else is one: a role is
    granted by seed or Setup, never here); Doubtful: `in_past`, `too_far`.
    """
    if not who.has(Role.APPROVER):
        raise NotAllowed("role")
    if stand_in not in {p.id for p in could_stand_in(tx, who)}:
        raise NotAllowed("no_stand_in")
    if until < today:
        raise Doubtful("in_past", today)
    if until > today + LONGEST:
        raise Doubtful("too_far", today + LONGEST)
    _forget(tx, who)
    tx.db.execute(
        insert(_rows),
        {"team": tx.team, "person": who.id, "stand_in": stand_in, "until": until.isoformat()},
    )
    tx.known.clear()
    audit.append(
        tx, who.id, "away", f"person:{who.id}", {"stand_in": stand_in, "until": until.isoformat()}
    )
    found = people.by_id(tx, stand_in)
    assert found is not None
    return found


def back(tx: Tx, who: Person) -> bool:
    """She is here again; False when she was not away."""
    if not _forget(tx, who):
        return False
    audit.append(tx, who.id, "back", f"person:{who.id}", {})
    return True


def could_stand_in(tx: Tx, who: Person) -> list[Person]:
    """The other live approvers of the partner."""
    return [p for p in people.with_role(tx, Role.APPROVER, who.partner) if p.id != who.id]


def now(tx: Tx, today: date) -> dict[str, Away]:
    """person -> stand-in and day of everybody in this workspace who is away today."""
    here = (_rows.c.team == tx.team, _rows.c.until >= today.isoformat())
    return tx.cached(
        f"away:{today}",
        lambda: {row.person: row for row in _AWAY.all(tx.db, _AWAY.select().where(*here))},
    )


def of(tx: Tx, person: str, today: date) -> Away | None:
    """Until when somebody is away, and who covers; None where the person is here."""
    return now(tx, today).get(person)


def to_be_asked(tx: Tx, deciders: list[Person], today: date) -> list[Person]:
    """Whom to bother among those who may decide: not who is away, where her stand-in is here and
    may decide too."""
    away, may = now(tx, today), {p.id for p in deciders}
    here = may - away.keys()
    return [p for p in deciders if p.id not in away or away[p.id].stand_in not in here]


def _forget(tx: Tx, who: Person) -> bool:
    gone = tx.db.execute(
        delete(_rows)
        .where(_rows.c.team == tx.team, _rows.c.person == who.id)
        .returning(_rows.c.person)
    )
    tx.known.clear()
    return gone.first() is not None

"""A built-in fact under review: one supporter asks with an official page, a second suspends it at
once; lifted by two again.

While it is suspended, what rests on it hands over. Knows no words.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import insert, select, update

from domain.knowledge.own_answers import changed
from domain.machine import Machine, Move, NotAllowed, advance, stands
from domain.people import Person, Role
from domain.questions.basis import official
from domain.storage.rows import Rows
from domain.storage.store import Tx
from domain.tables import knowledge


@dataclass(frozen=True)
class Suspension:
    """What was asked about a fact; the columns are described in domain/tables/knowledge.py."""

    fact: str
    source: str
    asker: str
    second: str
    effective: bool
    at: int


_SUSPENSIONS = Rows(Suspension, knowledge.Suspension)
_rows = _SUSPENSIONS.table


class State(StrEnum):
    IN_FORCE = "InForce"
    ASKED = "AwaitingSecond"
    SUSPENDED = "Suspended"
    LIFT_ASKED = "AwaitingLift"


class Event(StrEnum):
    ASKED = "suspension_asked"
    SUSPENDED = "fact_suspended"
    DECLINED = "suspension_declined"
    LIFT_ASKED = "lift_asked"
    LIFTED = "suspension_lifted"
    LIFT_DECLINED = "lift_declined"


S, E = State, Event
SUPPORT = frozenset({Role.SUPPORT})
MOVES = (
    Move(
        S.IN_FORCE,
        E.ASKED,
        S.ASKED,
        SUPPORT,
        dated=False,
        needs="an official page that says otherwise",
    ),
    Move(
        S.ASKED,
        E.SUSPENDED,
        S.SUSPENDED,
        SUPPORT,
        dated=False,
        needs="another supporter than the one who asked",
    ),
    Move(
        S.ASKED,
        E.DECLINED,
        S.IN_FORCE,
        SUPPORT,
        dated=False,
        needs="another supporter than the one who asked",
    ),
    Move(S.SUSPENDED, E.LIFT_ASKED, S.LIFT_ASKED, SUPPORT, dated=False),
    Move(
        S.LIFT_ASKED,
        E.LIFTED,
        S.IN_FORCE,
        SUPPORT,
        dated=False,
        needs="another supporter than the one who asked",
    ),
    Move(
        S.LIFT_ASKED,
        E.LIFT_DECLINED,
        S.SUSPENDED,
        SUPPORT,
        dated=False,
        needs="another supporter than the one who asked",
    ),
)
MACHINE = Machine("suspension", State, Event, State.IN_FORCE, MOVES)
_DECISIONS = {
    (S.ASKED, True): E.SUSPENDED,
    (S.ASKED, False): E.DECLINED,
    (S.LIFT_ASKED, True): E.LIFTED,
    (S.LIFT_ASKED, False): E.LIFT_DECLINED,
}


def ask(tx: Tx, fact: str, source: str, by: Person, *, today: date) -> None:
    """A supporter doubts a fact, with the official page that says otherwise.

    Raises Wrong("not_official"), NotPossible, NotAllowed.
    """
    page = official(source)
    advance(tx, MACHINE, fact, E.ASKED, by, day=today, today=today)
    values = {"source": page, "asker": by.id, "second": "", "effective": False, "at": tx.at}
    here = (_rows.c.team == tx.team, _rows.c.fact == fact)
    if tx.db.execute(select(_rows.c.fact).where(*here)).first():
        tx.db.execute(update(_rows).where(*here).values(**values))
    else:
        tx.db.execute(insert(_rows), {"team": tx.team, "fact": fact} | values)


def ask_to_lift(tx: Tx, fact: str, by: Person, *, today: date) -> None:
    """A supporter finds that the fact stands again; suspended until a second one agrees. Raises
    NotPossible, NotAllowed."""
    advance(tx, MACHINE, fact, E.LIFT_ASKED, by, day=today, today=today)
    tx.db.execute(
        update(_rows)
        .where(_rows.c.team == tx.team, _rows.c.fact == fact)
        .values(asker=by.id, second="", at=tx.at)
    )


def decide(tx: Tx, fact: str, yes: bool, by: Person, *, today: date, asked_at: int) -> str:
    """The second supporter's word about what was asked at that moment; returns the state it led to.
    One decision wins.

    Raises NotPossible (decided, or asked anew since), NotAllowed: `role`, `own_answer` (who asked).
    """
    row = get(tx, fact)
    state = S(state_of(tx, fact))
    event = _DECISIONS.get((state, yes)) if row and row.at == asked_at else None
    move = MACHINE.move(state if event else S.IN_FORCE, event or E.SUSPENDED)
    if row is None or not by.has(Role.SUPPORT):
        raise NotAllowed("role")
    if by.id == row.asker:
        raise NotAllowed("own_answer")
    advance(tx, MACHINE, fact, move.event, by, day=today, today=today)
    effective = move.to in (S.SUSPENDED, S.LIFT_ASKED)
    here = (_rows.c.team == tx.team, _rows.c.fact == fact)
    tx.db.execute(update(_rows).where(*here).values(second=by.id, effective=effective))
    changed(tx)
    return move.to


def suspended(tx: Tx) -> frozenset[str]:
    """The ids of the facts that do not count in this workspace now."""
    return frozenset(
        tx.db.execute(
            select(_rows.c.fact).where(_rows.c.team == tx.team, _rows.c.effective)
        ).scalars()
    )


def open_or_suspended(tx: Tx) -> list[str]:
    """The ids of the facts that somebody asked about or that are suspended."""
    names = tx.db.execute(
        select(_rows.c.fact).where(_rows.c.team == tx.team).order_by(_rows.c.fact)
    ).scalars()
    return [name for name in names if state_of(tx, name) != S.IN_FORCE]


def get(tx: Tx, fact: str) -> Suspension | None:
    here = (_rows.c.team == tx.team, _rows.c.fact == fact)
    return _SUSPENSIONS.first(tx.db, _SUSPENSIONS.select().where(*here))


def state_of(tx: Tx, fact: str) -> str:
    return stands(tx, MACHINE, fact).state

"""Two supporters confirm a built-in fact as it is, or replace its words, with Microsoft's page.
Until the second agrees nothing changes. Knows no words."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, insert, select, update

from domain.json_values import Values
from domain.knowledge.own_answers import changed
from domain.machine import Machine, Move, NotAllowed, advance, stands
from domain.people import Person, Role
from domain.questions.basis import Wrong, official
from domain.storage.rows import Rows
from domain.storage.store import Tx
from domain.tables import knowledge

LONGEST = 600


@dataclass(frozen=True)
class Check:
    """What was asked about a fact and what counts; the columns are described in
    domain/tables/knowledge.py."""

    fact: str
    text: str
    source: str
    asker: str
    second: str
    day: str
    words: str
    page: str
    at: int


_CHECKS = Rows(Check, knowledge.FactCheck)
_rows = _CHECKS.table
_KNOWN: dict[str, tuple[str, Values]] = {}  # team -> version, what it holds


class State(StrEnum):
    SETTLED = "Settled"
    CONFIRM_ASKED = "AwaitingConfirmation"
    REPLACE_ASKED = "AwaitingReplacement"


class Event(StrEnum):
    CONFIRM_ASKED = "confirmation_asked"
    CONFIRMED = "fact_confirmed"
    CONFIRM_DECLINED = "confirmation_declined"
    REPLACE_ASKED = "replacement_asked"
    REPLACED = "fact_replaced"
    REPLACE_DECLINED = "replacement_declined"


S, E = State, Event
SUPPORT = frozenset({Role.SUPPORT})
SECOND = "another supporter than the one who asked"
MOVES = (
    Move(S.SETTLED, E.CONFIRM_ASKED, S.CONFIRM_ASKED, SUPPORT, dated=False),
    Move(S.CONFIRM_ASKED, E.CONFIRMED, S.SETTLED, SUPPORT, dated=False, needs=SECOND),
    Move(S.CONFIRM_ASKED, E.CONFIRM_DECLINED, S.SETTLED, SUPPORT, dated=False, needs=SECOND),
    Move(
        S.SETTLED,
        E.REPLACE_ASKED,
        S.REPLACE_ASKED,
        SUPPORT,
        dated=False,
        needs="an official page that says otherwise",
    ),
    Move(S.REPLACE_ASKED, E.REPLACED, S.SETTLED, SUPPORT, dated=False, needs=SECOND),
    Move(S.REPLACE_ASKED, E.REPLACE_DECLINED, S.SETTLED, SUPPORT, dated=False, needs=SECOND),
)
MACHINE = Machine("fact_check", State, Event, State.SETTLED, MOVES)
_DECISIONS = {
    (S.CONFIRM_ASKED, True): E.CONFIRMED,
    (S.CONFIRM_ASKED, False): E.CONFIRM_DECLINED,
    (S.REPLACE_ASKED, True): E.REPLACED,
    (S.REPLACE_ASKED, False): E.REPLACE_DECLINED,
}


def ask(tx: Tx, fact: str, by: Person, *, today: date, text: str = "", source: str = "") -> None:
    """A supporter has opened the page: the fact is as it is written there, or (`text`) it is not.
    `fact` is a cited id, with its version.

    Raises Wrong("not_official", "text_too_long"), NotPossible, NotAllowed.
    """
    page = official(source) if text else ""
    if len(text) > LONGEST:
        raise Wrong("text_too_long", str(LONGEST))
    event = E.REPLACE_ASKED if text else E.CONFIRM_ASKED
    advance(tx, MACHINE, fact, event, by, day=today, today=today)
    values = {"text": text, "source": page, "asker": by.id, "second": "", "at": tx.at}
    if get(tx, fact):
        tx.db.execute(update(_rows).where(*_here(tx, fact)).values(**values))
    else:
        tx.db.execute(
            insert(_rows),
            {"team": tx.team, "fact": fact, "day": "", "words": "", "page": ""} | values,
        )


def decide(tx: Tx, fact: str, yes: bool, by: Person, *, today: date, asked_at: int) -> Event:
    """The second supporter's word about what was asked at that moment; returns what it was. One
    decision wins.

    Raises NotPossible (decided, or asked again since), NotAllowed: `role`, `own_answer` (the
    asker).
    """
    row, state = get(tx, fact), S(state_of(tx, fact))
    event = _DECISIONS.get((state, yes)) if row and row.at == asked_at else None
    move = MACHINE.move(state if event else S.SETTLED, event or E.CONFIRMED)
    if row is None or not by.has(Role.SUPPORT):
        raise NotAllowed("role")
    if by.id == row.asker:
        raise NotAllowed("own_answer")
    advance(tx, MACHINE, fact, move.event, by, day=today, today=today)
    values = {"second": by.id}
    if yes:
        values |= {"day": today.isoformat(), "words": row.text, "page": row.source}
    if move.event == E.CONFIRMED:
        values |= {"words": row.words, "page": row.page}
    tx.db.execute(update(_rows).where(*_here(tx, fact)).values(**values))
    changed(tx)
    return E(move.event)


def agreed(tx: Tx) -> list[Check]:
    """What two supporters of this workspace have agreed on."""
    here = _CHECKS.select().where(_rows.c.team == tx.team, _rows.c.day != "")
    return _CHECKS.all(tx.db, here.order_by(_rows.c.fact))


def confirmed(tx: Tx) -> dict[str, str]:
    """Cited id -> the day (ISO) on which two supporters last confirmed or replaced it."""
    return {check.fact: check.day for check in agreed(tx)}


def as_data(tx: Tx, version: str) -> Values:
    """What the small print needs of all that was agreed on; {} where nothing was. `version`: that
    of the workspace's knowledge, which changes with each decision; "" before the first."""
    known = _KNOWN.get(tx.team)
    if not version or (known and known[0] == version):
        return known[1] if known and version else {}
    rows = agreed(tx)
    days = {"confirmed": {row.fact: row.day for row in rows}} if rows else {}
    words = {
        row.fact: {"day": row.day, "text": row.words, "source": row.page}
        for row in rows
        if row.words
    }
    found = days | ({"replaced": words} if words else {})
    _KNOWN[tx.team] = (version, found)
    return found


def waiting(tx: Tx) -> list[str]:
    """The cited ids that wait for a second supporter."""
    names = select(_rows.c.fact).where(_rows.c.team == tx.team, _rows.c.second == "")
    return sorted(tx.db.execute(names).scalars())


def get(tx: Tx, fact: str) -> Check | None:
    return _CHECKS.first(tx.db, _CHECKS.select().where(*_here(tx, fact)))


def state_of(tx: Tx, fact: str) -> str:
    return stands(tx, MACHINE, fact).state


def _here(tx: Tx, fact: str) -> tuple[ColumnElement[bool], ...]:
    return (_rows.c.team == tx.team, _rows.c.fact == fact)

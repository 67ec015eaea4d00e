"""What was not understood, until support has looked at it or its time is over; and what people
thought of answers, without text."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.machine import NotAllowed
from domain.people import Person, Role
from domain.storage import audit
from domain.storage.rows import Rows
from domain.storage.store import Tx, new_id, table
from domain.tables import Feedback, knowledge

LONGEST = 500
HELPFUL, NOT_ASKED = "helpful", "not_asked"


@dataclass(frozen=True)
class Unheard:
    """A message to look at; the columns are described in domain/tables/knowledge.py."""

    id: str
    partner: str
    person: str
    text: str
    why: str
    guesses: list[str]
    chosen: str
    state: str
    by: str
    at: int
    passed_at: int


_UNHEARD = Rows(Unheard, knowledge.Unheard)
_unheard, _feedback = _UNHEARD.table, table(Feedback)


def note(tx: Tx, text: str, person: Person, why: str, guesses: Sequence[str] = ()) -> str:
    """Keep a message for review; returns its id. `why`: not_understood, unsure, not_asked.
    `guesses`: what it was taken for."""
    id_ = new_id()
    row = {
        "id": id_,
        "team": tx.team,
        "partner": person.partner,
        "person": person.id,
        "text": text[:LONGEST],
        "why": why,
        "guesses": list(guesses),
        "chosen": "",
        "state": "open",
        "by": "",
        "at": tx.at,
        "passed_at": 0,
    }
    tx.db.execute(insert(_unheard), row)
    return id_


def picked(tx: Tx, id_: str, entry: str) -> None:
    """The person was offered what it may mean, and picked this."""
    tx.db.execute(
        update(_unheard)
        .where(_unheard.c.team == tx.team, _unheard.c.id == id_)
        .values(chosen=entry)
    )


def next_one(tx: Tx, by: Person) -> Unheard | None:
    """The message that has waited longest, None where nothing is left. Raises
    NotAllowed("role")."""
    if not by.has(Role.SUPPORT):
        raise NotAllowed("role")
    rows = _UNHEARD.select().where(_unheard.c.team == tx.team, _unheard.c.state == "open")
    oldest = (_unheard.c.passed_at, _unheard.c.at, _unheard.c.id)
    return _UNHEARD.first(tx.db, rows.order_by(*oldest).limit(1))


def get(tx: Tx, id_: str) -> Unheard | None:
    """An open message, None where this workspace has none of that id (any more)."""
    here = (_unheard.c.team == tx.team, _unheard.c.id == id_, _unheard.c.state == "open")
    return _UNHEARD.first(tx.db, _UNHEARD.select().where(*here))


def left(tx: Tx) -> int:
    """How many messages wait for review."""
    here = (_unheard.c.team == tx.team, _unheard.c.state == "open")
    return int(tx.db.execute(select(func.count()).select_from(_unheard).where(*here)).scalar() or 0)


def put_off(tx: Tx, id_: str, by: Person) -> None:
    """Another time: the others come first. Raises NotAllowed("role")."""
    _settle(tx, id_, by, passed_at=tx.at)


def settle(tx: Tx, id_: str, by: Person, state: str, entry: str = "") -> None:
    """`assigned`, `topic` or `ignored`: what was done is kept, the text is not. Raises
    NotAllowed("role")."""
    if _settle(tx, id_, by, state=state, by=by.id, text="", **({"chosen": entry} if entry else {})):
        audit.append(tx, by.id, "message_reviewed", f"message:{id_}", {"as": state})


def _settle(tx: Tx, id_: str, who: Person, **values: object) -> bool:
    if not who.has(Role.SUPPORT):
        raise NotAllowed("role")
    here = (_unheard.c.team == tx.team, _unheard.c.id == id_, _unheard.c.state == "open")
    return bool(
        tx.db.execute(
            update(_unheard).where(*here).values(**values).returning(_unheard.c.id)
        ).scalar()
    )


def forget_before(tx: Tx, at: int) -> None:
    """Texts that were written before this moment (ms UTC) go, reviewed or not."""
    tx.db.execute(delete(_unheard).where(_unheard.c.team == tx.team, _unheard.c.at < at))


def forget_person(tx: Tx, person: str) -> None:
    tx.db.execute(delete(_unheard).where(_unheard.c.team == tx.team, _unheard.c.person == person))


def thought(tx: Tx, answer: str, verdict: str, person: Person, message: str) -> bool:
    """`helpful` or `not_asked` of one answer in one message; a second word replaces the first.
    False when it was said before."""
    id_ = hashlib.sha256(f"{message}|{answer}|{person.id}".encode()).hexdigest()[:32]
    here = (_feedback.c.team == tx.team, _feedback.c.id == id_)
    before = tx.db.execute(select(_feedback.c.verdict).where(*here)).scalar()
    row = {
        "team": tx.team,
        "id": id_,
        "partner": person.partner,
        "answer": answer,
        "verdict": verdict,
        "at": tx.at,
    }
    insert_ = (
        {"sqlite": sqlite, "postgresql": postgresql}[tx.db.dialect.name]
        .insert(_feedback)
        .values(row)
    )
    tx.db.execute(
        insert_.on_conflict_do_update(
            index_elements=["team", "id"], set_={"verdict": verdict, "at": tx.at}
        )
    )
    return before != verdict

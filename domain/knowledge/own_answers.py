"""The life of a workspace's own answer: handed in by one supporter, live by the word of a second,
revoked, expired by its date.

Never approved by its author; one decision wins; it counts for its own workspace alone. Knows no
words and no phrase's worth.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.machine import Machine, Move, NotAllowed, advance, stands
from domain.people import CLOCK, Person, Role
from domain.questions.basis import Basis, Wrong
from domain.storage.prepared import Prepared
from domain.storage.rows import Rows, made
from domain.storage.store import Tx, new_id, table
from domain.tables import KnowledgeVersion, Lifecycle, knowledge

OWN = "own_"
LONGEST_TITLE, LONGEST_TEXT = 70, 2_900


@dataclass(frozen=True)
class OwnAnswer:
    """An answer of the support team; the columns are described in domain/tables/knowledge.py."""

    id: str
    name: str
    title: str
    text: str
    facts: list[str]
    source: str
    risk: str
    expires_on: str
    author: str
    approver: str
    question: str
    saved_at: int
    live_at: int


@dataclass(frozen=True)
class AnswerInState(OwnAnswer):
    """The same with its state."""

    state: str


@dataclass(frozen=True)
class Phrase:
    """One wording of an answer or topic; the columns are described in
    domain/tables/knowledge.py."""

    id: str
    entry: str
    text: str
    said: str
    vector: bytes
    model: str
    by: str
    asker: str
    at: int


_ANSWERS, PHRASES = Rows(OwnAnswer, knowledge.WorkspaceAnswer), Rows(Phrase, knowledge.OwnPhrase)
_answers, _phrases = _ANSWERS.table, PHRASES.table
_versions, _lives = table(KnowledgeVersion), table(Lifecycle)
_VERSION = Prepared(select(_versions.c.version).where(_versions.c.team == bindparam("t")))


class State(StrEnum):
    DRAFT = "Draft"
    AWAITING = "AwaitingSecond"
    LIVE = "Live"
    REVOKED = "Revoked"
    EXPIRED = "Expired"


class Event(StrEnum):
    HANDED_IN = "answer_handed_in"
    APPROVED = "answer_approved"
    DECLINED = "answer_declined"
    REVOKED = "answer_revoked"
    EXPIRED = "answer_expired"


S, E = State, Event
SUPPORT = frozenset({Role.SUPPORT})
THE_CLOCK = frozenset({Role.CLOCK})
MOVES = (
    Move(
        S.DRAFT,
        E.HANDED_IN,
        S.AWAITING,
        SUPPORT,
        dated=False,
        needs="a source or a fact, phrases, a date on which it ends",
    ),
    Move(
        S.AWAITING,
        E.APPROVED,
        S.LIVE,
        SUPPORT,
        dated=False,
        needs="another supporter than the author",
    ),
    Move(
        S.AWAITING,
        E.DECLINED,
        S.DRAFT,
        SUPPORT,
        dated=False,
        needs="another supporter than the author; a reason",
    ),
    Move(S.LIVE, E.REVOKED, S.REVOKED, SUPPORT, dated=False),
    *(Move(s, E.EXPIRED, S.EXPIRED, THE_CLOCK, dated=False) for s in (S.AWAITING, S.LIVE)),
)
MACHINE = Machine("answer", State, Event, State.DRAFT, MOVES)


@dataclass(frozen=True)
class Draft:
    """What a supporter hands in. `expires_on`: the last day on which it counts; `question`: the
    question that it answered."""

    title: str
    text: str
    phrases: tuple[str, ...]
    basis: Basis
    risk: str
    expires_on: date
    question: str = ""


def hand_in(tx: Tx, draft: Draft, by: Person, *, today: date) -> str:
    """The draft waits for a second supporter; returns its id. Raises NotAllowed,
    Wrong("in_the_past").

    Its phrases are put beside it (domain/knowledge/phrases.py)."""
    if not by.has(Role.SUPPORT):
        raise NotAllowed("role")
    if draft.expires_on < today:
        raise Wrong("in_the_past", draft.expires_on.isoformat())
    id_ = new_id()
    row = {
        "id": id_,
        "team": tx.team,
        "name": _free_name(tx, draft.title),
        "title": draft.title,
        "text": draft.text,
        "facts": list(draft.basis.facts),
        "source": draft.basis.source,
        "risk": draft.risk,
        "expires_on": draft.expires_on.isoformat(),
        "author": by.id,
        "approver": "",
        "question": draft.question,
        "saved_at": tx.at,
        "live_at": 0,
    }
    tx.db.execute(insert(_answers), row)
    advance(tx, MACHINE, id_, E.HANDED_IN, by, day=today, today=today)
    return id_


def decide(
    tx: Tx, id_: str, yes: bool, by: Person, *, today: date, shown: str, reason: str = ""
) -> OwnAnswer:
    """The second supporter's word; returns the answer. One decision wins.

    Raises NotPossible (decided, expired), NotAllowed: `role`, `own_answer` (the author), `changed`
    (not what was shown).
    """
    row = get(tx, id_)
    move = MACHINE.move(state_of(tx, id_) if row else S.REVOKED, E.APPROVED if yes else E.DECLINED)
    if row is None or not by.has(Role.SUPPORT):
        raise NotAllowed("role")
    if by.id == row.author:
        raise NotAllowed("own_answer")
    if yes and shown != digest(tx, row):
        raise NotAllowed("changed")
    if yes and row.expires_on < today.isoformat():
        MACHINE.move(S.EXPIRED, E.APPROVED)
    advance(tx, MACHINE, id_, move.event, by, day=today, today=today, reason=reason)
    if yes:
        tx.db.execute(
            update(_answers)
            .where(_answers.c.team == tx.team, _answers.c.id == id_)
            .values(approver=by.id, live_at=tx.at)
        )
        changed(tx)
    return known(tx, id_)


def revoke(tx: Tx, id_: str, by: Person, *, today: date) -> OwnAnswer:
    """No longer answered, at once. Any supporter may: taking back is the careful side. Raises
    NotPossible, NotAllowed."""
    advance(tx, MACHINE, id_, E.REVOKED, by, day=today, today=today)
    changed(tx)
    return known(tx, id_)


def expire(tx: Tx, id_: str, *, today: date) -> bool:
    """The clock's word after the last day; False when there was nothing left to expire."""
    row = get(tx, id_)
    if (
        row is None
        or state_of(tx, id_) not in (S.AWAITING, S.LIVE)
        or row.expires_on >= today.isoformat()
    ):
        return False
    advance(tx, MACHINE, id_, E.EXPIRED, CLOCK, day=today, today=today)
    changed(tx)
    return True


def digest(tx: Tx, row: OwnAnswer) -> str:
    """What a second supporter is shown, boiled down: an approval counts only for exactly this."""
    shown = [
        row.title,
        row.text,
        row.facts,
        row.source,
        row.risk,
        row.expires_on,
        sorted(p.text for p in phrases_of(tx, row.id)),
    ]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def get(tx: Tx, id_: str) -> OwnAnswer | None:
    """An answer, None where this workspace has none of that id."""
    here = (_answers.c.team == tx.team, _answers.c.id == id_)
    return _ANSWERS.first(tx.db, _ANSWERS.select().where(*here))


def known(tx: Tx, id_: str) -> OwnAnswer:
    """An answer that is there. Raises LookupError where it is not."""
    if (found := get(tx, id_)) is None:
        raise LookupError(f"no answer {id_!r}")
    return found


def state_of(tx: Tx, id_: str) -> str:
    return stands(tx, MACHINE, id_).state


def with_state(tx: Tx, *states: str) -> list[AnswerInState]:
    """The answers that stand so, the newest first."""
    joined = _answers.join(
        _lives, (_lives.c.subject == _answers.c.id) & (_lives.c.team == _answers.c.team)
    )
    here = (
        _answers.c.team == tx.team,
        _lives.c.machine == MACHINE.name,
        _lives.c.state.in_(states),
    )
    rows = (
        select(*_ANSWERS.columns, _lives.c.state)
        .select_from(joined)
        .where(*here)
        .order_by(_answers.c.saved_at.desc())
    )
    return made(AnswerInState, tx.db.execute(rows))


def phrases_of(tx: Tx, answer: str) -> list[Phrase]:
    here = (_phrases.c.team == tx.team, _phrases.c.entry == OWN + answer)
    return PHRASES.all(tx.db, PHRASES.select().where(*here))


def version(tx: Tx) -> str:
    """Which version of the workspace's knowledge counts, "" where it never had any."""
    return tx.cached("knowledge", lambda: str(_VERSION.scalar(tx.db, {"t": tx.team}) or ""))


def changed(tx: Tx) -> None:
    """Everybody who remembers what this workspace knows has to look again."""
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[tx.db.dialect.name]
    row = dialect.insert(_versions).values(team=tx.team, version=(new := new_id()))
    tx.db.execute(row.on_conflict_do_update(index_elements=["team"], set_={"version": new}))
    tx.known.clear()


def _free_name(tx: Tx, title: str) -> str:
    """A name in letters, unique in the workspace: as a built-in answer's file is called."""
    words = re.findall(r"[a-z]+", title.lower())
    name = "_".join(words)[:50].strip("_") or "answer"
    taken = set(
        tx.db.execute(
            select(_answers.c.name).where(
                _answers.c.team == tx.team, _answers.c.name.like(f"{name}%")
            )
        ).scalars()
    )
    return next(
        n for n in (name, *(f"{name}_{k}" for k in range(2, len(taken) + 3))) if n not in taken
    )

"""What was written about a question, line by line, and where: so that an edit or a deletion finds
its way. Knows no rule."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, insert, select, update

from domain.people import Person
from domain.questions import question
from domain.questions.question import Question
from domain.storage.rows import Rows
from domain.storage.store import Tx, new_id
from domain.tables import support


@dataclass(frozen=True)
class Line:
    """One line as it is now; the columns are described in domain/tables/support.py."""

    id: str
    question: str
    kind: str
    person: str
    text: str
    channel: str
    ts: str
    key: str
    at: int
    deleted: bool


_LINES = Rows(Line, support.Line)
_rows = _LINES.table


class Kind(StrEnum):
    """A wording of the question, an answer of support (or what it asks back), a reply of the
    asker."""

    QUESTION = "question"
    ANSWER = "answer"
    REPLY = "reply"


def add(
    tx: Tx,
    question: Question,
    kind: Kind,
    by: Person,
    text: str,
    *,
    channel: str = "",
    ts: str = "",
    key: str = "",
    nth: int = 0,
) -> str:
    """Keep one line; returns its id. `key`: the outbox key under which it goes on; `nth` of those
    written at once."""
    id_ = new_id()
    row = {
        "id": id_,
        "team": tx.team,
        "partner": question.partner,
        "question": question.id,
        "kind": str(kind),
        "person": by.id,
        "text": text,
        "channel": channel,
        "ts": ts,
        "key": key,
        "at": tx.at + nth,
        "edited_at": 0,
        "deleted": False,
    }
    tx.db.execute(insert(_rows), row)
    return id_


def of(tx: Tx, question: str, *kinds: Kind) -> list[Line]:
    """The lines of a question that were not deleted, oldest first."""
    here = [_rows.c.team == tx.team, _rows.c.question == question, _rows.c.deleted.is_(False)]
    if kinds:
        here.append(_rows.c.kind.in_(kinds))
    wanted = _LINES.select().where(*here).order_by(_rows.c.at, _rows.c.id)
    return _LINES.all(tx.db, wanted)


def first_wordings(tx: Tx, questions: list[str]) -> dict[str, str]:
    """question id -> the first of its wordings, for all of them in one look."""
    here = (
        _rows.c.team == tx.team,
        _rows.c.question.in_(questions),
        _rows.c.kind == Kind.QUESTION,
        _rows.c.deleted.is_(False),
    )
    found = tx.db.execute(
        select(_rows.c.question, _rows.c.text)
        .where(*here)
        .order_by(_rows.c.at.desc(), _rows.c.id.desc())
    )
    return {row.question: row.text for row in found}


def at(tx: Tx, channel: str, ts: str) -> list[Line]:
    """The lines that a Slack message stands behind: usually one, several where it was part of
    several questions."""
    if not ts:
        return []
    here = (
        _rows.c.team == tx.team,
        _rows.c.channel == channel,
        _rows.c.ts == ts,
        _rows.c.deleted.is_(False),
    )
    return _LINES.all(tx.db, _LINES.select().where(*here))


def sent_as(tx: Tx, id_: str, key: str) -> None:
    """Under this outbox key it goes to the other side."""
    _change(tx, id_, key=key)


def edit(tx: Tx, id_: str, text: str) -> None:
    _change(tx, id_, text=text, edited_at=tx.at)


def delete(tx: Tx, id_: str) -> None:
    """The line stays as a place; its words go."""
    _change(tx, id_, text="", deleted=True, edited_at=tx.at)


def forget_before(tx: Tx, at: int) -> None:
    """The words of lines that were written before this moment (ms UTC) go, once their question was
    over before it, too; the places stay."""
    _forget(tx, and_(_rows.c.at < at, _rows.c.question.in_(question.over_before(tx, at))))


def forget_person(tx: Tx, person: str) -> None:
    _forget(tx, _rows.c.person == person)


def _forget(tx: Tx, which: ColumnElement[bool]) -> None:
    tx.db.execute(
        update(_rows)
        .where(_rows.c.team == tx.team, which, _rows.c.text != "")
        .values(text="", edited_at=tx.at)
    )


def _change(tx: Tx, id_: str, **fields: object) -> None:
    tx.db.execute(update(_rows).where(_rows.c.team == tx.team, _rows.c.id == id_).values(**fields))

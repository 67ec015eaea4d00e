"""How messages were understood, kept for `changeover explain` as long as what people wrote is kept.
Knows no document from inside."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.storage.prepared import Prepared
from domain.storage.store import Tx, table
from domain.tables import TraceRow

_rows = table(TraceRow)
_INSERT = {
    name: Prepared(
        dialect.insert(_rows).on_conflict_do_nothing(), [column.name for column in _rows.c]
    )
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def keep(tx: Tx, ids: Iterable[str], person: str, document: dict[str, Any]) -> None:
    """Keep the trace of one message under each of these ids."""
    for id_ in ids:
        row = {"team": tx.team, "id": id_, "person": person, "at": tx.at, "document": document}
        _INSERT[tx.db.dialect.name].run(tx.db, row)


def find(db: Connection, id_: str) -> list[dict[str, Any]]:
    """The traces of that id, in whatever workspace."""
    found = db.execute(select(_rows.c.document).where(_rows.c.id == id_).order_by(_rows.c.at))
    return [dict(document) for document in found.scalars()]


def forget_before(tx: Tx, at: int) -> None:
    """What is from before this moment (ms UTC) goes."""
    tx.db.execute(delete(_rows).where(_rows.c.team == tx.team, _rows.c.at < at))


def forget_person(tx: Tx, person: str) -> None:
    """What she wrote goes."""
    tx.db.execute(delete(_rows).where(_rows.c.team == tx.team, _rows.c.person == person))

"""What people wrote as a reason, a question or an answer: kept beside the log, which holds only ids, so that it can be erased."""

from collections.abc import Iterable

from sqlalchemy import insert, select

from domain.people import Person
from domain.store import Tx, new_id, table
from domain.tables import Note

MOST = 1_000
_rows = table(Note)


def keep(tx: Tx, who: Person, text: str) -> str:
    """Returns the note's id. What is longer than MOST characters is cut; the caller has said so before."""
    id_ = new_id()
    tx.db.execute(insert(_rows), {"id": id_, "team": tx.team, "person": who.id, "text": text.strip()[:MOST]})
    return id_


def texts(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """id -> text of the notes that are still there."""
    rows = tx.db.execute(select(_rows.c.id, _rows.c.text).where(_rows.c.team == tx.team, _rows.c.id.in_(sorted(set(ids)))))
    return {row.id: row.text for row in rows}

"""Reasons, questions and answers that people wrote. Stored beside the log, which contains only ids,
so that they can be erased."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import insert, select, update

from domain.people import Person
from domain.storage.store import Tx, ms, new_id, table
from domain.tables import Note

MOST = 1_000
OPEN = timedelta(hours=96)  # a request is decided within 72 (domain/approvals/approval.py)
_rows = table(Note)


def keep(tx: Tx, who: Person, text: str) -> str:
    """Store a text; returns the note's id. Text longer than MOST characters is cut; the caller has
    told the person."""
    id_ = new_id()
    tx.db.execute(
        insert(_rows),
        {"id": id_, "team": tx.team, "person": who.id, "text": text.strip()[:MOST], "at": tx.at},
    )
    return id_


def forget_before(tx: Tx, at: int) -> None:
    """Delete the texts that were written before this moment (ms UTC), except those of what may
    still be decided."""
    old = min(at, ms(tx.now - OPEN))
    tx.db.execute(
        update(_rows)
        .where(_rows.c.team == tx.team, _rows.c.at < old, _rows.c.text != "")
        .values(text="")
    )


def texts(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """id -> text of the notes that still exist."""
    rows = tx.db.execute(
        select(_rows.c.id, _rows.c.text).where(
            _rows.c.team == tx.team, _rows.c.id.in_(sorted(set(ids)))
        )
    )
    return {row.id: row.text for row in rows}

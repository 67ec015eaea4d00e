"""Was anything else said after a message of ours? Read from the outbox."""

from sqlalchemy import select

from domain.storage import outbox
from domain.storage.store import Tx, table
from domain.tables import Outbox

_rows = table(Outbox)


def said_since(tx: Tx, key: str) -> bool:
    """Did another message go to the same person or channel after the one with this key, or is that
    one not there?"""
    shown = tx.db.execute(
        select(_rows.c.id, _rows.c.lane).where(_rows.c.team == tx.team, _rows.c.key == key)
    ).first()
    if shown is None:
        return True
    later = (
        _rows.c.lane.in_((shown.lane, f"{shown.lane}:{outbox.APPROVALS}")),
        _rows.c.kind == outbox.Out.MESSAGE,
        _rows.c.id > shown.id,
        _rows.c.due_at <= tx.at,
    )
    return tx.db.execute(select(_rows.c.id).where(*later).limit(1)).first() is not None

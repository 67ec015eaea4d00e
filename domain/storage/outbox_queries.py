"""What the outbox holds and has sent: which message is where in Slack, how much waits. Writes
nothing.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from domain.storage.addresses import Address
from domain.storage.outbox import APPROVALS, Out, to_person, where_sent
from domain.storage.store import Tx, ms, table
from domain.tables import Outbox

_rows = table(Outbox)


def key_at(tx: Tx, channel: str, ts: str) -> str:
    """The key of our message at this place in Slack; "" if there is none."""
    here = (_rows.c.team == tx.team, _rows.c.channel == channel, _rows.c.ts == ts, _rows.c.ts != "")
    return str(
        tx.db.execute(select(_rows.c.key).where(*here).order_by(_rows.c.id).limit(1)).scalar() or ""
    )


def said_since(tx: Tx, key: str) -> bool:
    """Did another message go to the same person or channel after the one with this key, or is that
    one not there?"""
    shown = tx.db.execute(
        select(_rows.c.id, _rows.c.lane).where(_rows.c.team == tx.team, _rows.c.key == key)
    ).first()
    if shown is None:
        return True
    later = (
        _rows.c.lane.in_((shown.lane, f"{shown.lane}:{APPROVALS}")),
        _rows.c.kind == Out.MESSAGE,
        _rows.c.id > shown.id,
        _rows.c.due_at <= tx.at,
    )
    return tx.db.execute(select(_rows.c.id).where(*later).limit(1)).first() is not None


def thread_under(tx: Tx, key: str, person: str) -> Address:
    """The address of the thread under a message to a person; her direct messages where it is not
    out yet."""
    row = where_sent(tx.db, tx.team, key)
    to = to_person(person)
    return replace(to, channel=row.channel, thread=row.ts) if row and row.ts else to


def keys_like(tx: Tx, begin: str) -> list[str]:
    """The keys of this workspace's rows with this prefix (letters, digits and colons), in the order
    in which they were written."""
    here = (_rows.c.team == tx.team, _rows.c.key.like(f"{begin}%"))
    return list(tx.db.execute(select(_rows.c.key).where(*here).order_by(_rows.c.id)).scalars())


def how_many(tx: Tx, begin: str, since: datetime) -> int:
    """How many rows of this workspace have a key with this prefix, since a moment."""
    here = (_rows.c.team == tx.team, _rows.c.key.like(f"{begin}%"), _rows.c.due_at >= ms(since))
    return int(tx.db.execute(select(func.count()).select_from(_rows).where(*here)).scalar() or 0)


def backlog(db: Connection, now: datetime) -> tuple[int, float]:
    """How many messages wait, and by how many seconds the oldest is late (0: none is). Without
    timers."""
    waits = (_rows.c.state == "waiting", _rows.c.kind != Out.TIMER)
    many, oldest = db.execute(select(func.count(), func.min(_rows.c.due_at)).where(*waits)).one()
    return int(many), max(0.0, (ms(now) - int(oldest)) / 1000) if many else 0.0

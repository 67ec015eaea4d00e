"""Who is sending a row of the outbox: leases, which end by themselves when their worker dies. Knows
no Slack."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Connection, bindparam, cast, exists, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from domain.storage.outbox import UNSENT, Row
from domain.storage.prepared import Prepared
from domain.storage.store import ms, table
from domain.tables import Installation, Outbox

LEASE_MS = 20_000
_rows, _installed = table(Outbox), table(Installation)
_earlier = _rows.alias("earlier")
_ROW = update(_rows).where(_rows.c.id == bindparam("row"), _rows.c.state == "waiting")
# The clock by which leases end: on PostgreSQL, where several workers take rows, the server's own.
_CLOCK: dict[str, ColumnElement[int]] = {
    "sqlite": bindparam("clock", type_=BigInteger),
    "postgresql": cast(func.extract("epoch", func.clock_timestamp()) * 1000, BigInteger),
}


def _due(clock: ColumnElement[int]) -> Prepared:
    return Prepared(
        select(_rows)
        .where(
            _rows.c.state == "waiting",
            _rows.c.due_at <= bindparam("now"),
            # a lease that ends later than any can is of a clock that was wrong
            or_(
                _rows.c.leased_until <= clock,
                _rows.c.leased_until > clock + bindparam("longest", type_=BigInteger),
            ),
            ~exists().where(
                _earlier.c.lane == _rows.c.lane,
                _earlier.c.state == "waiting",
                _earlier.c.id < _rows.c.id,
            ),
            ~exists().where(_installed.c.team == _rows.c.team, _installed.c.gone_at > 0),
        )
        .order_by(_rows.c.due_at, _rows.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=_rows)
    )


_DUE = {name: _due(clock) for name, clock in _CLOCK.items()}
# `error` goes with the lease: what it said of doubt (see `later`) is no longer true once the row
# may be under way.
_LEASE = {
    name: Prepared(
        _ROW.values(
            leased_until=clock + bindparam("lease", type_=BigInteger),
            attempts=_rows.c.attempts + 1,
            error="",
        )
    )
    for name, clock in _CLOCK.items()
}
_HELD = Prepared(
    select(_rows.c.id)
    .where(
        _rows.c.id == bindparam("row"),
        _rows.c.state == "waiting",
        _rows.c.attempts == bindparam("tries"),
    )
    .with_for_update()
)
# Only while nobody else has taken it: each lease counts one more try.
_RENEW = {
    name: Prepared(
        _ROW.where(_rows.c.attempts == bindparam("tries"), _rows.c.leased_until > 0).values(
            leased_until=clock + bindparam("lease", type_=BigInteger)
        )
    )
    for name, clock in _CLOCK.items()
}


def lease(db: Connection, now: datetime, most: int = 20, lease_ms: int = LEASE_MS) -> list[Row]:
    """Due rows, at most one per lane, the oldest first. Nobody else gets them until the lease has
    expired, by the database's clock where it has one (PostgreSQL), else by `now`."""
    kind, at = db.dialect.name, {"clock": ms(now)} if db.dialect.name == "sqlite" else {}
    longest = max(lease_ms, LEASE_MS)
    found = _DUE[kind].all(db, at | {"now": ms(now), "longest": longest, "most": most})
    for r in found:
        _LEASE[kind].run(db, at | {"row": r.id, "lease": lease_ms})
    return [
        Row(
            r.id,
            r.team,
            r.key,
            r.kind,
            r.lane,
            r.address,
            r.parts,
            r.decision,
            r.due_at,
            r.attempts + 1,
            r.channel,
            r.ts,
            r.attempts > 0 and not r.error.startswith(UNSENT),
        )
        for r in found
    ]


def is_held(db: Connection, row: Row) -> bool:
    """Is the row still to be done, and nobody else's? It is locked (PostgreSQL) until the
    transaction ends, so that one worker alone does it."""
    return _HELD.first(db, {"row": row.id, "tries": row.attempts}) is not None


def renew(db: Connection, rows: Iterable[Row], now: datetime, lease_ms: int = LEASE_MS) -> None:
    """These rows are still being sent: their leases begin anew, where nobody else has them."""
    at = {"clock": ms(now)} if db.dialect.name == "sqlite" else {}
    for row in rows:
        said = {"row": row.id, "tries": row.attempts, "lease": lease_ms}
        _RENEW[db.dialect.name].run(db, at | said)

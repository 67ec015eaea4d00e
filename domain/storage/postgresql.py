"""PostgreSQL with an end to every wait, on its side and on ours. Knows no table.

The server's own limits (a lock, a statement, a transaction that does nothing) cannot help where
the network between us stalls, so a wait for its answer has an end here, too: the connection is
closed, and the server undoes what was begun.
"""

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

R = TypeVar("R")
LOCK_MS = 2_500
# In milliseconds: a transaction in which nothing happens for so long is ended.
IDLE_MS = 30_000
# Seconds: a new connection; is a connection of the pool still there.
CONNECT, PING = 2, 0.5
# The codes of what another try at once cannot mend: a lock or a statement took too long, our
# transaction did nothing for too long.
TOO_LATE = frozenset({"55P03", "57014", "25P03", "25P04"})
# Classes of codes that pass: no connection, no room, an operator stepped in, a collision.
PASSING = ("08", "40", "53", "57", "58")


@dataclass(frozen=True)
class Limits:
    """How long a transaction may wait, in milliseconds (0: without an end). `answer`: for each
    answer of the server, on our side."""

    lock: int = LOCK_MS
    statement: int = 0
    idle: int = IDLE_MS
    answer: int = 0


# A turn: 503 is said before Slack's three seconds are over. Work beside the turns: the night's
# counting takes its time.
TURN = Limits(lock=1_800, statement=2_200, idle=2_500, answer=2_500)
BESIDE = Limits(statement=20_000, answer=22_000)
COMMAND = Limits()
_here = threading.local()
_LIMIT = text(
    "SELECT set_config('lock_timeout', :lock, true),"
    " set_config('statement_timeout', :statement, true),"
    " set_config('idle_in_transaction_session_timeout', :idle, true)"
)


class Stalled(psycopg.OperationalError):
    """The server did not answer in time. Whether it did what it was asked is not known."""


@contextmanager
def limited(limits: Limits) -> Iterator[None]:
    """What this thread asks the database inside has ended by then, all of it together."""
    before = getattr(_here, "limits", None), getattr(_here, "until", None)
    _here.limits, _here.until = limits, monotonic() + limits.answer / 1000
    try:
        yield
    finally:
        _here.limits, _here.until = before


class LimitedConnection(psycopg.Connection[Any]):
    """Waits for no answer longer than the limits say; then it is closed and raises Stalled."""

    most = Limits()

    def wait(self, gen: Generator[Any, Any, R], *args: Any, **kwargs: Any) -> R:
        until = getattr(_here, "until", None)
        if until is None:
            until = monotonic() + self.most.answer / 1000 if self.most.answer else None
        if self.autocommit:  # SQLAlchemy asks whether a connection of the pool is still there
            until = min(until or monotonic() + PING, monotonic() + PING)
        if until is None:
            return super().wait(gen, *args, **kwargs)
        try:
            return super().wait(_ends(gen, until), *args, **kwargs)
        except Stalled:
            self.close()
            raise


def _ends(gen: Generator[Any, Any, R], until: float) -> Generator[Any, Any, R]:
    """The same steps of psycopg's, until that moment. It hands over 0 every 0.1 s in which nothing
    came."""
    try:
        step = next(gen)
        while True:
            ready = yield step
            if not ready and monotonic() > until:
                raise Stalled("the database does not answer")
            step = gen.send(ready)
    except StopIteration as end:
        result: R = end.value
        return result


def engine(url: str, pool_size: int, limits: Limits, *, pooler: bool, **how: Any) -> Engine:
    """`pooler`: one that gives each transaction another connection to the server (PgBouncer):
    nothing may be kept on one, neither a setting nor a prepared statement."""
    made = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=CONNECT,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
        }
        | ({"prepare_threshold": None} if pooler else {}),
        hide_parameters=True,
        **how,
    )

    class Ours(LimitedConnection):
        most = limits

    @event.listens_for(made, "do_connect")
    def _connect(_dialect: Any, _record: Any, args: Any, named: Any) -> Any:
        return Ours.connect(*args, **named)

    @event.listens_for(made, "connect")
    def _limit(connection: Any, _: Any) -> None:
        if pooler:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, false),"
                " set_config('statement_timeout', %s, false),"
                " set_config('idle_in_transaction_session_timeout', %s, false)",
                _words(limits),
            )
        connection.commit()

    return made


def begin(db: Connection, always: Limits | None = None) -> None:
    """Set the limits of this transaction: a turn's own, else `always`; without both the
    connection has them already."""
    if limits := getattr(_here, "limits", None) or always:
        lock, statement, idle = _words(limits)
        db.execute(_LIMIT, {"lock": lock, "statement": statement, "idle": idle})


def _words(limits: Limits) -> tuple[str, str, str]:
    return str(limits.lock), str(limits.statement), str(limits.idle)


def is_passing(error: DBAPIError) -> bool:
    """May it be over at the next try?"""
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return True
    return (getattr(error.orig, "sqlstate", None) or "").startswith((*PASSING, *TOO_LATE))


def is_too_late(error: DBAPIError) -> bool:
    """Did we wait as long as we may?"""
    if isinstance(error.orig, Stalled | psycopg.errors.ConnectionTimeout):
        return True
    return getattr(error.orig, "sqlstate", None) in TOO_LATE


def clock(db: Connection) -> int:
    """The server's clock, in milliseconds UTC since 1970."""
    return int(
        db.execute(
            text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)")
        ).scalar_one()
    )

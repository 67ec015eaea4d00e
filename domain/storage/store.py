"""One turn = one transaction. Opens SQLite (WAL, synchronous=FULL) or PostgreSQL; knows no rule and
no clock."""

import secrets
import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import orjson
from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import StaticPool
from sqlmodel import SQLModel

from domain import tables
from domain.json_values import Json
from domain.recorded import Entry
from domain.storage import postgresql, private_files
from domain.storage.postgresql import COMMAND, Limits
from domain.unusable import Unusable

T = TypeVar("T")
BUSY_MS = 2_500
MOST_DONE = 50_000


class Busy(Unusable):
    """The database did not let us write in time; nothing was changed."""

    def __str__(self) -> str:
        return f"the database cannot be written: {super().__str__()}"


class Locked(Busy):
    """Somebody else held what we wanted for as long as we may wait: trying at once is of no use."""


class OldSchema(Unusable):
    """The database is of another version of the house. `changeover migrate` mends it."""


@dataclass(frozen=True)
class AuditKey:
    """The keys that sign the audit log, newest first: id -> secret. The newest signs, all
    verify."""

    keys: dict[str, bytes]

    @property
    def newest(self) -> tuple[str, bytes]:
        return next(iter(self.keys.items()))


@dataclass(frozen=True)
class Tx:
    """What a turn may use: its connection, its workspace, its time (aware UTC) and the audit key.
    `changed`: the partners for whom something changed in this turn; `recorded`: the reports that it
    wrote to a log; `known`: values read in this transaction, see `cached`."""

    db: Connection
    team: str
    now: datetime
    key: AuditKey
    changed: set[str] = field(default_factory=set, compare=False)
    recorded: list[Entry] = field(default_factory=list, compare=False)
    known: dict[tuple[str, str], Any] = field(default_factory=dict, compare=False)
    _done: set[Hashable] = field(default_factory=set, compare=False, repr=False)
    _doing: set[Hashable] = field(default_factory=set, compare=False, repr=False)

    @property
    def at(self) -> int:
        return ms(self.now)

    @property
    def cause(self) -> int:
        """The number of the report that was recorded last in this turn: what is sent now is about
        it. 0 where none was."""
        return self.recorded[-1].seq if self.recorded else 0

    def once(self, what: Hashable) -> bool:
        """Is this still to be done? False when this process has done it in a transaction that was
        committed."""
        self._doing.add(what)
        return what not in self._done

    def cached(self, what: str, read: Callable[[], T]) -> T:
        """The result of `read`, for values that many turns need and few change: read once per
        transaction and workspace. Whoever changes the value must call `known.clear()`."""
        here = (self.team, what)
        if here not in self.known:
            self.known[here] = read()
        return cast(T, self.known[here])

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is rolled back if it raises; the turn continues. On SQLite this
        goes to the driver directly (20 us, not 140)."""
        before, reports = set(self._doing), len(self.recorded)
        try:
            with (
                self._driver_savepoint()
                if self.db.dialect.name == "sqlite"
                else self.db.begin_nested()
            ):
                yield
        except BaseException:
            self._doing.intersection_update(before)
            del self.recorded[reports:]
            self.known.clear()
            raise

    @contextmanager
    def _driver_savepoint(self) -> Iterator[None]:
        run = self.db.connection.driver_connection.execute  # type: ignore[union-attr]
        run("SAVEPOINT part")
        try:
            yield
        except BaseException:
            run("ROLLBACK TO part")
            raise
        finally:
            run("RELEASE part")


def ms(moment: datetime) -> int:
    """A moment as whole milliseconds UTC since 1970."""
    return int(moment.timestamp() * 1000)


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def table(model: type[SQLModel]) -> Table:
    """The Core table of a SQLModel, for the statements that a turn pays for."""
    return model.__table__  # type: ignore[attr-defined, no-any-return]


def every_table() -> list[Table]:
    """All our Core tables; a table comes after those that it refers to."""
    return list(SQLModel.metadata.sorted_tables)


def new_id() -> str:
    return secrets.token_hex(8)


def as_json(value: Json) -> str:
    """As it stands in a column of JSON."""
    return orjson.dumps(value).decode()


JSON: dict[str, Any] = {"json_serializer": as_json, "json_deserializer": orjson.loads}


class Store:
    """The database. `turn` gives the transaction of a turn. `limits` and `pooler` are PostgreSQL's
    (domain/storage/postgresql.py); SQLite waits BUSY_MS for its one writer."""

    def __init__(
        self,
        url: str,
        key: AuditKey,
        pool_size: int = 4,
        limits: Limits = COMMAND,
        *,
        pooler: bool = False,
    ) -> None:
        self.key, self.is_sqlite = key, url.startswith("sqlite")
        self._done: set[Hashable] = set()
        self._limits = limits if pooler else None
        self.engine = (
            _sqlite(url)
            if self.is_sqlite
            else postgresql.engine(url, pool_size, limits, pooler=pooler, **JSON)
        )

    @contextmanager
    def turn(self, team: str, now: datetime) -> Iterator[Tx]:
        """Everything inside is committed together, or not at all. Raises Busy if the database is
        locked."""
        try:
            with self.writing() as db:
                tx = Tx(db, team, now, self.key, _done=self._done)
                yield tx
            self._remember(tx)
        except IntegrityError as error:
            if self.is_sqlite:
                raise
            # on PostgreSQL both may have made the same row; the next try sees it
            raise Busy("two turns collided") from error

    def _remember(self, tx: Tx) -> None:
        if len(self._done) > MOST_DONE:
            self._done.clear()
        self._done |= tx._doing

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that has the write lock from its start. Raises Busy."""
        with _or_busy(), self.engine.connect() as db, db.begin():
            if self.is_sqlite:
                db.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                postgresql.begin(db, self._limits)
            yield db

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction that delays no writer. Raises Busy."""
        with _or_busy(), self.engine.connect() as db:
            if not self.is_sqlite:
                postgresql.begin(db, self._limits)
            yield db

    def create(self) -> None:
        """Create all tables, for a database that lives as long as a test or a terminal chat."""
        SQLModel.metadata.create_all(self.engine)

    def version(self) -> str:
        """The schema's Alembic revision, "" for an empty database."""
        with self.reading() as db:
            if not self.engine.dialect.has_table(db, "alembic_version"):
                return ""
            return str(db.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")

    def reachable(self) -> bool:
        try:
            with self.reading() as db:
                db.execute(text("SELECT 1"))
            return True
        except Busy:
            return False

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _or_busy() -> Iterator[None]:
    """Locked, full, read-only, gone: errors that may be over at the next try."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise Busy(str(error)[:80]) from error
    except NoConnection as error:
        raise Locked("every connection is in use") from error
    except DBAPIError as error:
        if not postgresql.is_passing(error):
            raise
        kind = Locked if postgresql.is_too_late(error) else Busy
        raise kind(str(error.orig)[:80]) from error


def _sqlite(url: str) -> Engine:
    in_memory = url in ("sqlite://", "sqlite:///:memory:")
    pool: dict[str, Any] = (
        {"poolclass": StaticPool} if in_memory else {"pool_size": 2, "max_overflow": 2}
    )
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
        hide_parameters=True,
        **JSON,
        **pool,
    )

    @event.listens_for(engine, "do_connect")
    def _keep_private(*_: object) -> None:
        """Before SQLite opens the file: it gives its log beside it the mode of the database."""
        if not in_memory and (file := engine.url.database):
            private_files.make(Path(file))
            for rest in ("-wal", "-shm"):
                private_files.tighten(Path(file + rest))

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "wal_autocheckpoint=4000",
            "cache_size=-16000",
        ):
            for _attempt in range(50):
                try:
                    connection.execute(f"PRAGMA {pragma}")
                    break
                except Exception:  # a second process is switching the journal mode at this moment
                    time.sleep(0.05)

    return engine


__all__ = [
    "AuditKey",
    "Busy",
    "Locked",
    "OldSchema",
    "Store",
    "Tx",
    "every_table",
    "moment",
    "ms",
    "new_id",
    "table",
    "tables",
]

"""`changeover move URL`: the SQLite database of a workspace into an empty PostgreSQL one, compared
row by row.

The file is locked while it is copied, and marked as moved once the copy was compared: from then on
no turn and no message is taken from it, whatever still runs on it. It stays as it is otherwise.
"""

import argparse
import hashlib
from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from bot import schema
from bot.cli import backup, database
from bot.cli.audit import verify
from bot.settings import read
from domain.storage.store import Store, every_table
from domain.unusable import Unusable

MOVED = (
    "CREATE TRIGGER moved_takes_nothing BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'this "
    "database has moved to PostgreSQL'); END",
    "CREATE TRIGGER moved_sends_nothing BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ABORT, 'this "
    "database has moved to PostgreSQL'); END",
)


class NotMoved(Unusable):
    """Why it cannot be moved, or what differs. The source is as it was."""


def move(source: Store, target: Store) -> dict[str, int]:
    """Copy, compare, mark; returns how many rows each table holds. Raises NotMoved, BadBackup."""
    if not source.is_sqlite or target.is_sqlite:
        raise NotMoved("DATABASE_URL must be a SQLite file, the URL a postgresql+psycopg:// one")
    if not schema.is_current(source):
        here = source.version() or "none"
        raise NotMoved(f"the file has schema {here}: start `serve` on it once")
    if faults := verify(source).lines:
        raise NotMoved(f"the audit log does not hold: {faults[0]}")
    if not target.version():
        schema.upgrade(target)
    if not schema.is_current(target):
        raise NotMoved(f"the database has schema {target.version()}, not {schema.newest()}")
    with source.writing() as old:
        if old.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name LIKE 'moved_%'").first():
            raise NotMoved("this file has been moved already")
        with target.writing() as new:
            backup.copy(old, new)
            counted = dict(_compared(old, new))
        if faults := verify(target).lines:
            raise NotMoved(f"the copy of the audit log does not hold: {faults[0]}")
        for statement in MOVED:
            old.exec_driver_sql(statement)
    return counted


def _compared(old: Connection, new: Connection) -> Iterator[tuple[str, int]]:
    """Each table and how many rows it holds. Raises NotMoved where the two differ: then the copy
    is undone."""
    for table in every_table():
        count = select(func.count()).select_from(table)
        many = [db.execute(count).scalar_one() for db in (old, new)]
        if many[0] != many[1] or _digest(old, table) != _digest(new, table):
            raise NotMoved(f"table {table.name} is not the same: {many[0]} rows and {many[1]}")
        yield table.name, int(many[0])


def _digest(db: Connection, table: Any) -> int:
    """Of all rows, in whatever order a database gives them."""
    total = 0
    rows = db.execution_options(yield_per=backup.BATCH).execute(select(table)).mappings()
    for row in rows:
        said = orjson.dumps(dict(row), option=orjson.OPT_SORT_KEYS)
        total ^= int.from_bytes(hashlib.sha256(said).digest())
    return total


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", help="postgresql+psycopg://..., an empty database")


def run(args: argparse.Namespace) -> int:
    if not args.url.startswith("postgresql+psycopg://"):
        raise NotMoved("the URL must begin with postgresql+psycopg://")
    settings = read(serving=False)
    with database.as_it_is() as source:
        target = Store(args.url, settings.audit_key)
        try:
            counted = move(source, target)
        finally:
            target.close()
    for name, many in counted.items():
        if many:
            print(f"{name:<20} {many:>9} rows, the same")
    print("the audit log holds in the copy; the file takes no turns any more")
    key = "" if settings.keys else ", CHANGEOVER_SECRET_KEY to what is in the file's .key"
    print(f"now set DATABASE_URL to the new database{key}, and start `serve`")
    return 0

"""`changeover backup FILE` and `changeover restore FILE`: every table in one SQLite file, from and
to both databases.

A backup is one consistent moment, and is opened and checked before it counts: integrity, schema,
audit chain. The key that signs the log is not in it. Knows every table and no row.
"""

import argparse
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, text

from bot import schema
from bot.cli import database
from bot.cli.audit import verify
from domain.storage import private_files
from domain.storage.store import AuditKey, Store, every_table
from domain.unusable import Unusable

BATCH = 1_000


class BadBackup(Unusable):
    """A backup that cannot be taken or used. The message says why and what to do."""


def save(store: Store, file: Path) -> int:
    """Write the backup and check it; returns the number of audit entries. Raises BadBackup; then
    there is no file."""
    if file.exists():
        raise BadBackup(f"{file} exists already; name a new file")
    if not schema.is_current(store):
        raise BadBackup(
            "the database has another schema than this version; run `changeover migrate` first"
        )
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        if store.is_sqlite:
            _copy_file(store, part)
        else:
            _copy_out(store, part)
        entries = check(part, store.key)
        part.replace(file)
        return entries
    except OSError as error:
        raise BadBackup(f"{file} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def check(file: Path, key: AuditKey) -> int:
    """Is this a whole backup of this version? Returns the number of audit entries. Raises
    BadBackup."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)) as db:
            whole = [str(row[0]) for row in db.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        raise BadBackup(f"{file} is no backup of Changeover: {error}") from error
    if whole != ["ok"]:
        raise BadBackup(f"{file} is damaged: {whole[0]}")
    store = Store(f"sqlite:///{file}", key)
    try:
        if not schema.is_current(store):
            raise BadBackup(
                f"{file} has schema {store.version() or 'none'}, this version needs "
                f"{schema.newest()}"
            )
        found = verify(store)
    finally:
        store.close()
        for rest in ("-wal", "-shm"):
            file.with_name(file.name + rest).unlink(missing_ok=True)
    if found.lines:
        raise BadBackup(
            f"the audit log in {file} does not hold ({found.lines[0]}); is CHANGEOVER_SECRET_KEY "
            "the one it was signed with?"
        )
    return found.entries


def load(file: Path, store: Store) -> int:
    """Fill an empty database from a checked backup, all or nothing; returns the number of audit
    entries. Raises BadBackup."""
    if not file.is_file():
        raise BadBackup(f"there is no file {file}")
    entries = check(file, store.key)
    if not store.version():
        schema.upgrade(store)
    if not schema.is_current(store):
        raise BadBackup(
            "the database has another schema than this version; run `changeover migrate` first"
        )
    source = Store(f"sqlite:///{file}", store.key)
    try:
        with source.reading() as old, store.writing() as new:
            copy(old, new)
    finally:
        source.close()
    return entries


def copy(old: Connection, new: Connection) -> None:
    """Every row of one database into another, which must be empty. Raises BadBackup."""
    for table in every_table():
        if new.execute(select(table).limit(1)).first() is not None:
            raise BadBackup(
                f"the database is not empty (table {table.name}); restore into a new one, nothing "
                "was changed"
            )
        _copy_rows(old, new, table)
    if new.dialect.name != "sqlite":
        _count_on(new)


def _copy_file(store: Store, part: Path) -> None:
    """SQLite's own online backup: one moment, while others write on."""
    private_files.make(part)
    with store.engine.connect() as db:
        target = sqlite3.connect(part)
        try:
            db.connection.driver_connection.backup(target)  # type: ignore[union-attr]
        finally:
            target.close()
    _settle(part)


def _copy_out(store: Store, part: Path) -> None:
    """Every table of PostgreSQL as it stands in one snapshot."""
    target = Store(f"sqlite:///{part}", store.key)
    schema.upgrade(target)
    try:
        with (
            store.engine.connect().execution_options(isolation_level="REPEATABLE READ") as old,
            target.writing() as new,
        ):
            for table in every_table():
                _copy_rows(old, new, table)
    finally:
        target.close()
    _settle(part)


def _settle(part: Path) -> None:
    """One file, without a log beside it, on the disk before it counts."""
    with closing(sqlite3.connect(part, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=DELETE")
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _copy_rows(old: Connection, new: Connection, table: Any) -> None:
    for rows in _batches(old, table):
        new.execute(insert(table), rows)


def _batches(db: Connection, table: Any) -> Iterator[list[dict[str, Any]]]:
    for part in (
        db.execution_options(yield_per=BATCH).execute(select(table)).mappings().partitions(BATCH)
    ):
        yield [dict(row) for row in part]


def _count_on(db: Connection) -> None:
    """PostgreSQL goes on counting after the highest number that was copied."""
    for table in every_table():
        for column in table.primary_key.columns:
            name = db.execute(
                text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": column.name}
            ).scalar()
            most = (
                db.execute(select(column).order_by(column.desc()).limit(1)).scalar()
                if name
                else None
            )
            if most is not None:
                db.execute(text("SELECT setval(CAST(:s AS regclass), :n)"), {"s": name, "n": most})


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def run(args: argparse.Namespace) -> int:
    with database.as_it_is() as store:
        entries = save(store, args.file)
    print(
        f"{args.file}: checked, {entries} audit entries; the key that signs the log is not in "
        "it, keep it elsewhere"
    )
    return 0

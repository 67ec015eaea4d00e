"""A report is counted beside the turns: what it found leaves as messages, what cannot be counted is
given up in the end."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.cli import seed
from bot.outbound.report_job import TRIES, Counting
from bot.worker_pool import WorkerPool
from dialogs.records import weekly_report
from domain import people
from domain.storage import leases
from domain.storage.outbox import Out, Row
from domain.storage.store import Store, table
from domain.tables import Outbox
from tests.conftest import DESCRIPTION, KEY, NOON, TEAM


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database in a file, for a thread looks at it."""
    store = Store(f"sqlite:///{tmp_path}/w.db", KEY)
    store.create()
    yield store
    store.close()


def begun(store: Store, tmp_path: Path, slack: str) -> Row:
    """The row of a report that this person asked for."""
    (tmp_path / "w.toml").write_text(DESCRIPTION, "utf-8")
    with store.turn(TEAM, NOON) as tx:
        seed.plant(tx, seed.read(tmp_path / "w.toml"))
        day = weekly_report.today(tx)
        weekly_report.ask_for(
            tx, day - timedelta(days=6), day, key="it", person=people.meet(tx, slack).id
        )
    with store.writing() as db:
        return next(r for r in leases.lease(db, NOON, 100) if r.kind == Out.COUNT)


async def count(store: Store, row: Row) -> None:
    done = asyncio.Event()
    await Counting(store, WorkerPool(1), lambda: NOON, done.set).begin(row)
    await asyncio.wait_for(done.wait(), 120)


def left(store: Store) -> list[tuple[str, str, str]]:
    rows = table(Outbox)
    with store.reading() as db:
        found = db.execute(
            select(rows.c.key, rows.c.kind, rows.c.state)
            .where(rows.c.key.like("it%"))
            .order_by(rows.c.id)
        )
        return [tuple(row) for row in found]


def test_what_was_counted_leaves_as_words_and_files(store: Store, tmp_path: Path) -> None:
    row = begun(store, tmp_path, "U04SAM")
    asyncio.run(count(store, row))
    assert left(store) == [
        ("it:count", "count", "sent"),
        ("it", "message", "waiting"),
        ("it:files", "files", "waiting"),
    ]


def test_who_is_support_no_more_when_it_is_counted_gets_nothing(
    store: Store, tmp_path: Path
) -> None:
    row = begun(store, tmp_path, "U01MIRA")
    asyncio.run(count(store, row))
    assert left(store) == [("it:count", "count", "sent")]


def test_what_cannot_be_counted_is_tried_again_and_given_up_in_the_end(
    store: Store, tmp_path: Path
) -> None:
    row = begun(store, tmp_path, "U04SAM")
    row = replace(row, stored=row.stored | {"since": "someday"})
    asyncio.run(count(store, row))
    assert left(store) == [("it:count", "count", "waiting")]
    asyncio.run(count(store, replace(row, attempts=TRIES)))
    assert left(store) == [("it:count", "count", "failed")]

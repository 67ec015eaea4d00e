"""`changeover move`: a workspace's database from SQLite into PostgreSQL, nothing lost on the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot import schema
from bot.cli import move
from bot.cli.audit import verify
from bot.cli.backup import BadBackup
from bot.cli.move import NotMoved
from domain.storage import audit, outbox
from domain.storage.store import Store, every_table, table
from domain.tables import Outbox
from tests.conftest import KEY, NOON, TEAM, Workspace, emptied
from tests.dialogs.abilities.test_enroll import approved

pytestmark = pytest.mark.postgres


@pytest.fixture
def used(assistant: Any, words: Any, tmp_path: Path) -> Iterator[Store]:
    """A file in which an enrollment is on its way."""
    store = Store(f"sqlite:///{tmp_path}/used.db", KEY)
    schema.at_start(store)
    approved(Workspace(assistant, words, store, path=tmp_path / "c.toml").people["Mira"])
    yield store
    store.close()


@pytest.fixture
def empty(pg_url: str) -> Iterator[Store]:
    emptied(pg_url)
    store = Store(pg_url, KEY)
    yield store
    store.close()


def counts(store: Store) -> dict[str, int]:
    with store.reading() as db:
        every = every_table()
        return {t.name: db.execute(select(func.count()).select_from(t)).scalar_one() for t in every}


def test_all_of_it_is_there_and_the_conversation_goes_on(
    used: Store, empty: Store, assistant: Any, words: Any
) -> None:
    before = counts(used)
    assert move.move(used, empty) == before
    assert counts(empty) == before
    assert before["audit"] > 3
    assert verify(empty).lines == []
    workspace = Workspace(assistant, words, empty)
    workspace.key = lambda: f"after:{next(workspace._keys)}"  # type: ignore[method-assign]
    workspace.people["Mira"].says("can I roll back?")
    assert workspace.people["Mira"].last.templates[0] == "answers/can_i_roll_back"
    assert verify(empty).lines == []


def test_the_file_takes_no_turn_and_sends_nothing_afterwards(used: Store, empty: Store) -> None:
    with used.turn(TEAM, NOON) as tx:
        outbox.tell(tx, outbox.to_channel("C1"), [("x", {})], key="late")
    move.move(used, empty)
    for statement in (
        "INSERT INTO inbox (team, key, at) VALUES ('T', 'k', 1)",
        "UPDATE outbox SET leased_until = 1",
    ):
        with pytest.raises(Exception, match="has moved"), used.writing() as db:
            db.execute(text(statement))
    assert verify(used).lines == []
    with pytest.raises(NotMoved, match="already"):
        move.move(used, empty)


def test_a_database_that_is_not_empty_stays_as_it_is(used: Store, empty: Store) -> None:
    schema.upgrade(empty)
    with empty.turn(TEAM, NOON) as tx:
        audit.append(tx, "a", "happened", "o:1", {})
    before = counts(empty)
    with pytest.raises(BadBackup, match="not empty"):
        move.move(used, empty)
    assert counts(empty) == before
    with used.turn(TEAM, NOON) as tx:  # and the file goes on
        outbox.tell(tx, outbox.to_channel("C1"), [("x", {})], key="late")


@pytest.mark.parametrize("fault", ["lost", "changed"])
def test_a_copy_that_differs_is_undone(
    used: Store, empty: Store, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = move.backup.copy

    def faulty(old: Any, new: Any) -> None:
        whole(old, new)
        rows = table(Outbox)
        one = new.execute(select(func.max(rows.c.id))).scalar()
        what = rows.delete() if fault == "lost" else rows.update().values(parts=[["other", {}]])
        new.execute(what.where(rows.c.id == one))

    monkeypatch.setattr(move.backup, "copy", faulty)
    with pytest.raises(NotMoved, match="outbox is not the same"):
        move.move(used, empty)
    assert not any(counts(empty).values())
    with used.turn(TEAM, NOON) as tx:
        outbox.tell(tx, outbox.to_channel("C1"), [("x", {})], key="late")


def test_a_log_that_does_not_hold_is_not_moved(used: Store, empty: Store) -> None:
    with used.writing() as db:
        db.execute(text("UPDATE lifecycle SET state = 'Accepted'"))
    with pytest.raises(NotMoved, match="does not hold"):
        move.move(used, empty)


def test_only_from_sqlite_to_postgresql(used: Store, empty: Store) -> None:
    for one, other in ((used, used), (empty, used), (empty, empty)):
        with pytest.raises(NotMoved, match="must be"):
            move.move(one, other)

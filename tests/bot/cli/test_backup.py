"""A backup is one whole moment of every table, and what is restored from it stands as it stood."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import schema
from bot.cli import backup, seed
from bot.cli.backup import BadBackup
from dialogs.engine.context import Assistant
from dialogs.engine.turn import handle
from dialogs.inputs import Message, Origin
from domain.storage.store import AuditKey, Store, every_table
from tests.conftest import DESCRIPTION, KEY, NOON, TEAM, emptied


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A migrated database with a workspace in it, in a file and on PostgreSQL."""
    store = Store(f"sqlite:///{tmp_path}/one.db", KEY)
    if request.param == "postgresql":
        url = request.getfixturevalue("pg_url")
        emptied(url)
        store = Store(url, KEY)
    schema.upgrade(store)
    path = tmp_path / "contoso.toml"
    path.write_text(DESCRIPTION, "utf-8")
    with store.turn(TEAM, NOON) as tx:
        seed.plant(tx, seed.read(path))
    yield store
    store.close()


@pytest.fixture
def lived_in(planted: Store, assistant: Assistant) -> Store:
    """A database in which people have talked."""
    with planted.turn(TEAM, NOON) as tx:
        for n, words in enumerate(["we submitted it today", "approved", "can I roll back?"]):
            handle(assistant, tx, Message((f"k{n}",), "U01MIRA", words, Origin("DU01MIRA")))
    return planted


def everything(store: Store) -> dict[str, list[str]]:
    with store.reading() as db:
        return {
            t.name: sorted(str(tuple(row)) for row in db.execute(select(t))) for t in every_table()
        }


def test_what_is_restored_is_what_was_saved(lived_in: Store, tmp_path: Path) -> None:
    file = tmp_path / "kept.backup"
    assert backup.save(lived_in, file) > 0
    new = Store(f"sqlite:///{tmp_path}/two.db", KEY)
    assert backup.load(file, new) > 0
    assert everything(new) == everything(lived_in)
    new.close()


@pytest.mark.postgres
def test_a_file_moves_into_postgresql_and_goes_on_there(
    assistant: Assistant, tmp_path: Path, pg_url: str
) -> None:
    small = Store(f"sqlite:///{tmp_path}/one.db", KEY)
    schema.upgrade(small)
    with small.turn(TEAM, NOON) as tx:
        handle(assistant, tx, Message(("k1",), "U01MIRA", "help", Origin("DU01MIRA")))
    backup.save(small, tmp_path / "kept")
    emptied(pg_url)
    new = Store(pg_url, KEY)
    backup.load(tmp_path / "kept", new)
    with new.turn(TEAM, NOON) as tx:  # its next message gets a number that is free
        handle(assistant, tx, Message(("k2",), "U01MIRA", "help", Origin("DU01MIRA")))
    small.close()
    new.close()


def test_a_backup_never_writes_over_anything(lived_in: Store, tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_text("mine")
    with pytest.raises(BadBackup, match="exists already"):
        backup.save(lived_in, file)
    assert file.read_text() == "mine"
    backup.save(lived_in, tmp_path / "good")
    with pytest.raises(BadBackup, match="not empty"):
        backup.load(tmp_path / "good", lived_in)


def test_what_is_no_whole_backup_restores_nothing(lived_in: Store, tmp_path: Path) -> None:
    good, new = tmp_path / "good", Store(f"sqlite:///{tmp_path}/new.db", KEY)
    backup.save(lived_in, good)
    (tmp_path / "words").write_text("hello " * 500)
    (tmp_path / "half").write_bytes(good.read_bytes()[: len(good.read_bytes()) // 2])
    for name in ("words", "half", "nothing"):
        with pytest.raises(BadBackup):
            backup.load(tmp_path / name, new)
    with pytest.raises(BadBackup, match="CHANGEOVER_SECRET_KEY"):
        backup.check(good, AuditKey({"other": b"x" * 32}))
    assert new.version() == ""
    new.close()

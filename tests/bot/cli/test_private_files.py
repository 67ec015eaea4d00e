"""What holds people's words and the key is for its owner alone, whatever the umask is."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot import schema, settings
from bot.cli import backup
from domain.storage import private_files
from domain.storage.store import Store
from tests.conftest import KEY

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o277])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.is_file()
    }


def opened(file: Path) -> Store:
    """A migrated database, with its log beside it."""
    store = Store(f"sqlite:///{file}", KEY)
    schema.upgrade(store)
    with store.reading() as db:
        db.exec_driver_sql("SELECT * FROM audit").all()
    return store


def test_the_database_and_its_log_are_for_the_owner(tmp_path: Path, umask: None) -> None:
    store = opened(tmp_path / "bot.db")
    found = modes(tmp_path)
    store.close()
    assert {"bot.db", "bot.db-wal", "bot.db-shm"} <= set(found)
    assert set(found.values()) == {0o600}, found


def test_a_backup_is_for_the_owner_while_it_is_written_and_after(
    tmp_path: Path, umask: None
) -> None:
    store = opened(tmp_path / "bot.db")
    backup._copy_file(store, tmp_path / "kept.part")
    assert modes(tmp_path)["kept.part"] == 0o600
    backup.save(store, tmp_path / "kept")
    store.close()
    assert modes(tmp_path)["kept"] == 0o600
    assert set(modes(tmp_path).values()) == {0o600}, modes(tmp_path)


def test_a_database_that_others_may_read_is_tightened_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    first = opened(file)
    for name in modes(tmp_path):
        (tmp_path / name).chmod(0o644)
    second = Store(f"sqlite:///{file}", KEY)
    assert second.version()
    assert set(modes(tmp_path).values()) == {0o600}, modes(tmp_path)
    for store in (first, second):
        store.close()


def test_the_key_is_for_the_owner_and_an_open_one_is_tightened(tmp_path: Path, umask: None) -> None:
    key = settings.audit_key("", f"sqlite:///{tmp_path}/bot.db")
    assert not modes(tmp_path)["bot.key"] & 0o077
    (tmp_path / "bot.key").chmod(0o644)
    assert settings.audit_key("", f"sqlite:///{tmp_path}/bot.db") == key
    assert modes(tmp_path) == {"bot.key": 0o600}


def test_a_mode_that_is_closer_already_stays(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    opened(file).close()
    file.chmod(0o400)
    private_files.tighten(file)
    assert modes(tmp_path)["bot.db"] == 0o400


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away"
)
def test_a_file_of_somebody_else_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    opened(file).close()
    os.chown(file, 12_345, -1)
    file.chmod(0o640)
    private_files.make(file)
    assert modes(tmp_path)["bot.db"] == 0o640


def test_a_bot_that_ends_is_started_again() -> None:
    services = yaml.safe_load(Path("compose.yaml").read_text("utf-8"))["services"]
    assert {name: one.get("restart") for name, one in services.items()} == {
        "database": "unless-stopped",
        "migrate": None,
        "bot": "unless-stopped",
        "backup": "unless-stopped",
        "tls": "unless-stopped",
    }

"""Expand, then contract: what a release adds to the schema, the release before can live with."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot import schema
from domain.storage.store import Store
from tests.bench.chaos import release
from tests.bot.recording import RecordingSlack, Requests
from tests.bot.running import Running, until
from tests.conftest import KEY, emptied

FIRST = "0020"  # from here on a release may be rolled out beside the one before


def revisions() -> list[str]:
    """The revisions from FIRST on, the oldest first."""
    found = [s.revision for s in ScriptDirectory(str(schema.FOLDER)).walk_revisions()][::-1]
    return found[found.index(FIRST) :]


def at(folder: Path, revision: str) -> sa.Engine:
    """An empty database with the schema of that revision."""
    store = Store(f"sqlite:///{folder}/{revision}.db", KEY)
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER))
    config.attributes["engine"] = store.engine
    command.upgrade(config, revision)
    return store.engine


def broken_by(old: Any, new: Any) -> Iterator[str]:
    """What code that was written for `old` cannot do on `new` (both what `sa.inspect` gives)."""
    for table in set(old.get_table_names()) - {"alembic_version"}:
        if table not in new.get_table_names():
            yield f"{table} is gone"
            continue
        before = {c["name"]: c for c in old.get_columns(table)}
        after = {c["name"]: c for c in new.get_columns(table)}
        for name, column in before.items():
            if name not in after:
                yield f"{table}.{name} is gone"
            elif str(after[name]["type"]) != str(column["type"]):
                yield f"{table}.{name} is of another type"
            elif column["nullable"] and not after[name]["nullable"]:
                yield f"{table}.{name} must be given now"
        for name in after.keys() - before.keys():
            if not after[name]["nullable"] and after[name]["default"] is None:
                yield f"{table}.{name} is new, must be given, and has no default"
        for kind in ("get_unique_constraints", "get_check_constraints"):
            had = {
                str(c.get("column_names") or c.get("sqltext")) for c in getattr(old, kind)(table)
            }
            for one in getattr(new, kind)(table):
                if str(one.get("column_names") or one.get("sqltext")) not in had:
                    yield f"{table} has a new rule: {one}"
        if old.get_pk_constraint(table) != new.get_pk_constraint(table):
            yield f"{table} has another primary key"


def test_each_revision_leaves_the_code_before_it_whole_or_says_so(tmp_path: Path) -> None:
    steps = revisions()
    for one, other in pairwise(steps):
        old, new = at(tmp_path, one), at(tmp_path, other)
        with new.connect() as db:
            oldest = db.execute(sa.text("SELECT max(oldest) FROM compatible")).scalar()
        broken = list(broken_by(sa.inspect(old), sa.inspect(new)))
        assert not broken or oldest == other, f"{other}: {broken}"
        assert oldest is not None
        assert oldest <= other
        for engine in (old, new):
            engine.dispose()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("DROP TABLE note", "note is gone"),
        ("ALTER TABLE note DROP COLUMN text", "note.text is gone"),
        ("ALTER TABLE note RENAME COLUMN text TO words", "note.text is gone"),
        ("CREATE TABLE more (id TEXT NOT NULL)", ""),
        ("ALTER TABLE note ADD COLUMN more TEXT NOT NULL DEFAULT ''", ""),
        ("ALTER TABLE note ADD COLUMN more TEXT", ""),
    ],
)
def test_what_breaks_the_code_before_is_seen(tmp_path: Path, change: str, fault: str) -> None:
    (tmp_path / "other").mkdir()
    old, new = at(tmp_path, FIRST), at(tmp_path / "other", FIRST)
    with new.begin() as db:
        db.exec_driver_sql(change)
    found = list(broken_by(sa.inspect(old), sa.inspect(new)))
    assert found[:1] == ([fault] if fault else [])
    for engine in (old, new):
        engine.dispose()


@pytest.mark.slow
@pytest.mark.postgres
def test_the_release_before_goes_on_answering_on_the_new_schema(
    pg_url: str, slack: RecordingSlack, tmp_path: Path
) -> None:
    try:
        root = release.before(tmp_path)
    except release.NoHistory as why:
        pytest.skip(str(why))
    emptied(pg_url)
    new = Running(tmp_path, slack.url, DATABASE_URL=pg_url)
    old = Running(tmp_path, slack.url, DATABASE_URL=pg_url, PYTHONPATH=str(root))
    assert old.command("migrate").returncode == 0
    old.seed()
    old.start()
    assert new.command("migrate").returncode == 0
    new.start()
    for n, bot in enumerate((old, new) * 3):
        assert (
            Requests(bot.url).says(f"U{n:02d}NEW", "can I roll back?", event_id=f"Ev{n}")[0] == 200
        )
    until(lambda: len(slack.posted("answers/can_i_roll_back")) == 6)
    assert new.command("audit", "verify").returncode == 0
    assert (old.stop(), new.stop()) == (0, 0)

"""The schema: Alembic's revisions in domain/migrations. A SQLite file is brought up at the start;
PostgreSQL on command.

Several workers of two versions run on one PostgreSQL while a release is rolled out: `changeover
migrate` first, then one worker after another is replaced. So a revision expands: it adds tables and
columns that the code before it does not name. What is no longer used goes with a later release. A
revision that the version before cannot live with writes its own number into `compatible`.
"""

from functools import lru_cache
from pathlib import Path

from sqlalchemy import text

from domain.storage.store import Busy, Locked, OldSchema, Store

FOLDER = Path(__file__).parents[1] / "domain" / "migrations"


@lru_cache(maxsize=1)
def newest() -> str:
    """The newest revision, by the name of its file: 0001_house.py is 0001."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def is_current(store: Store) -> bool:
    """Is the schema exactly this version's?"""
    return store.version() == newest()


def fits(store: Store) -> bool:
    """Does this version work on the schema: on its own, and on a newer one that says so?"""
    here = store.version()
    return here == newest() or (here > newest() and oldest(store) <= newest())


def oldest(store: Store) -> str:
    """The oldest revision whose code works on this schema; the schema's own where it does not
    say."""
    with store.reading() as db:
        if not store.engine.dialect.has_table(db, "compatible"):
            return store.version()
        return str(db.execute(text("SELECT max(oldest) FROM compatible")).scalar() or "")


def upgrade(store: Store) -> None:
    """Bring the database to the newest revision, in one transaction; one process at a time
    (domain/migrations/env.py). Raises Busy where a worker holds a table for too long: nothing was
    changed, try again."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.exc import OperationalError

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = store.engine
    try:
        command.upgrade(config, "head")
    except OperationalError as error:
        raise _in_the_way(error) from error


def _in_the_way(error: Exception) -> Busy:
    why = getattr(error, "orig", error)
    kind = Locked if getattr(why, "sqlstate", "") == "55P03" else Busy
    return kind(f"{str(why)[:80]}; nothing was changed, run it again")


def at_start(store: Store) -> None:
    """Raises OldSchema for a PostgreSQL database of another revision: several processes must not
    migrate at once."""
    if fits(store):
        return
    here = store.version() or "none"
    if store.version() > newest():
        raise OldSchema(
            f"the database has schema {here}, which is newer than this version's {newest()}: "
            "install the version that it was made by"
        )
    if not store.is_sqlite:
        raise OldSchema(
            f"the database has schema {here}, this version needs {newest()}: run `changeover "
            "migrate` first"
        )
    upgrade(store)

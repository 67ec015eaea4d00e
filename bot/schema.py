"""The schema: Alembic's revisions in domain/migrations. A SQLite file is brought up at the start;
PostgreSQL on command."""

from functools import lru_cache
from pathlib import Path

from domain.storage.store import OldSchema, Store

FOLDER = Path(__file__).parents[1] / "domain" / "migrations"


@lru_cache(maxsize=1)
def newest() -> str:
    """The newest revision, by the name of its file: 0001_house.py is 0001."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def is_current(store: Store) -> bool:
    return store.version() == newest()


def upgrade(store: Store) -> None:
    """Bring the database to the newest revision, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = store.engine
    command.upgrade(config, "head")


def at_start(store: Store) -> None:
    """Raises OldSchema for a PostgreSQL database of another revision: several processes must not
    migrate at once."""
    if is_current(store):
        return
    if not store.is_sqlite:
        here = store.version() or "none"
        raise OldSchema(
            f"the database has schema {here}, this version needs {newest()}: run `changeover "
            "migrate` first"
        )
    upgrade(store)

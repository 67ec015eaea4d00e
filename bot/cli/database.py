"""The database of the settings, open while a command runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot import schema
from bot.settings import read
from domain.storage.store import Store


@contextmanager
def as_it_is() -> Iterator[Store]:
    """The database, whatever its schema. Raises BadSetting."""
    settings = read(serving=False)
    store = Store(settings.database_url, settings.audit_key)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def of_this_version() -> Iterator[Store]:
    """The database with this version's schema. Raises BadSetting, OldSchema."""
    with as_it_is() as store:
        schema.at_start(store)
        yield store

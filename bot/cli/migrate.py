"""`changeover migrate`: brings the database to this version's schema."""

import argparse

from bot import schema
from bot.cli import database


def add(_: argparse.ArgumentParser) -> None:
    """It has no options."""


def run(_: argparse.Namespace) -> int:
    with database.as_it_is() as store:
        schema.upgrade(store)
        print(f"the schema is {store.version()}")
    return 0

"""`changeover restore FILE`: fills an empty database from a backup. See bot/cli/backup.py."""

import argparse
from pathlib import Path

from bot.cli import backup, database


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def run(args: argparse.Namespace) -> int:
    with database.as_it_is() as store:
        entries = backup.load(args.file, store)
    print(f"restored from {args.file}: {entries} audit entries, the chain holds")
    return 0

"""`changeover report`: the figures of one workspace as a page, a table, or lines. Writes only the
files it is told."""

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path

from bot.cli import database
from bot.inbound.turns import utc_now
from bot.rendering.render import Templates
from bot.reports.figures import named, rows_of
from bot.reports.html import html_of
from bot.reports.spreadsheet import csv_of
from domain.knowledge import facts_in_use
from domain.reporting import figures, teams
from domain.storage.store import Store, Tx
from domain.storage.store import moment as at
from domain.unusable import Unusable


class NoReport(Unusable):
    """It cannot be written. The message says what to do."""


def write(
    store: Store, today: date, team: str, days: int, html: Path | None, table: Path | None
) -> int:
    """The last `days` days, today included. Raises NoReport."""
    if not 1 <= days <= 3650:
        raise NoReport(f"--days must be 1 to 3650, not {days}")
    with store.reading() as db:
        tx = Tx(db, "", at(0), store.key)
        known = teams(tx)
        if team and team not in known:
            raise NoReport(f"there is no workspace {team}; known: {', '.join(known) or 'none'}")
        if not team and len(known) != 1:
            raise NoReport(
                f"name one workspace with --team: {', '.join(known)}"
                if known
                else "there is no workspace yet; seed one"
            )
        facts = facts_in_use.current(db)
        found = figures(
            Tx(db, team or known[0], at(0), store.key), today - timedelta(days=days - 1), today
        )
    name = named(Templates(facts), found, today.isoformat())
    if html is not None:
        _write(html, html_of(found, name))
    if table is not None:
        _write(table, csv_of(found, name))
    if html is None and table is None:
        for section, rows in rows_of(found, name):
            for row in rows:
                sys.stdout.write(f"{section}: {', '.join(str(cell) for cell in row)}\n")
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise NoReport(f"{path} cannot be written: {error.strerror}") from error
    sys.stdout.write(f"{path}\n")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--html", type=Path, metavar="FILE", help="as one self-contained page")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="as a table")
    parser.add_argument("--team", default="", help="the workspace, where there are several")
    parser.add_argument("--days", type=int, default=7)


def run(args: argparse.Namespace) -> int:
    with database.of_this_version() as store:
        return write(store, utc_now().date(), args.team, args.days, args.html, args.csv)

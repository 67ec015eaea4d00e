"""`changeover thresholds`: how sure a reading has to be in each workspace, and the way back to the
shipped thresholds.

What people at the terminal read stands here.
"""

import argparse
import sys

from bot.cli import database
from bot.inbound.turns import utc_now
from dialogs.nlu.model_store import shipped_thresholds
from domain.knowledge import calibration
from domain.people import CLOCK
from domain.reporting import teams
from domain.storage.store import Tx
from domain.unusable import Unusable


class NoSuchWorkspace(Unusable):
    """The message says which there are."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--team", default="", help="this workspace alone")
    parser.add_argument("--reset", action="store_true", help="the shipped ones count again")


def run(args: argparse.Namespace) -> int:
    say = sys.stdout.write
    shipped = shipped_thresholds()
    for risk, least in shipped.items():
        say(f"shipped: {risk} {least:.2f}\n")
    with database.of_this_version() as store, store.turn("", utc_now()) as tx:
        known = teams(tx)
        if args.team and args.team not in known:
            there = ", ".join(known) or "none, run changeover seed first"
            raise NoSuchWorkspace(f"there is no workspace {args.team!r}; there are: {there}")
        for team in (t for t in known if args.team in ("", t)):
            here = Tx(tx.db, team, tx.now, tx.key)
            if args.reset:
                done = calibration.set_back(here, CLOCK.id)
                say(f"{team}: {'set back' if done else 'the shipped ones count already'}\n")
                continue
            found = calibration.thresholds(here)
            if not found:
                say(f"{team}: the shipped ones; nothing was learned from use yet\n")
            for t in found:
                value = "shipped" if t.value is None else f"{t.value:.2f}"
                say(f"{team}: {t.risk} {value}, looked at in {t.month}, {t.judged} judged\n")
    return 0

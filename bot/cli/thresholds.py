"""`changeover thresholds`: how sure a reading has to be in each workspace, and the way back to the
shipped thresholds.

What people at the terminal read stands here.
"""

import argparse
import sys
from collections.abc import Mapping
from datetime import datetime

from bot.cli import database
from bot.inbound.turns import utc_now
from dialogs.nlu.model_store import shipped_thresholds
from domain.knowledge import calibration
from domain.people import CLOCK
from domain.reporting import teams
from domain.storage.store import Store, Tx
from domain.unusable import Unusable


class NoSuchWorkspace(Unusable):
    """The message says which there are."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--team", default="", help="this workspace alone")
    parser.add_argument("--reset", action="store_true", help="the shipped ones count again")


def run(args: argparse.Namespace) -> int:
    with database.of_this_version() as store:
        return of_workspaces(store, args.team, utc_now(), reset=args.reset)


def of_workspaces(store: Store, team: str, now: datetime, *, reset: bool) -> int:
    """Show what counts in a workspace, or in all where `team` is ""; `reset`: the shipped ones do
    again. Raises NoSuchWorkspace."""
    shipped = shipped_thresholds()
    with store.turn(team, now) as tx:
        known = teams(tx)
        if team and team not in known:
            there = ", ".join(known) or "none, run changeover seed first"
            raise NoSuchWorkspace(f"there is no workspace {team!r}; there are: {there}")
        asked = [Tx(tx.db, one, now, tx.key) for one in known if team in ("", one)]
        if reset:
            lines = [line for here in asked for line in _set_back(here)]
        else:
            lines = [f"shipped: {risk} {least:.2f}" for risk, least in shipped.items()]
            lines += [line for here in asked for line in _learned(here, shipped)]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _set_back(tx: Tx) -> list[str]:
    done = calibration.set_back(tx, CLOCK.id)
    what = "set back until next month" if done else "the shipped ones count already"
    return [f"{tx.team}: {what}"]


def _learned(tx: Tx, shipped: Mapping[str, float]) -> list[str]:
    own = calibration.own(tx)
    counts = calibration.in_force(shipped, own)
    return [
        f"{tx.team}: {t.risk} {f'{counts[t.risk]:.2f}' if t.risk in own else 'shipped'},"
        f" looked at in {t.month}, {t.judged} judged"
        for t in calibration.thresholds(tx)
        if t.risk in counts
    ] or [f"{tx.team}: the shipped ones; nothing was learned from use yet"]

"""`changeover second-reader`: whom texts are shown to, how much of today's budget is used, and the
switch, which counts from the next message on.

What people at the terminal read stands here.
"""

import argparse
import sys
from datetime import datetime

from bot import settings
from bot.cli import database
from bot.inbound.turns import utc_now
from bot.second_reader.endpoint import Endpoint
from domain import second_reader
from domain.people import CLOCK
from domain.reporting import teams
from domain.second_reader import EVERYWHERE
from domain.storage.store import Store, Tx
from domain.unusable import Unusable

ON, OFF, STATUS = "on", "off", "status"


class NoSuchWorkspace(Unusable):
    """The message says which there are."""


def turn(store: Store, team: str, now: datetime, *, on: bool) -> int:
    """Switch it for one workspace, or for all where none is named. Raises NoSuchWorkspace."""
    with store.turn(team, now) as tx:
        known = teams(tx)
        if team and team not in known:
            there = ", ".join(known) or "none, run changeover seed first"
            raise NoSuchWorkspace(f"there is no workspace {team!r}; there are: {there}")
        changed = second_reader.switch(tx, CLOCK.id, on=on)
        if changed and team == EVERYWHERE:
            for one in known:
                second_reader.note(Tx(tx.db, one, now, store.key), CLOCK.id, on=on)
        still = [one for one in known if on and second_reader.is_off(_of(tx, one))]
    where = team or "every workspace"
    state = "on" if on else "off"
    was = "" if changed else "already "
    sys.stdout.write(f"The second reader is {was}{state} for {where}. Nothing needs a restart.\n")
    if still:
        sys.stdout.write(f"Still off: {', '.join(still)}\n")
    return 0


def show(store: Store, endpoint: Endpoint | None, now: datetime) -> int:
    """The setting, and each workspace's switch and use of the day."""
    say = sys.stdout.write
    if endpoint is None:
        say("SECOND_READER_URL is not set: there is no second reader, and no text leaves.\n")
    else:
        model = f", model {endpoint.model}" if endpoint.model else ""
        say(f"asked at: {endpoint.host}{model}, at most {endpoint.budget} a day and workspace\n")
    with store.turn(EVERYWHERE, now) as tx:
        if second_reader.is_off_here(tx):
            say("switched off for every workspace\n")
        for team in teams(tx):
            here = _of(tx, team)
            state = "off" if second_reader.is_off(here) else "on"
            asked = second_reader.asked_today(here)
            used_up = endpoint is not None and asked >= endpoint.budget
            say(f"{team}: {state}, asked {asked} today{', used up' if used_up else ''}\n")
    return 0


def _of(tx: Tx, team: str) -> Tx:
    return Tx(tx.db, team, tx.now, tx.key)


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("deed", nargs="?", choices=(STATUS, ON, OFF), default=STATUS)
    parser.add_argument("--team", default=EVERYWHERE, help="this workspace alone (on, off)")


def run(args: argparse.Namespace) -> int:
    with database.of_this_version() as store:
        if args.deed == STATUS:
            return show(store, settings.second_reader(), utc_now())
        return turn(store, args.team, utc_now(), on=args.deed == ON)

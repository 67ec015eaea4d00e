"""`changeover erase PERSON`: finds who is meant, asks whether that is right, erases, tells who
waits, and says what stays and why.

What people at the terminal read stands here.
"""

import argparse
import re
import sys
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, or_, select, text
from sqlalchemy.exc import DBAPIError

from bot.cli import database
from bot.inbound.turns import utc_now
from dialogs.assistant import ABILITIES
from dialogs.engine import timers
from domain import people
from domain.people import Person
from domain.privacy import erasure
from domain.privacy.erasure import Report
from domain.storage.store import Store, Tx, moment, table
from domain.tables import Person as PersonRow
from domain.unusable import Unusable

SLACK_ID = re.compile(r"[UW][A-Z0-9]{5,}")
WORDS = {
    "lines": "lines of questions and answers",
    "conversation": "conversation with the bot",
    "buttons": "buttons that were hers",
    "person": "name, Slack id, direct messages, time zone and roles",
}


class NoSuchPerson(Unusable):
    """Nobody, or more than one, is meant. The message says what to write."""


def erase_person(
    store: Store, said: str, team: str, yes: bool, now: datetime, ask: Callable[[str], str] = input
) -> int:
    """The exit code: 0 when nothing of the person is kept any more. Raises NoSuchPerson, Busy."""
    person = find(store, said, team)
    if person is None:
        here = f" in {team}" if team else ""
        sys.stdout.write(
            f"nobody with the Slack id {said} is known{here}: nothing is kept, nothing was "
            "changed\n"
        )
        return 0
    named = f"{person.name or 'somebody'} ({person.slack}, workspace {person.team})"
    if not yes and not _agreed(named, person, ask):
        sys.stdout.write("nothing was changed\n")
        return 1
    with store.turn(person.team, now) as tx:
        report = erase(tx, person)
        stays = erasure.entries_of(tx, person.id)
    _tell(named, person, report, stays, compacted=_compact(store))
    return 0


def erase(tx: Tx, person: Person) -> Report:
    """She goes, and in the same transaction every ability closes what was hers and tells those who
    wait."""
    report = erasure.erase(tx, person)
    timers.fire(ABILITIES, tx, "every.person_erased", person.id, {"partner": person.partner})
    return report


def find(store: Store, said: str, team: str) -> Person | None:
    """The one who is meant by a Slack id, a name or our id. None: a Slack id of nobody. Raises
    NoSuchPerson."""
    rows = table(PersonRow)
    same = or_(
        rows.c.slack == said.upper(), func.lower(rows.c.name) == said.lower(), rows.c.id == said
    )
    with store.reading() as db:
        found = db.execute(
            select(rows.c.team, rows.c.id).where(same, *([rows.c.team == team] if team else ()))
        ).all()
        met = [people.by_id(Tx(db, row.team, moment(0), store.key), row.id) for row in found]
    meant = [p for p in met if p and (not erasure.was_erased(p) or p.id == said)]
    if len(meant) > 1:
        who = ", ".join(f"{p.slack} {p.name} ({p.team})" for p in meant)
        raise NoSuchPerson(
            f"several people are called {said}: {who}; name one by the Slack "
            f"id{'' if team else ', with --team'}"
        )
    if not meant and not SLACK_ID.fullmatch(said):
        raise NoSuchPerson(
            f"nobody is called {said}{f' in {team}' if team else ''}; who was erased has no name "
            "any more"
        )
    return meant[0] if meant else None


def _agreed(named: str, person: Person, ask: Callable[[str], str]) -> bool:
    sys.stdout.write(
        f"This erases {named} and everything that this person wrote. It cannot be undone;\n"
    )
    sys.stdout.write("the audit log keeps who did what, by an id.\n")
    try:
        return ask(f"Type {person.slack} to go on: ").strip() == person.slack
    except EOFError:
        return False


def _tell(named: str, person: Person, report: Report, stays: int, *, compacted: bool) -> None:
    say = sys.stdout.write
    say(f"erased: {named}, from now on {person.id}\n")
    for what, many in sorted(report.done.items()):
        say(f"  {WORDS.get(what, what)}: {many}\n")
    say(
        f"stays: {stays} entries of the audit log by or about {person.id}, which stands for "
        "nobody any more: removing them would\n"
    )
    say(
        "  break the chain that shows what was decided. Also what stands in Slack itself, and "
        "backups made before: after a\n"
    )
    say("  restore, erase again.\n")
    if report.stays:
        say(
            f"look at: own answers that name this person: {', '.join(report.stays)} (/changeover "
            "answers takes them back)\n"
        )
    if not compacted:
        say(
            "the database is in use, so its file may hold traces until it is compacted: run this "
            "again when `serve` is stopped,\n"
        )
        say(f"  as `changeover erase {person.id}`\n")


def _compact(store: Store) -> bool:
    """Deleted rows leave the file as well, not only the tables. False where somebody else writes
    just now."""
    try:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("VACUUM"))
            if store.is_sqlite:
                return not db.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).scalar()
    except DBAPIError:
        return False
    return True


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("person", help="the Slack id or the name")
    parser.add_argument(
        "--team", default="", help="the workspace, where several know such a person"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask whether that is right")


def run(args: argparse.Namespace) -> int:
    with database.of_this_version() as store:
        return erase_person(store, args.person, args.team, args.yes, utc_now())

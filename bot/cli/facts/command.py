"""`changeover facts review`: what is due for a check, with the address to open. `changeover facts
import FILE`: newer facts without a release, checked whole and audited.

What people at the terminal read stands here.
"""

import argparse
import sys
from datetime import date, datetime
from pathlib import Path

from bot.cli import database
from bot.inbound.turns import utc_now
from bot.rendering.render import short_day
from bot.settings import BadSetting
from domain.knowledge import fact_check, facts_in_use
from domain.knowledge.fact import Fact
from domain.knowledge.facts import BadFacts, Facts
from domain.people import CLOCK
from domain.reporting import teams
from domain.storage.store import OldSchema, Store, Tx, moment


def review(facts: Facts, confirmed: dict[str, str], today: date) -> int:
    """What is due, the oldest first; where nothing is, what comes next."""
    say, due = sys.stdout.write, facts.due(today, confirmed)
    if not due:
        comes = min(facts.rows(), key=lambda f: (_due_on(f, confirmed), f.id))
        say(f"Nothing is due on {short_day(today)}. Next:\n")
        _tell(facts, comes, confirmed)
        return 0
    say(
        f"{len(due)} due on {short_day(today)}: open the page; then two supporters confirm or "
        "replace the fact\nby `/changeover facts` in Slack, or import a newer file: changeover "
        "facts import FILE\n"
    )
    for fact in due:
        _tell(facts, fact, confirmed)
    return 0


def take_in(store: Store, path: Path, now: datetime) -> int:
    """The file counts from now on. Raises BadFacts, and then changes nothing."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFacts(f"{path.name}: {error}") from error
    with store.writing() as db:
        facts = facts_in_use.fitting(text, path.name, facts_in_use.current(db), now.date())
        here = Tx(db, "", now, store.key)
        number = facts_in_use.take(here, text, path.name)
        known = teams(here)
        for team in known:
            facts_in_use.note(Tx(db, team, now, store.key), number, path.name, text, CLOCK.id)
    many = len(facts.rows())
    sys.stdout.write(
        f"imported: {path.name}, {many} facts and versions, checked on "
        f"{short_day(facts.checked_on)} (no. {number}, in the audit log of {len(known)} "
        f"workspace{'' if len(known) == 1 else 's'})\nIt counts from the next message on; "
        "nothing needs a restart.\n"
    )
    return 0


def _tell(facts: Facts, fact: Fact, confirmed: dict[str, str]) -> None:
    day = confirmed.get(fact.cited, "")
    last = f"confirmed {short_day(day)}" if day else f"checked {short_day(fact.checked_on)}"
    say = sys.stdout.write
    say(f"\n{fact.cited}: due {short_day(_due_on(fact, confirmed))}, {last}\n  {fact.text}\n")
    say(f"  open: {_address(facts, fact)}\n")


def _address(facts: Facts, fact: Fact) -> str:
    """The page to open: the fact's own, else one of another version of it, of its aspect first."""
    others = sorted(facts.versions(fact.id), key=lambda f: f.aspect != fact.aspect)
    pages = (source for f in (fact, *others) for source in f.sources)
    found = next((source.url for source in pages if source.url), "")
    return found or f"no address known ({fact.page.by}: {fact.page.title})"


def _due_on(fact: Fact, confirmed: dict[str, str]) -> date:
    return fact.due_on(confirmed.get(fact.cited, ""))


def _confirmed(store: Store) -> dict[str, str]:
    """Cited id -> the last day on which any workspace confirmed it."""
    found: dict[str, str] = {}
    with store.reading() as db:
        for team in teams(Tx(db, "", moment(0), store.key)):
            for id_, day in fact_check.confirmed(Tx(db, team, moment(0), store.key)).items():
                found[id_] = max(day, found.get(id_, ""))
    return found


def add(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(required=True, metavar="DEED", dest="deed")
    due = deeds.add_parser("review", help="what is due for a check, with the address to open")
    due.add_argument(
        "--today", type=date.fromisoformat, metavar="DAY", help="as if it were this day"
    )
    newer = deeds.add_parser("import", help="a newer facts file; a bad one changes nothing")
    newer.add_argument("file", type=Path, metavar="FILE")


def run(args: argparse.Namespace) -> int:
    if args.deed == "import":
        with database.of_this_version() as store:
            return take_in(store, args.file, utc_now())
    today = args.today or utc_now().date()
    try:
        with database.of_this_version() as store:
            with store.reading() as db:
                facts = facts_in_use.current(db)
            return review(facts, _confirmed(store), today)
    except (BadSetting, OldSchema) as why:
        sys.stderr.write(f"changeover: no database ({why}); the facts of this version:\n")
        return review(Facts.load(), {}, today)

"""`changeover audit verify`: the chain is whole, and every state is the fold of its log."""

import argparse
import json
import sys
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import Connection, select

from bot.cli import database
from domain.machine import NotPossible, effective, fold, is_move
from domain.machines import BY_NAME
from domain.storage import audit
from domain.storage.audit import Entry
from domain.storage.store import Store, table
from domain.tables import Audit, Lifecycle


@dataclass
class Faults:
    """How many entries were read, and one line for each thing that is wrong."""

    entries: int = 0
    lines: list[str] = field(default_factory=list)


def verify(store: Store) -> Faults:
    """Read the whole log once for the chain, once for the states. Changes nothing."""
    found = Faults()
    with store.reading() as db:
        found.lines += list(audit.faults(db, store.key))
        found.entries = len(db.execute(select(table(Audit).c.seq)).all())
        found.lines += _states(db)
    return found


def _states(db: Connection) -> list[str]:
    log = table(Audit)
    rows = db.execute(select(log).order_by(log.c.team, log.c.object, log.c.seq)).all()
    machines = BY_NAME
    folded: dict[tuple[str, str, str], str] = {}
    wrong: list[str] = []
    for (team, object_), group in groupby(rows, key=lambda r: (r.team, r.object)):
        name, _, subject = object_.partition(":")
        if name not in machines:
            continue
        entries = [
            Entry(r.seq, r.at, r.actor, r.action, r.object, json.loads(r.details)) for r in group
        ]
        if not any(
            map(is_move, entries)
        ):  # noted, never moved: there is no state that it could have led to
            continue
        try:
            folded[team, name, subject] = fold(machines[name], effective(entries)).state
        except (NotPossible, KeyError, ValueError) as error:
            wrong.append(f"team {team}, {object_}: the log cannot be folded: {error}")
            folded[team, name, subject] = ""
    states = {(r.team, r.machine, r.subject): r.state for r in db.execute(select(table(Lifecycle)))}
    for key in sorted(folded.keys() | states.keys()):
        if folded.get(key) != "" and folded.get(key) != states.get(key):
            wrong.append(
                f"team {key[0]}, {key[1]}:{key[2]}: stands at {states.get(key)}, its log says "
                f"{folded.get(key)}"
            )
    return wrong


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("verify",))


def run(_: argparse.Namespace) -> int:
    """1 when something is wrong with the log or the states."""
    with database.as_it_is() as store:
        faults = verify(store)
    for line in faults.lines:
        print(line, file=sys.stderr)
    print(f"{faults.entries} entries, {len(faults.lines)} faults")
    return 1 if faults.lines else 0

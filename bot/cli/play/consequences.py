"""What a step came to beside its messages: what was filled, recorded, offered for recording, and
what the bot waits for. Read from the turn, the log and the conversation, never from templates."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, select

from bot.cli.play.demo_workspace import direct
from bot.cli.play.workspace import Button, Letter, Workspace
from dialogs.engine.context import Turn
from dialogs.engine.conversation_store import conversation_of
from dialogs.engine.turn import TurnResult, handle
from dialogs.inputs import ButtonPress, Origin
from dialogs.nlu.types import is_report
from domain import people
from domain.calendar import calendar
from domain.machines import BY_NAME
from domain.storage.store import Tx, moment, table
from domain.tables import Audit, Customer, Provider, Tenant, Transfer

_log = table(Audit)
_ID = re.compile(r"[0-9a-f]{16}")
_NAMED = ((Tenant, "guid"), (Customer, "name"), (Provider, "name"), (Transfer, "customer"))
# What a name is that nobody gave before, and the slot that keeps it: it has no id yet.
NEW, NEW_NAMES = "new", {"customer.customer": "customer_name"}
Event = dict[str, str]


class Consequences:
    """Looks at one workspace. Keeps nothing there."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    # --- the log
    def last_entry(self) -> int:
        """The number of the newest entry of the log."""
        with self.workspace.store.reading() as db:
            return int(db.execute(select(func.max(_log.c.seq))).scalar() or 0)

    def recorded_since(self, entry: int) -> list[Event]:
        """What was written to the logs of machines after this entry."""
        with self.workspace.rehearsal() as tx:
            return list(_recorded(tx, entry))

    # --- the slots
    def filled(self, slack: str, turns: Iterable[TurnResult]) -> dict[str, Any]:
        """`flow.slot` -> value, for people to read: ids are names."""
        found = {name: value for done in turns for name, value in done.trace.filled.items()}
        with self.workspace.rehearsal() as tx:
            slots = conversation_of(tx, people.seen(tx, slack)).slots if found else {}
            for name, kept in NEW_NAMES.items():
                if found.get(name) == NEW:
                    found[name] = slots.get(kept) or NEW
            return {name: _spoken(tx, value) for name, value in found.items()}

    # --- what is offered for recording
    def asked_to_confirm(
        self, slack: str, where: Origin, turns: list[TurnResult], reply: list[Letter], asked: bool
    ) -> list[str]:
        """The events that one press would record: of the buttons that the turn offered for that,
        and of a question that a report opened (`asked`)."""
        offers = [offer for done in turns for offer in done.trace.offers]
        if asked and any(is_report(m) for done in turns for m in done.trace.acted):
            offers += [(b.action, b.offer) for b in self._of_the_question(slack, reply)]
        events = [
            e for action, offer in offers for e in self._rehearsed(slack, where, action, offer)
        ]
        return list(dict.fromkeys(events))

    def _of_the_question(self, slack: str, reply: list[Letter]) -> list[Button]:
        with self.workspace.rehearsal() as tx:
            question = conversation_of(tx, people.seen(tx, slack)).open
        return [
            button
            for letter in reply
            for button in letter.buttons
            if question
            and button.offer == question.offer
            and button.action.startswith(f"{question.name}.")
        ]

    def _rehearsed(self, slack: str, where: Origin, action: str, offer: str) -> list[str]:
        press = ButtonPress((f"rehearsal:{action}:{offer}",), slack, action, offer, where)
        before = self.last_entry()
        with self.workspace.rehearsal() as tx:
            handle(self.workspace.assistant, tx, press)
            return [entry["event"] for entry in _recorded(tx, before)]

    # --- what is waited for
    def open_question(self, slack: str) -> str:
        """`flow.slot` of the question that is open in this person's conversation, "" for none."""
        with self.workspace.rehearsal() as tx:
            question = conversation_of(tx, people.seen(tx, slack)).open
        return question.name if question else ""

    def waits_for(self, slack: str) -> str | None:
        """The open question of this person, else the newest card that waits for her."""
        if question := self.open_question(slack):
            return question
        with self.workspace.rehearsal() as tx:
            person = people.public(people.meet(tx, slack))
            talk = conversation_of(tx, person.id)
            turn = Turn(
                self.workspace.assistant, tx, person, Origin(direct(slack)), "rehearsal", talk
            )
            waiting = [
                expected
                for ability in self.workspace.assistant.abilities
                if ability.waits
                for expected in ability.waits(turn)
            ]
        return max(waiting, key=lambda expected: expected.at).name if waiting else None


def _recorded(tx: Tx, after: int) -> Iterator[Event]:
    here = (_log.c.team == tx.team, _log.c.seq > after)
    for row in tx.db.execute(select(_log).where(*here).order_by(_log.c.seq)).all():
        machine = row.object.partition(":")[0]
        if machine in BY_NAME:
            actor = people.by_id(tx, row.actor)
            yield {
                "machine": machine,
                "event": row.action,
                "by": (actor.name or actor.slack).lower() if actor else row.actor,
                "day": _day(tx, row),
            }


def _day(tx: Tx, row: Any) -> str:
    """The reported day; where none is reported, the day of the entry."""
    reported = json.loads(row.details).get("day")
    actor = people.by_id(tx, row.actor)
    partner = people.partner_of(tx, actor.partner) if actor else None
    zone = calendar(partner.country, "", partner.timezone) if partner else calendar("", "", "UTC")
    return str(reported or zone.today(moment(row.at)).isoformat())


def _spoken(tx: Tx, value: Any) -> Any:
    """A value that a slot holds, with names for our ids, and the bounds of an amount alone."""
    if isinstance(value, dict) and {"low", "high"} <= set(value):
        return {"low": value["low"], "high": value["high"]}
    if isinstance(value, list):
        return [_spoken(tx, one) for one in value]
    if isinstance(value, str):
        return _ID.sub(lambda found: _name_of(tx, found[0]), value)
    return value


def _name_of(tx: Tx, id_: str) -> str:
    """A person's name in small letters, a tenant's id at Microsoft, the name of a customer or a
    provider, whose transfer it is; an id that is none of these as it is."""
    if person := people.by_id(tx, id_):
        return (person.name or person.slack).lower()
    for rows, column in _NAMED:
        of = table(rows)
        here = (of.c.team == tx.team, of.c.id == id_)
        found = tx.db.execute(select(of.c[column]).where(*here)).scalar()
        if found is not None:
            return _ID.sub(lambda more: _name_of(tx, more[0]), found) or NEW
    return id_

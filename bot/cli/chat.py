"""`changeover chat`: the same turns in the terminal, buttons as numbers.

No token, no network; the database lives as long as the chat.
"""

import argparse
import secrets
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from bot.cli import seed
from bot.inbound.modals import in_chat
from bot.inbound.turns import utc_now
from bot.rendering.block_kit import Block, lines_of
from bot.rendering.render import Templates
from bot.rendering.validate import check_words
from bot.settings import audit_key
from dialogs.assistant import ABILITIES, load_assistant
from dialogs.engine import timers
from dialogs.engine.repair import ADMINS_ONLY
from dialogs.engine.turn import handle
from dialogs.inputs import ButtonPress, Inbound, Message, Origin
from dialogs.records import weekly_report
from domain import people
from domain.storage import outbox
from domain.storage.addresses import FiguresAddress, TimerAddress
from domain.storage.outbox import Out, Row
from domain.storage.store import Store

DEMO = Path(__file__).parent / "demo.toml"
QUIT = ("quit", "exit", ":q")


class Terminal:
    """A workspace in memory; everybody of the demo can be spoken as (`/as otto`)."""

    def __init__(self, out: TextIO = sys.stdout, now: Callable[[], datetime] = utc_now) -> None:
        self.assistant = load_assistant(patient=True)
        self.words = Templates(self.assistant.facts)
        check_words(self.assistant, self.words)
        self.store = Store("sqlite://", audit_key("", "sqlite://"))
        self.store.create()
        plan = seed.read(DEMO)
        self.out, self.now, self.team = out, now, plan.team
        with self.store.turn(self.team, now()) as tx:
            seed.plant(tx, plan)
        self.names = {p.slack: p.name for p in plan.people}
        self.slack = ""
        self.buttons: dict[str, tuple[str, str, str]] = {}

    def close(self) -> None:
        self.store.close()

    def speak_as(self, name: str) -> bool:
        """False when nobody of that name is there; says who is."""
        found = [
            slack for slack, known in self.names.items() if known.lower() == name.strip().lower()
        ]
        if found:
            self.slack = found[0]
        else:
            print(f"there is {', '.join(self.names.values())}", file=self.out)
        return bool(found)

    def line(self, text: str) -> None:
        """One line of the person: a number is a button, /as NAME another person, all else is
        said."""
        if text.startswith("/as "):
            self.speak_as(text[4:])
            return
        key = (f"line:{secrets.token_hex(6)}",)
        heard: Inbound = Message(key, self.slack, text, Origin(f"D-{self.slack}"))
        if text in self.buttons:
            owner, action, offer = self.buttons[text]
            self.slack = owner or self.slack
            heard = ButtonPress(key, self.slack, action, offer, Origin(f"D-{self.slack}"))
        with self.store.turn(self.team, self.now()) as tx:
            form = handle(self.assistant, tx, heard).form
        if form:
            self._instead_of(form[1])
        self.flush()

    def _instead_of(self, data: dict[str, Any]) -> None:
        """A terminal has no forms: said so, and the same is asked one by one."""
        print(f"\n  {self.words.sentence('help/no_form_here', data)}", file=self.out)
        if data["flow"] in ADMINS_ONLY:  # its questions are asked nowhere but in the form
            return
        with self.store.turn(self.team, self.now()) as tx:
            handle(
                self.assistant,
                tx,
                in_chat(
                    self.assistant,
                    data,
                    f"line:{secrets.token_hex(6)}",
                    self.slack,
                    Origin(f"D-{self.slack}"),
                ),
            )

    def flush(self) -> None:
        """Print what the outbox holds for now, oldest first."""
        while True:
            with self.store.writing() as db:
                rows = outbox.lease(db, self.now() + timedelta(seconds=1), 100)
            if not rows:
                return
            for row in rows:
                self._leave(row)

    def _leave(self, row: Row) -> None:
        with self.store.turn(row.team, self.now()) as tx:
            if row.kind == Out.TIMER:
                timer = TimerAddress.from_row(row.stored)
                timers.fire(ABILITIES, tx, timer.timer, timer.subject, row.parts[0])
            elif row.kind == Out.COUNT:
                asked = FiguresAddress.from_row(row.stored)
                weekly_report.counted(tx, asked, weekly_report.count(tx, asked))
            person = people.by_id(tx, row.address.person)
            outbox.sent(tx.db, row, row.lane, str(row.id))
        if row.kind in (Out.MESSAGE, Out.UPDATE):
            to = person.name if person else f"#{row.address.channel}"
            mine = bool(person and person.slack == self.slack)
            self._print(
                self.words.message([tuple(p) for p in row.parts]).blocks,
                "" if mine else to,
                person.slack if person else "",
            )

    def _print(self, blocks: list[Block], to: str, owner: str) -> None:
        print(f"\n  [to {to}]" if to else "", file=self.out)
        for block in blocks:
            for line in lines_of(block):
                print(f"  {line}", file=self.out)
            for element in block.get("elements", ()) if block["type"] == "actions" else ():
                number = str(len(self.buttons) + 1)
                self.buttons[number] = (owner, element["action_id"], element["value"])
                print(f"    {number}) {element['text']['text']}", file=self.out)


def talk_as(name: str) -> int:
    """Until the end of input. Returns 1 when nobody of that name is in the demo workspace."""
    with closing(Terminal()) as terminal:
        return _talk(terminal, name)


def _talk(terminal: Terminal, name: str) -> int:
    if not terminal.speak_as(name):
        return 1
    print(
        "Say something, type a number for a button, /as grace to speak as somebody else, quit to "
        "leave."
    )
    while True:
        try:
            text = input(f"\n{terminal.names[terminal.slack]}> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return 0
        if text.lower() in QUIT:
            return 0
        if text:
            terminal.line(text)


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="name", default="mira")


def run(args: argparse.Namespace) -> int:
    return talk_as(args.name)

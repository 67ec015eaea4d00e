"""`changeover chat`: the same turns in the terminal, buttons as numbers.

No token, no network; the database lives as long as the chat.
"""

import argparse
import secrets
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import TextIO

from bot.cli.play.demo_workspace import direct
from bot.cli.play.printing import print_letter
from bot.cli.play.workspace import Button, House, Letter, Workspace
from bot.inbound.turns import utc_now
from dialogs.inputs import ButtonPress, Inbound, Message, Origin

QUIT = ("quit", "exit", ":q")
SOON = timedelta(seconds=1)


class Terminal:
    """A workspace in memory; everybody of the demo can be spoken as (`/as otto`)."""

    def __init__(self, out: TextIO = sys.stdout, now: Callable[[], datetime] = utc_now) -> None:
        self.out, self.now = out, now
        self.workspace = Workspace(House.built(), now)
        self.names = self.workspace.names
        self.slack = ""
        self.buttons: dict[str, tuple[str, str, str]] = {}

    def close(self) -> None:
        self.workspace.close()

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
        heard: Inbound = Message(key, self.slack, text, Origin(direct(self.slack)))
        if text in self.buttons:
            owner, action, offer = self.buttons[text]
            self.slack = owner or self.slack
            heard = ButtonPress(key, self.slack, action, offer, Origin(direct(self.slack)))
        for done in self.workspace.take(heard):
            if sentence := self.workspace.instead_of_a_form(done):
                print(f"\n  {sentence}", file=self.out)
        self.flush()

    def flush(self) -> None:
        """Print what the outbox holds for now, oldest first."""
        for letter in self.workspace.deliver(self.now() + SOON):
            to = "" if letter.owner == self.slack else letter.to
            print_letter(letter, self.out, to, self._number)

    def _number(self, letter: Letter, button: Button) -> str:
        number = str(len(self.buttons) + 1)
        self.buttons[number] = (letter.owner, button.action, button.offer)
        return number


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

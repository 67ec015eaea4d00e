"""Conversations as people read them: in `changeover chat`, and as `changeover play` plays them."""

from collections.abc import Callable
from typing import TextIO

from bot.cli.play.player import Played
from bot.cli.play.script import Script
from bot.cli.play.workspace import Button, Letter


def print_letter(
    letter: Letter, out: TextIO, to: str, numbered: Callable[[Letter, Button], str]
) -> None:
    """The lines of a message, and its buttons by number. `to`: to whom, "" for the person who is
    spoken as."""
    print(f"\n  [to {to}]" if to else "", file=out)
    for line in letter.lines:
        print(f"  {line}", file=out)
    for button in letter.buttons:
        print(f"    {numbered(letter, button)}) {button.label}", file=out)


class Printer:
    """Prints one conversation, each step's person and words before what came of it."""

    def __init__(self, out: TextIO) -> None:
        self.out, self.buttons = out, 0

    def begin(self, script: Script) -> None:
        print(f"== {script.id}, on {script.today.isoformat()}", file=self.out)

    def step(self, played: Played) -> None:
        print(f"\n{played.who}> {played.line}" if played.who else f"\n{played.line}", file=self.out)
        if played.sentence:
            print(f"\n  {played.sentence}", file=self.out)
        for letter in [*played.reply, *played.told]:
            mine = letter.owner and letter.to == played.who
            to = "" if mine and not letter.is_update else letter.to
            more = ", changed" if letter.is_update else ""
            print_letter(letter, self.out, f"{to}{more}", self._numbered)

    def error(self, wrong: str) -> None:
        print(f"\n{wrong}\n", file=self.out, flush=True)

    def _numbered(self, *_: object) -> str:
        self.buttons += 1
        return str(self.buttons)

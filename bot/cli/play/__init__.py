"""`changeover play`: whole conversations from a file, one JSON object a line, through the real
turns on a workspace in memory. No setting, no network, nothing kept."""

import argparse
import json
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from bot.cli.play.player import CannotPlay, Player, named
from bot.cli.play.printing import Printer
from bot.cli.play.script import BadLine, decoded, id_of, script_of
from bot.cli.play.workspace import House
from domain.unusable import Unusable

STDIN = "-"


class NoFile(Unusable):
    """The file cannot be read. The message names it."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("file", help="conversations as JSON lines, - for standard input")


def run(args: argparse.Namespace) -> int:
    if args.file == STDIN:
        return play(House.built(), sys.stdin.buffer, as_json=args.as_json)
    with _opened(Path(args.file)) as lines:
        return play(House.built(), lines, as_json=args.as_json)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise NoFile(f"{path}: cannot be read: {error.strerror}") from error


def play(
    house: House, lines: Iterable[bytes], out: TextIO | None = None, *, as_json: bool = True
) -> int:
    """Each line is played and written before the next is read. Returns 1 when one could not be
    played; the others are."""
    out, bad = out or sys.stdout, False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if as_json:
            outcome = outcome_of(house, line, number)
            print(json.dumps(outcome, ensure_ascii=False), file=out, flush=True)
        else:
            outcome = outcome_of(house, line, number, Printer(out))
            out.flush()
        bad = bad or "error" in outcome
    return 1 if bad else 0


def outcome_of(
    house: House, line: bytes, number: int, printer: Printer | None = None
) -> dict[str, Any]:
    """What one line comes to: {"id", "steps"}, or {"id", "error"} that says what is wrong."""
    row: Any = None
    try:
        row = decoded(line)
        script = script_of(row, house.people, house.places)
        if printer:
            printer.begin(script)
        steps = []
        with closing(Player(house, script)) as player:
            for played in player.play():
                steps.append(played.result)
                if printer:
                    printer.step(played)
        return {"id": script.id, "steps": steps}
    except Exception as error:
        expected = isinstance(error, BadLine | CannotPlay)
        wrong = f"line {number}: {error if expected else named(error)}"
        if printer:
            printer.error(wrong)
        return {"id": id_of(row), "error": wrong}

"""`changeover answers --all`: every answer at every stage as plain text, to read top to bottom.

Needs nothing learned, no setting and no database, and writes nothing. Stages at which an answer
reads the same are printed once.
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date

from bot.cli.stages import Stages
from bot.inbound.turns import utc_now
from bot.rendering.block_kit import Block, lines_of
from bot.rendering.render import ANSWERS, Templates
from domain.knowledge.facts import Facts
from domain.tenant import case
from domain.unusable import Unusable

RULE = "=" * 78
_LINK = re.compile(r"<(https?://[^|>\s]+)\|([^>]*)>")


class NoAnswer(Unusable):
    """There is no answer of that name."""


def all_answers(words: Templates) -> list[str]:
    """The names of the built-in answers, in the order of the alphabet."""
    return sorted(n.removeprefix(ANSWERS) for n in words.names if n.startswith(ANSWERS))


def printed(
    words: Templates, names: Sequence[str], stages: Sequence[str], today: date
) -> Iterator[str]:
    """One text for each answer: its title, then what it says at each stage on `today`."""
    with closing(Stages(None, today)) as workspaces:
        for name in names:
            said: dict[str, list[str]] = {}
            for stage in stages:
                data = workspaces.at(stage).data
                said.setdefault(_shown(words, name, data), []).append(stage)
            title = f"{words.title(ANSWERS + name)} ({name})"
            pages = (f"--- {', '.join(at)}\n{text}" for text, at in said.items())
            yield "\n".join([RULE, title, RULE, "\n\n".join(pages), ""])


def _shown(words: Templates, name: str, data: dict[str, object]) -> str:
    """The lines, the buttons but those of feedback, and the small print, in the order in which
    they are shown."""
    blocks = words.message([(ANSWERS + name, data)]).blocks
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Block) -> list[str]:
    if block["type"] != "actions":
        return [_LINK.sub(r"\2 (\1)", line) for line in lines_of(block)]
    offered = [b for b in block["elements"] if not _is_feedback(b)]
    return [" ".join(f"[{b['text']['text']}]" for b in offered)] if offered else []


def _is_feedback(button: Block) -> bool:
    """Helpful, or not what I asked: below every answer (templates/not_asked.j2)."""
    action = str(button.get("action_id", ""))
    return action.startswith("answer.") and action.endswith((".helpful", ".not_that"))


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="the answers to print")
    parser.add_argument("--all", action="store_true", help="print every answer")
    parser.add_argument("--stage", choices=tuple(case.STAGE_STATES), help="at this stage alone")
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        metavar="DAY",
        help="as if it were this day (2026-12-01)",
    )


def run(args: argparse.Namespace) -> int:
    words = Templates(Facts.load())
    known = all_answers(words)
    names = known if args.all else args.names
    if not names:
        raise NoAnswer("name the answers to print, or say --all")
    if odd := [name for name in names if name not in known]:
        raise NoAnswer(f"there is no answer called {odd[0]}")
    stages = (args.stage,) if args.stage else tuple(case.STAGE_STATES)
    for text in printed(words, names, stages, args.today or utc_now().date()):
        print(text)
    return 0

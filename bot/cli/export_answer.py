"""`changeover export-answer NAME`: a workspace's own answer as the two files that a built-in answer
has. Changes nothing.

What a supporter wrote is a string in the template, with every sign that could mean something
escaped; it is never template text.
"""

import argparse
import re
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.cli import database
from domain.knowledge.own_answers import OWN
from domain.storage.store import Store, table
from domain.tables import OwnPhrase, WorkspaceAnswer
from domain.unusable import Unusable

PLAIN = re.compile(r"[A-Za-z0-9 .,;:!?()/@&+=_-]")


class NoSuchAnswer(Unusable):
    """There is none of that name, or several workspaces have one. The message says what to do."""


class AnswerFileExists(Unusable):
    """A file of that name is there already. Nothing is written over it."""


def written(store: Store, name: str, team: str, folder: Path) -> list[Path]:
    """Write NAME.yml and NAME.j2 into the folder; returns their paths. Raises NoSuchAnswer,
    AnswerFileExists."""
    answers, phrases = table(WorkspaceAnswer), table(OwnPhrase)
    with store.reading() as db:
        rows = db.execute(select(answers).where(answers.c.name == name)).all()
        found = [row for row in rows if team in ("", row.team)]
        if len(found) != 1:
            teams = ", ".join(sorted(row.team for row in found))
            raise NoSuchAnswer(
                f"{name}: name the workspace with --team: {teams}"
                if found
                else f"no workspace has an answer {name!r}"
            )
        here = (phrases.c.team == found[0].team, phrases.c.entry == OWN + found[0].id)
        said = [p.text for p in db.execute(select(phrases).where(*here).order_by(phrases.c.id))]
    files = {
        folder / f"{name}.yml": data_of(found[0], said),
        folder / f"{name}.j2": words_of(found[0]),
    }
    for path, text in files.items():
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError as error:
            raise AnswerFileExists(f"{path} exists already; move it away first") from error
    return list(files)


def data_of(row: Any, phrases: list[str]) -> str:
    """The answer's .yml: risk, facts, phrases. Without a fact it says what is to do; until then no
    house starts with it."""
    facts = (
        "\n".join(f"- {id_}" for id_ in row.facts)
        or "[]  # a built-in answer rests on facts: add it to domain/facts.toml"
    )
    lines = "\n".join(f"    - {one_line(p)}" for p in phrases)
    source = f"# It rests on {one_line(row.source)}\n" if row.source else ""
    gap = "\n" if row.facts else " "
    return (
        f"{source}risk: {row.risk}\nfacts:{gap}{facts}\nnlu:\n- intent: {row.name}\n  "
        f"examples: |\n{lines}\n"
    )


def words_of(row: Any) -> str:
    """The answer's .j2: plain text, never parsed, and the facts it rests on."""
    cite = f"\n{{{{ cite({', '.join(repr(str(f)) for f in row.facts)}) }}}}" if row.facts else ""
    return f'{{% set about = "{literal(row.title)}" %}}\n| {{{{ "{literal(row.text)}" }}}}{cite}\n'


def literal(text: str) -> str:
    """The text inside a Jinja string: everything but plain letters, digits and harmless signs as an
    escape."""
    return "".join(c if PLAIN.fullmatch(c) else f"\\U{ord(c):08x}" for c in text)


def one_line(text: str) -> str:
    """A text that stays one line of YAML's literal block or of a comment."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name")
    parser.add_argument(
        "--team", default="", help="the workspace, where several have an answer of that name"
    )


def run(args: argparse.Namespace) -> int:
    with database.as_it_is() as store:
        print(*written(store, args.name, args.team, Path()), sep="\n")
    return 0

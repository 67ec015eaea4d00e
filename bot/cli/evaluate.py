"""`changeover evaluate FILE`: how well labelled questions are understood, per kind, as a curve, and
against an earlier run.

A line is {"id","text","stage"?,"kind","facts_any"?,"entries"?,"command"?,"language"?,"polarity"?};
kinds are answer, handover, out_of_scope, command, refuse, chitchat. `facts_any`, `entries`: what
would do, by facts or by name. `polarity`: the word that would answer it, yes or no, or "neither".
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from bot.cli.ask import STAGE, Asker
from bot.inbound.turns import utc_now
from bot.rendering.render import Templates
from dialogs.assistant import load_assistant
from dialogs.nlu.types import Kind, Risk
from domain.tenant import case
from domain.unusable import Unusable

KINDS = ("answer", "handover", "out_of_scope", "command", "refuse", "chitchat")
STATED = ("answer", "handover")
# A command is done, a report offered for recording, beside what else is answered in the same
# message.
DONE = ("command", *STATED)
STEPS = 10
POLARITIES = ("yes", "no", NEITHER := "neither")
_YES_OR_NO = re.compile(r"\W*(yes|no)\b", re.I)


class BadLine(Unusable):
    """A labelled line that cannot be scored; the message says which and why."""


@dataclass(frozen=True)
class Scored:
    """One line: what became of it, and what would have become of it at any threshold (`top`: the
    likeliest answer is right)."""

    id: str
    kind: str
    right: bool
    offered: bool
    wrong: bool
    fatal: bool
    score: float
    top: bool
    said: dict[str, Any]
    language: str = ""
    polarity: str = ""

    @property
    def first_word(self) -> str:
        """The yes or no that the answer begins with; "neither" for another word."""
        found = _YES_OR_NO.match(self.said["text"])
        return found[1].lower() if found else NEITHER


def read(path: Path) -> list[dict[str, Any]]:
    """The labelled lines. Raises BadLine."""
    rows = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadLine(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadLine(f"{path}:{number}: {error}") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
            raise BadLine(f"{path}:{number}: needs an id and a text")
        if row.get("kind") not in KINDS:
            raise BadLine(f"{path}:{number}: kind is one of {', '.join(KINDS)}")
        if row.get("polarity", NEITHER) not in POLARITIES:
            raise BadLine(f"{path}:{number}: polarity is one of {', '.join(POLARITIES)}")
        if row.get("stage", STAGE) not in case.STAGE_STATES:
            raise BadLine(f"{path}:{number}: stage is one of {', '.join(case.STAGE_STATES)}")
        rows.append(row)
    return rows


def score(asker: Asker, row: dict[str, Any]) -> Scored:
    """Is what the bot does with a line what its label asks for? Wrong is only what it stated or did
    without being meant."""
    stage, kind = row.get("stage", STAGE), row["kind"]
    said = asker.reply(row["text"], stage)
    wanted, named = (
        {fact.partition("@")[0] for fact in row.get("facts_any", ())},
        {*row.get("entries", ())},
    )

    def rests(facts: Iterable[str]) -> bool:
        return bool({fact.partition("@")[0] for fact in facts} & wanted)

    fits = not (wanted or named) or rests(said["facts"]) or bool(named & {*said["answers"]})
    offered = any(rests(o["facts"]) for o in said["options"]) or named & {*said["offered"]}
    stated = said["decision"] in STATED and bool(said["answer"])
    right = {
        "answer": stated and fits,
        "handover": said["decision"] == "handover" and (fits or not said["answer"]),
        "out_of_scope": said["decision"] not in ("answer", "command")
        and not (stated and said["decision"] == "handover"),
        "command": said["decision"] in DONE
        and bool(said["command"])
        and said["command"] == row.get("command", said["command"]),
        "refuse": said["decision"] == "refuse",
        "chitchat": said["decision"] in ("chitchat", "command"),
    }[kind]
    top = asker.assistant.understanding.whole(row["text"]).ranked
    first = top[0] if top and top[0].entry.kind is Kind.ANSWER else None
    wrong = (said["decision"] == "answer" or (stated and kind != "answer")) and not right
    does = first is not None and (
        first.entry.name in named or rests(asker.facts_of(first.entry.name, stage))
    )
    return Scored(
        str(row["id"]),
        kind,
        right,
        right or bool(offered),
        wrong,
        wrong
        and any(asker.assistant.answers[a].risk is Risk.IRREVERSIBLE for a in said["answers"]),
        first.score if first else 0.0,
        kind in STATED and does,
        said,
        str(row.get("language", "")),
        str(row.get("polarity", "")),
    )


def report(rows: list[Scored], out: TextIO) -> None:
    """The table per kind, and per kind in each other language, then answered against wrong at every
    tenth of the scores."""
    kinds: dict[str, list[Scored]] = defaultdict(list)
    for row in rows:
        kinds[row.kind].append(row)
        if row.language:
            kinds[f"{row.kind} {row.language}"].append(row)
    print(f"{'kind':16}{'lines':>6}{'right':>8}{'or offered':>12}{'wrong':>7}", file=out)
    for kind, of in sorted(
        kinds.items(), key=lambda pair: (" " in pair[0], KINDS.index(pair[0].split()[0]), pair[0])
    ):
        share, offered = sum(r.right for r in of) / len(of), sum(r.offered for r in of) / len(of)
        print(
            f"{kind:16}{len(of):6}{share:8.1%}{offered:12.1%}{sum(r.wrong for r in of):7}", file=out
        )
    wrong, fatal = sum(r.wrong for r in rows), sum(r.fatal for r in rows)
    print(
        f"confidently wrong: {100 * wrong / len(rows):.2f} per 100 messages; on irreversible "
        f"entries: {fatal}",
        file=out,
    )
    asked = [r for r in rows if r.kind in STATED]
    print(
        "\nat a score of   answered rightly   wrong per 100 messages   (one threshold for all, "
        "no other rule)",
        file=out,
    )
    for step in range(STEPS - 1, 0, -1):
        bar = step / STEPS
        right = sum(r.top and r.score >= bar for r in asked)
        missed = sum(not r.top and r.score >= bar for r in rows)
        print(
            f"{bar:13.2f}{right / max(len(asked), 1):19.1%}{100 * missed / len(rows):25.2f}",
            file=out,
        )


def reliability(rows: list[Scored], out: TextIO) -> None:
    """Of the likeliest answers, by how likely each was held to be: how many were right."""
    print("\nheld to be right   lines   were right   (the likeliest answer of each)", file=out)
    for step in range(0, STEPS, 2):
        low, high = step / STEPS, (step + 2) / STEPS
        of = [r for r in rows if r.score and low <= r.score < high + (step + 2 == STEPS)]
        share = f"{sum(r.top for r in of) / len(of):10.0%}" if of else f"{'-':>10}"
        print(f"    {low:.1f} to {high:.1f}{len(of):11}{share}", file=out)


def first_words(rows: list[Scored], out: TextIO) -> None:
    """Does the first word of an answer answer the question? Of lines that say what would."""
    of = [r for r in rows if r.polarity and r.right and r.said["decision"] == "answer"]
    if not of:
        return
    same = sum(r.first_word == r.polarity for r in of)
    against = [r for r in of if r.first_word not in (NEITHER, r.polarity)]
    print(
        f"\nfirst word: of {len(of)} right answers {same} begin with the word that answers, "
        f"{len(of) - same - len(against)} with neither yes nor no, {len(against)} with the wrong "
        "one",
        file=out,
    )
    for r in against:
        print(f"  {r.id}: {r.first_word} where {r.polarity} answers; {r.said['answer']}", file=out)


def changes(rows: list[Scored], before: dict[str, bool], out: TextIO) -> None:
    """What was won and what was taken away since an earlier run."""
    won = [r for r in rows if r.right and before.get(r.id) is False]
    lost = [r for r in rows if not r.right and before.get(r.id) is True]
    print(f"\nsince then: {len(won)} won, {len(lost)} taken away", file=out)
    for r in lost:
        print(
            f"  taken away: {r.id} ({r.kind}): now {r.said['decision']} {r.said['answer'] or ''}",
            file=out,
        )


def evaluate(file: Path, keep: Path | None, against: Path | None, today: date) -> int:
    """0 when every line could be scored, 1 when the file is bad. Raises BadLine."""
    assistant = load_assistant(patient=True)
    asker = Asker(assistant, Templates(assistant.facts), today)
    try:
        rows = [score(asker, row) for row in read(file)]
    finally:
        asker.close()
    if not rows:
        raise BadLine(f"{file}: there is no line in it")
    report(rows, sys.stdout)
    reliability(rows, sys.stdout)
    first_words(rows, sys.stdout)
    if against:
        changes(
            rows,
            {
                str(r["id"]): r["right"]
                for r in map(json.loads, against.read_text("utf-8").splitlines())
            },
            sys.stdout,
        )
    if keep:
        lines = (
            {
                "id": r.id,
                "right": r.right,
                "wrong": r.wrong,
                "decision": r.said["decision"],
                "answer": r.said["answer"],
            }
            for r in rows
        )
        keep.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return 0


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--save", type=Path, metavar="RUN", help="keep the outcome of each line")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="RUN",
        help="show what was won and taken away since a kept run",
    )


def run(args: argparse.Namespace) -> int:
    return evaluate(args.file, args.save, args.against, utc_now().date())

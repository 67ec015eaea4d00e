"""`changeover ask`: what the bot would reply. No database, nothing written; no setting but those of
the second reader."""

import argparse
import asyncio
import json
import re
import sys
from dataclasses import replace
from datetime import date
from typing import Any, TextIO

from bot import weights
from bot.cli import explain
from bot.cli.stages import Stages
from bot.inbound.turns import utc_now
from bot.rendering.block_kit import lines_of
from bot.rendering.render import Templates
from bot.second_reader import wire
from bot.second_reader.endpoint import Endpoint
from bot.second_reader.reader import SecondReader
from bot.settings import second_reader
from bot.worker_pool import WorkerPool
from dialogs import traces
from dialogs.assistant import load_assistant
from dialogs.engine.context import Assistant
from dialogs.engine.turn import TurnResult
from dialogs.nlu.types import Candidate, Kind
from dialogs.second_reader.everyday import Everyday
from dialogs.second_reader.question import HeldBack, Question, Reading
from domain.tenant import case

STAGE, COUNTED_AS = "direct", "ask"
_LINK = re.compile(r"<(https://[^|>\s]+)\|([^>]+)>")
MAX_LINE = 100_000
STATING = ("answer", "handover")
# The contract (docs/operating.md): what a line of `--json` holds, besides its id.
FIELDS = ("decision", "answer", "answers", "facts", "options", "command", "confidence")


class Asker:
    """Answers texts one by one, by real turns of a workspace that is at a stage on `today`.
    `endpoint`: a second reader is asked there, within its budget for all texts together."""

    def __init__(
        self,
        assistant: Assistant,
        words: Templates,
        today: date,
        endpoint: Endpoint | None = None,
    ) -> None:
        self.second_reader: SecondReader | None = None
        self.assistant, self.words = assistant, words
        if endpoint is not None:
            everyday = Everyday.of(assistant.understanding.entries.values())
            self.assistant = replace(assistant, everyday=everyday)
        self.stages = Stages(self.assistant, today)
        if endpoint is not None:
            store, now = self.stages.store, self.stages.now
            self.second_reader = SecondReader(
                endpoint,
                store,
                WorkerPool(0),
                lambda: now,
                lambda name: words.title(f"answers/{name}"),
            )

    def close(self) -> None:
        self.stages.close()

    def reply(self, text: str, stage: str = STAGE) -> dict[str, Any]:
        """FIELDS; `text` and `shown`, how the reply reads; `offered`, the entries of all its
        options."""
        done = self._take(text, stage)
        acted, offered = done.trace.acted, done.trace.offered
        rendered = self.words.message(list(done.parts)) if done.parts else None
        answers = list(dict.fromkeys(m.entry.name for m in acted if m.entry.kind is Kind.ANSWER))
        options = [m.entry.name for m in offered if m.entry.kind is Kind.ANSWER]
        return {
            "decision": done.decision,
            "answer": answers[0] if answers else None,
            "answers": answers,
            "facts": rendered.facts if rendered and done.decision in STATING else [],
            "options": [{"answer": o, "facts": self.facts_of(o, stage)} for o in options],
            "command": self._command(done),
            "confidence": done.trace.confidence,
            "offered": [m.entry.name for m in offered],
            "text": rendered.text if rendered else "",
            "shown": [line for block in rendered.blocks for line in lines_of(block)]
            if rendered
            else [],
        }

    def facts_of(self, answer: str, stage: str = STAGE) -> list[str]:
        """The facts that an answer states at a stage."""
        return self.words.message([(f"answers/{answer}", self.stages.at(stage).data)]).facts

    def explained(self, text: str, stage: str = STAGE) -> dict[str, Any]:
        """The trace of the turn (dialogs/traces.py)."""
        done = self._take(text, stage)
        names = [name for name, _ in done.parts]
        facts = self.words.message(list(done.parts)).facts if done.parts else []
        return traces.document(text, done.trace, done.decision, names) | {"facts": facts}

    def _take(self, text: str, stage: str) -> TurnResult:
        try:
            return self.stages.take(text, stage)
        except HeldBack as held:
            if self.second_reader is None:
                raise
            second = asyncio.run(_read(self.second_reader, held.question))
            return self.stages.take(text, stage, second)

    def _command(self, done: TurnResult) -> str | None:
        found = [m for m in done.trace.acted if _is_command(m, done.decision)]
        wanted = [*found, *done.trace.claimed]
        return self.assistant.command_of(wanted[0].entry.name) if wanted else None


async def _read(second_reader: SecondReader, question: Question) -> Reading:
    """One reading, with a connection of its own. Its budget is that of the command."""
    async with wire.connection() as second_reader.session:
        return await second_reader.read(COUNTED_AS, question)


def _is_command(meaning: Candidate, decision: str) -> bool:
    """A word of repair is one where there was something to repair."""
    kind = meaning.entry.kind
    return kind is Kind.COMMAND or (kind is Kind.REPAIR and decision == "command")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stage", choices=("direct", "submitted", "approved", "accepted", "listed")
    )
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        metavar="DAY",
        help="as if it were this day (2026-12-01): which rules are in force",
    )
    parser.add_argument(
        "--explain", action="store_true", help="show how it was understood, and what decided"
    )
    parser.add_argument("text", nargs="?", help="a question, or - for JSON lines on standard input")


def run(args: argparse.Namespace) -> int:
    today = args.today or utc_now().date()
    return reply_to(args.text, args.stage, args.as_json, today, sys.stdin, explaining=args.explain)


def reply_to(
    text: str | None,
    stage: str | None,
    as_json: bool,
    today: date,
    source: TextIO = sys.stdin,
    *,
    explaining: bool = False,
) -> int:
    """One text, or JSONL from `source` for "-". Returns 1 when a line was bad; the others are
    answered."""
    assistant = load_assistant(patient=True)
    weights.tell(assistant)
    asker = Asker(assistant, Templates(assistant.facts), today, second_reader())
    try:
        if text == "-" and not explaining:
            return _lines(asker, source, stage or STAGE)
        said = text or source.read().strip()
        if explaining:
            explain.show(asker.explained(said, stage or STAGE), sys.stdout)
            return 0
        reply = asker.reply(said, stage or STAGE)
        print(json.dumps(_contract(reply), ensure_ascii=False) if as_json else _spoken(reply))
        return 0
    finally:
        asker.close()


def _lines(asker: Asker, source: TextIO, stage: str) -> int:
    bad = False
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        answer = _line(asker, line, number, stage)
        bad = bad or "error" in answer
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    return 1 if bad else 0


def _line(asker: Asker, line: str, number: int, stage: str) -> dict[str, Any]:
    """The reply to one line, or {"id", "error"} that says what is wrong with it."""
    id_: Any = None
    try:
        row = json.loads(line[:MAX_LINE])
        if not isinstance(row, dict):
            raise ValueError("not an object")
        id_ = row.get("id")
        if not isinstance(id_, str | int) or not isinstance(row.get("text"), str):
            raise ValueError("needs an id and a text")
        stage = row.get("stage") or stage
        if stage not in case.STAGE_STATES:
            raise ValueError(f"stage is one of {', '.join(case.STAGE_STATES)}")
        row["text"].encode()  # half a character is no text
        return {"id": id_} | _contract(asker.reply(row["text"], stage))
    except (ValueError, RecursionError) as error:
        return {"id": id_, "error": f"line {number}: {error}"}


def _contract(reply: dict[str, Any]) -> dict[str, Any]:
    return {name: reply[name] for name in FIELDS}


def _spoken(reply: dict[str, Any]) -> str:
    """As a terminal shows it: the address after the label of a link."""
    named = reply["command"] or ", ".join(o["answer"] for o in reply["options"])
    return "\n".join(
        [
            *(_LINK.sub(r"\2 (\1)", line) for line in reply["shown"]),
            "",
            f"({reply['decision']}: {named or '-'})",
        ]
    )

"""`changeover ask`: what the bot would reply. No setting, no database, nothing written."""

import argparse
import json
import sys
from datetime import date
from typing import Any, TextIO

from bot.inbound.turns import utc_now
from bot.rendering.block_kit import lines_of
from bot.rendering.render import Templates
from dialogs.assistant import load_assistant
from dialogs.decisions import first_of
from dialogs.engine.attachments import heard_alone
from dialogs.engine.context import Assistant
from dialogs.nlu.interpreter import Interpreter
from dialogs.nlu.language import ENGLISH
from dialogs.nlu.normalise import sentences
from dialogs.nlu.other_languages import OtherLanguages
from dialogs.nlu.types import Candidate, Interpretation, Kind
from domain.tenant import case

STAGE = "direct"
MAX_LINE = 100_000
DECISIONS = {
    Kind.REFUSE: "refuse",
    Kind.ANSWER: "answer",
    Kind.COMMAND: "command",
    Kind.REPAIR: "command",
    Kind.OPTION: "clarify",
    Kind.ELSEWHERE: "out_of_scope",
    Kind.CHITCHAT: "chitchat",
}
EXPLAINED = 4


class Asker:
    """Answers texts one by one, as `case.example(stage)` stands on `today`."""

    def __init__(self, assistant: Assistant, words: Templates, today: date) -> None:
        self.assistant, self.words, self.today = assistant, words, today

    def reply(self, text: str, stage: str = STAGE) -> dict[str, Any]:
        """Decision, entries, facts stated, options, command, confidence, as docs/operating.md lists
        them; and `text`."""
        here = case.example(stage).values()
        heard = self.hear(text)
        parts = [(name, self._data(here) | more) for name, more in self._templates(heard)]
        rendered = self.words.message(parts) if parts else None
        answers = [m.entry.name for m in heard.meanings if m.entry.kind is Kind.ANSWER]
        decision = self._decision(heard)
        states = decision in ("answer", "handover") and rendered is not None
        return {
            "decision": decision,
            "answer": answers[0] if answers else None,
            "answers": answers,
            "facts": rendered.facts if states and rendered else [],
            "options": self._options(heard, here),
            "command": self._command(heard),
            "confidence": heard.confidence,
            "text": rendered.text if rendered else "",
            "shown": [line for block in rendered.blocks for line in lines_of(block)]
            if rendered
            else [],
        }

    def hear(self, text: str) -> Interpretation:
        """What a text means, in whatever language."""
        heard = heard_alone(self.assistant.understanding, text)
        return (
            heard
            if heard.language == ENGLISH
            else self.assistant.understanding.foreign.hear(text, heard.language)
        )

    def _data(self, here: dict[str, Any]) -> dict[str, Any]:
        return {
            "today": self.today.isoformat(),
            "name": "",
            "partner": here["partner"],
            "slots": {},
            "case": here,
            "offer": "",
        }

    def facts_of(self, answer: str, stage: str = STAGE) -> list[str]:
        """The facts that an answer states at a stage."""
        return self.words.message(
            [(f"answers/{answer}", self._data(case.example(stage).values()))]
        ).facts

    def _templates(self, heard: Interpretation) -> list[tuple[str, dict[str, Any]]]:
        if heard.language != ENGLISH and not heard.others:
            said = "in_english" if heard.meanings else "not_english"
            found = [(f"repair/{said}", {"language": heard.language})]
        else:
            found = []
        found += [(_template(m), {"topic": m.entry.name}) for m in heard.meanings]
        return [(name, more) for name, more in found if name in self.words.names]

    def _decision(self, heard: Interpretation) -> str:
        if heard.meanings:
            return first_of(*map(self._decision_on, heard.meanings))
        if (heard.far or heard.babble) and not heard.others:
            return "out_of_scope"
        return "clarify" if heard.others else "handover"

    def _decision_on(self, meaning: Candidate) -> str:
        if (
            meaning.entry.kind is Kind.ANSWER
            and self.assistant.answers[meaning.entry.name].hand_over
        ):
            return "handover"
        return DECISIONS[meaning.entry.kind]

    def _command(self, heard: Interpretation) -> str | None:
        for meaning in heard.meanings:
            if meaning.entry.kind in (Kind.COMMAND, Kind.REPAIR):
                return self.assistant.command_of(meaning.entry.name)
        return self.assistant.command_of(heard.claims[0].entry.name) if heard.claims else None

    def _options(self, heard: Interpretation, here: dict[str, Any]) -> list[dict[str, Any]]:
        others = (
            [m for m in heard.others if m.entry.kind is Kind.ANSWER] if not heard.meanings else []
        )
        return [
            {
                "answer": m.entry.name,
                "facts": self.words.message([(f"answers/{m.entry.name}", self._data(here))]).facts,
            }
            for m in others
        ]


def _template(meaning: Candidate) -> str:
    if meaning.entry.kind is Kind.ELSEWHERE:
        return "repair/elsewhere"
    folder = "answers" if meaning.entry.kind is Kind.ANSWER else "repair"
    return f"{folder}/{meaning.entry.name}"


def reply_to(
    text: str | None, stage: str | None, as_json: bool, today: date, source: TextIO = sys.stdin
) -> int:
    """One text, or JSONL from `source` for "-". Returns 1 when a line was bad; the others are
    answered."""
    assistant = load_assistant(patient=True)
    asker = Asker(assistant, Templates(assistant.facts), today)
    if text != "-":
        reply = asker.reply(text or source.read().strip(), stage or STAGE)
        said = "\n".join(reply.pop("shown"))
        reply.pop("text")
        print(json.dumps(reply, ensure_ascii=False) if as_json else _spoken(reply, said))
        return 0
    bad = False
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        answer = _line(asker, line, number, stage or STAGE)
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
        reply = asker.reply(row["text"], stage)
    except (ValueError, RecursionError) as error:
        return {"id": id_, "error": f"line {number}: {error}"}
    del reply["text"], reply["shown"]
    return {"id": id_} | reply


def _spoken(reply: dict[str, Any], said: str) -> str:
    if said:
        return f"{said}\n\n({reply['decision']}; facts: {', '.join(reply['facts']) or '-'})"
    named = reply["command"] or ", ".join(o["answer"] for o in reply["options"]) or "-"
    return f"({reply['decision']}: {named})"


def explain(text: str, out: TextIO) -> int:
    """What was heard in a text and why: per clause the likeliest meanings, the nearest phrase, and
    the score that is needed."""
    understanding = load_assistant(patient=True).understanding
    heard = understanding.hear(text)
    judge: Interpreter | OtherLanguages = understanding
    parts = sentences(text)
    if heard.language != ENGLISH:
        judge, parts = understanding.foreign, []
        heard = judge.hear(text, heard.language)
    for clause in [text, *(parts if len(parts) > 1 else [])]:
        judged = judge.judge(clause)
        phrase, cosine = judge.nearest_phrase(clause)
        print(f"{clause!r}  nearest phrase {phrase!r} ({cosine:.2f})", file=out)
        for n, m in enumerate(judged.ranked[:EXPLAINED]):
            needs = (
                f"  needs {judge.least(m.entry):.2f}{' SURE' if m.sure else ''}" if n == 0 else ""
            )
            print(
                f"  {m.score:.2f}  {m.entry.name} ({m.entry.kind}, {m.entry.risk}){needs}", file=out
            )
    meant = ", ".join(m.entry.name for m in heard.meanings) or "-"
    could, claims = (
        ", ".join(m.entry.name for m in found) or "-" for found in (heard.others, heard.claims)
    )
    print(
        f"meant: {meant}; could be: {could}; claims: {claims}; language: {heard.language}; far: "
        f"{heard.far}",
        file=out,
    )
    return 0


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stage", choices=("direct", "submitted", "approved", "accepted", "listed")
    )
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument(
        "--explain",
        action="store_true",
        help="show what was heard: scores, nearest phrases, thresholds",
    )
    parser.add_argument("text", nargs="?", help="a question, or - for JSON lines on standard input")


def run(args: argparse.Namespace) -> int:
    if args.explain:
        return explain(args.text or sys.stdin.read().strip(), sys.stdout)
    return reply_to(args.text, args.stage, args.as_json, utc_now().date(), sys.stdin)

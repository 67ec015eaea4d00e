"""How well is understood what people type in context? `python -m tests.bench.context FILE`: of
labelled conversations (tests/context.py) how many are right, for each context, and each that is
not. `--least`: exit status 1 where less is right than this share, or one cannot be played;
`--harm`: where more did harm."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.cli.play import outcome_of
from bot.cli.play.workspace import House
from tests.context import by_context, harm, is_right, missed

SHOWN = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--least", type=float, default=0.0, help="a share, 0 to 1")
    parser.add_argument("--harm", type=int, default=1_000_000, help="how many may do harm")
    parser.add_argument("--only", default="", help="cases of this context or with this id")
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.file.read_text("utf-8").splitlines() if line.strip()]
    cases = [row for row in rows if args.only in ("", row["id"], row.get("context"))]
    house = House.built()
    outcomes = [
        outcome_of(house, json.dumps(case).encode(), number) for number, case in enumerate(cases, 1)
    ]
    pairs = list(zip(cases, outcomes, strict=True))
    for case, outcome in pairs:
        if "error" in outcome or not is_right(case, outcome["steps"][-1]):
            print(_story(case, outcome))
    right, hurt, unplayed = _table(pairs)
    good = right >= args.least * len(pairs) and hurt <= args.harm and not (unplayed and args.least)
    return 0 if good else 1


def _table(pairs: list[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> tuple[int, int, int]:
    """The figures; returns how many were right, did harm, could not be played."""
    print(f"{'context':24}{'n':>5}{'right':>7}{'harm':>6}")
    right = hurt = unplayed = 0
    for context in [*by_context(case for case, _ in pairs), ""]:
        of = [(c, o) for c, o in pairs if context in ("", c.get("context"))]
        played = [(c, o["steps"][-1]) for c, o in of if "steps" in o]
        right = sum(is_right(case, result) for case, result in played)
        hurt = sum(bool(harm(case, result)) for case, result in played)
        unplayed = len(of) - len(played)
        print(f"{context or 'all':24}{len(of):5}{right:7}{hurt:6}")
    print(f"right: {right / max(len(pairs), 1):.1%}; not played: {unplayed}")
    return right, hurt, unplayed


def _story(case: Mapping[str, Any], outcome: Mapping[str, Any]) -> str:
    """What was said, what was done, and what would have been right."""
    last = case["steps"][-1]
    said = f"{last.get('as', '')}: {json.dumps({k: v for k, v in last.items() if k != 'as'})}"
    if "error" in outcome:
        return f"{case['id']} [{case.get('context')}] {said}\n  ERROR {outcome['error']}\n"
    result = outcome["steps"][-1]
    reply = result["reply"] or {"templates": None, "decision": None, "text": "", "buttons": []}
    before = outcome["steps"][-2]["waits_for"] if outcome["steps"][1:] else None
    events = [f"{e['machine']}.{e['event']} on {e['day']}" for e in result["recorded"]]
    lines = [
        f"{case['id']} [{case.get('context')}] {said}",
        *(f"  HARM: {what}" for what in harm(case, result)),
        f"  said: {reply['templates']} ({reply['decision']}); buttons {reply['buttons']}",
        f"  text: {reply['text'][:SHOWN]!r}",
        f"  filled {result['filled']}; recorded {events}; offered {result['asked_to_confirm']}; "
        f"told {[told['to'] for told in result['told']]}",
        f"  waits for {result['waits_for']} (before: {before})",
        *(f"  wanted {json.dumps(r)}; missed {missed(result, r)}" for r in case["right"]),
    ]
    note = [f"  note: {case['note']}"] if case.get("note") else []
    return "\n".join([*lines, *note, ""])


if __name__ == "__main__":
    raise SystemExit(main())

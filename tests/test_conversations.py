"""Conversations as data: each line of tests/conversations is a test, named by its id. A step's
`expect` says what has to hold there (tests/context.py)."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.play import outcome_of
from bot.cli.play.workspace import House
from tests.context import missed

FOLDER = Path(__file__).with_name("conversations")


def lines() -> list[Any]:
    return [
        pytest.param(line, id=json.loads(line)["id"])
        for path in sorted(FOLDER.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


@pytest.mark.parametrize("line", lines())
def test_conversation(house: House, line: str) -> None:
    script = json.loads(line)
    outcome = outcome_of(house, line.encode(), 1)
    assert "error" not in outcome, outcome["error"]
    expected = 0
    for number, (step, result) in enumerate(zip(script["steps"], outcome["steps"], strict=True), 1):
        if "expect" in step:
            expected += 1
            wrong = missed(result, step["expect"])
            assert not wrong, f"step {number} {step}: {wrong}\n{json.dumps(result, indent=1)}"
    assert expected, "no step of this conversation expects anything"


def test_no_two_conversations_have_one_name() -> None:
    names = [param.id for param in lines()]
    assert len(names) == len(set(names))

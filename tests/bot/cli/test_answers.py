"""`changeover answers` prints what people are told, for somebody who reads it from top to bottom."""

import re
from datetime import date

import pytest

from bot.__main__ import main
from bot.cli.answers import RULE, all_answers, printed
from bot.rendering.render import Templates
from domain.knowledge.facts import Facts
from domain.tenant import case

TODAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def plain_words() -> Templates:
    return Templates(Facts.load())


def test_every_answer_is_printed_with_every_stage(plain_words: Templates) -> None:
    names = all_answers(plain_words)
    assert len(names) > 140
    few = names[::20]
    for name, text in zip(few, printed(plain_words, few, [*case.STAGE_STATES], TODAY), strict=True):
        assert f"({name})" in text
        stages = [s for line in re.findall(r"^--- (.+)$", text, re.M) for s in line.split(", ")]
        assert sorted(stages) == sorted(case.STAGE_STATES)
        assert "[Ask a person]" in text
        assert "[Helpful]" not in text and "<http" not in text


def test_one_stage_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["answers", "can_i_roll_back", "--stage", "accepted"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(RULE)
    assert "--- accepted\n" in said and "direct," not in said


@pytest.mark.parametrize(
    ("day", "words"), [("2026-11-30", "comes into force on"), ("2026-12-01", "in force since")]
)
def test_the_answer_of_a_day(capsys: pytest.CaptureFixture[str], day: str, words: str) -> None:
    assert main(["answers", "new_partner_agreement", "--today", day]) == 0
    assert f"{words} 1 December 2026" in capsys.readouterr().out


@pytest.mark.parametrize("call", [["answers"], ["answers", "no_such_answer"]])
def test_what_is_not_there_is_said(call: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(call) == 1
    assert capsys.readouterr().err.startswith("changeover: ")

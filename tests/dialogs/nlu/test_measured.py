"""What is measured on questions that nobody tuned on (the even lines of tests/data) does not fall
below where it stands."""

import random
from pathlib import Path

import pytest

from bot.cli.ask import Asker
from bot.cli.evaluate import Scored, read, score

pytestmark = pytest.mark.slow

HELD_OUT = [
    row
    for name in ("in_scope", "other")
    for row in read(Path("tests/data") / f"{name}.jsonl")[1::2]
]
# The issue asks for 0.65 answered at once, 0.90 counting what is offered and 0.85 of commands;
# measured 0.79, 0.92 and 0.945; since 38 answers more are told apart, 0.77, 0.94 and 0.90.
FLOORS = {"answer": 0.71, "out_of_scope": 0.97, "command": 0.87, "refuse": 0.80, "chitchat": 0.90}
OFFERED, MOST_WRONG, TYPO_COST = 0.91, 1.9, 0.04


@pytest.fixture(scope="module")
def scored(asker: Asker) -> list[Scored]:
    return [score(asker, row) for row in HELD_OUT]


def test_it_answers_what_is_asked_and_leaves_the_rest_alone(scored: list[Scored]) -> None:
    for kind, floor in FLOORS.items():
        of = [row for row in scored if row.kind == kind]
        assert sum(row.right for row in of) / len(of) >= floor, kind
    asked = [row for row in scored if row.kind == "answer"]
    assert sum(row.offered for row in asked) / len(asked) >= OFFERED
    assert 100 * sum(row.wrong for row in scored) / len(scored) <= MOST_WRONG
    assert [row.id for row in scored if row.fatal] == [], (
        "nothing wrong about what cannot be undone"
    )


@pytest.mark.parametrize("name", ["untouched", "untouched_2"])
def test_the_same_on_lines_that_nobody_ever_tuned_on(asker: Asker, name: str) -> None:
    """Measured: 0.92 and 0.84 at once, 0.99 and 0.94 offered, 1.0 left alone, 0.885 and 0.908 of
    commands and reports, 0.7 and 0.75 wrong of 100, none of them about what cannot be undone."""
    rows = [score(asker, row) for row in read(Path(f"tests/data/{name}.jsonl"))]
    for kind, floor in {
        "answer": 0.80,
        "out_of_scope": 0.97,
        "command": 0.85,
        "refuse": 0.80,
        "chitchat": 0.85,
    }.items():
        of = [row.right for row in rows if row.kind == kind]
        assert sum(of) / len(of) >= floor, kind
    offered = [row.offered for row in rows if row.kind == "answer"]
    assert sum(offered) / len(offered) >= 0.90
    assert 100 * sum(row.wrong for row in rows) / len(rows) <= 1.6
    assert [row.id for row in rows if row.fatal] == []


def test_one_typo_costs_little(asker: Asker, scored: list[Scored]) -> None:
    dice = random.Random(0)
    rows = [
        row | {"text": _mistyped(row["text"], dice)} for row in HELD_OUT if row["kind"] == "answer"
    ]
    right = sum(score(asker, row).right for row in rows)
    print("with one typo:", right, "of", len(rows))
    assert sum(row.right for row in scored if row.kind == "answer") - right <= TYPO_COST * len(rows)


def _mistyped(text: str, dice: random.Random) -> str:
    """One edit in one of the longer words: a letter left out, doubled, or two turned round."""
    words = text.split()
    long = [n for n, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    if not long:
        return text
    at = dice.choice(long)
    word, cut = words[at], dice.randrange(1, len(words[at]) - 1)
    edits = (
        word[:cut] + word[cut + 1 :],
        word[:cut] + word[cut] + word[cut:],
        word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :],
    )
    words[at] = dice.choice(edits)
    return " ".join(words)

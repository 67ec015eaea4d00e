"""What a message with several things in it is booked as: by its answer, whatever stands before or
after it."""

import itertools

import pytest

from bot.cli.ask import Asker
from dialogs.decisions import ORDER, first_of
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_report import counted, found
from tests.loops import for_each

ANSWERED = "can I roll back?"
# What else a message may hold -> as what it is booked alone, and as what beside an answered
# question.
BESIDE = {
    "where are we?": ("command", "answer"),
    "check our standing": ("command", "answer"),
    "I want to enroll": ("command", "answer"),
    "is there downtime when we move customers?": ("handover", "answer"),
    "what does a power bi license cost?": ("out_of_scope", "answer"),
    "how long does approval take?": ("answer", "answer"),
    "please enroll us": ("refuse", "refuse"),
}


@pytest.mark.parametrize("other", BESIDE)
def test_alone_it_is_booked_as_what_it_is(mira: Somebody, asker: Asker, other: str) -> None:
    mira.says(other)
    assert mira.last.decision == BESIDE[other][0] == asker.reply(other)["decision"]


@pytest.mark.parametrize("other", BESIDE)
@pytest.mark.parametrize("answer_first", [True, False], ids=["the answer first", "the answer last"])
def test_a_mixed_message_is_booked_by_its_answer(
    mira: Somebody, workspace: Workspace, asker: Asker, other: str, answer_first: bool
) -> None:
    text = f"{ANSWERED} {other}" if answer_first else f"{other.rstrip('?')}? {ANSWERED}"
    mira.says(text)
    assert "answers/can_i_roll_back" in mira.last.templates
    assert mira.last.decision == BESIDE[other][1] == asker.reply(text)["decision"]
    assert {decision for decision, _ in counted(workspace)} == {BESIDE[other][1]}
    assert "can_i_roll_back" in [entry for _, entry in counted(workspace)]
    assert found(workspace)["outcomes"][BESIDE[other][1]] == len(counted(workspace))


def test_an_answer_while_a_question_is_open_is_booked_as_an_answer(mira: Somebody) -> None:
    mira.says("I want to enroll").says(f"where are we? {ANSWERED}")
    assert mira.last.templates[-1] == "enroll/ask_profile"
    assert mira.last.decision == "answer"


@pytest.mark.parametrize(
    "link", ["https://evil.example/x", "https://partner.microsoft.com/dashboard/v2/invitation?id=1"]
)
def test_a_question_beside_a_link_is_booked_as_an_answer(
    mira: Somebody, asker: Asker, link: str
) -> None:
    text = f"{ANSWERED} {link}"
    mira.says(text)
    assert "answers/can_i_roll_back" in mira.last.templates
    assert mira.last.decision == "answer" == asker.reply(text)["decision"]


def test_a_part_that_was_not_understood_takes_nothing_from_the_answer(mira: Somebody) -> None:
    mira.says(f"{ANSWERED} does the frobnicator need a blorf gnarl?")
    assert "answers/can_i_roll_back" in mira.last.templates
    assert mira.last.decision == "answer"


@for_each("decisions", itertools.permutations(ORDER, 3))
def test_the_order_in_which_things_are_said_does_not_matter(decisions: tuple[str, ...]) -> None:
    assert first_of(*decisions) == next(d for d in ORDER if d in decisions)
    assert first_of(*decisions) == first_of(first_of(*decisions[:2]), decisions[2])


def test_an_unknown_decision_is_an_error() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        first_of("answer", "answered")
    assert first_of("", "") == ""
    assert first_of("", "clarify") == "clarify"

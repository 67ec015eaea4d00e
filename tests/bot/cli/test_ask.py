"""`changeover ask` is the conversation itself: each line is a first message in a workspace at a
stage, and nothing of it is left for the next."""

import io
import json

import pytest

from bot.__main__ import main
from bot.cli import ask
from bot.cli.ask import Asker
from domain.tenant import case
from domain.tenant.enrollment import State
from tests.conftest import Somebody

SAID = [
    "can I roll back?",
    "where are we? can I roll back?",
    "we got approved, can I roll back?",
    "I want to enroll",
    "we submitted it yesterday",
    "please enroll us",
    "is there downtime when we move customers?",
    "what does a power bi license cost?",
    "qwertz asdfgh",
    "yes",
    "never mind",
    "that is not what I meant",
    "thanks",
    "Wie lange dauert die Genehmigung?",
    "is this safe? https://evil.example/x",
    "https://partner.microsoft.com/dashboard/v2/invitation?id=1",
    "<https://evil.example/x|https://partner.microsoft.com/invitation>",
    "customer,domain\nNorthwind,northwind.example",
    "",
    "x" * 5_000,
]


@pytest.mark.parametrize("text", SAID)
def test_it_decides_and_says_what_a_member_would_hear(
    asker: Asker, mira: Somebody, text: str
) -> None:
    raw = text if "<http" in text else ""
    mira.says("https://partner.microsoft.com/invitation" if raw else text, raw=raw)
    done = asker.stages.take(text, "direct")
    assert [name for name, _ in done.parts] == mira.last.templates
    assert asker.reply(text)["decision"] == done.decision == mira.last.decision


def test_a_line_knows_nothing_of_the_line_before(asker: Asker) -> None:
    first = [asker.reply(text) for text in ("yes", "I want to enroll", "we submitted it today")]
    asker.reply("I want to enroll")
    assert [asker.reply(text) for text in ("yes", "I want to enroll", "we submitted it today")] == (
        first
    )
    assert asker.reply("can I roll back?")["text"].startswith("*Nothing is submitted yet")


@pytest.mark.parametrize("stage", case.STAGE_STATES)
def test_the_workspace_is_at_the_stage(asker: Asker, stage: str) -> None:
    here = asker.stages.at(stage).data["case"]
    assert (here["standing"], here["enrollment"]) == case.STAGE_STATES[stage]
    assert here["stage"] == stage
    assert bool(here["providers"]) == (stage == "listed")
    assert here["has_way_back"] == (here["enrollment"] != State.ACCEPTED)


def test_what_is_offered_is_named_with_its_facts(asker: Asker) -> None:
    reply = asker.reply("going back, is that over once approved or once signed?")
    assert (reply["decision"], reply["command"]) == ("clarify", None)
    assert reply["options"][0]["answer"] == "can_i_roll_back"
    assert "F-ROLLBACK-NONE" in reply["options"][0]["facts"]
    assert (reply["answer"], reply["facts"]) == (None, [])


def test_half_a_character_is_a_bad_line_and_the_rest_go_on(
    asker: Asker, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ['{"id":1,"text":"can I roll back? \\ud83d"}', '{"id":2,"text":"thanks"}']
    assert ask._lines(asker, io.StringIO("\n".join(lines)), "direct") == 1
    bad, good = map(json.loads, capsys.readouterr().out.splitlines())
    assert set(bad) == {"id", "error"}
    assert good["decision"] == "chitchat"


def test_explained_is_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--stage", "accepted", "--explain", "can I roll back?"]) == 0
    said = capsys.readouterr().out
    assert "acted: can_i_roll_back (by word_for_word, 1.00)" in said
    assert "decision: answer; said: answers/can_i_roll_back" in said

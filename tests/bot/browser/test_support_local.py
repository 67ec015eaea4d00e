"""A question for people in the local Slack: Mira asks, Sam and Ute answer in the thread of the
card, she says that it is solved."""

from typing import Any

import pytest

from bot.cli import demo, seed
from tests.bot.browser.test_local_slack import House, assistant, words
from tests.bot.workspace import LocalSlack

__all__ = ["assistant"]
pytestmark = [
    pytest.mark.workspace,
    pytest.mark.skipif(not LocalSlack.available(), reason=LocalSlack.why_not()),
]
MIRA, SAM, UTE = "U01MIRA", "U04SAM", "U05UTE"
SUPPORT = seed.read(demo.PEOPLE).support


def test_a_question_goes_to_people_and_comes_back(assistant: House) -> None:
    dm = assistant.slack.dm(MIRA)
    assistant.says(MIRA, "talk to a person", "What should I ask them?")
    assistant.says(
        MIRA,
        "may a charity keep the sandbox of its sister company",
        "This is what your support team would see",
    )
    receipt = assistant.clicks(MIRA, "support.send.send", "I passed it on")
    card = assistant.hears(SUPPORT, "0", "A question for a person")
    press(assistant, UTE, card["ts"], "card.deed.claim", "Ute has it")

    assistant.slack.message(UTE, SUPPORT, "// Sam, do you know?", card["ts"])
    assistant.slack.message(SAM, SUPPORT, "Which sister company?", card["ts"])
    asked = assistant.hears(dm, receipt["ts"], "Which sister company?")
    assert asked["thread_ts"] == receipt["ts"]
    assert "do you know" not in str(assistant.slack.messages(dm))
    assistant.slack.message(MIRA, dm, "The one in Oslo.", receipt["ts"])
    assistant.hears(SUPPORT, card["ts"], "The one in Oslo.")
    assistant.slack.message(UTE, SUPPORT, "<!channel> Yes, it may.", card["ts"])
    assistant.hears(dm, asked["ts"], "@channel Yes, it may.")
    assistant.slack.message(MIRA, dm, "that solved it", receipt["ts"])
    wait_for_card(assistant, card["ts"], "*Solved*, says Mira")


def press(assistant: House, user: str, ts: str, action: str, part: str) -> None:
    assistant.slack.click(user, SUPPORT, ts, action)
    wait_for_card(assistant, ts, part)


def wait_for_card(assistant: House, ts: str, part: str) -> None:
    def look() -> dict[str, Any] | None:
        return next(
            (m for m in assistant.slack.messages(SUPPORT) if m["ts"] == ts and part in words(m)),
            None,
        )

    assistant.slack.wait_for(look, f"the card with {part!r}")

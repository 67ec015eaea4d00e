"""A question for people in the local Slack: Mira asks, Sam and Ute answer in the thread of the card, she says that it is solved."""

from typing import Any

import pytest

from bot import demo, seed
from tests.bot.test_local_slack import House, house, words
from tests.bot.workspace import LocalSlack

__all__ = ["house"]
pytestmark = [pytest.mark.workspace, pytest.mark.skipif(not LocalSlack.available(), reason=LocalSlack.why_not())]
MIRA, SAM, UTE = "U01MIRA", "U04SAM", "U05UTE"
SUPPORT = seed.read(demo.PEOPLE).support


def test_a_question_goes_to_people_and_comes_back(house: House) -> None:
    dm = house.slack.dm(MIRA)
    house.says(MIRA, "talk to a person", "What should I ask them?")
    house.says(MIRA, "may a charity keep the sandbox of its sister company", "This is what your support team would see")
    receipt = house.clicks(MIRA, "support.send.send", "I have passed it on")
    card = house.hears(SUPPORT, "0", "A question for a person")
    press(house, UTE, card["ts"], "card.deed.claim", "Ute has it")

    house.slack.message(UTE, SUPPORT, "// Sam, do you know?", card["ts"])
    house.slack.message(SAM, SUPPORT, "Which sister company?", card["ts"])
    asked = house.hears(dm, receipt["ts"], "Which sister company?")
    assert asked["thread_ts"] == receipt["ts"]
    assert "do you know" not in str(house.slack.messages(dm))
    house.slack.message(MIRA, dm, "The one in Oslo.", receipt["ts"])
    house.hears(SUPPORT, card["ts"], "The one in Oslo.")
    house.slack.message(UTE, SUPPORT, "<!channel> Yes, it may.", card["ts"])
    house.hears(dm, asked["ts"], "@channel Yes, it may.")
    house.slack.message(MIRA, dm, "that solved it", receipt["ts"])
    wait_for_card(house, card["ts"], "*Solved*, says Mira")


def press(house: House, user: str, ts: str, action: str, part: str) -> None:
    house.slack.click(user, SUPPORT, ts, action)
    wait_for_card(house, ts, part)


def wait_for_card(house: House, ts: str, part: str) -> None:
    def look() -> dict[str, Any] | None:
        return next((m for m in house.slack.messages(SUPPORT) if m["ts"] == ts and part in words(m)), None)

    house.slack.wait_for(look, f"the card with {part!r}")

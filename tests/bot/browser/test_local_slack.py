"""The same conversation over a local Slack, on both transports: messages, buttons, modal, command,
App Home, threads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli import demo, seed
from tests.bot.running import Running, free_port
from tests.bot.workspace import LocalSlack

pytestmark = [
    pytest.mark.workspace,
    pytest.mark.skipif(not LocalSlack.available(), reason=LocalSlack.why_not()),
]
MIRA, GRACE, OTTO = "U01MIRA", "U02GRACE", "U03OTTO"


class House:
    """A local Slack with the demo's people, and a bot connected to it."""

    def __init__(self, slack: LocalSlack, bot: Running) -> None:
        self.slack, self.bot = slack, bot
        self.last: dict[str, str] = {}

    def says(
        self, user: str, text: str, part: str, channel: str = "", thread: str | None = None
    ) -> dict[str, Any]:
        """Write, and wait for the bot's answer that holds `part`."""
        where = channel or self.slack.dm(user)
        ts = self.slack.message(user, where, text, thread)
        return self.hears(where, ts, part)

    def clicks(self, user: str, action: str, part: str) -> dict[str, Any]:
        """Press the latest button of that action in the person's messages with the bot."""
        where = self.slack.dm(user)

        def look() -> dict[str, Any] | None:
            return next(
                (
                    m
                    for m in reversed(self.slack.messages(where))
                    if f"'{action}'" in str(m.get("blocks"))
                ),
                None,
            )

        message = self.slack.wait_for(look, f"a button {action} in {where}")
        newest = self.slack.messages(where)[-1]["ts"]
        self.slack.click(user, where, message["ts"], action)
        return self.hears(where, newest, part)

    def hears(self, channel: str, after: str, part: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            return next(
                (
                    m
                    for m in self.slack.messages(channel)
                    if m["ts"] > after and m.get("bot_id") and part in words(m)
                ),
                None,
            )

        return self.slack.wait_for(look, f"a message with {part!r} in {channel}")


def words(message: dict[str, Any]) -> str:
    return str(message.get("text", "")) + str(message.get("blocks", ""))


@pytest.fixture(params=["socket", "events"])
def assistant(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    config = demo.workspace(seed.read(demo.PEOPLE))
    app = config["apps"][0]
    bot = Running(
        tmp_path, "", SLACK_BOT_TOKEN=app["botToken"], SLACK_SIGNING_SECRET=app["signingSecret"]
    )
    bot.port = free_port()
    bot.env["PORT"] = str(bot.port)
    if request.param == "socket":
        bot.env["SLACK_APP_TOKEN"] = app["appToken"]
    else:
        app |= {"mode": "events", "requestUrl": f"http://127.0.0.1:{bot.port}/slack/events"}
    with LocalSlack(config) as slack:
        bot.env["SLACK_API_URL"] = slack.api_url
        bot.seed(demo.PEOPLE.read_text("utf-8"))
        bot.start()
        if request.param == "socket":
            slack.wait_connected()
        yield House(slack, bot)
        bot.stop()


def test_the_whole_story(assistant: House) -> None:
    assistant.says(MIRA, "can I roll back?", "Nothing is submitted yet")
    assistant.says(MIRA, "I want to enroll", "Step 1")
    assistant.clicks(MIRA, "enroll.profile.current", "Step 2")
    assistant.says(MIRA, "can I roll back?", "Back to step 2 of 6")
    assistant.clicks(MIRA, "enroll.tenant.this", "Step 3")
    assistant.clicks(MIRA, "enroll.standing.restricted", "Step 4")
    assistant.clicks(MIRA, "enroll.weighed.weighed", "Step 5")
    assistant.says(MIRA, "Grace", "Step 6")
    assistant.bot.kill()
    assistant.bot.start()
    if "SLACK_APP_TOKEN" in assistant.bot.env:
        assistant.slack.wait_connected()
    assistant.says(MIRA, "yesterday", "Recorded")
    assistant.clicks(MIRA, "enroll.outcome.approved", "Is the agreement there?")
    assistant.clicks(GRACE, "enroll.agreement_seen.seen", "Shall I ask?")
    assistant.clicks(GRACE, "agreement.second.ask", "Otto decides now")
    assistant.clicks(OTTO, "decide.decision.approve", "You approved it")
    card = assistant.hears("C02ADMINS", "0", "Approved by Otto")
    assert "decide.decision.approve" not in str(card["blocks"])
    assistant.clicks(GRACE, "accepted.accepted_on.today", "with the go-ahead of a second person")
    assistant.says(MIRA, "can I roll back?", "no way back on this tenant")
    assert assistant.bot.command("audit", "verify").returncode == 0


def test_command_home_modal_and_thread(assistant: House) -> None:
    slack = assistant.slack
    slack.command(MIRA, "C03GENERAL", "status")
    assistant.hears(slack.dm(MIRA), "0", "Direct bill")
    slack.command(MIRA, slack.dm(MIRA), "enroll")
    assistant.hears(slack.dm(MIRA), "0", "Step 1")
    home = slack.open_home(OTTO)
    assert "Contoso" in str(home["blocks"])
    question = next(
        m
        for m in reversed(slack.messages(slack.dm(MIRA)))
        if "enroll.form.open" in str(m.get("blocks"))
    )
    slack.click(MIRA, slack.dm(MIRA), question["ts"], "enroll.form.open")
    slack.wait_for(slack.view, "the modal")
    errors = slack.submit_view(
        MIRA,
        {
            "profile": "current",
            "tenant": "this",
            "weighed": "weighed",
            "submitted_on": "2999-01-01",
        },
    )
    assert "has not come yet" in errors["submitted_on"]
    assert (
        slack.submit_view(
            MIRA,
            {
                "profile": "current",
                "tenant": "this",
                "standing": "restricted",
                "weighed": "weighed",
            },
        )
        == {}
    )
    assistant.hears(slack.dm(MIRA), question["ts"], "Step 5")
    ts = slack.message(
        OTTO, "C03GENERAL", f"<@{demo.APP['botUserId']}> how long does approval take?"
    )
    answer = assistant.hears("C03GENERAL", ts, "up to five business days")
    assert answer["thread_ts"] == ts
    slack.message(MIRA, "C03GENERAL", "lunch anyone?")
    assistant.says(OTTO, "who can sign the agreement?", "Only a Global admin", "C03GENERAL", ts)
    said = [
        m
        for m in slack.messages("C03GENERAL")
        if m.get("bot_id") and m.get("subtype") != "ephemeral"
    ]
    assert len(said) == 2

"""`changeover serve` lives through what Slack does to it, says why it ends, and ends within ten
seconds of a signal."""

import asyncio
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.recording import PATIENCE, RecordingSlack, Requests, refuse
from tests.bot.running import Running, until

pytestmark = pytest.mark.slow


def closes(args: dict[str, Any]) -> bytes:
    return b""


async def hangs(args: dict[str, Any]) -> None:
    await asyncio.sleep(10 * PATIENCE)


def status(bot: Running, path: str) -> int:
    """0 where nobody listens."""
    try:
        with urllib.request.urlopen(bot.url + path, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.fixture
def seeded(slack: RecordingSlack, tmp_path: Path) -> Iterator[Running]:
    bot = Running(tmp_path, slack.url)
    bot.seed()
    yield bot
    bot.stop()


def begin(bot: Running) -> "subprocess.Popen[bytes]":
    """Starts it, and does not wait until it is ready."""
    log = (bot.folder / "bot.log").open("ab")
    bot.process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"], env=bot.env, cwd=bot.folder, stdout=log, stderr=log
    )
    log.close()
    return bot.process


def leaves(bot: Running) -> int:
    """The exit code after SIGTERM. What hangs meanwhile hangs for longer than this waits."""
    assert bot.process is not None
    bot.process.terminate()
    return bot.process.wait(PATIENCE)


def test_slack_closes_the_connection_at_every_call_and_everything_is_said_once(
    bot: Running, slack: RecordingSlack
) -> None:
    requests = Requests(bot.url)
    methods = (
        "chat.postMessage",
        "chat.update",
        "conversations.open",
        "users.info",
        "views.publish",
        "conversations.history",
        "conversations.info",
        "assistant.threads.setSuggestedPrompts",
    )
    for method in methods:
        slack.plan[method] = [closes] * 2
    assert requests.says("U01MIRA", "our GA signed today")[0] == 200
    assert (
        requests.event({"type": "app_home_opened", "user": "U01MIRA", "tab": "home"}, "EvH")[0]
        == 200
    )
    offered = until(lambda: slack.posted("repair/record"))[0]
    assert requests.clicks("U01MIRA", offered, "claim.report_accepted.now")[0] == 200
    card = until(
        lambda: [m for c, some in slack.messages.items() for m in some if c == "DU03OTTO"]
    )[0]
    slack.plan["views.open"] = [closes]
    assert requests.clicks("U03OTTO", card, "decide.form.decline")[0] == 200
    until(lambda: slack.posted("agreement/ask_decline_reason"))
    until(lambda: slack.of("views.publish")[2:])
    requests.says("U04SAM", "thanks")
    until(lambda: slack.messages.get("DU04SAM"))
    assert bot.process is not None
    assert bot.process.poll() is None
    keys = [m["metadata"]["event_payload"]["key"] for some in slack.messages.values() for m in some]
    assert len(keys) == len(set(keys))
    assert leaves(bot) == 0
    assert "serve ends: SIGTERM" in bot.log()


@pytest.mark.parametrize(
    "code", ["invalid_auth", "account_inactive", "token_revoked", "not_allowed_token_type"]
)
@pytest.mark.parametrize("setting", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_a_wrong_token_ends_the_start_with_one_line_that_names_it(
    seeded: Running, slack: RecordingSlack, setting: str, code: str
) -> None:
    seeded.env["SLACK_APP_TOKEN"] = "xapp-1"
    slack.plan["auth.test" if setting == "SLACK_BOT_TOKEN" else "apps.connections.open"] = [
        refuse(200, code)
    ] * 9
    if setting == "SLACK_BOT_TOKEN":
        slack.plan["apps.connections.open"] = [refuse(503)] * 9
    process = begin(seeded)
    assert process.wait(PATIENCE) == 1
    said = [line for line in seeded.log().splitlines() if setting in line]
    assert len(said) == 1
    assert code in said[0]
    assert "Traceback" not in seeded.log()
    assert "File" not in seeded.log()


def test_it_is_ready_when_slack_has_taken_the_token_and_waits_for_a_slack_that_is_away(
    seeded: Running, slack: RecordingSlack
) -> None:
    away = {"odd": True}
    slack.plan["auth.test"] = [
        lambda args: refuse(503)(args) if away["odd"] else None,
        *[lambda args: b"" if away["odd"] else None] * 99,
    ]
    process = begin(seeded)
    until(lambda: status(seeded, "/live") == 200)
    until(lambda: len(slack.of("auth.test")) >= 3)
    assert status(seeded, "/ready") == 503
    assert process.poll() is None
    away["odd"] = False
    until(lambda: status(seeded, "/ready") == 200)


def test_a_port_that_is_taken_ends_the_start_with_a_line_that_names_it(
    bot: Running, tmp_path: Path
) -> None:
    done = bot.command("serve")
    assert done.returncode == 1
    assert "changeover: HOST and PORT" in done.stderr


def test_a_signal_ends_it_while_it_starts_while_slack_is_away_and_while_socket_mode_connects(
    seeded: Running, slack: RecordingSlack
) -> None:
    begin(seeded)
    leaves(seeded)  # python itself is starting
    slack.plan["auth.test"] = [closes] * 99
    begin(seeded)
    until(lambda: slack.of("auth.test"))
    assert leaves(seeded) == 0
    seeded.env["SLACK_APP_TOKEN"] = "xapp-1"
    for answer in (hangs, refuse(503), lambda args: None):  # the last one names no address
        before = len(slack.of("apps.connections.open"))
        slack.plan["apps.connections.open"] = [answer] * 99
        begin(seeded)
        until(lambda: len(slack.of("apps.connections.open")) > before)  # noqa: B023
        assert leaves(seeded) == 0


def test_a_signal_while_a_post_hangs_and_while_six_are_under_way(
    bot: Running, slack: RecordingSlack
) -> None:
    requests = Requests(bot.url)
    slack.plan["chat.postMessage"] = [hangs]
    requests.says("U01MIRA", "thanks")
    until(lambda: slack.posted())
    assert leaves(bot) == 0
    bot.start()
    until(lambda: slack.messages.get("DU01MIRA"))
    slack.held.add("chat.postMessage")
    looked, before = len(slack.of("conversations.history")), len(slack.posted())
    people = [f"U{n}{n}NEW" for n in range(6)]
    for user in people:
        assert requests.says(user, "thanks", event_id=f"Ev{user}")[0] == 200
    until(lambda: len(slack.posted()) >= before + 6)
    bot.process.terminate()
    slack.held.clear()
    assert bot.process.wait(PATIENCE) == 0
    bot.start()
    until(lambda: all(slack.messages.get(f"D{user}") for user in people))
    requests.says("U02GRACE", "thanks")
    until(lambda: slack.messages.get("DU02GRACE"))
    assert [len(slack.messages[f"D{user}"]) for user in people] == [1] * 6
    assert len(slack.of("conversations.history")) == looked

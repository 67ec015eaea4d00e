"""The whole way over HTTP: signed requests into `changeover serve`, messages out to a small Slack."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.recording import RecordingSlack, Requests, direct, event_body
from tests.bot.running import Running, until


@pytest.fixture
def slack() -> Iterator[RecordingSlack]:
    slack = RecordingSlack()
    yield slack
    slack.stop()


@pytest.fixture
def bot(slack: RecordingSlack, tmp_path: Path) -> Iterator[Running]:
    bot = Running(tmp_path, slack.url)
    bot.seed()
    bot.start()
    yield bot
    bot.stop()


def test_a_question_gets_one_answer(bot: Running, slack: RecordingSlack) -> None:
    requests = Requests(bot.url)
    body = event_body(direct("U01MIRA", "can I roll back?", "1.000001"), "Ev1")
    assert requests.send(body, "application/json") == (200, b"")
    for _ in range(3):
        assert requests.send(body, "application/json")[0] == 200
    until(lambda: slack.posted())
    assert requests.says("U01MIRA", "thanks")[0] == 200
    until(lambda: slack.posted("repair/thanks"))
    (answer,) = slack.posted("answers/can_i_roll_back")
    assert answer["channel"] == "DU01MIRA"
    assert answer["metadata"]["event_type"] == "changeover"
    assert "F-ROLLBACK-NONE" in answer["metadata"]["event_payload"]["facts"]
    assert answer["unfurl_links"] in (False, "0", 0)


def test_killed_between_the_click_and_its_answer_nothing_is_lost_or_done_twice(bot: Running, slack: RecordingSlack) -> None:
    requests = Requests(bot.url)
    requests.says("U01MIRA", "I want to enroll")
    (question,) = until(lambda: slack.posted("enroll/ask_profile"))
    slack.plan["chat.postMessage"] = [lambda args: time.sleep(0.3)]
    ts = requests.ts()
    status, _ = requests.clicks("U01MIRA", question, "enroll.profile.current", trigger_id=f"1.{ts}")
    assert status == 200
    bot.kill()
    bot.start()
    until(lambda: slack.posted("enroll/ask_tenant"))
    requests.says("U01MIRA", "where are we?")
    until(lambda: slack.posted("status/where_we_are"))
    assert len(slack.posted("enroll/ask_tenant")) <= 2  # the question, and once more below the status
    keys = [m["metadata"]["event_payload"]["key"] for m in slack.posted()]
    assert len(keys) == len(set(keys))
    assert bot.command("audit", "verify").returncode == 0

"""The whole way over HTTP: signed requests into `changeover serve`, messages out to a small
Slack."""

from pathlib import Path

import pytest

from tests.bot.recording import RecordingSlack, Requests, click, direct, event_body, form, refuse
from tests.bot.running import Running, until
from tests.conftest import emptied

FORM = "application/x-www-form-urlencoded"


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


@pytest.mark.slow
def test_killed_after_the_commit_and_before_sending_nothing_is_lost_or_done_twice(
    bot: Running, slack: RecordingSlack
) -> None:
    requests = Requests(bot.url)
    requests.says("U01MIRA", "I want to enroll")
    (question,) = until(lambda: slack.posted("enroll/ask_profile"))
    ts = requests.ts()
    press = form(click("U01MIRA", question, "enroll.profile.current", ts))
    slack.plan["chat.postMessage"] = [
        refuse(503)
    ] * 50  # Slack is down: the answer is in the outbox only
    assert requests.send(press, FORM)[0] == 200
    bot.kill()
    slack.plan.clear()
    bot.start()
    assert requests.send(press, FORM)[0] == 200  # Slack repeats it
    until(lambda: slack.posted("enroll/ask_tenant"))
    settle(requests, slack)
    assert (
        len([m for m in slack.messages["DU01MIRA"] if "enroll/ask_tenant" in str(m["metadata"])])
        == 1
    )
    assert bot.command("audit", "verify").returncode == 0


def test_killed_while_slack_had_it_already_it_is_not_said_twice(
    bot: Running, slack: RecordingSlack
) -> None:
    requests = Requests(bot.url)
    requests.says("U01MIRA", "I want to enroll")
    (question,) = until(lambda: slack.posted("enroll/ask_profile"))
    slack.held.add("chat.postMessage")  # it arrives, its answer does not
    requests.clicks("U01MIRA", question, "enroll.profile.current")
    until(lambda: slack.posted("enroll/ask_tenant"))
    bot.kill()
    slack.held.clear()
    bot.start()
    settle(requests, slack)
    assert len(slack.posted("enroll/ask_tenant")) == 1
    assert slack.of("conversations.history")


def settle(requests: Requests, slack: RecordingSlack) -> None:
    """Another turn of the same person has been answered, so everything before it has left."""
    before = len(slack.posted("answers/approval_time"))
    requests.says("U02GRACE", "how long does approval take?")
    requests.says("U01MIRA", "cancel")
    until(lambda: slack.posted("repair/cancelled"))
    until(lambda: len(slack.posted("answers/approval_time")) > before)


@pytest.mark.slow
def test_what_the_issue_promises_of_a_digression_and_a_correction(
    bot: Running, slack: RecordingSlack
) -> None:
    requests = Requests(bot.url)
    requests.says("U01MIRA", "I want to enroll")
    requests.clicks(
        "U01MIRA", until(lambda: slack.posted("enroll/ask_profile"))[0], "enroll.profile.current"
    )
    requests.clicks(
        "U01MIRA", until(lambda: slack.posted("enroll/ask_tenant"))[0], "enroll.tenant.this"
    )
    until(lambda: slack.posted("enroll/ask_standing"))
    requests.says("U01MIRA", "can I roll back?")
    (answer,) = until(lambda: slack.posted("answers/can_i_roll_back"))
    assert answer["metadata"]["event_payload"]["templates"] == [
        "answers/can_i_roll_back",
        "enroll/ask_standing",
    ]
    assert answer["metadata"]["event_payload"]["decision"] == "answer"
    assert answer["blocks"][-1]["elements"][0]["action_id"] == "enroll.standing.restricted"
    requests.says("U01MIRA", "no, the other tenant")
    (corrected,) = until(lambda: slack.posted("repair/corrected"))
    assert corrected["metadata"]["event_payload"]["templates"] == [
        "repair/corrected",
        "enroll/ask_weighed",
    ]


@pytest.mark.slow
def test_a_deactivated_approver_is_one_no_more_at_once(bot: Running, slack: RecordingSlack) -> None:
    requests = Requests(bot.url)
    requests.event({"type": "user_change", "user": {"id": "U03OTTO", "deleted": True}})
    requests.says("U02GRACE", "we submitted it today")
    requests.clicks(
        "U02GRACE",
        until(lambda: slack.posted("repair/record"))[0],
        "claim.report_submitted.now",
    )
    requests.clicks(
        "U02GRACE", until(lambda: slack.posted("enroll/ask_outcome"))[0], "enroll.outcome.approved"
    )
    requests.clicks(
        "U02GRACE",
        until(lambda: slack.posted("enroll/ask_agreement_seen"))[0],
        "enroll.agreement_seen.seen",
    )
    requests.clicks(
        "U02GRACE", until(lambda: slack.posted("agreement/ask_second"))[0], "agreement.second.ask"
    )
    until(lambda: slack.posted("agreement/no_approver"))


@pytest.mark.slow
@pytest.mark.postgres
def test_the_same_on_postgresql_with_many_at_once(
    pg_url: str, slack: RecordingSlack, tmp_path: Path
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    emptied(pg_url)
    bot = Running(tmp_path, slack.url, DATABASE_URL=pg_url)
    refused = bot.command("serve")
    assert refused.returncode == 1
    assert "changeover migrate" in refused.stderr
    assert bot.command("migrate").returncode == 0
    bot.seed()
    bot.start()
    requests = Requests(bot.url)
    bodies = [
        event_body(direct(f"U{n % 12:02d}NEW", "can I roll back?", f"1.{n:06d}"), f"Ev{n // 2}")
        for n in range(60)
    ]
    with ThreadPoolExecutor(12) as many:
        statuses = list(many.map(lambda body: requests.send(body, "application/json")[0], bodies))
    assert set(statuses) == {200}
    until(lambda: len(slack.posted("answers/can_i_roll_back")) == 30)
    requests.says("U01MIRA", "I want to enroll")
    requests.clicks(
        "U01MIRA", until(lambda: slack.posted("enroll/ask_profile"))[0], "enroll.profile.current"
    )
    until(lambda: slack.posted("enroll/ask_tenant"))
    assert len(slack.posted("answers/can_i_roll_back")) == 30
    assert bot.command("audit", "verify").returncode == 0
    assert bot.stop() == 0

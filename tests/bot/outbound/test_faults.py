"""What must not bring it down: a locked database, a full disk, errors whose texts are private. Over
HTTP, against a running bot."""

import json
import logging
import resource
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.log import Discreet
from tests.bot.recording import PATIENCE, RecordingSlack, Requests, direct, event_body, refuse
from tests.bot.running import Running, until

pytestmark = pytest.mark.slow

JSON = "application/json"
CANARIES = ("xoxb-1234-canary", "xapp-1-canary", "mira@contoso.example", "my private words")


@contextmanager
def locked(bot: Running) -> Iterator[None]:
    """Somebody else writes, and does not end."""
    db = sqlite3.connect(bot.folder / "bot.db", isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    yield
    db.execute("ROLLBACK")
    db.close()


@contextmanager
def full_disk(bot: Running) -> Iterator[None]:
    """No file of the bot can grow."""
    assert bot.process is not None
    before = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (1024, before[1]))
    yield
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    "fault",
    [
        locked,
        pytest.param(
            full_disk,
            marks=pytest.mark.skipif(sys.platform != "linux", reason="prlimit is Linux's"),
        ),
    ],
)
def test_no_200_without_a_commit_and_it_goes_on_without_a_restart(
    bot: Running, slack: RecordingSlack, fault: object
) -> None:
    requests = Requests(bot.url)
    assert requests.says("U01MIRA", "thanks")[0] == 200
    until(lambda: slack.posted("repair/thanks"))
    body = event_body(direct("U01MIRA", "can I roll back?", "7.7"), "EvFault")
    with fault(bot):  # type: ignore[operator]
        assert requests.send(body, JSON)[0] == 503
        assert bot.process is not None
        assert bot.process.poll() is None
    assert requests.send(body, JSON)[0] == 200  # Slack repeats it
    # what was under way when it broke is looked for after its lease
    until(lambda: slack.posted("answers/can_i_roll_back"))
    assert len(slack.posted("answers/can_i_roll_back")) == 1
    assert bot.process.poll() is None
    assert bot.command("audit", "verify").returncode == 0


def test_a_message_that_waits_while_the_database_is_locked_is_sent_once(
    bot: Running, slack: RecordingSlack
) -> None:
    requests = Requests(bot.url)
    slack.plan["chat.postMessage"] = [refuse(429, "ratelimited", **{"Retry-After": "1"})]
    assert requests.says("U01MIRA", "thanks")[0] == 200
    until(lambda: slack.posted())
    with locked(bot):
        assert requests.says("U02GRACE", "thanks")[0] == 503
        assert requests.says("U02GRACE", "thanks")[0] == 503
        assert bot.process is not None
        assert bot.process.poll() is None
    until(lambda: slack.messages.get("DU01MIRA"))
    assert len(slack.messages["DU01MIRA"]) == 1


def test_nothing_secret_or_private_is_logged() -> None:
    try:
        raise ValueError(" ".join(CANARIES))
    except ValueError:
        failed = sys.exc_info()
    record = logging.LogRecord(
        "changeover.turn",
        logging.ERROR,
        __file__,
        1,
        "turn %s broke: %s",
        ("ab12", CANARIES[0]),
        failed,
    )
    said = Discreet().format(record)
    assert not [c for c in CANARIES if c in said]
    assert "ValueError" in said
    assert "test_nothing_secret_or_private_is_logged" in said
    assert "turn ab12 broke" in said


def test_an_error_of_the_database_does_not_show_what_was_written(tmp_path: object) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    from domain.storage.store import Store
    from tests.conftest import KEY

    store = Store("sqlite://", KEY)
    with pytest.raises(DBAPIError) as failed, store.engine.connect() as db:
        db.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": CANARIES[3]})
    assert CANARIES[3] not in str(failed.value)
    store.close()


def test_what_operators_watch(bot: Running, slack: RecordingSlack) -> None:
    import urllib.request

    slack.plan["chat.postMessage"] = [refuse(429, "ratelimited", **{"Retry-After": "60"})]
    requests = Requests(bot.url)
    requests.says("U01MIRA", "thanks")
    until(lambda: slack.posted())

    def figures() -> dict[str, float]:
        with urllib.request.urlopen(bot.url + "/metrics", timeout=PATIENCE) as answer:
            lines = [
                line for line in answer.read().decode().splitlines() if not line.startswith("#")
            ]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    found = figures()
    assert {
        "changeover_turns_total",
        "changeover_turn_errors_total",
        "changeover_sent_total",
        "changeover_failed_total",
    } <= found.keys()
    assert found["changeover_turns_total"] >= 1
    assert found["changeover_waiting"] >= 1
    assert found["changeover_late_seconds"] >= 0
    assert "U01MIRA" not in json.dumps(found)

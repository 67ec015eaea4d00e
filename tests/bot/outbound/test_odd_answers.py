"""One odd answer of Slack, at whichever method, ends nothing: the row waits, is sent once, and the
others leave meanwhile."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbound.web_api import MOST_SECONDS, careful, retry_after
from bot.rendering.render import Templates
from dialogs.engine import app_home
from domain import people
from domain.storage import outbox
from domain.storage.addresses import Address
from domain.storage.outbox import Out
from domain.storage.store import table
from domain.tables import Outbox
from tests.bot.outbound.test_outbox import Post
from tests.bot.recording import ODD, SLOW_DOWN, RecordingSlack, refuse, slow_down
from tests.conftest import TEAM, Workspace

PART = ("repair/thanks", {"today": "2026-11-24", "offer": ""})


@pytest.fixture
def post(workspace: Workspace, slack: RecordingSlack, words: Templates) -> Post:
    workspace.send()
    slack.calls.clear()
    return Post(workspace, slack, words)


def a_message(post: Post) -> None:
    post.put("one")


def a_direct_message(post: Post) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        outbox.tell(tx, outbox.to_person(people.meet(tx, "U02GRACE").id), [PART], key="one")


def among_ourselves(post: Post) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        person = people.meet(tx, "U01MIRA")
        to = Address(channel="C1", inside=True, instead=person.id, say="status/not_here")
        outbox.tell(tx, to, [PART], key="one")


def a_change(post: Post) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        outbox.tell(tx, outbox.to_channel("C1"), [PART], key="first")
    post.round()
    with post.store.turn(TEAM, post.now) as tx:
        to = Address(channel="C1", updates="first")
        outbox.tell(tx, to, [PART], key="one", kind=Out.UPDATE)


def a_home(post: Post) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        app_home.opened(tx, people.meet(tx, "U01MIRA"), "one")


def prompts(post: Post) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        person = people.meet(tx, "U01MIRA")
        data = PART[1] | {"name": "Mira", "case": {"stage": ""}, "partner": "", "slots": {}}
        to = Address(person=person.id, channel="DU01MIRA")
        outbox.tell(tx, to, [("help/prompts", data)], key="one", kind=Out.PROMPTS)


def a_stranger(post: Post) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        people.meet(tx, "U77NEW")


# What calls which method. Among ourselves a member whom nobody knows is asked about.
CALLS: dict[str, Callable[[Post], None]] = {
    "chat.postMessage": a_message,
    "conversations.open": a_direct_message,
    "conversations.info": among_ourselves,
    "conversations.members": among_ourselves,
    "chat.update": a_change,
    "views.publish": a_home,
    "assistant.threads.setSuggestedPrompts": prompts,
    "users.info": a_stranger,
}


def states(post: Post) -> dict[str, str]:
    with post.store.reading() as db:
        return {
            r.key: r.state
            for r in db.execute(table(Outbox).select().where(table(Outbox).c.kind != "timer"))
        }


def until_nothing_waits(post: Post, rounds: int = 12) -> None:
    for _ in range(rounds):
        post.round()
        post.now += timedelta(minutes=6)


def some_of_all() -> list[Any]:
    """Every method with every answer; `make test` takes each answer once and each method twice."""
    return [
        pytest.param(method, answer, marks=() if m == a % len(CALLS) else pytest.mark.slow)
        for a, answer in enumerate(ODD)
        for m, method in enumerate(CALLS)
    ]


@pytest.mark.parametrize(("method", "answer"), some_of_all())
def test_an_odd_answer_is_waited_out_and_holds_nobody_up(
    post: Post, slack: RecordingSlack, method: str, answer: str
) -> None:
    post.round()
    CALLS[method](post)
    post.put("other", channel="C9")
    slack.plan[method] = [
        lambda args: ODD[answer](args) if args.get("channel") != "C9" else None
    ] * 3
    post.round()
    assert states(post)["other"] == "sent"
    slack.plan.clear()
    until_nothing_waits(post, 6)
    assert set(states(post).values()) == {"sent"}
    assert slack.of(method)


@pytest.mark.parametrize("answer", ODD)
@pytest.mark.parametrize("thread", ["", "5.5"])
def test_a_lookup_that_is_answered_oddly_clears_no_doubt(
    post: Post, slack: RecordingSlack, answer: str, thread: str
) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        outbox.tell(tx, outbox.to_channel("C1", thread), [PART], key="one")
    slack.plan["chat.postMessage"] = [arrives_and_is_lost(slack)]
    post.round()
    method = "conversations.replies" if thread else "conversations.history"
    slack.plan[method] = [ODD[answer]] * 2
    until_nothing_waits(post, 5)
    assert len(slack.messages["C1"]) == 1
    assert states(post)["one"] == "sent"


def arrives_and_is_lost(slack: RecordingSlack) -> Callable[[dict[str, Any]], bytes]:
    """Slack has the message, and closes the connection without an answer."""

    def answer(args: dict[str, Any]) -> bytes:
        slack.messages.setdefault(args["channel"], []).append(dict(args) | {"ts": "9.9"})
        return b""

    return answer


@pytest.mark.parametrize("answer", ODD)
def test_what_arrived_although_its_answer_was_odd_is_not_repeated(
    post: Post, slack: RecordingSlack, answer: str
) -> None:
    def arrives(args: dict[str, Any]) -> bytes:
        arrives_and_is_lost(slack)(args)
        return ODD[answer](args)

    post.put("one")
    slack.plan["chat.postMessage"] = [arrives]
    until_nothing_waits(post, 4)
    assert len(slack.messages["C1"]) == 1
    assert states(post)["one"] == "sent"


@pytest.mark.parametrize("how", ["missing", *SLOW_DOWN])
def test_whatever_retry_after_says_the_row_waits_and_is_sent(
    post: Post, slack: RecordingSlack, how: str
) -> None:
    post.put("one", "two")
    slack.plan["chat.postMessage"] = [slow_down(how)]
    post.round(2)
    assert len(slack.posted()) == 1
    post.now += timedelta(seconds=MOST_SECONDS)
    post.round(2)
    assert post.keys() == ["one", "one", "two"]
    assert not slack.of("conversations.history")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("3", 3),
        ("1.5", 1.5),
        ("Tue, 24 Nov 2026 12:00:30 GMT", 30),
        ("abc", 1),
        ("-5", 1),
        ("nan", 1),
        ("inf", MOST_SECONDS),
        ("99999999999999", MOST_SECONDS),
        ("", 1),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1),
        ("9" * 5000, MOST_SECONDS),
    ],
)
def test_retry_after_is_read_in_every_form(said: str, seconds: float) -> None:
    class Answer:
        def __init__(self) -> None:
            self.headers = {"Retry-After": said}

    at = datetime(2026, 11, 24, 12, 0, tzinfo=UTC).timestamp()
    assert retry_after(SlackApiError("", Answer()), at) == seconds


@pytest.mark.parametrize("how", ["refused", "no such host"])
def test_what_never_left_here_is_not_looked_for(
    post: Post, slack: RecordingSlack, how: str
) -> None:
    post.put("one")
    away = "http://127.0.0.1:1/api/" if how == "refused" else "http://no-such-host.invalid/api/"
    post.slack = type("Away", (), {"url": away})()  # type: ignore[assignment]
    post.round()
    assert states(post)["one"] == "waiting"
    post.slack = slack
    post.now += timedelta(seconds=2)
    post.round()
    assert post.keys() == ["one"]
    assert not slack.of("conversations.history")


def test_an_uploads_odd_answers_end_nothing(slack: RecordingSlack) -> None:
    """slack_sdk's own errors of an upload are all told as a lost answer."""

    async def go() -> list[str]:
        client = careful(
            AsyncWebClient(token="xoxb", base_url=slack.url, timeout=120, retry_handlers=[])
        )
        seen = []
        for method in ("files.getUploadURLExternal", "upload", "files.completeUploadExternal"):
            for answer in [*ODD.values(), refuse(500)]:
                slack.plan[method] = [answer]
                try:
                    await client.files_upload_v2(
                        channel="C1",
                        file_uploads=[{"filename": "x.csv", "content": b"1", "title": "x"}],
                    )
                    seen.append("taken")
                except (OSError, SlackApiError) as error:
                    seen.append(type(error).__name__)
                slack.plan.clear()
        return seen

    seen = asyncio.run(go())
    assert set(seen) <= {"NoAnswer", "SlackApiError", "taken"}
    assert seen.count("NoAnswer") > len(ODD)

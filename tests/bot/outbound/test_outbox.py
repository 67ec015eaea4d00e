"""The way out: order, patience, and no repeats."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.oauth.clients import OneClient
from bot.outbound.sender import Sender
from bot.rendering.render import Templates
from bot.worker_pool import WorkerPool
from domain import people
from domain.storage import leases, outbox
from domain.storage.store import Store
from tests.bot.recording import RecordingSlack, refuse
from tests.conftest import TEAM, Workspace

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Post:
    """A sender with a clock of its own, and a channel to fill."""

    def __init__(self, workspace: Workspace, slack: RecordingSlack, words: Templates) -> None:
        self.workspace, self.slack, self.now = workspace, slack, START
        self.store = workspace.store
        self.words = words

    def put(self, *texts: str, channel: str = "C1", **more: Any) -> None:
        with self.store.turn(TEAM, self.now) as tx:
            for text in texts:
                part = ("repair/thanks", {"today": "2026-11-24", "offer": ""})
                outbox.tell(tx, outbox.to_channel(channel), [part], key=text, **more)

    def round(self, times: int = 1) -> None:
        async def go() -> None:
            client = AsyncWebClient(
                token="xoxb", base_url=self.slack.url, timeout=120, retry_handlers=[]
            )
            sender = Sender(
                self.store,
                self.words,
                OneClient(client, self.store, WorkerPool(0)),
                WorkerPool(0),
                lambda: self.now,
            )
            for _ in range(times):
                await sender.send_due()

        asyncio.run(go())

    def keys(self) -> list[str]:
        return [m["metadata"]["event_payload"]["key"] for m in self.slack.posted()]


@pytest.fixture
def post(workspace: Workspace, slack: RecordingSlack, words: Templates) -> Post:
    workspace.send()
    slack.calls.clear()
    return Post(workspace, slack, words)


def test_a_channel_keeps_its_order(post: Post) -> None:
    post.put("one", "two", "three")
    post.put("other", channel="C2")
    post.round()
    assert sorted(post.keys()) == ["one", "other"]
    post.round(2)
    assert [k for k in post.keys() if k != "other"] == ["one", "two", "three"]


def test_never_earlier_than_retry_after_and_still_in_order(
    post: Post, slack: RecordingSlack
) -> None:
    post.put("one", "two")
    slack.plan["chat.postMessage"] = [refuse(429, "ratelimited", **{"Retry-After": "30"})]
    post.round(3)
    assert len(slack.posted()) == 1
    post.now += timedelta(seconds=29)
    post.round()
    assert len(slack.posted()) == 1
    post.now += timedelta(seconds=1)
    post.round(2)
    assert post.keys() == ["one", "one", "two"]
    assert not slack.of("conversations.history")  # Slack said it did not take it: no doubt


@pytest.mark.parametrize(
    "trouble",
    [refuse(500), refuse(503), refuse(200, "internal_error"), refuse(200, "service_unavailable")],
)
def test_trouble_at_slack_is_waited_out(post: Post, slack: RecordingSlack, trouble: Any) -> None:
    post.put("one")
    slack.plan["chat.postMessage"] = [trouble, trouble]
    for _ in range(5):
        post.round()
        post.now += timedelta(minutes=6)
    assert len(slack.messages["C1"]) == 1


def test_what_arrived_although_the_answer_was_lost_is_not_repeated(
    post: Post, slack: RecordingSlack
) -> None:
    async def lost(request: Any) -> None: ...

    def arrives_then_fails(args: dict[str, Any]) -> Any:
        slack.messages.setdefault(args["channel"], []).append(dict(args) | {"ts": "9.9"})
        return refuse(500)(args)

    post.put("one")
    slack.plan["chat.postMessage"] = [arrives_then_fails]
    post.round()
    post.now += timedelta(minutes=1)
    post.round()
    assert len(slack.messages["C1"]) == 1
    with post.store.reading() as db:
        assert outbox.where_sent(db, TEAM, "one").ts == "9.9"


def test_in_a_thread_the_thread_is_looked_through(post: Post, slack: RecordingSlack) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        outbox.tell(
            tx,
            outbox.to_channel("C1", "5.5"),
            [("repair/thanks", {"today": "2026-11-24", "offer": ""})],
            key="one",
        )
    slack.plan["chat.postMessage"] = [refuse(500)]
    post.round()
    post.now += timedelta(minutes=1)
    post.round()
    assert slack.of("conversations.replies")[0]["ts"] == "5.5"
    assert str(slack.of("conversations.replies")[0]["include_all_metadata"]).lower() in (
        "true",
        "1",
    )


def test_what_slack_refuses_for_good_does_not_hold_up_the_rest(
    post: Post, slack: RecordingSlack, caplog: pytest.LogCaptureFixture
) -> None:
    post.put("one", "two")
    slack.plan["chat.postMessage"] = [refuse(200, "is_archived")]
    post.round(2)
    assert post.keys() == ["one", "two"]
    with post.store.reading() as db:
        assert outbox.where_sent(db, TEAM, "one").state == "failed"


def test_a_key_says_a_thing_once(post: Post) -> None:
    post.put("one")
    post.put("one")
    post.round(3)
    assert post.keys() == ["one"]


def test_a_direct_message_is_opened_once_and_remembered(post: Post, slack: RecordingSlack) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        otto = people.meet(tx, "U03OTTO")
        for key in ("one", "two"):
            outbox.tell(
                tx,
                outbox.to_person(otto.id),
                [("repair/thanks", {"today": "2026-11-24", "offer": ""})],
                key=key,
            )
    post.round(2)
    assert [c["users"] for c in slack.of("conversations.open")] == ["U03OTTO"]
    assert {m["channel"] for m in slack.posted()} == {"DU03OTTO"}


def test_a_stranger_is_asked_after_and_a_guest_may_not_act(
    post: Post, slack: RecordingSlack
) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        people.meet(tx, "U77NEW")
    slack.plan["users.info"] = [
        lambda args: __import__("aiohttp").web.json_response(
            {"ok": True, "user": {"is_restricted": True, "real_name": "Gast"}}
        )
    ]
    post.round()
    with post.store.turn(TEAM, post.now) as tx:
        guest = people.meet(tx, "U77NEW")
    assert (guest.name, guest.kind) == ("Gast", "guest")
    assert not guest.has(people.Role.STAFF)


def test_two_senders_never_send_the_same_row(store: Store, post: Post) -> None:
    post.put(*(f"k{n}" for n in range(5)))
    with store.writing() as db:
        first = leases.lease(db, post.now)
        second = leases.lease(db, post.now)
    assert len(first) == 1
    assert second == []
    with store.writing() as db:
        assert len(leases.lease(db, post.now + timedelta(seconds=21))) == 1  # its sender died


def test_a_clock_that_goes_back_holds_nothing_up(store: Store, post: Post) -> None:
    post.put("k")
    with store.writing() as db:
        assert len(leases.lease(db, post.now + timedelta(minutes=90))) == 1
        assert len(leases.lease(db, post.now)) == 1
        assert leases.lease(db, post.now) == []


def test_a_late_word_about_a_stranger_does_not_bring_back_who_was_deactivated_meanwhile(
    post: Post,
) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        person = people.meet(tx, "U78LEFT")
        people.change(tx, person, live=False)
    post.round()
    with post.store.turn(TEAM, post.now) as tx:
        assert not people.meet(tx, "U78LEFT").live


def test_in_a_burst_messages_wait_but_are_never_starved(
    post: Post, slack: RecordingSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbound.sender.STEP", 0.001)
    monkeypatch.setattr("bot.outbound.sender.HOLD", 0.02)
    post.put(*(f"k{n}" for n in range(30)))
    asked: list[int] = []

    async def go() -> None:
        client = AsyncWebClient(token="xoxb", base_url=slack.url, timeout=120, retry_handlers=[])
        sender = Sender(
            post.store,
            post.words,
            OneClient(client, post.store, WorkerPool(0)),
            WorkerPool(0),
            lambda: post.now,
            lambda: bool(asked.append(1)) or True,
        )
        running = asyncio.create_task(sender.run())
        while len(slack.posted()) < 30:
            await asyncio.sleep(0.01)
        running.cancel()

    asyncio.run(asyncio.wait_for(go(), 120))
    assert len(asked) >= 20

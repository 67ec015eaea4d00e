"""What Slack refuses for good ends, is told to whom it was for, and holds nobody up. So does a row
that breaks, in the end."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.oauth.clients import OneClient
from bot.outbound.error_codes import CONTENT, PLACE
from bot.outbound.retries import TRIES, UNDELIVERED
from bot.outbound.sender import Sender
from bot.rendering.render import Templates
from bot.worker_pool import WorkerPool
from domain import people
from domain.storage import outbox
from domain.storage.addresses import Address
from domain.storage.outbox import Out
from tests.bot.outbound.test_outbox import Post
from tests.bot.recording import RecordingSlack, refuse
from tests.conftest import TEAM, Workspace

PART = ("repair/thanks", {"today": "2026-11-24", "offer": ""})
UNTIL_NOW_FOR_EVER = [
    "msg_blocks_too_long",
    "metadata_too_large",
    "invalid_blocks_format",
    "invalid_metadata_format",
    "restricted_action_thread_locked",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel",
    "missing_scope",
    "no_permission",
    "team_access_not_granted",
    "access_denied",
    "too_many_attachments",
    "message_limit_exceeded",
    "ekm_access_denied",
    "cannot_reply_to_message",
    "invalid_metadata_schema",
    "slack_connect_file_link_sharing_blocked",
]


@pytest.fixture
def post(workspace: Workspace, slack: RecordingSlack, words: Templates) -> Post:
    workspace.send()
    slack.calls.clear()
    return Post(workspace, slack, words)


def state(post: Post, key: str) -> str:
    with post.store.reading() as db:
        row = outbox.where_sent(db, TEAM, key)
        return str(row.state) if row else ""


def reply(post: Post, *keys: str, channel: str = "", kind: Out = Out.MESSAGE) -> None:
    """A reply to Mira, in her direct messages or in a channel."""
    with post.store.turn(TEAM, post.now) as tx:
        mira = people.meet(tx, "U01MIRA").id
        to = Address(person="" if channel else mira, channel=channel, by=mira)
        for key in keys:
            outbox.tell(tx, to, [PART], key=key, kind=kind)


@pytest.mark.parametrize("code", sorted({*CONTENT, *PLACE, *UNTIL_NOW_FOR_EVER}))
def test_a_final_code_ends_one_message_and_the_next_one_goes_out(
    post: Post, slack: RecordingSlack, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    reply(post, "one", "two")
    slack.plan["chat.postMessage"] = [refuse(200, code)]
    post.round(3)
    assert (state(post, "one"), state(post, "two")) == ("failed", "sent")
    assert f"failed for good: {code}" in caplog.text
    told = [k for k in post.keys() if k == "one:undelivered"]
    assert bool(told) == (code in CONTENT)


@pytest.mark.parametrize(
    "code", ["is_archived", "restricted_action_read_only_channel", "not_in_channel"]
)
def test_who_was_answered_in_a_channel_that_takes_nothing_is_told_in_private(
    post: Post, slack: RecordingSlack, code: str
) -> None:
    reply(post, "one", channel="C1")
    slack.plan["chat.postMessage"] = [refuse(200, code)]
    post.round(3)
    (told,) = [
        m for m in slack.posted() if m["metadata"]["event_payload"]["template"] == UNDELIVERED
    ]
    assert told["channel"] == "DU01MIRA"


def test_that_something_was_not_delivered_is_told_once(post: Post, slack: RecordingSlack) -> None:
    reply(post, "one")
    slack.plan["chat.postMessage"] = [refuse(200, "invalid_blocks")] * 9
    post.round(6)
    assert post.keys() == ["one", "one:undelivered"]


def test_a_code_that_nobody_knows_is_tried_some_times(
    post: Post, slack: RecordingSlack, caplog: pytest.LogCaptureFixture
) -> None:
    reply(post, "one", "two")
    slack.plan["chat.postMessage"] = [refuse(200, "not_on_a_monday")] * TRIES
    for _ in range(TRIES + 3):
        post.round()
        post.now += timedelta(minutes=6)
    assert (state(post, "one"), state(post, "two")) == ("failed", "sent")
    assert post.keys().count("one") == TRIES
    assert "failed for good: not_on_a_monday" in caplog.text


def test_slacks_own_trouble_is_waited_out_however_long(post: Post, slack: RecordingSlack) -> None:
    reply(post, "one")
    slack.plan["chat.postMessage"] = [refuse(503), refuse(200, "fatal_error"), lambda args: b""] * 5
    for _ in range(16):
        post.round()
        post.now += timedelta(minutes=6)
    assert state(post, "one") == "sent"


@pytest.mark.parametrize(
    "kind", [Out.MESSAGE, Out.TIMER, Out.WHO, Out.PROMPTS, Out.UPDATE, Out.FILES, Out.FETCH]
)
def test_a_row_that_breaks_ends_after_some_tries_and_the_others_leave(
    post: Post, slack: RecordingSlack, kind: Out
) -> None:
    """What it is about is not there: it holds nothing that its kind needs."""
    key = "bad"
    with post.store.turn(TEAM, post.now) as tx:
        if kind is Out.TIMER:
            outbox.set_timer(tx, "nobody.knows", "x", post.now)
            key = f"timer:nobody.knows:x:{tx.at}"
        else:
            outbox.tell(
                tx, outbox.to_person("nobody"), [("no/such_template", {})], key=key, kind=kind
            )
    post.put("good")
    for _ in range(TRIES + 1):
        post.round()
        post.now += timedelta(minutes=6)
    assert (state(post, "good"), state(post, key)) == ("sent", "failed")


def sender_of(post: Post, slack: RecordingSlack) -> Sender:
    client = AsyncWebClient(token="xoxb", base_url=slack.url, timeout=120, retry_handlers=[])
    return Sender(
        post.store,
        post.words,
        OneClient(client, post.store, WorkerPool(0)),
        WorkerPool(0),
        lambda: post.now,
    )


def test_what_cannot_be_written_afterwards_spoils_nothing_of_the_others(
    post: Post, slack: RecordingSlack
) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        people.meet(tx, "U77NEW")
    slack.users["U77NEW"] = {"profile": ["not", "a", "profile"]}  # read when it is written down
    post.put("one", "two")
    for _ in range(TRIES + 1):
        post.round()
        post.now += timedelta(minutes=6)
    assert (state(post, "one"), state(post, "two")) == ("sent", "sent")
    assert len([k for k in post.keys() if k in ("one", "two")]) == 2


def test_a_channel_that_hangs_delays_nobody_else(post: Post, slack: RecordingSlack) -> None:
    """While one channel's post hangs, thirty other people get three messages each, in order."""
    released = []

    async def hangs(args: dict[str, Any]) -> None:
        while not released:
            await asyncio.sleep(0.01)

    slack.plan["chat.postMessage"] = [
        lambda args: hangs(args) if args["channel"] == "CSLOW" else None
    ] * 200
    post.put("slow", channel="CSLOW")
    for n in range(30):
        post.put(*(f"{n}:{k}" for k in range(3)), channel=f"C{n}")

    async def go() -> None:
        sender = sender_of(post, slack)
        running = asyncio.create_task(sender.run())
        while sum(len(m) for c, m in slack.messages.items() if c != "CSLOW") < 90:
            await asyncio.sleep(0.01)
        assert not slack.messages.get("CSLOW")
        released.append(True)
        while not slack.messages.get("CSLOW"):
            await asyncio.sleep(0.01)
        sender.leave()
        await running

    asyncio.run(asyncio.wait_for(go(), 120))
    for n in range(30):
        assert [m["metadata"]["event_payload"]["key"] for m in slack.messages[f"C{n}"]] == [
            f"{n}:{k}" for k in range(3)
        ]
    assert len(slack.messages["CSLOW"]) == 1


@pytest.mark.parametrize(
    "by", [timedelta(hours=1), timedelta(minutes=5), timedelta(days=1), timedelta(days=4383)]
)
def test_a_clock_that_is_set_back_puts_nothing_off(
    post: Post, slack: RecordingSlack, by: timedelta
) -> None:
    """A reply that waits for Retry-After 3, what comes behind it, and a reminder that keeps its
    hour."""
    slack.plan["chat.postMessage"] = [refuse(429, "ratelimited", **{"Retry-After": "3"})]
    reply(post, "one", "two")
    with post.store.turn(TEAM, post.now) as tx:
        outbox.set_timer(tx, "remind.sweep", "x", post.now + timedelta(hours=20))
    ticks = [0.0]

    async def go() -> None:
        sender = sender_of(post, slack)
        sender.clock.monotonic = lambda: ticks[0]
        await sender.send_due()
        ticks[0] += 1
        post.now += timedelta(seconds=1) - by
        await sender.send_due()
        assert len(slack.posted()) == 1  # never earlier than Slack said
        ticks[0] += 2
        post.now += timedelta(seconds=2)
        await sender.send_due()
        await sender.send_due()

    asyncio.run(go())
    assert (state(post, "one"), state(post, "two")) == ("sent", "sent")
    with post.store.reading() as db:
        assert outbox.next_due(db) is not None


def test_what_a_wrong_clock_left_behind_is_sent_at_the_next_start(
    post: Post, slack: RecordingSlack
) -> None:
    post.now += timedelta(days=365)
    reply(post, "one")
    post.now -= timedelta(days=365)
    post.round()
    assert state(post, "one") == "sent"


def test_a_clock_set_back_under_a_post_sends_it_once(post: Post, slack: RecordingSlack) -> None:
    post.put("one")
    slack.held.add("chat.postMessage")

    async def go() -> None:
        sender = sender_of(post, slack)
        await sender.send_due(0.01)
        post.now -= timedelta(hours=1)
        await sender.send_due(0.01)
        post.now += timedelta(hours=3)
        await sender.send_due(0.01)
        slack.held.clear()
        await sender.send_due()

    asyncio.run(go())
    assert post.keys() == ["one"]
    assert state(post, "one") == "sent"

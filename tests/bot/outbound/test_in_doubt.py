"""A message that may be at Slack already is not said again: only a look-up that was read to its end
clears the doubt."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.oauth.clients import OneClient
from bot.outbound.sender import Sender
from bot.rendering.render import Templates
from bot.worker_pool import WorkerPool
from domain import people
from domain.storage import outbox
from domain.storage.addresses import Address
from domain.storage.store import table
from domain.tables import Outbox
from tests.bot.outbound.test_outbox import Post
from tests.bot.recording import RecordingSlack, refuse
from tests.conftest import TEAM, Workspace

PART = ("repair/thanks", {"today": "2026-11-24", "offer": ""})
LIMITED = refuse(429, "ratelimited", **{"Retry-After": "30"})
CANNOT_ANSWER = {
    "429": LIMITED,
    "200 ratelimited": refuse(200, "ratelimited"),
    "token_expired": refuse(200, "token_expired"),
    "invalid_auth": refuse(200, "invalid_auth"),
    "internal_error": refuse(200, "internal_error"),
    "500": refuse(500),
    "a code that nobody knows": refuse(200, "not_on_a_monday"),
    "closed": lambda args: b"",
    "no messages": lambda args: web.json_response({"ok": True}),
}


@pytest.fixture
def post(workspace: Workspace, slack: RecordingSlack, words: Templates) -> Post:
    workspace.send()
    slack.calls.clear()
    return Post(workspace, slack, words)


def arrives_then_fails(slack: RecordingSlack) -> Callable[[dict[str, Any]], Any]:
    def answer(args: dict[str, Any]) -> Any:
        slack.messages.setdefault(args["channel"], []).append(dict(args) | {"ts": "9.9"})
        return refuse(500)(args)

    return answer


def lost(post: Post, slack: RecordingSlack) -> None:
    """One message is at Slack, and nobody told us."""
    post.put("one")
    slack.plan["chat.postMessage"] = [arrives_then_fails(slack)]
    post.round()
    post.now += timedelta(minutes=1)


def sender_of(post: Post, slack: RecordingSlack) -> Sender:
    client = AsyncWebClient(token="xoxb", base_url=slack.url, timeout=120, retry_handlers=[])
    return Sender(
        post.store,
        post.words,
        OneClient(client, post.store, WorkerPool(0)),
        WorkerPool(0),
        lambda: post.now,
    )


def ours(slack: RecordingSlack) -> int:
    return sum("metadata" in m for m in slack.messages["C1"])


def state(post: Post, key: str = "one") -> str:
    with post.store.reading() as db:
        return str(outbox.where_sent(db, TEAM, key).state)


@pytest.mark.parametrize("refusal", CANNOT_ANSWER)
def test_a_refused_lookup_clears_no_doubt(post: Post, slack: RecordingSlack, refusal: str) -> None:
    lost(post, slack)
    for _ in range(4):
        slack.plan["conversations.history"] = [CANNOT_ANSWER[refusal]]
        post.round()
        post.now += timedelta(minutes=6)
    assert len(slack.posted()) == 1
    post.round()
    assert ours(slack) == 1
    assert state(post) == "sent"


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members", "users.info"])
def test_what_is_refused_before_the_lookup_clears_no_doubt(
    post: Post, slack: RecordingSlack, method: str
) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        people.meet(tx, "U88NEW")
    slack.channels["C1"] = {"members": ["U01MIRA", "U99NEW"]}
    with post.store.turn(TEAM, post.now) as tx:
        mira = people.meet(tx, "U01MIRA").id
        to = Address(channel="C1", inside=True, instead=mira, say="status/not_here")
        outbox.tell(tx, to, [PART], key="one")
    slack.plan["chat.postMessage"] = [arrives_then_fails(slack)]
    post.round()
    post.now += timedelta(minutes=1)
    for refusal in (
        LIMITED,
        refuse(200, "token_expired"),
        refuse(200, "internal_error"),
        lambda args: b"",
    ):
        slack.plan[method] = [refusal] * 2
        post.round()
        slack.plan.clear()
        post.now += timedelta(minutes=6)
    post.round()
    assert ours(slack) == 1
    assert state(post) == "sent"


def test_what_is_refused_before_the_first_post_makes_no_doubt(
    post: Post, slack: RecordingSlack
) -> None:
    with post.store.turn(TEAM, post.now) as tx:
        outbox.tell(tx, outbox.to_person(people.meet(tx, "U03OTTO").id), [PART], key="one")
    slack.plan["conversations.open"] = [
        LIMITED,
        refuse(500),
        refuse(200, "internal_error"),
        refuse(200, "token_expired"),
        lambda args: b"",
    ]
    for _ in range(6):
        post.round()
        post.now += timedelta(minutes=6)
    assert state(post) == "sent"
    assert not slack.of("conversations.history")


@pytest.mark.parametrize("way", ["cursor", "latest"])
@pytest.mark.parametrize("slow", [False, True])
def test_a_page_of_fifteen_is_not_the_whole_channel(
    post: Post, slack: RecordingSlack, way: str, slow: bool
) -> None:
    """Fifteen a page and, where `slow`, one page a minute: what is looked for is on the fourth."""
    lost(post, slack)
    slack.messages["C1"] += [{"ts": f"10.{n:02d}", "text": "people talk"} for n in range(50)]
    newest = slack.messages["C1"][::-1]

    def page(args: dict[str, Any]) -> dict[str, Any]:
        rest = (
            [m for m in newest if float(m["ts"]) < float(args.get("latest") or "inf")]
            if way == "latest"
            else newest[int(args.get("cursor") or 0) :]
        )
        more = len(rest) > 15
        cursor = (
            {"response_metadata": {"next_cursor": str(int(args.get("cursor") or 0) + 15)}}
            if more and way == "cursor"
            else {}
        )
        return {"messages": rest[:15], "has_more": more} | cursor

    async def go() -> None:
        sender = sender_of(post, slack)
        for _ in range(5):
            slack.plan["conversations.history"] = (
                [lambda args: None, *[LIMITED] * 9] if slow else []
            )
            await sender.send_due()
            post.now += timedelta(seconds=61)

    slack.answers["conversations.history"] = page
    asyncio.run(go())
    assert ours(slack) == 1
    assert state(post) == "sent"
    assert len(slack.posted()) == 1


def test_a_page_that_leads_no_further_clears_no_doubt(post: Post, slack: RecordingSlack) -> None:
    lost(post, slack)
    slack.messages["C1"] += [{"ts": f"10.{n}", "text": "people talk"} for n in range(15)]
    slack.answers["conversations.history"] = lambda a: {
        "messages": slack.messages["C1"][::-1][:15],
        "has_more": True,
    }
    for _ in range(5):
        post.round()
        post.now += timedelta(minutes=6)
    assert ours(slack) == 1
    assert state(post) == "waiting"


def test_the_lookup_goes_back_to_when_the_doubt_began(post: Post, slack: RecordingSlack) -> None:
    """However long the row has waited since, and though our clock is some minutes ahead of
    Slack's."""
    at = (post.now - timedelta(minutes=5)).timestamp()
    lost(post, slack)
    slack.messages["C1"][0]["ts"] = f"{at:.6f}"
    slack.answers["conversations.history"] = lambda a: {
        "messages": [m for m in slack.messages["C1"] if float(m["ts"]) > float(a["oldest"])]
    }
    for _ in range(6):
        slack.plan["conversations.history"] = [refuse(200, "internal_error")]
        post.round()
        post.now += timedelta(minutes=6)
    post.round()
    assert ours(slack) == 1
    assert state(post) == "sent"


@pytest.mark.parametrize(
    "code",
    ["missing_scope", "not_in_channel", "no_permission", "unknown_method", "thread_not_found"],
)
def test_where_the_lookup_is_impossible_for_good_it_is_said_again_with_a_warning(
    post: Post, slack: RecordingSlack, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    lost(post, slack)
    slack.plan["conversations.history"] = [refuse(200, code)]
    post.round()
    assert state(post) == "sent"
    assert "may be there twice" in caplog.text


def test_six_posts_under_way_when_the_sender_was_cancelled_are_not_repeated(
    post: Post, slack: RecordingSlack
) -> None:
    """The next one may look once a minute."""
    for n in range(6):
        post.put(f"m{n}", channel=f"C{n}")
    slack.held.add("chat.postMessage")

    async def cancelled() -> None:
        running = asyncio.create_task(sender_of(post, slack).run())
        while len(slack.posted()) < 6:
            await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        while sum(len(m) for m in slack.messages.values()) < 6:
            await asyncio.sleep(0.01)

    asyncio.run(cancelled())
    slack.held.clear()

    async def again() -> None:
        another = sender_of(post, slack)
        another.take_over()
        for _ in range(8):
            slack.plan["conversations.history"] = [lambda args: None, *[LIMITED] * 9]
            await another.send_due()
            post.now += timedelta(seconds=31)

    asyncio.run(again())
    assert [len(slack.messages[f"C{n}"]) for n in range(6)] == [1] * 6
    with post.store.reading() as db:
        rows = db.execute(table(Outbox).select().where(table(Outbox).c.key.like("m_"))).all()
    assert {r.state for r in rows} == {"sent"}


def test_a_sender_that_leaves_finishes_what_is_under_way_and_begins_nothing(
    post: Post, slack: RecordingSlack
) -> None:
    post.put("one", "two")
    slack.held.add("chat.postMessage")

    async def go() -> None:
        sender = sender_of(post, slack)
        running = asyncio.create_task(sender.run())
        while not slack.posted():
            await asyncio.sleep(0.01)
        sender.leave()
        slack.held.clear()
        await running

    asyncio.run(go())
    assert (state(post, "one"), state(post, "two")) == ("sent", "waiting")
    assert post.keys() == ["one"]

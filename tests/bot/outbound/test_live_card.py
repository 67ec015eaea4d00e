"""The live card in Slack: a plan where it is taken, sections where it is refused, edited in place,
and the drawing of where to click."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from bot.oauth.clients import OneClient
from bot.outbound.sender import Sender
from bot.rendering.plain_tables import PlainTemplates, without_plans
from bot.rendering.render import Templates
from bot.worker_pool import WorkerPool
from domain.storage.store import table
from domain.tables import Outbox
from tests.bot import limits
from tests.bot.outbound.test_outbox import Post
from tests.bot.recording import RecordingSlack, refuse
from tests.conftest import Somebody, Workspace

pytestmark = pytest.mark.slow
CARD = "plan/card"


@pytest.fixture
def post(workspace: Workspace, mira: Somebody, slack: RecordingSlack, words: Templates) -> Post:
    mira.says("I want to enroll")
    found = Post(workspace, slack, words)
    found.now = workspace.now + timedelta(seconds=2)
    return found


def kinds(message: dict[str, Any]) -> set[str]:
    return {str(block["type"]) for block in message["blocks"]}


def next_step(post: Post) -> None:
    """Mira answers; what follows from it leaves."""
    post.workspace.now = post.now
    post.workspace.people["Mira"].clicks("enroll.profile.current")
    post.now += timedelta(seconds=2)
    post.round(4)


def test_a_plan_is_posted_and_edited_in_its_place(post: Post, slack: RecordingSlack) -> None:
    post.round(4)
    (card,) = slack.posted(CARD)
    assert "plan" in kinds(card)
    next_step(post)
    assert len(slack.posted(CARD)) == 1
    (edit,) = slack.of("chat.update")
    assert (edit["channel"], edit["ts"]) == ("DU01MIRA", slack.messages["DU01MIRA"][-1]["ts"])
    assert edit["blocks"][0]["title"].endswith("2 of 6, waiting on you")


def test_a_workspace_that_refuses_plans_gets_sections_from_then_on(
    post: Post, slack: RecordingSlack
) -> None:
    """One process: it is refused once, and never asked again."""
    client = AsyncWebClient(token="xoxb", base_url=slack.url, timeout=120, retry_handlers=[])
    clients = OneClient(client, post.store, WorkerPool(0))
    sender = Sender(post.store, post.words, clients, WorkerPool(0), lambda: post.now)

    async def go() -> None:
        for _ in range(4):
            await sender.send_due()
        post.workspace.now = post.now
        post.workspace.people["Mira"].clicks("enroll.profile.current")
        post.now += timedelta(seconds=2)
        for _ in range(4):
            await sender.send_due()

    slack.plan["chat.postMessage"] = [refuse(200, "invalid_blocks")]
    asyncio.run(go())
    refused, card = slack.posted(CARD)
    assert "plan" in kinds(refused)
    assert "plan" not in kinds(card) and "waiting on you" in card["blocks"][0]["text"]["text"]
    assert len(slack.messages["DU01MIRA"]) == 1
    (edit,) = slack.of("chat.update")
    assert "plan" not in kinds(edit)


def test_a_card_that_is_refused_in_both_forms_fails_and_is_remembered_for_nobody(
    post: Post, slack: RecordingSlack
) -> None:
    slack.plan["chat.postMessage"] = [refuse(200, "invalid_blocks"), refuse(200, "invalid_blocks")]
    post.round(4)
    assert len(slack.posted(CARD)) == 2
    assert "DU01MIRA" not in slack.messages or not [
        m for m in slack.messages["DU01MIRA"] if CARD in m["metadata"]["event_payload"]["templates"]
    ]


def test_a_card_whose_answer_was_lost_is_not_posted_again(
    post: Post, slack: RecordingSlack
) -> None:
    slack.dropped.add("chat.postMessage")
    post.round(2)
    slack.dropped.clear()
    there = slack.of("chat.postMessage")[0] | {"ts": "9.9"}
    slack.messages["DU01MIRA"] = [there]
    post.now += timedelta(minutes=1)
    post.round(4)
    posted = [m for m in slack.messages["DU01MIRA"] if CARD in str(m["metadata"])]
    assert len(posted) == 1


def test_both_forms_are_within_slacks_limits(post: Post, slack: RecordingSlack) -> None:
    post.round(4)
    (card,) = slack.posted(CARD)
    plan = card["blocks"]
    for blocks in (plan, without_plans(plan)):
        assert not list(limits.broken(blocks, card["text"]))
        for block in blocks:
            parsed = Block.parse(block)
            assert parsed is not None
            parsed.validate_json()


def test_the_demo_shows_sections(words: Templates, post: Post, slack: RecordingSlack) -> None:
    post.workspace.later(seconds=2)
    (card,) = post.workspace.cards_of("Mira")
    said = PlainTemplates(words.facts).message([(name, data) for name, data in card.parts])
    assert {b["type"] for b in said.blocks} == {"section", "actions"}


@pytest.mark.parametrize("page", ["csp_status", "enroll", "agreement"])
def test_the_drawing_has_its_date_and_says_the_same_in_words(
    workspace: Workspace, mira: Somebody, slack: RecordingSlack, words: Templates, page: str
) -> None:
    mira.says("I want to enroll").clicks("enroll.profile.current").clicks("enroll.tenant.this")
    workspace.later(seconds=2)
    offer = workspace.cards_of("Mira")[-1].buttons["where_to_click.page.csp_status"]
    mira.clicks(f"where_to_click.page.{page}", offer=offer)
    rows = table(Outbox)
    with workspace.store.writing() as db:
        again = {"state": "waiting", "attempts": 0, "leased_until": 0}
        db.execute(rows.update().where(rows.c.kind == "files").values(**again))
    post = Post(workspace, slack, words)
    post.now = workspace.now
    post.round(2)
    (asked,) = slack.of("files.getUploadURLExternal")
    checked = "30 November 2026" if page == "agreement" else "24 November 2026"
    assert asked["filename"].endswith(".png") and f"as of {checked}" in asked["alt_txt"]
    assert slack.uploaded[0].startswith(b"\x89PNG") or b"\x89PNG" in slack.uploaded[0]
    (done,) = slack.of("files.completeUploadExternal")
    assert done["channel_id"] == "DU01MIRA"

"""The report's files reach Slack once: a picture and a table, whatever is lost on the way."""

import csv
import io
from typing import Any

import pytest
from aiohttp import web

from bot.rendering.render import Templates
from bot.reports import list_results
from dialogs.inputs import ListUploaded, Origin
from domain.storage.store import table
from domain.tables import Outbox
from tests.bot.outbound.test_outbox import Post
from tests.bot.recording import RecordingSlack, refuse
from tests.conftest import Somebody, Workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def post(
    workspace: Workspace, mira: Somebody, sam: Somebody, slack: RecordingSlack, words: Templates
) -> Post:
    mira.says("can I roll back?")
    sam.says("show me the report")
    with workspace.store.writing() as db:
        rows = table(Outbox)
        db.execute(
            rows.update()
            .where(rows.c.kind == "files")
            .values(state="waiting", attempts=0, leased_until=0)
        )
    return Post(workspace, slack, words)


def rows(post: Post) -> list[Any]:
    with post.store.reading() as db:
        return list(db.execute(table(Outbox).select().where(table(Outbox).c.kind == "files")))


def test_a_picture_and_a_table_are_uploaded(post: Post, slack: RecordingSlack) -> None:
    post.round(2)
    names = [args["filename"] for args in slack.of("files.getUploadURLExternal")]
    assert [name.rpartition(".")[2] for name in names] == ["png", "csv"]
    (done,) = slack.of("files.completeUploadExternal")
    assert done["channel_id"] == "DU04SAM"
    assert "chart and the table" in done["initial_comment"]
    assert [r.state for r in rows(post)] == ["sent"]


def test_what_was_uploaded_before_a_crash_is_not_uploaded_again(
    post: Post, slack: RecordingSlack
) -> None:
    slack.plan["files.completeUploadExternal"] = [refuse(500, "fatal_error")]
    post.round()
    name = slack.of("files.getUploadURLExternal")[0]["filename"]
    assert [r.state for r in rows(post)] == ["waiting"]

    def there(_: dict[str, Any]) -> web.Response:
        return web.json_response(
            {"ok": True, "messages": [{"ts": "1.0", "files": [{"name": name}]}]}
        )

    slack.plan["conversations.history"] = [there]
    post.now = post.workspace.now.replace(year=2027)
    post.round(2)
    assert [r.state for r in rows(post)] == ["sent"]
    assert len(slack.of("files.completeUploadExternal")) == 1


def test_without_the_scope_the_row_fails_and_the_lane_goes_on(
    post: Post, slack: RecordingSlack
) -> None:
    slack.plan["files.getUploadURLExternal"] = [
        refuse(200, "missing_scope"),
        refuse(200, "missing_scope"),
    ]
    post.round(2)
    assert [r.state for r in rows(post)] == ["failed"]


LIST = "name;tenant\n" + "\n".join(
    [*(f"Customer {n};" for n in range(12)), "=SUM(A1);", "Odd;1234567", "Customer 3;", ";x"]
)


@pytest.fixture
def listed(workspace: Workspace, mira: Somebody, slack: RecordingSlack, words: Templates) -> Post:
    for _ in range(2):
        workspace.take(
            ListUploaded((workspace.key(),), mira.slack, LIST, Origin("DU01MIRA", "7.7")), mira
        )
    assert "A file with the result for every line" in mira.words
    with workspace.store.writing() as db:
        rows = table(Outbox)
        db.execute(
            rows.update()
            .where(rows.c.kind == "files")
            .values(state="waiting", attempts=0, leased_until=0)
        )
    return Post(workspace, slack, words)


def test_what_became_of_every_row_comes_as_a_file_into_the_same_thread(
    listed: Post, slack: RecordingSlack, words: Templates
) -> None:
    listed.round(4)
    done = slack.of("files.completeUploadExternal")
    assert [(d["channel_id"], d["thread_ts"]) for d in done] == [("DU01MIRA", "7.7")] * 2
    assert "every line" in done[0]["initial_comment"]
    first, second = (
        list(csv.reader(io.StringIO(body.decode("utf-8-sig")))) for body in slack.uploaded
    )
    assert first[0] == ["line", "name", "result", "reason"]
    assert len(first) == 1 + 16
    assert first[1] == ["2", "Customer 0", "added", ""]
    assert [
        "14",
        "'=SUM(A1)",
        "not added",
        "a formula, not a name: =SUM(A1)",
    ] in first
    assert [
        "15",
        "Odd",
        "not added",
        "a Partner ID where the tenant belongs: 1234567",
    ] in first
    assert ["16", "Customer 3", "not added", "the same as line 5"] in first
    assert ["17", "", "not added", "no name"] in first
    assert second[1] == ["2", "Customer 0", "already on the list, unchanged", ""]


def test_a_results_file_that_is_there_is_not_uploaded_again(
    listed: Post, slack: RecordingSlack
) -> None:
    slack.plan["files.completeUploadExternal"] = [
        refuse(500, "fatal_error"),
        refuse(500, "fatal_error"),
    ]
    listed.round(2)
    names = [args["filename"] for args in slack.of("files.getUploadURLExternal")]

    def there(_: dict[str, Any]) -> web.Response:
        return web.json_response(
            {"ok": True, "messages": [{"ts": "1.0", "files": [{"name": n} for n in names]}]}
        )

    slack.plan["conversations.replies"] = [there, there]
    listed.now = listed.workspace.now.replace(year=2027)
    before = len(slack.of("files.getUploadURLExternal"))
    listed.round(4)
    assert next(r.state for r in rows(listed)) == "sent"
    assert len(slack.of("files.getUploadURLExternal")) <= before + 1


def test_a_short_list_needs_no_file(workspace: Workspace, mira: Somebody) -> None:
    workspace.take(
        ListUploaded((workspace.key(),), mira.slack, "name\nAdatum\n", Origin("DU01MIRA")), mira
    )
    with workspace.store.reading() as db:
        assert not list(db.execute(table(Outbox).select().where(table(Outbox).c.kind == "files")))


def test_every_reason_has_words(words: Templates) -> None:
    label = list_results.labels(words, "2026-11-24")
    whys = [
        "no_name",
        "long_name",
        "bad_tenant",
        "partner_id",
        "swapped",
        "own_tenant",
        "providers_tenant",
        "two_tenants",
        "bad_kind",
        "duplicate",
        "broken",
        "unknown_provider",
        "formula",
    ]
    said = list_results.csv_of([[n, "wrong", why, "x", "y"] for n, why in enumerate(whys)], label)
    assert "{what}" not in said
    assert all(line.count(",") >= 3 for line in said.splitlines())

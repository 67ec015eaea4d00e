"""The report's files reach Slack once: a picture and a table, whatever is lost on the way."""

from typing import Any

import pytest
from aiohttp import web

from bot.render import Words
from domain.store import table
from domain.tables import Outbox
from tests.bot.recording import RecordingSlack, refuse
from tests.bot.test_outbox import Post
from tests.conftest import Somebody, Workspace


@pytest.fixture
def post(workspace: Workspace, mira: Somebody, sam: Somebody, slack: RecordingSlack, words: Words) -> Post:
    mira.says("can I roll back?")
    sam.says("show me the report")
    with workspace.store.writing() as db:
        rows = table(Outbox)
        db.execute(rows.update().where(rows.c.kind == "files").values(state="waiting", attempts=0, leased_until=0))
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
    assert "picture and the table" in done["initial_comment"]
    assert [r.state for r in rows(post)] == ["sent"]


def test_what_was_uploaded_before_a_crash_is_not_uploaded_again(post: Post, slack: RecordingSlack) -> None:
    slack.plan["files.completeUploadExternal"] = [refuse(500, "fatal_error")]
    post.round()
    name = slack.of("files.getUploadURLExternal")[0]["filename"]
    assert [r.state for r in rows(post)] == ["waiting"]

    def there(_: dict[str, Any]) -> web.Response:
        return web.json_response({"ok": True, "messages": [{"ts": "1.0", "files": [{"name": name}]}]})

    slack.plan["conversations.history"] = [there]
    post.now = post.workspace.now.replace(year=2027)
    post.round(2)
    assert [r.state for r in rows(post)] == ["sent"]
    assert len(slack.of("files.completeUploadExternal")) == 1


def test_without_the_scope_the_row_fails_and_the_lane_goes_on(post: Post, slack: RecordingSlack) -> None:
    slack.plan["files.getUploadURLExternal"] = [refuse(200, "missing_scope"), refuse(200, "missing_scope")]
    post.round(2)
    assert [r.state for r in rows(post)] == ["failed"]

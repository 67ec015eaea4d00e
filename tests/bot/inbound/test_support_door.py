"""Hand-over as Slack sends it: signed requests to a running `serve`, a recording Web API on the
other side."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.inbound.payloads import heard_in, spelled
from dialogs.inputs import Message, MessageDeleted, MessageEdited
from tests.bot.recording import BOT, TEAM, RecordingSlack, Requests
from tests.bot.running import Running, until

pytestmark = pytest.mark.slow

SUPPORT, MIRA, SAM = "C01SUPPORT", "U01MIRA", "U04SAM"
QUESTION = "may a charity keep the sandbox of its sister company"


@pytest.fixture(scope="module")
def slack() -> Iterator[RecordingSlack]:
    slack = RecordingSlack()
    yield slack
    slack.stop()


@pytest.fixture(scope="module")
def bot(slack: RecordingSlack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("bot"), slack.url)
    running.seed()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def requests(bot: Running) -> Requests:
    return Requests(bot.url)


def posted(slack: RecordingSlack, template: str, many: int = 1) -> dict[str, Any]:
    """The latest of so many messages of a template, as Slack keeps it (with its ts)."""

    def found() -> Any:
        kept = [m for there in slack.messages.values() for m in there]
        these = [m for m in kept if template in m["metadata"]["event_payload"]["templates"]]
        return sorted(these, key=lambda m: float(m["ts"]))[-1] if len(these) >= many else None

    return dict(until(found))


def in_thread(
    requests: Requests, user: str, channel: str, thread: str, text: str, **more: Any
) -> str:
    ts = requests.ts()
    kind = "im" if channel.startswith("D") else "channel"
    event = {
        "type": "message",
        "channel": channel,
        "channel_type": kind,
        "user": user,
        "text": text,
        "ts": ts,
        "thread_ts": thread,
    }
    assert requests.event(event | more)[0] == 200
    return ts


def test_question_card_answer_edit_deletion_and_the_reply(
    slack: RecordingSlack, requests: Requests
) -> None:
    requests.says(MIRA, "talk to a person")
    posted(slack, "support/ask_words")
    requests.says(MIRA, QUESTION)
    shown = posted(slack, "support/ask_send")
    requests.clicks(MIRA, shown, "support.send.send")
    card = posted(slack, "support/card")
    assert card["channel"] == SUPPORT
    receipt = posted(slack, "support/handed_over")

    ts = in_thread(
        requests, SAM, SUPPORT, card["ts"], "<!channel> No, see <https://evil.example/x|Microsoft>"
    )
    answer = posted(slack, "support/answer")
    assert (answer["channel"], answer["thread_ts"]) == (receipt["channel"], receipt["ts"])
    assert [
        b["text"]["text"] for b in answer["blocks"] if b.get("text", {}).get("type") == "plain_text"
    ] == ["@channel No, see Microsoft (https[:]//evil[.]example/x)"]
    assert "<" not in answer["text"]

    changed = {
        "type": "message",
        "user": SAM,
        "text": "Yes, it may.",
        "ts": ts,
        "thread_ts": card["ts"],
        "edited": {"user": SAM},
    }
    before = {"type": "message", "user": SAM, "text": "No", "ts": ts, "thread_ts": card["ts"]}
    here = {
        "type": "message",
        "channel": SUPPORT,
        "channel_type": "channel",
        "event_ts": "1.1",
        "ts": requests.ts(),
    }
    requests.event(
        here | {"subtype": "message_changed", "message": changed, "previous_message": before}
    )
    until(
        lambda: [
            u
            for u in slack.of("chat.update")
            if u["ts"] == answer["ts"] and "Yes, it may." in str(u["blocks"])
        ]
    )

    in_thread(requests, MIRA, receipt["channel"], receipt["ts"], "and next year?")
    reply = posted(slack, "support/reply")
    assert (reply["channel"], reply["thread_ts"]) == (SUPPORT, card["ts"])
    requests.event(
        here | {"subtype": "message_deleted", "deleted_ts": ts, "previous_message": changed}
    )
    until(
        lambda: [
            u
            for u in slack.of("chat.update")
            if u["ts"] == answer["ts"] and "took this message back" in str(u["blocks"])
        ]
    )
    assert len(slack.posted("support/answer")) == 1


def test_the_card_shows_whose_it_is_after_a_press(
    slack: RecordingSlack, requests: Requests
) -> None:
    card = posted(slack, "support/card")
    seen = len(slack.of("chat.update"))
    requests.clicks(
        SAM, card | {"blocks": slack.of("chat.update")[-1]["blocks"]}, "card.deed.close"
    )
    until(
        lambda: [
            u
            for u in slack.of("chat.update")[seen:]
            if u["ts"] == card["ts"] and "*Closed* by Sam" in str(u["blocks"])
        ]
    )


def event(**more: Any) -> dict[str, Any]:
    whole = {"type": "message", "channel": SUPPORT, "channel_type": "channel", "ts": "9.9"} | more
    return {
        "team_id": TEAM,
        "event_id": "Ev1",
        "authorizations": [{"user_id": BOT, "is_bot": True}],
        "event": whole,
    }


def test_what_changed_is_told_from_what_only_got_a_preview() -> None:
    old = {"user": SAM, "text": "see <https://x.example>", "ts": "5.5", "thread_ts": "1.1"}
    changed = {"subtype": "message_changed", "previous_message": old}
    assert heard_in(event(**changed, message=old | {"attachments": [{}]})) is None
    heard = heard_in(event(**changed, message=old | {"text": "other &amp; better"}))
    assert isinstance(heard, MessageEdited)
    assert (heard.text, heard.ts, heard.where.thread, heard.slack) == (
        "other & better",
        "5.5",
        "1.1",
        SAM,
    )
    gone = heard_in(
        event(**changed, message={"subtype": "tombstone", "user": "USLACKBOT", "ts": "5.5"})
    )
    assert isinstance(gone, MessageDeleted)
    assert gone.slack == SAM
    assert isinstance(
        heard_in(event(subtype="message_deleted", deleted_ts="5.5", previous_message=old)),
        MessageDeleted,
    )
    for nobody in ({"bot_id": "B1"}, {"user": BOT}):
        assert (
            heard_in(
                event(subtype="message_deleted", deleted_ts="5.5", previous_message=old | nobody)
            )
            is None
        )
    assert heard_in(event(subtype="message_deleted", deleted_ts="5.5")) is None


def test_a_picture_alone_is_heard_as_a_picture() -> None:
    heard = heard_in(
        event(subtype="file_share", user=SAM, text="", files=[{"id": "F1"}], thread_ts="1.1")
    )
    assert isinstance(heard, Message)
    assert (heard.files, heard.text, heard.addressed) == (1, "", False)


@pytest.mark.parametrize(
    ("slack", "read"),
    [
        ("<!here> hi", "@here hi"),
        ("<!subteam^S012|@leads> hi", "@leads hi"),
        ("<!subteam^S012> hi", "@subteam hi"),
        ("<https://a.example/b|a.example/b>", "https://a.example/b"),
        (
            "<https://evil.example|https://microsoft.com>",
            "https://microsoft.com (https://evil.example)",
        ),
        ("<@U04SAM> &lt;b&gt;", "@U04SAM <b>"),
        ("<#C1|general>", "#general"),
        ("<mailto:a@b.c|a@b.c>", "mailto:a@b.c"),
        ("<!date^1^{date}|today>", "@date"),
    ],
)
def test_nothing_is_hidden_in_what_is_passed_on(slack: str, read: str) -> None:
    assert spelled(slack) == read

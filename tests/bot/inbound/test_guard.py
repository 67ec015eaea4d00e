"""Before Bolt: what is not Slack's gets in nowhere, and nothing of it is written down."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.inbound.guard import MAX_BODY, Guard, Refused, parse
from tests.bot.recording import (
    PATIENCE,
    SECRET,
    TEAM,
    RecordingSlack,
    Requests,
    click,
    direct,
    event_body,
    form,
)
from tests.bot.running import Running, until

JSON, FORM = b"application/json", b"application/x-www-form-urlencoded"
NOW = 1_700_000_000
CANARY = "xoxb-canary-7f3a"


def admit(
    body: bytes,
    *,
    kind: bytes = JSON,
    method: str = "POST",
    at: int = NOW,
    secret: str = SECRET,
    **headers: bytes | None,
) -> Any:
    """What the guard says to one request: the parsed body, or the refusal."""
    signed = Requests("", secret).signed(body, at)
    raw = {b"content-type": kind, b"content-length": str(len(body)).encode()} | {
        k.lower().encode(): v.encode() for k, v in signed.items()
    }
    for name, value in headers.items():
        key = name.replace("_", "-").encode()
        raw.pop(key, None)
        if value is not None:
            raw[key] = value
    chunks = [body[i : i + 50_000] for i in range(0, len(body), 50_000)] or [b""]

    async def receive() -> dict[str, Any]:
        chunk = chunks.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    try:
        return asyncio.run(Guard(SECRET, lambda: NOW).admit(method, raw, receive))
    except Refused as refused:
        return refused.status, refused.reason


GOOD = event_body(direct("U01MIRA", "hello", "1.1"), "Ev1")


def test_a_signed_event_gets_in() -> None:
    assert admit(GOOD)["event"]["text"] == "hello"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"method": "GET"}, 405),
        ({"content_length": None}, 411),
        ({"content_length": b"x"}, 411),
        ({"content_length": b"999999999"}, 413),
        ({"content_length": str(MAX_BODY + 1).encode()}, 413),
        ({"content_length": b"5"}, 413),
        ({"content_length": b"99999"}, 400),
        ({"transfer_encoding": b"chunked"}, 400),
        ({"content_encoding": b"gzip"}, 400),
        ({"x_slack_signature": None}, 401),
        ({"x_slack_request_timestamp": None}, 401),
        ({"x_slack_request_timestamp": b"abc"}, 401),
        ({"x_slack_request_timestamp": b"1.5"}, 401),
        ({"x_slack_request_timestamp": b"9" * 5000}, 401),
        ({"x_slack_signature": "v0=ü".encode()}, 401),
        ({"x_slack_signature": b"v0=" + b"0" * 64}, 401),
        ({"secret": "other"}, 401),
        ({"at": NOW - 301}, 401),
        ({"at": NOW + 301}, 401),
    ],
)
def test_what_is_not_signed_fresh_and_whole_is_refused(change: dict[str, Any], status: int) -> None:
    assert admit(GOOD, **change)[0] == status


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", JSON),
        (b"null", JSON),
        (b"[1]", JSON),
        (b"[" * 100_000, JSON),
        (b'{"a":' * 40 + b"1" + b"}" * 40, JSON),
        (b"\xff\xfe", JSON),
        (b'{"type":"event_callback"}', JSON),
        (b'{"type":"event_callback","team_id":"T","event_id":"E","event":[]}', JSON),
        (b'{"type":"event_callback","team_id":{},"event_id":"E","event":{"type":"message"}}', JSON),
        (
            b'{"type":"event_callback","team_id":"T","event_id":"E","event":{"type":"message","user":[1]}}',
            JSON,
        ),
        (b'{"type":NaN}', JSON),
        (b'{"type":"party"}', JSON),
        (b"payload=%7B", FORM),
        (b"payload=[]", FORM),
        (b"payload={}", FORM),
        (b"", FORM),
        (form({"type": "block_actions", "user": {"id": "U"}, "team": None, "actions": []}), FORM),
        (
            form(
                {"type": "block_actions", "user": {"id": "U"}, "team": {"id": "T"}, "actions": [1]}
            ),
            FORM,
        ),
        (
            form(
                {
                    "type": "view_submission",
                    "user": {"id": "U"},
                    "team": {"id": "T"},
                    "view": {"id": "V"},
                }
            ),
            FORM,
        ),
        (b"command=%2Fchangeover&team_id=T", FORM),
        (b"&".join(b"a%d=1" % n for n in range(500)), FORM),
    ],
)
def test_signed_but_malformed_is_refused_as_malformed(body: bytes, kind: bytes) -> None:
    assert admit(body, kind=kind)[0] == 400


def test_a_slow_sender_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.inbound.guard.READ_SECONDS", 0.05)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(10)
        raise AssertionError

    with pytest.raises(Refused) as refused:
        asyncio.run(Guard(SECRET, lambda: NOW).admit("POST", {b"content-length": b"10"}, receive))
    assert refused.value.status == 408


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([JSON, FORM, b"", b"text/plain"]))
def test_whatever_is_signed_is_parsed_or_refused_never_worse(body: bytes, kind: bytes) -> None:
    try:
        assert isinstance(parse(body, kind), dict)
    except Refused as refused:
        assert refused.status == 400


Json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda c: (
        st.lists(c, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "event",
                    "user",
                    "team",
                    "id",
                    "actions",
                    "view",
                    "team_id",
                    "event_id",
                    "channel",
                    "ts",
                    "action_id",
                    "text",
                ]
            ),
            c,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, RecordingSlack]]:
    slack = RecordingSlack()
    bot = Running(tmp_path_factory.mktemp("guard"), slack.url)
    bot.seed()
    bot.start()
    yield bot, slack
    bot.stop()
    slack.stop()


@settings(max_examples=150, deadline=None)
@given(
    Json,
    st.sampled_from(
        [
            "event_callback",
            "block_actions",
            "view_submission",
            "message_action",
            "block_suggestion",
            "view_closed",
        ]
    ),
)
@pytest.mark.slow
def test_signed_nonsense_is_never_a_server_error(
    served: tuple[Running, RecordingSlack], value: Any, kind: str
) -> None:
    requests = Requests(served[0].url)
    body = (value if isinstance(value, dict) else {"x": value}) | {"type": kind}
    if kind == "event_callback":
        status, _ = requests.send(json.dumps(body).encode(), JSON.decode())
    else:
        status, _ = requests.send(form(body), FORM.decode())
    assert status < 500


def test_nothing_of_a_refused_request_is_logged_and_nothing_changes(
    served: tuple[Running, RecordingSlack],
) -> None:
    bot, slack = served
    requests = Requests(bot.url)
    secret = event_body(direct("U01MIRA", CANARY, "1.1"), "EvX")
    assert requests.send(secret, "application/json", X_Slack_Signature="v0=" + "0" * 64)[0] == 401
    assert (
        requests.send(
            secret, "application/json", X_Slack_Request_Timestamp=str(int(time.time()) - 600)
        )[0]
        == 401
    )
    assert requests.send(b"{" + CANARY.encode(), "application/json")[0] == 400
    before = len(slack.posted())
    assert requests.says("U01MIRA", "thanks")[0] == 200
    until(lambda: len(slack.posted()) > before)
    assert slack.posted()[-1]["metadata"]["event_payload"]["template"] == "repair/thanks"
    files = b"".join(p.read_bytes() for p in Path(bot.folder).iterdir() if p.is_file())
    assert CANARY.encode() not in files
    import urllib.request

    with urllib.request.urlopen(bot.url + "/metrics", timeout=PATIENCE) as answer:
        figures = answer.read().decode()
    assert 'changeover_refused_total{reason="wrong_signature"}' in figures
    assert CANARY not in figures


def test_the_signed_challenge_is_answered_the_unsigned_is_not(
    served: tuple[Running, RecordingSlack],
) -> None:
    requests = Requests(served[0].url)
    body = json.dumps({"type": "url_verification", "challenge": "abc123"}).encode()
    assert requests.send(body, "application/json") == (200, b'{"challenge": "abc123"}')
    assert requests.send(body, "application/json", X_Slack_Signature="v0=" + "0" * 64)[0] == 401
    assert (
        requests.send(b"ssl_check=1", FORM.decode(), X_Slack_Signature="v0=" + "0" * 64)[0] == 401
    )


def test_a_click_from_another_workspace_changes_nothing(
    served: tuple[Running, RecordingSlack],
) -> None:
    bot, slack = served
    requests = Requests(bot.url)
    requests.says("U01MIRA", "start over")
    requests.says("U01MIRA", "I want to enroll")
    question = until(lambda: slack.posted("enroll/ask_profile"))[-1]
    foreign = click("U01MIRA", question, "enroll.profile.current", requests.ts()) | {
        "team": {"id": "T99OTHER"}
    }
    assert requests.send(form(foreign), FORM.decode())[0] == 200
    until(lambda: slack.posted("setup/not_yet"))
    assert not slack.posted("enroll/ask_tenant")
    assert TEAM != "T99OTHER"


def test_what_nobody_listens_to_is_answered_200(served: tuple[Running, RecordingSlack]) -> None:
    requests = Requests(served[0].url)
    assert requests.event({"type": "team_join", "user": {"id": "U7"}})[0] == 200
    assert (
        requests.event(
            {"type": "message", "subtype": "message_changed", "channel": "D1", "ts": "1.1"}
        )[0]
        == 200
    )
    assert requests.event(direct("U00BOT", "me myself", "1.7"))[0] == 200
    assert requests.event(direct("U01MIRA", "x", "1.8") | {"bot_id": "B1"})[0] == 200
    base = {"user": {"id": "U01MIRA"}, "team": {"id": TEAM}}
    for payload in (
        {"type": "shortcut", "callback_id": "start"},
        {"type": "message_action", "callback_id": "save", "message": {}, "channel": {"id": "C"}},
        {"type": "view_closed", "view": {"id": "V", "callback_id": "enroll/form"}},
    ):
        assert requests.send(form(base | payload), FORM.decode())[0] == 200

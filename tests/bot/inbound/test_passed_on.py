"""The shortcut and the mail in Slack, by signed requests; whither the token goes; and that no link
is ever opened."""

import socket
from typing import Any

import pytest
from aiohttp import web

from bot.inbound.payloads import mail_in, passed_in, said_in
from bot.outbound.downloads import is_slacks
from dialogs.inputs import FileShared, Message
from tests.bot.recording import TEAM, RecordingSlack, Requests, direct, form, refuse
from tests.bot.running import Running, until
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_invitation import CUSTOMER, EVIL, LINK
from tests.dialogs.abilities.test_mail import eml

pytestmark = pytest.mark.slow

FORM = "application/x-www-form-urlencoded"


def shortcut(text: str, **message: Any) -> dict[str, Any]:
    return {
        "type": "message_action",
        "callback_id": "relay_invitation",
        "trigger_id": "1.2",
        "action_ts": "1.2",
        "team": {"id": TEAM},
        "user": {"id": "U01MIRA", "team_id": TEAM, "name": "mira"},
        "channel": {"id": "C09"},
        "message_ts": "1.0",
        "message": {"type": "message", "user": "U09", "ts": "1.0", "text": text} | message,
    }


def test_the_shortcut_and_a_forwarded_mail_over_http(bot: Running, slack: RecordingSlack) -> None:
    requests = Requests(bot.url)
    assert requests.send(form(shortcut(f"from the disti: <{LINK}|the invite>")), FORM)[0] == 200
    (asked,) = until(lambda: slack.posted("invitation/ask_said_from"))
    assert asked["channel"] == "DU01MIRA"
    requests.says("U01MIRA", "Fabrikam")
    until(lambda: slack.posted("invitation/passed_on"))

    slack.plan["files.email"] = [
        refuse(503),
        lambda args: web.Response(body=eml(f"another invitation: {LINK}7")),
    ]
    file = {"id": "F1", "filetype": "email", "url_private_download": slack.url + "files.email"}
    assert (
        requests.event(
            direct("U01MIRA", "", requests.ts()) | {"subtype": "file_share", "files": [file]}
        )[0]
        == 200
    )
    until(lambda: slack.posted("invitation/mail_looking"))
    until(lambda: len(slack.posted("invitation/passed_on")) == 2)
    assert "https" not in bot.log()


def test_a_list_of_customers_over_http(bot: Running, slack: RecordingSlack) -> None:
    requests = Requests(bot.url)
    slack.plan["files.list"] = [
        refuse(503),
        lambda args: web.Response(body="Firma;Mandant\nMüller AG;\n;x\n".encode("utf-16")),
    ]
    file = {
        "id": "F2",
        "filetype": "csv",
        "name": "kunden.csv",
        "url_private_download": slack.url + "files.list",
    }
    assert (
        requests.event(
            direct("U01MIRA", "", requests.ts()) | {"subtype": "file_share", "files": [file]}
        )[0]
        == 200
    )
    until(lambda: slack.posted("customers/list_looking"))
    (taken,) = until(lambda: slack.posted("customers/taken"))
    assert "Müller AG" in str(taken)
    slack.plan["files.list"] = [lambda args: web.Response(body=b"PK\x03\x04...")]
    sheet = file | {"id": "F3", "filetype": "xlsx"}
    assert (
        requests.event(
            direct("U01MIRA", "", requests.ts()) | {"subtype": "file_share", "files": [sheet]}
        )[0]
        == 200
    )
    assert until(lambda: slack.posted("customers/bad_list"))


def test_a_mail_is_known_by_its_file_and_a_shortcut_by_its_message() -> None:
    file = {"id": "F1", "mode": "email", "url_private": "https://files.slack.com/x"}
    assert mail_in({"files": [{"filetype": "pdf"}, file]}) == ("F1", "https://files.slack.com/x")
    assert mail_in({"files": ["odd", {"filetype": "email"}]}) is None
    assert isinstance(passed_in(shortcut("", files=[file])), FileShared)
    said = passed_in(shortcut("no link here"))
    assert isinstance(said, Message)
    assert said.intent == "relay_invitation"
    body = {
        "event": direct("U01MIRA", "", "1.1") | {"subtype": "file_share", "files": [file]},
        "event_id": "E1",
        "team_id": TEAM,
    }
    assert isinstance(said_in(body), FileShared)


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://files.slack.com/files-pri/T1-F1/mail.eml", True),
        ("http://127.0.0.1:9/api/file", True),
        ("http://files.slack.com/x", False),
        ("https://files.slack.com.evil.example/x", False),
        ("https://evil.example/files.slack.com", False),
        ("https://a@files.slack.com/x", False),
        ("https://files.slack.com:8443/x", False),
        ("http://127.0.0.1:10/x", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
        ("https://evil.example\\@files.slack.com/", False),
    ],
)
def test_the_token_goes_to_slack_alone(url: str, ours: bool) -> None:
    assert is_slacks(url, "http://127.0.0.1:9/api/") == ours


def test_no_link_is_ever_opened(
    workspace: Workspace, mira: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*args: object, **more: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", opened)
    monkeypatch.setattr(socket, "getaddrinfo", opened)
    for link in (
        LINK,
        CUSTOMER,
        EVIL,
        "https://bit.ly/x",
        "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.example",
    ):
        mira.says(link)
        mira.says("cancel")


@pytest.mark.parametrize(
    "file",
    [
        {"filetype": "text", "mimetype": "message/rfc822", "name": "invitation"},
        {
            "filetype": "binary",
            "mimetype": "application/octet-stream",
            "name": "Partnership Invitation.EML",
        },
        {"filetype": "eml", "name": ""},
    ],
)
def test_a_mail_that_was_saved_and_uploaded_is_read_like_a_forwarded_one(
    file: dict[str, str],
) -> None:
    kept = file | {"id": "F7", "url_private_download": "https://files.slack.com/x"}
    assert mail_in({"files": [kept]}) == ("F7", "https://files.slack.com/x")
    assert (
        mail_in(
            {"files": [kept | {"mimetype": "text/plain", "filetype": "text", "name": "eml.txt"}]}
        )
        is None
    )


def test_a_saved_mail_over_http_and_one_that_is_none(bot: Running, slack: RecordingSlack) -> None:
    requests = Requests(bot.url)
    slack.plan["files.saved"] = [
        lambda args: web.Response(body=eml(f"the invitation of our provider: {LINK}")),
        lambda args: web.Response(body=b"\x00" * 40),
    ]
    file = {
        "id": "F8",
        "filetype": "text",
        "name": "invitation.eml",
        "url_private_download": slack.url + "files.saved",
    }
    for number, template in (("F8", "invitation/passed_on"), ("F9", "invitation/mail_unread")):
        event = direct("U01MIRA", "", requests.ts()) | {
            "subtype": "file_share",
            "files": [file | {"id": number}],
        }
        assert requests.event(event)[0] == 200
        until(lambda name=template: slack.posted(name))

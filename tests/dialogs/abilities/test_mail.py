"""Mails that are passed on: an invitation reaches the admin once, a claim is never believed,
nothing is opened."""

import io
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli import mail as command
from bot.inbound.raw_email import MOST_BYTES, NoMail, read
from dialogs.inputs import EmailForwarded, Mail, Origin
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_invitation import CUSTOMER, EVIL, LINK, accepted, state  # noqa: F401


def eml(
    text: str = f"Please accept:\n\n{LINK}\n\nRegards, Anna",
    html: str = "",
    subject: str = "Partnership invitation",
    sender: str = "Anna Berg <anna@fabrikam.example>",
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Message-ID"] = (
        sender,
        "partner@contoso.example",
        subject,
        "<1@fabrikam.example>",
    )
    if text:
        message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html") if text else message.set_content(
            html, subtype="html"
        )
    message.add_attachment(
        b"\x00" * 100, maintype="application", subtype="pdf", filename="terms.pdf"
    )
    return message.as_bytes()


def pipe(workspace: Workspace, raw: bytes, **options: str) -> str:
    named = {"team": "", "partner": "", "slack": ""} | options
    became = command.take(workspace.store, io.BytesIO(raw), **named, now=lambda: workspace.now)
    workspace.send()
    return became


def forwards(person: Somebody, raw: bytes) -> Somebody:
    mail = read(raw)
    person.workspace.take(
        EmailForwarded((f"mail:{mail.digest}",), person.slack, mail, Origin(f"D{person.slack}")),
        person,
    )
    return person


def test_a_piped_invitation_reaches_grace_once_also_when_piped_twice(
    accepted: Workspace, grace: Somebody
) -> None:
    assert pipe(accepted, eml()) == "sent"
    assert pipe(accepted, eml()) == "taken_before"
    assert pipe(accepted, b"Received: from elsewhere\n" + eml()) == "taken_before"
    got = [m for m in accepted.messages_to("Grace") if m.templates == ["invitation/for_admin"]]
    assert len(got) == 1
    assert f"<{LINK}|partner.microsoft.com>" in got[0].words
    assert "who sent it isn't proven" in got[0].words
    assert "fabrikam.example" in got[0].words
    assert ["invitation/mail_came"] in [m.templates for m in accepted.messages_to("#C02ADMINS")]


def test_the_same_invitation_in_another_mail_is_not_sent_twice(accepted: Workspace) -> None:
    pipe(accepted, eml())
    assert pipe(accepted, eml(f"reminder: {LINK}")) == "known"
    assert (
        len([m for m in accepted.messages_to("Grace") if "invitation/for_admin" in m.templates])
        == 1
    )


def test_before_the_agreement_a_piped_invitation_waits(
    workspace: Workspace, mira: Somebody, grace: Somebody
) -> None:
    assert pipe(workspace, eml()) == "waits"
    mira.reports("we accepted the agreement today")
    assert ["invitation/for_admin"] in [m.templates for m in workspace.messages_to("Grace")]


@pytest.mark.parametrize(
    ("text", "became"),
    [
        (CUSTOMER, "explained"),
        (EVIL, "refused"),
        ("no link", "nothing"),
        (
            "Your indirect reseller enrollment was approved. https://partner.microsoft.com/dashboard/home",
            "claim",
        ),
    ],
)
def test_other_mails_are_told_apart_and_reach_no_admin(
    accepted: Workspace, text: str, became: str
) -> None:
    assert pipe(accepted, eml(text, subject="News")) == became
    assert [m for m in accepted.messages_to("Grace") if "invitation/for_admin" in m.templates] == []


def test_html_alone_is_read_and_what_hides_links_is_not(accepted: Workspace) -> None:
    page = f'<html><head><meta charset="utf-8"></head><body><p><a href="{LINK}1">Accept the invitation</a></p></body></html>'
    assert pipe(accepted, eml("", page)) == "sent"
    assert (
        pipe(
            accepted,
            eml(
                "",
                page.replace("1", "2").replace(
                    'charset="utf-8"', 'http-equiv="refresh" content="0;url=x"'
                ),
            ),
        )
        == "refused"
    )


def test_a_forwarded_file_is_passed_on_and_the_bringer_is_told(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    forwards(mira, eml()).hears("invitation/passed_on")
    assert [m.templates for m in grace.heard] == [["invitation/for_admin"]]
    forwards(mira, eml()).hears_nothing()


def test_the_sender_inside_a_forwarded_mail_counts_as_the_claim(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    text = f"see below\n\nFrom: Anna Berg <anna@fabrikam.example>\nSent: today\n\nAccept: {LINK}"
    forwards(mira, eml(text, subject="FW: invitation", sender="Mira <mira@contoso.example>"))
    assert "fabrikam.example" in grace.words
    assert "contoso.example" not in grace.words


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("Your application for indirect reseller was approved", "x@microsoft.com"),
        ("Action needed: verify your e-mail account", "maccount@microsoft.com"),
    ],
)
def test_a_claim_is_not_believed_by_its_sender(
    workspace: Workspace, mira: Somebody, text: str, sender: str
) -> None:
    before = workspace.case().enrollment
    forwards(mira, eml(text, subject="Microsoft", sender=sender)).hears("invitation/mail_claim")
    assert "forged" in mira.words
    assert workspace.case().enrollment == before


def test_a_mail_without_a_link_says_so(workspace: Workspace, mira: Somebody) -> None:
    forwards(mira, eml("hello", subject="hi")).hears("invitation/mail_unread")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"hello\nworld", "no_headers"),
        (b"x" * (MOST_BYTES + 1), "too_large"),
        (b"\x00\xff\xfe" * 10, "no_headers"),
    ],
    ids=range(5),
)
def test_what_is_no_mail_is_refused_with_a_reason(raw: bytes, why: str) -> None:
    with pytest.raises(NoMail) as refused:
        read(raw)
    assert refused.value.why == why


def test_parts_that_are_odd_are_taken_as_far_as_they_go() -> None:
    odd = b"From: a@b.example\nContent-Type: text/plain; charset=klingon\nContent-Transfer-Encoding: base64\n\n!!!!\n"
    assert read(odd).address == "a@b.example"
    long = eml("x" * 200_001)
    assert read(long).texts == ()
    assert (
        read(b"From mbox@x Tue\nFrom: a@b.example\nSubject: =?utf-8?q?caf=C3=A9?=\n\nhi\n").subject
        == "café"
    )
    assert isinstance(read(b"From: \nSubject: x\nDate: never\n\n"), Mail)


def test_errors_of_the_command_say_what_to_do(
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(command.BadMail, match="no workspace 'T99'; there are: T01"):
        pipe(workspace, eml(), team="T99")
    with pytest.raises(command.BadMail, match="no partner 'Nobody'; there are: Contoso"):
        pipe(workspace, eml(), partner="Nobody")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'x.db'}")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(eml())))
    assert main(["mail"]) == 1
    assert "run changeover seed first" in capsys.readouterr().err


def test_as_somebody_she_is_answered_in_her_messages(
    accepted: Workspace, mira: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialogs.assistant.load_assistant", lambda: accepted.assistant)
    assert pipe(accepted, eml(), slack="U01MIRA") == "answered"
    assert mira.last.templates == ["invitation/passed_on"]
    assert isinstance(accepted.now, datetime)
    assert state(accepted, "fabrikam.example") == "FormValidated"

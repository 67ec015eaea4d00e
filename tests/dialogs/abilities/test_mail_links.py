"""Links over a whole raw mail: a refresh refuses it, two different links are two in whatever part,
a page is asked about."""

import itertools
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.inbound.raw_email import MOST_PARTS, read
from domain.links.link_html import in_html
from domain.links.link_meta import without_harmless_meta
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_invitation import EVIL, LINK, PAGE, accepted  # noqa: F401
from tests.dialogs.abilities.test_mail import eml, forwards, pipe

ANCHOR = f'<a href="{LINK}">Accept</a>'
REFRESH = (
    "http-equiv=refresh",
    "http-equiv='Refresh'",
    'HTTP-EQUIV = "REFRESH"',
    'http-equiv="&#114;efresh"',
    "http-equiv=&#x72;efresh",
    'http-equiv=" refresh "',
)
TARGET = (
    'content="0;url=https://evil.example/"',
    "content='0; URL=https://evil.example'",
    "content=0;url=//evil.example",
)
BESIDE = (
    "charset=utf-8",
    'charset="utf-8>"',
    "name=generator",
    'name="viewport"',
    "http-equiv=content-type",
    "content=x",
    "lang=en",
    "charset",
)


IDS = itertools.count(10)


def given_to_grace(workspace: Workspace) -> list[str]:
    return [
        m.words for m in workspace.messages_to("Grace") if "invitation/for_admin" in m.templates
    ]


@settings(max_examples=400, deadline=None)
@given(
    st.permutations(range(3)),
    st.sampled_from(REFRESH),
    st.sampled_from(TARGET),
    st.sampled_from(BESIDE),
    st.sampled_from([" ", "\n", "/", "\t "]),
    st.sampled_from([">", "/>", " >"]),
)
@pytest.mark.slow
def test_a_refresh_refuses_the_mail_whatever_stands_beside_it(
    order: list[int], refresh: str, target: str, beside: str, blank: str, end: str
) -> None:
    said = blank.join([refresh, target, beside][n] for n in order)
    text = read(
        eml("", f"<html><head><meta{blank}{said}{end}</head><body>{ANCHOR}</body></html>")
    ).texts[0][1]
    assert in_html(text).reason in ("tags", "attributes"), text


@pytest.mark.parametrize(
    "tag",
    [
        '<meta charset="utf-8">',
        "<META CHARSET=utf-8 />",
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">',
        '<meta name="viewport" content="width=device-width">',
        "<meta name=Generator content='Microsoft Word 15'>",
        '<meta name="x-apple-disable-message-reformatting">',
    ],
)
def test_what_every_mail_program_writes_does_not_refuse_it(accepted: Workspace, tag: str) -> None:
    assert (
        pipe(accepted, eml("", f"<html><head>{tag}</head><body>{ANCHOR}</body></html>")) == "sent"
    )


def test_what_is_no_tag_is_not_taken_out() -> None:
    for text in (
        '<a title="<meta charset=x>" href="y">',
        "<!-<meta charset=x>- ",
        "<title><meta charset=x></title>",
        "<!-- <meta charset=x> -->",
    ):
        assert without_harmless_meta(text) == text
    for bomb in ("<a " * 66_000, "<meta " * 33_000, "<meta charset=x>" * 12_000):
        read(eml("", bomb))


def nested(inner: bytes, text: str = f"see the mail below: {LINK}") -> bytes:
    from email import message_from_bytes, policy

    outer = EmailMessage()
    outer["From"], outer["Subject"], outer["Message-ID"] = (
        "Anna <anna@fabrikam.example>",
        "invitation",
        "<9@fabrikam.example>",
    )
    outer.set_content(text)
    outer.add_attachment(message_from_bytes(inner, policy=policy.default))
    return outer.as_bytes()


def parts(*found: tuple[str, str]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = (
        "Anna <anna@fabrikam.example>",
        "invitation",
        f"<{next(IDS)}@fabrikam.example>",
    )
    mail.make_mixed()
    for kind, text in found:
        part = EmailMessage()
        part.set_content(text, subtype=kind)
        mail.attach(part)
    return mail.as_bytes()


TEXTS = (
    ("plain", "see {0}"),
    ("html", '<p><a href="{0}">x</a></p>'),
    ("html", '<div style="display:none"><a href="{0}">x</a></div>'),
    ("enriched", "see {0}"),
    ("x-amp-html", '<p><a href="{0}">x</a></p>'),
)
PAIRS = list(itertools.product(TEXTS, TEXTS))


@pytest.mark.parametrize("other", [EVIL, "https://www.example.org/", PAGE, f"{LINK}9"])
def test_two_different_links_are_two_in_whatever_parts_they_are(
    accepted: Workspace, other: str
) -> None:
    for (kind, form), (second, shape) in PAIRS:
        for first, last in ((LINK, other), (other, LINK)):
            assert (
                pipe(accepted, parts((kind, form.format(first)), (second, shape.format(last))))
                == "refused"
            )
    assert pipe(accepted, nested(eml(f"open {other}"))) == "refused"
    assert (
        pipe(accepted, nested(nested(eml("", f'<a href="{other}">x</a>'), "see below")))
        == "refused"
    )
    assert pipe(accepted, eml(f"open {LINK}", f'<a href="{other}">x</a>')) == "refused"
    assert given_to_grace(accepted) == []


def test_the_same_link_in_all_parts_is_one(accepted: Workspace) -> None:
    assert pipe(accepted, nested(eml(f"open {LINK}", f"<p>{ANCHOR}</p>"))) == "sent"
    assert f"<{LINK}|partner.microsoft.com>" in given_to_grace(accepted)[0]


def test_addresses_of_people_are_no_links(accepted: Workspace) -> None:
    text = f"From: Anna <mailto:anna@fabrikam.example>\nTo: mira@contoso.example\n\n{LINK}\n\nAnna, anna@fabrikam.example"
    html = f'<p>From: <a href="mailto:anna@fabrikam.example">anna@fabrikam.example</a></p>{ANCHOR}'
    assert pipe(accepted, eml(text, html)) == "sent"


def test_what_could_not_be_read_refuses_the_mail(accepted: Workspace) -> None:
    assert pipe(accepted, parts(("plain", LINK), ("plain", "x" * 200_001))) == "refused"
    assert pipe(accepted, parts(("plain", LINK), *[("plain", "x")] * MOST_PARTS)) == "refused"
    inner = nested(eml(f"open {EVIL}")).replace(
        b"Content-Type: message/rfc822\n",
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n",
    )
    assert pipe(accepted, inner) == "refused"
    assert given_to_grace(accepted) == []


def test_two_links_in_a_forwarded_mail_are_asked_about(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    forwards(mira, eml(f"open {LINK}", '<a href="https://www.example.org/">x</a>')).hears(
        "invitation/ask_only_that"
    )
    assert grace.heard == []


def test_a_page_that_is_no_invitation_is_asked_about(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(f"here is the provider's invitation: {PAGE}").hears("invitation/ask_is_invitation")
    mira.clicks("invitation.is_invitation.just_a_page")
    cut = LINK.partition("?")[0]
    mira.says(f"the invitation: {cut}").hears("invitation/ask_is_invitation")
    mira.clicks("invitation.is_invitation.just_a_page")
    forwards(mira, eml(f"our partnership invitation: {PAGE}")).hears("invitation/ask_is_invitation")
    assert pipe(accepted, eml(f"our invitation, once more: {PAGE}")) == "page"
    assert grace.heard == []


def test_a_pasted_address_that_was_cut_is_joined_or_asked_for(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    at = LINK.index("itation?")
    mira.says(f"please relay\n{LINK[:at]}\n{LINK[at:]}").says("Fabrikam").hears(
        "invitation/passed_on"
    )
    assert f"<{LINK}|partner.microsoft.com>" in grace.words
    mira.says("x", raw=f"please relay <{PAGE[:-2]}>\n{PAGE[-2:]} for the invitation").hears(
        "invitation/explain"
    )
    assert "paste the whole address" in mira.words
    assert len(given_to_grace(accepted)) == 1


def test_a_wrapped_invitation_in_a_mail_arrives_whole(accepted: Workspace) -> None:
    for n, width in enumerate((60, 72, 76)):
        link = f"{LINK}&n={n}"
        lines = " \n".join(link[at : at + width] for at in range(0, len(link), width))
        assert pipe(accepted, eml(f"Hello,\n\nplease accept:\n{lines}\n\nRegards, Anna")) == "sent"
        assert (
            f"<{link.replace('&', '&amp;')}|partner.microsoft.com>" in given_to_grace(accepted)[-1]
        )

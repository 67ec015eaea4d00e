"""The judgement of the one link in a text. What is written around a link counts against it: a label that names another host,
a second link, a call to everybody. Opens nothing.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from unicodedata import normalize

from domain.link_found import Found, Link, in_mail_text, in_slack
from domain.link_html import in_html
from domain.link_policy import POLICY, Policy
from domain.link_tricks import DOTS, INVISIBLE
from domain.links import Judgement, Kind, judge

LABEL_AT_MOST = 300
_HOST_LIKE = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}")


class Form(StrEnum):
    URL = "url"
    SLACK = "slack"
    EMAIL_HTML = "email_html"
    EMAIL_TEXT = "email_text"


FINDERS: dict[Form, Callable[[str], Found]] = {Form.SLACK: in_slack, Form.EMAIL_TEXT: in_mail_text, Form.EMAIL_HTML: in_html}


def judge_text(form: str, text: str, policy: Policy = POLICY) -> Judgement:
    """The judgement of the one link in a text of this form. Takes any text; raises ValueError for an unknown form only."""
    return judge(text, policy) if Form(form) is Form.URL else judge_found(FINDERS[Form(form)](text), policy)


def judge_found(found: Found, policy: Policy = POLICY) -> Judgement:
    """All links must be one and the same, and what is written on them must not name another host."""
    judged = [judge(link.target, policy) for link in found.links]
    if found.reason:
        kinds = {j.kind for j in judged}
        return Judgement(kinds.pop() if len(kinds) == 1 else Kind.UNKNOWN, found.reason)
    if not judged:
        return Judgement(Kind.UNKNOWN, "no_link")
    if len({j.relay or link.target for j, link in zip(judged, found.links, strict=True)}) > 1:
        return Judgement(Kind.UNKNOWN, "two_links")
    wrong = (wrong_label(link, j) for link, j in zip(found.links, judged, strict=True) if j.accepted)
    reason = next((reason for reason in wrong if reason), "")
    return replace(judged[0], reason=reason, relay="") if reason else judged[0]


def wrong_label(link: Link, judged: Judgement) -> str:
    """A label may say what it likes, but not name a place to which the link does not lead."""
    if len(link.label) > LABEL_AT_MOST:
        return "label_too_long"
    if INVISIBLE.search(re.sub(r"[\t\r\n]", " ", link.label)):
        return "label"
    said = normalize("NFKC", link.label).translate(DOTS).lower()
    return "label" if any(host != judged.host for host in _HOST_LIKE.findall(said)) else ""

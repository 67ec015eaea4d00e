"""The judgement of the one link in a text. What is written around a link counts against it: a label
that names another host, a second link, a call to everybody. Opens nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from domain.links.link_found import Found, Link, in_mail_text, in_slack
from domain.links.link_html import in_html
from domain.links.link_label import wrong_label
from domain.links.link_policy import POLICY, Policy
from domain.links.link_wrapped import whole
from domain.links.links import Judgement, Kind, judge


class Form(StrEnum):
    URL = "url"
    SLACK = "slack"
    EMAIL_HTML = "email_html"
    EMAIL_TEXT = "email_text"


FINDERS: dict[Form, Callable[[str], Found]] = {
    Form.SLACK: in_slack,
    Form.EMAIL_TEXT: in_mail_text,
    Form.EMAIL_HTML: in_html,
}


def judge_text(form: str, text: str, policy: Policy = POLICY) -> Judgement:
    """The judgement of the one link in a text of this form. Takes any text; raises ValueError for
    an unknown form only."""
    return (
        judge(text, policy)
        if Form(form) is Form.URL
        else judge_found(FINDERS[Form(form)](text), policy)
    )


def judge_found(found: Found, policy: Policy = POLICY) -> Judgement:
    """All links must be one and the same, and what is written on them must not name another
    host."""
    links = [whole_of(link, policy) for link in found.links]
    judged = [
        judge(link.target, policy) if link else Judgement(Kind.UNKNOWN, "wrapped") for link in links
    ]
    if found.reason:
        kinds = {j.kind for j in judged}
        return Judgement(kinds.pop() if len(kinds) == 1 else Kind.UNKNOWN, found.reason)
    if not judged:
        return Judgement(Kind.UNKNOWN, "no_link")
    if (
        len(
            {
                j.relay or (link or was).target
                for j, link, was in zip(judged, links, found.links, strict=True)
            }
        )
        > 1
    ):
        return Judgement(Kind.UNKNOWN, "two_links")
    wrong = (
        wrong_label(link.label, j.host)
        for link, j in zip(links, judged, strict=True)
        if link and j.accepted
    )
    reason = next((reason for reason in wrong if reason), "")
    return replace(judged[0], reason=reason, relay="") if reason else judged[0]


def whole_of(link: Link, policy: Policy) -> Link | None:
    """The link with what a line break had cut off; None when it cannot be told where its address
    ends."""
    if not link.rest and link.label not in ("", link.target):
        return link
    address = whole(link.target + link.ending, link.rest, lambda one: judge(one, policy))
    return replace(link, target=address, rest=(), ending="") if address is not None else None

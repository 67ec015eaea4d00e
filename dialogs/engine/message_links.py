"""Finds the link in a message and judges it, and separates it from the rest of the text. Pure;
knows no flow."""

import re
from dataclasses import dataclass, replace
from typing import Any

from domain.links.link_found import Found, Link, in_mail_text, in_slack, without_links
from domain.links.link_policy import Policy
from domain.links.link_text import judge_found
from domain.links.links import Judgement, Kind, judge

# These words say that a Partner Center page is an invitation (G-PARTNERSHIP-URL).
INVITES = re.compile(
    r"\b(?:invit\w*|partnership|onboarding link|provider'?s? link)\b", re.IGNORECASE
)
# Below a mail's last greeting its sender's home page is no second link, unless it looks like ours.
_SIGNS = re.compile(
    r"^[>\s*]*(?:--|(?:many )?thanks|thank you|cheers|best|(?:kind|warm|best) regards|regards"
    r"|sincerely|yours|mit freundlichen|viele|freundliche|cordialement|sent from)",
    re.IGNORECASE | re.MULTILINE,
)
_HOME_PAGE = re.compile(r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}/?", re.IGNORECASE | re.ASCII)
OURS = ("microsoft", "partner", "invit")
INTENT = "relay_invitation"
SHOWN, MOST = 200, 3


@dataclass(frozen=True)
class Passed:
    """`only`: the one of several links that could be an invitation, "" if that is not clear."""

    judged: Judgement
    rest: str
    links: tuple[Link, ...]
    only: str = ""

    @property
    def matters(self) -> bool:
        """Is it a kind of link that people confuse with an invitation, or a link that imitates one?
        An unrelated page does not matter."""
        by_looks = any(sign in link.target.lower() for link in self.links for sign in OURS)
        return self.judged.kind not in (Kind.PAGE, Kind.UNKNOWN) or (
            not self.judged.accepted and by_looks
        )

    def slot(self) -> dict[str, Any]:
        """The link as plain values, for a slot of a flow."""
        return {
            "kind": str(self.judged.kind),
            "reason": self.judged.reason,
            "relay": self.judged.relay,
            "ids": self.judged.ids,
            "shown": [dead(link.target) for link in self.links[:MOST]],
            "only": self.only,
            "matters": self.matters,
            "said_so": bool(INVITES.search(self.rest)),
            "rest": self.rest[:SHOWN],
        }


def passed_on(text: str, raw: str, policy: Policy) -> Passed | None:
    """The link in a message; None if there is none. `raw`: the text in Slack's mark-up, "" for
    plain text."""
    found = in_slack(raw) if raw else Found(in_mail_text(text).links)
    found = replace(found, links=_without_home_pages(found.links, raw or text))
    return (
        of_found(
            found,
            without_links(raw, slack=True) if raw else without_links(text, slack=False),
            policy,
        )
        if found.links
        else None
    )


def _without_home_pages(links: tuple[Link, ...], text: str) -> tuple[Link, ...]:
    """The links without those home pages that stand in a mail's signature only."""
    signs = _SIGNS.search(text)
    if signs is None:
        return links
    above = text[: signs.start()]
    kept = tuple(
        link
        for link in links
        if link.target in above
        or not _HOME_PAGE.fullmatch(link.target)
        or any(sign in link.target.lower() for sign in OURS)
    )
    return kept or links


def of_found(found: Found, rest: str, policy: Policy) -> Passed:
    """The same for links that were found elsewhere, such as in a mail."""
    judged = judge_found(found, policy)
    return Passed(
        judged, rest, found.links, _only(found, policy) if judged.reason == "two_links" else ""
    )


def _only(found: Found, policy: Policy) -> str:
    """The only one of several links that leads to Partner Center, if its label is honest."""
    alone = {
        j.relay
        for link in found.links
        if (j := judge_found(Found((link,)), policy)).kind in (Kind.CANDIDATE, Kind.PAGE)
    }
    relays = {relay for relay in alone if relay}
    candidates = {relay for relay in relays if judge(relay, policy).kind is Kind.CANDIDATE}
    best = candidates or relays
    return best.pop() if len(best) == 1 else ""


def dead(target: str) -> str:
    """The address as text that cannot be clicked, without parts that may be a secret."""
    place, mark, _ = target.partition("?")
    place = place.partition("#")[0].replace("://", "[:]//").replace(".", "[.]")
    return place[:SHOWN] + ("?…" if mark else "")

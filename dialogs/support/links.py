"""Links in what a supporter writes: judged by the one rule, each by itself; the others stay dead
text. Opens none; no words.

What is within the policy goes on as it was judged, written anew. No link is said to be good: its
kind is named, no more.
"""

from dataclasses import dataclass, field
from typing import Any

from dialogs.engine.message_links import dead
from domain.links.link_found import Found, Link, in_mail_text, in_slack
from domain.links.link_policy import DOCUMENTATION, Policy
from domain.links.link_text import judge_found
from domain.links.links import Judgement
from domain.providers import invitation
from domain.storage.store import Tx

DOCS = "documentation"


@dataclass(frozen=True)
class Cleared:
    """`text`: as it may go on; `passed`: its links, by kind and address; `held`: those that stay
    dead text, and why."""

    text: str
    passed: list[dict[str, str]] = field(default_factory=list)
    held: list[dict[str, str]] = field(default_factory=list)


def clear(tx: Tx, partner: str, text: str, raw: str) -> Cleared:
    """`text` as people read it, what its labels hide written out; `raw`: Slack's mark-up of it, ""
    where there is none."""
    found = in_slack(raw) if raw else in_mail_text(text)
    links = found.links if found.reason != "text_too_long" else in_mail_text(text).links
    policy = invitation.policy_of(tx, partner) if links else DOCUMENTATION
    done = Cleared(text)
    for link in sorted(links, key=lambda one: -len(one.target)):
        done = _one(done, link, policy)
    return done


def _one(done: Cleared, link: Link, policy: Policy) -> Cleared:
    kind, judged = _judged(link, policy)
    if judged.accepted:
        now = done.text.replace(link.target, judged.relay)
        return Cleared(
            now,
            [*done.passed, {"kind": kind, "link": judged.relay, "host": judged.host}],
            done.held,
        )
    shown = dead(link.target)
    return Cleared(
        done.text.replace(link.target, shown),
        done.passed,
        [*done.held, {"shown": shown, "reason": judged.reason}],
    )


def _judged(link: Link, policy: Policy) -> tuple[str, Judgement]:
    """Microsoft's documentation of Partner Center is within what people may be sent to, too."""
    judged = judge_found(Found((link,)), policy)
    if judged.accepted:
        return str(judged.kind), judged
    docs = judge_found(Found((link,)), DOCUMENTATION)
    return (DOCS, docs) if docs.accepted else (str(judged.kind), judged)


def worst(cleared: list[Cleared]) -> list[dict[str, Any]]:
    """Every link that stayed dead for one of the askers, each once."""
    return list({one["shown"]: one for each in cleared for one in each.held}.values())

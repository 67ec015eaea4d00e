"""What a link is that is no provider's invitation, as values for words; and what support should see
of it. Words nothing."""

from typing import Any

from domain import people
from domain.links.links import Kind
from domain.people import Person
from domain.providers import providers
from domain.storage import outbox
from domain.storage.store import Tx

# Tricks with the spelling, and links that would hand somebody rights: a person should look.
HARMLESS = frozenset(
    [
        "two_links",
        "no_link",
        "host",
        "path",
        "no_invitation",
        "redirector",
        "empty",
        "not_https",
        "text_too_long",
        "wrapped",
    ]
)


def about(tx: Tx, partner: str, link: dict[str, Any]) -> dict[str, Any]:
    """Kind and reason, whose ids stand in it (own, provider, stranger), and what does not fit."""
    row = people.partner_of(tx, partner)
    own = {t.guid for t in people.tenants_of(tx, partner)}
    confirmed = {p.guid: p.name for p in providers.of_partner(tx, partner) if p.guid}
    ids = link["ids"]
    sender, other, number = (
        ids.get(k, "").lower() for k in ("partnerid", "indirectcspid", "msppid")
    )
    whose = (
        "own"
        if sender in own
        else "provider"
        if sender in confirmed
        else "stranger"
        if sender
        else ""
    )
    return {
        "kind": link["kind"],
        "reason": link["reason"],
        "shown": link["shown"],
        "whose": whose,
        "provider": confirmed.get(sender) or confirmed.get(other) or "",
        "swapped": bool(other) and (sender in confirmed or other in own),
        "other_number": bool(
            whose == "own" and row and row.partner_id and number not in ("", "0", row.partner_id)
        ),
        "matters": link["matters"],
    }


def doubtful(link: dict[str, Any]) -> bool:
    """Should a person look at it? A page of somebody's site is no matter; what poses as
    Microsoft's, or asks for rights, is."""
    if not link["reason"]:
        return False
    return bool(link["matters"]) or link["reason"] not in HARMLESS


def put_before_support(tx: Tx, partner: str, by: Person, link: dict[str, Any], *, key: str) -> bool:
    """A card with the link as dead text. False where it is not doubtful or nobody would see it."""
    workspace = people.workspace(tx)
    if not doubtful(link) or workspace is None or not workspace.support_channel:
        return False
    row = people.partner_of(tx, partner)
    said = about(tx, partner, link) | {
        "today": tx.now.date().isoformat(),
        "name": "",
        "slots": {},
        "offer": "",
        "in_channel": True,
        "by": by.name,
        "partner": row.name if row else "",
        "known": link["kind"] != Kind.UNKNOWN,
    }
    outbox.tell(
        tx,
        outbox.to_channel(workspace.support_channel),
        [("invitation/doubtful", said)],
        key=f"doubtful:{key}",
        decision="handover",
    )
    return True

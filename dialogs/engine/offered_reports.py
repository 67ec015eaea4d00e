"""Reports beside a question or a link ("we were approved, can I roll back?"): the bot offers a
button to record them. Records nothing itself."""

from collections.abc import Iterable

from dialogs.engine import members
from dialogs.engine.context import Turn
from dialogs.engine.conversation_store import CLAIM, MENU_LIVES, NOW, offer_to
from dialogs.nlu.dates import day_said
from dialogs.nlu.types import Candidate
from domain.customers import customer_names
from domain.providers import providers


def offer(turn: Turn, claims: Iterable[Candidate], text: str) -> None:
    """Offer to record a report. The button stores the day and the names, because "on Friday" means
    another day when it is pressed later. `text`: the whole message; in the report's own clause
    names may be replaced already."""
    for claim in claims:
        if not members.is_member(turn):
            return members.refuse(turn)
        day, names = day_said(claim.clause, turn.today), named(turn, claim, text)
        said = " ".join([*names, day.isoformat()]) if day else ": ".join([*names, claim.clause])
        button = offer_to(turn.tx, turn.person.id, "menu", {CLAIM: said}, MENU_LIVES)
        told = {
            "report": claim.entry.name,
            "day": day.isoformat() if day else "",
            "who": names[0] if names else "",
        }
        turn.trace.claimed.append(claim)
        turn.trace.offers.append((f"{CLAIM}.{claim.entry.name}.{NOW}", button))
        turn.say("repair/claim", button=button, **told)
    return None


def named(turn: Turn, claim: Candidate, text: str) -> list[str]:
    """The customer or provider that the report is about, if exactly one is named."""
    partner = turn.person.partner
    if "customer" in claim.entry.name or "transfer" in claim.entry.name:
        found = [row.name for row in customer_names.in_text(turn.tx, partner, text)]
    elif "invite" in claim.entry.name or "provider" in claim.entry.name:
        found = [
            row.name for row in providers.named_in(providers.of_partner(turn.tx, partner), text)
        ]
    else:
        return []
    return found if len(found) == 1 else []

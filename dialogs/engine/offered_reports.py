"""What somebody said has happened, beside a question or a link: offered for recording, by a button
of its own. Records nothing."""

from collections.abc import Iterable

from dialogs.engine import members
from dialogs.engine.context import Turn
from dialogs.engine.conversation_store import CLAIM, MENU_LIVES, offer_to
from dialogs.nlu.dates import day_said
from dialogs.nlu.types import Candidate
from domain.customers import customer_names
from domain.providers import providers


def offer(turn: Turn, claims: Iterable[Candidate], text: str) -> None:
    """Shall it be recorded? The button knows the day and the names, for "on Friday" means another
    day when it is pressed later.

    `text`: all that was said; in a claim's own clause names may be replaced already.
    """
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
        turn.say("repair/claim", button=button, **told)
    return None


def named(turn: Turn, claim: Candidate, text: str) -> list[str]:
    """The customer or the provider of whom the report is, where one alone is named."""
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

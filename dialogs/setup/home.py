"""App Home of those who administer the Slack workspace: what is set up, and the button to change
it."""

from typing import Any

from dialogs.engine import conversation_store
from domain import people, setup
from domain.people import Person
from domain.storage.store import Tx

PLACE = 90


def facts(tx: Tx, person: Person, today: str) -> dict[str, Any] | None:
    described = bool(person.partner) or people.workspace(tx) is not None
    if described and not person.slack_admin:
        return None
    admins = [] if described or person.slack_admin else setup.slack_admins(tx)
    known = setup.partners(tx) if described else []
    about = {"partner_row": known[0].id} if len(known) == 1 else {}
    offer = conversation_store.standing_offer(tx, person.id, "setup", about)
    return {
        "described": described,
        "admin": person.slack_admin,
        "admins": admins,
        "several": len(known) > 1,
        "setup": offer,
    }

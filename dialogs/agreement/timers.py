"""What waits for a second person's decision. Says nothing where it was decided."""

from typing import Any

from dialogs import notices
from dialogs.agreement.cards import close_cards
from domain import approval, case, people
from domain.store import Tx


def expires(tx: Tx, id_: str, about: dict[str, Any]) -> None:
    """72 hours without a decision: who asked hears it and can ask again."""
    partner = people.partner_of(tx, str(about.get("partner", "")))
    if partner is None:
        return
    today = case.calendar_of(tx, partner.id).today(tx.now)
    if not approval.expire(tx, id_, today=today):
        return
    close_cards(tx, id_, today)
    row = approval.get(tx, id_)
    tenant = next(t for t in people.tenants_of(tx, partner.id) if t.id == row.subject)
    data = {"today": today.isoformat(), "case": case.of_tenant(tx, partner, tenant).values(), "partner": partner.name, "by": ""}
    for person_id in dict.fromkeys(p for p in (row.requester, row.starter) if p):
        if person := people.by_id(tx, person_id):
            key = f"expired:{id_}:{person.id}"
            notices.say(tx, person, "notices/approval_expired", data, key=key, about={"tenant_id": row.subject})

"""What the clock does when a timer fires. A timer that has become pointless says nothing. Words nothing."""

from collections.abc import Callable
from typing import Any

from dialogs import notices
from dialogs.agreement.cards import close_cards
from domain import approval, case, enrollment, people
from domain.machine import NotPossible, advance
from domain.store import Tx


def fire(tx: Tx, name: str, subject: str, about: dict[str, Any]) -> None:
    """Run a timer in the caller's transaction. Raises KeyError for a timer that nobody knows."""
    partner = people.partner_of(tx, str(about.get("partner", "")))
    if partner is not None:
        TIMERS[name](tx, subject, partner)


def _overdue(tx: Tx, tenant: str, partner: Any) -> None:
    """Business day 5 has passed: said once, and only while it is still pending."""
    row = next((t for t in people.tenants_of(tx, partner.id) if t.id == tenant), None)
    today = case.calendar_of(tx, partner.id).today(tx.now)
    if row is None or today.isoformat() <= case.of_tenant(tx, partner, row).last_day_in_time:
        return
    try:
        late = enrollment.Event.BECAME_OVERDUE
        move = advance(tx, enrollment.MACHINE, tenant, late, people.CLOCK, day=today, today=today, partner=partner.id)
    except NotPossible:
        return
    notices.told(tx, move, tenant, people.CLOCK, partner, today, today)


def _approval_expires(tx: Tx, id_: str, partner: Any) -> None:
    """72 hours without a decision: who asked hears it and can ask again."""
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


TIMERS: dict[str, Callable[[Tx, str, Any], None]] = {"overdue": _overdue, "approval_expires": _approval_expires}

"""What waits while Microsoft looks at an enrollment. Says nothing where the matter has moved on."""

from datetime import date
from typing import Any

from dialogs.engine import notifications
from domain import people
from domain.machine import NotPossible, advance
from domain.people import Person
from domain.recorded import Entry
from domain.storage import outbox
from domain.storage.store import Tx
from domain.tenant import case, enrollment


def overdue(tx: Tx, tenant: str, about: dict[str, Any]) -> None:
    """Business day 5 has passed: said once, and only while no answer of Microsoft was reported."""
    partner = people.partner_of(tx, str(about.get("partner", "")))
    if partner is None:
        return
    row = next((t for t in people.tenants_of(tx, partner.id) if t.id == tenant), None)
    if row is None:
        return
    today = case.calendar_of(tx, partner.id).today(tx.now)
    if today.isoformat() <= case.of_tenant(tx, partner, row).last_day_in_time:
        return
    try:
        late = enrollment.Event.BECAME_OVERDUE
        move = advance(
            tx,
            enrollment.MACHINE,
            tenant,
            late,
            people.CLOCK,
            day=today,
            today=today,
            partner=partner.id,
        )
    except NotPossible:
        return
    notifications.notify_reported(tx, move, tenant, people.CLOCK, partner, today, today)


def day_changed(tx: Tx, by: Person, entry: Entry, day: date) -> None:
    """It was submitted on another day than was said: the business days are counted from that."""
    if (entry.machine, entry.event) == (enrollment.MACHINE.name, enrollment.Event.SUBMITTED):
        cal = case.calendar_of(tx, by.partner)
        tomorrow = cal.morning(cal.after(cal.today(tx.now), 1))
        due = max(cal.overdue_notice(day), tomorrow)
        outbox.set_timer(tx, "enroll.overdue", entry.subject, due, {"partner": by.partner})

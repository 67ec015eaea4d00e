"""What waits for a second person's decision. Says nothing where it was decided."""

from typing import Any

from dialogs.agreement import staffing
from dialogs.engine import notifications
from dialogs.records.approval_cards import place_of, redraw
from domain import people
from domain.approvals import approval, asked_back
from domain.people import Role
from domain.storage.store import Tx
from domain.tenant import case


def expires(tx: Tx, id_: str, about: dict[str, Any]) -> None:
    """72 hours without a decision: who asked hears it and can ask again."""
    partner = people.partner_of(tx, str(about.get("partner", "")))
    if partner is None:
        return
    today = case.calendar_of(tx, partner.id).today(tx.now)
    if not approval.expire(tx, id_, today=today):
        return
    redraw(tx, id_, today)
    row = approval.known(tx, id_)
    tenant = next(t for t in people.tenants_of(tx, partner.id) if t.id == row.subject)
    data = {
        "today": today.isoformat(),
        "case": case.of_tenant(tx, partner, tenant).values(),
        "partner": partner.name,
        "by": "",
    }
    for person_id in asked_back.askers(row):
        if person := people.by_id(tx, person_id):
            key, at = f"expired:{id_}:{person.id}", place_of(row, person.id)
            notifications.say(
                tx,
                person,
                "notices/approval_expired",
                data,
                key=key,
                about={"tenant_id": row.subject},
                at=at,
            )


def people_changed(tx: Tx, subject: str, about: dict[str, Any]) -> None:
    """Somebody came, left or changed roles: requests of that partner are seen to."""
    partner = str(about.get("partner", ""))
    if people.partner_of(tx, partner) is None:
        return
    today = case.calendar_of(tx, partner).today(tx.now)
    staffing.settle(tx, partner, today)
    if Role.GLOBAL_ADMIN in about.get("lost", ()):
        staffing.admin_left(tx, partner, str(about.get("person", "")), today)


def person_erased(tx: Tx, person: str, about: dict[str, Any]) -> None:
    """What rests on her alone ends; what others wait for begins anew with those who are left."""
    partner = str(about.get("partner", ""))
    if people.partner_of(tx, partner) is not None:
        today = case.calendar_of(tx, partner).today(tx.now)
        staffing.end_hers(tx, partner, person, today)
        staffing.settle(tx, partner, today)

"""The anniversary comes: 90, 60 and 30 days ahead the Global admin hears of it, unless there is
nothing left to check."""

from typing import Any

from dialogs.engine import notifications
from domain import people
from domain.machine import stands
from domain.people import Role
from domain.storage.store import Tx
from domain.tenant import case
from domain.tenant.reseller import MACHINE, State


def anniversary(tx: Tx, tenant: str, about: dict[str, Any]) -> None:
    """`about`: partner, checked (the first day of the anniversary month), days ahead. Once a
    moment, whoever set it."""
    partner = people.partner_of(tx, about["partner"])
    if partner is None or stands(tx, MACHINE, tenant).state in (
        State.SUSPENDED,
        State.DEAUTHORIZED,
    ):
        return
    today = case.calendar_of(tx, partner.id).today(tx.now).isoformat()
    data = {
        "today": today,
        "partner": partner.name,
        "checked": about["checked"][:7],
        "days": about["days"],
    }
    stamp = f"anniversary:{tenant}:{about['checked']}:{about['days']}"
    for admin in people.with_role(tx, Role.GLOBAL_ADMIN, partner.id):
        notifications.say(tx, admin, "reseller/anniversary", data, key=f"{stamp}:{admin.id}")
    notifications.to_admins(tx, "reseller/anniversary", data, key=f"{stamp}:admins")

"""The anniversary comes: 90, 60 and 30 days ahead the Global admin hears of it, unless there is nothing left to check."""

from typing import Any

from dialogs import notices
from domain import case, people
from domain.machine import stands
from domain.people import Role
from domain.reseller import MACHINE, State
from domain.store import Tx


def anniversary(tx: Tx, tenant: str, about: dict[str, Any]) -> None:
    """`about`: partner, checked (the first day of the anniversary month), days ahead. Once a moment, whoever set it."""
    partner = people.partner_of(tx, about["partner"])
    if partner is None or stands(tx, MACHINE, tenant).state in (State.SUSPENDED, State.DEAUTHORIZED):
        return
    today = case.calendar_of(tx, partner.id).today(tx.now).isoformat()
    data = {"today": today, "partner": partner.name, "checked": about["checked"][:7], "days": about["days"]}
    stamp = f"anniversary:{tenant}:{about['checked']}:{about['days']}"
    for admin in people.with_role(tx, Role.GLOBAL_ADMIN, partner.id):
        notices.say(tx, admin, "reseller/anniversary", data, key=f"{stamp}:{admin.id}")
    notices.to_admins(tx, "reseller/anniversary", data, key=f"{stamp}:admins")

"""App Home of support: where partners are stuck, so long that reminders have been passed on or have
ended."""

from typing import Any

from domain.people import Person, Role
from domain.reminders import reminding
from domain.storage.store import Tx

PLACE = 40
SHOWN = 10


def facts(tx: Tx, person: Person, today: str) -> dict[str, Any] | None:
    if not person.has(Role.SUPPORT):
        return None
    stuck, total = reminding.stuck(tx, SHOWN)
    lines = [
        {"partner": row.partner, "template": row.template, "count": row.count, "since": row.since}
        for row in stuck
    ]
    return {"stuck": lines, "more": max(0, total - len(lines))}

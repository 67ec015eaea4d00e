"""The data of the small print for each fact that a message rests on. Has no user texts."""

from datetime import date
from typing import Any

from domain.knowledge.facts import Fact, Gap


def printed(row: Fact | Gap, today: date) -> dict[str, Any]:
    """What the small print needs to know of a fact."""
    if isinstance(row, Gap):
        return {
            "id": row.id,
            "gap": True,
            "version": "",
            "weak": False,
            "host": "",
            "overdue": False,
        }
    page = row.official
    return {
        "id": row.id,
        "gap": False,
        "version": row.version,
        "since": row.since,
        "precision": str(row.precision),
        "weak": str(row.confidence) in "CD",
        "checked_on": row.checked_on,
        "title": page.title if page else "",
        "host": page.host if page else "",
        "overdue": row.review_by < today,
    }

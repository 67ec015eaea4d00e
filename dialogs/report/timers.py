"""Monday, nine o'clock."""

from typing import Any

from dialogs.records import weekly_report
from domain.storage.store import Tx


def digest(tx: Tx, team: str, about: dict[str, Any]) -> None:
    """The digest of the week that is over, and the timer of the next one."""
    weekly_report.send(tx)
    weekly_report.arm(tx)

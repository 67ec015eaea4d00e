"""Once a month the thresholds of a workspace follow what its people and support said of readings.
Which reading was right is kept by domain/knowledge/calibration.py."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from dialogs.calibration.risk_control import lowest_threshold
from dialogs.engine import notifications
from dialogs.nlu.model_store import UNSTATED, shipped_thresholds
from dialogs.nlu.types import Risk
from domain.knowledge import calibration
from domain.knowledge.calibration import Judged
from domain.storage.store import Tx

# Of 100 readings of a class that were acted upon, so many may have been wrong. People press "not
# what I asked" sooner than "helpful", so there are fewer than this.
MOST_WRONG = {"harmless": 0.10, "deadline": 0.08, "irreversible": 0.04, UNSTATED: 0.12}


def monthly(tx: Tx, subject: str, about: dict[str, Any]) -> None:
    """The thresholds of this month; the admins' channel hears what moved."""
    shipped = shipped_thresholds()
    final = str(Risk.IRREVERSIBLE)
    moved = calibration.learn(tx, shipped, _lowest, {final: shipped[final]})
    if moved:
        told = [
            asdict(m) | {"before": round(100 * m.before), "after": round(100 * m.after)}
            for m in moved
        ]
        today = tx.now.date().isoformat()
        data = {"today": today, "partner": "", "moved": told}
        key = f"thresholds:{tx.team}:{today[:7]}"
        notifications.to_admins(tx, "review/thresholds", data, key=key)


def _lowest(risk: str, said: Sequence[Judged]) -> float:
    share = np.array([reading.share for reading in said], np.float32)
    is_right = np.array([reading.is_right for reading in said], np.float32)
    return lowest_threshold(share, is_right, np.ones_like(share), MOST_WRONG[risk])

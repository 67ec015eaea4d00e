"""Once a month the thresholds of a workspace follow what its people and support said of readings.
Which reading was right is kept by domain/knowledge/calibration.py."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from dialogs.calibration.risk_control import lowest_threshold
from dialogs.engine import notifications
from dialogs.nlu.model_store import UNSTATED, shipped_thresholds
from domain.json_values import Values
from domain.knowledge import calibration
from domain.knowledge.calibration import Judged, Move
from domain.storage.store import Tx

# Of 100 readings of a class that were acted upon, so many may have been wrong. People press "not
# what I asked" sooner than "helpful", so there are fewer than this.
MOST_WRONG = {"harmless": 0.10, "deadline": 0.08, "irreversible": 0.04, UNSTATED: 0.12}


def monthly(tx: Tx, subject: str, about: dict[str, Any]) -> None:
    """The thresholds of this month; the admins' channel hears what moved."""
    moved = calibration.learn(tx, shipped_thresholds(), lowest)
    if moved:
        today = tx.now.date().isoformat()
        data = {"today": today, "partner": "", "moved": [said_of(move) for move in moved]}
        key = f"thresholds:{tx.team}:{today[:7]}"
        notifications.to_admins(tx, "review/thresholds", data, key=key)


def said_of(move: Move) -> Values:
    """A move as the template takes it: shares of 100, halves rounded up."""
    shares = {"before": int(100 * move.before + 0.5), "after": int(100 * move.after + 0.5)}
    return asdict(move) | shares


def lowest(risk: str, said: Sequence[Judged]) -> float:
    """The lowest threshold of this class that keeps to MOST_WRONG."""
    share = np.array([reading.share for reading in said], np.float32)
    is_right = np.array([reading.is_right for reading in said], np.float32)
    weight = np.ones_like(share)
    return lowest_threshold(share, is_right, weight, MOST_WRONG[risk], in_sequence=True)

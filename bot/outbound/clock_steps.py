"""Detects when the wall clock was set back, by comparing it with the monotonic clock. Changes
nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

TOLERATED = 5.0  # seconds


class ClockSteps:
    """`now` is the wall clock, `monotonic` counts seconds that only go forward."""

    def __init__(self, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self.now, self.monotonic = now, monotonic
        self._ahead: float | None = None

    @property
    def is_new(self) -> bool:
        """Never `seen` yet: what happened before is unknown."""
        return self._ahead is None

    def back(self) -> timedelta:
        """By how much the clock was set back since it was last `seen`; zero for what may be
        drift."""
        gone = (self._ahead or 0.0) - self._now_ahead()
        return timedelta(seconds=gone) if not self.is_new and gone > TOLERATED else timedelta()

    def seen(self) -> None:
        """The step that `back` reported has been handled."""
        self._ahead = self._now_ahead()

    def _now_ahead(self) -> float:
        return self.now().timestamp() - self.monotonic()

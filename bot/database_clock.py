"""The time that all workers share: on PostgreSQL the server's, read once a second and counted on
in between; on SQLite, where there is one process, this machine's.

What one worker writes is due by the clock of another, so a worker whose own clock is wrong would
send early, remind twice, or hold others up.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from domain.storage import postgresql
from domain.storage.store import Store, moment

EVERY, SLOW = 1.0, 0.25  # seconds: between two readings; an answer that took longer tells little


class DatabaseClock:
    """`now` is aware UTC. `read` asks the database; until then this machine's clock is taken."""

    def __init__(
        self,
        store: Store,
        own: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store, self.own, self.monotonic = store, own, monotonic
        self._read: tuple[datetime, float] | None = None  # the server's time, and when it was that

    def now(self) -> datetime:
        if self._read is None:
            return self.own()
        then, at = self._read
        return then + timedelta(seconds=self.monotonic() - at)

    @property
    def off(self) -> float:
        """By how many seconds this machine's clock is ahead of the shared one."""
        return (self.own() - self.now()).total_seconds()

    def start(self) -> None:
        """Raises Busy."""
        with self.store.reading() as db:
            self.read(db)

    def read(self, db: Connection) -> None:
        """Ask the database, if that was not done just now."""
        began = self.monotonic()
        if self.store.is_sqlite or (self._read and began - self._read[1] < EVERY):
            return
        then, took = moment(postgresql.clock(db)), self.monotonic() - began
        if self._read is None or took < SLOW:
            self._read = (then + timedelta(seconds=took / 2), began + took)

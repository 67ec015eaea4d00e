"""Counts the figures of a report on a thread, with its own read transaction, beside the turns.
Sends nothing.

On 100,000 questions that takes a second; no turn and no message waits for it.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.worker_pool import WorkerPool
from dialogs.records import weekly_report
from domain.storage import outbox
from domain.storage.addresses import FiguresAddress
from domain.storage.outbox import Row
from domain.storage.store import Busy, Store, Tx

log = logging.getLogger("changeover.outbox")
TRIES = 5


class Counting:
    """`wake` is called when there is something to send."""

    def __init__(
        self,
        store: Store,
        workers: WorkerPool,
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self.store, self.workers, self.now, self.wake = store, workers, now, wake
        self._under_way: set[asyncio.Task[None]] = set()

    async def begin(self, row: Row) -> None:
        """Start counting; it writes its own outcome. If the process dies, it is started again when
        the lease has expired."""
        task = asyncio.create_task(self._count(row))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _count(self, row: Row) -> None:
        try:
            found = await asyncio.to_thread(self._figures, row)
            await self.workers.run(lambda: self._tell(row, found))
        except Busy as busy:
            log.warning("the report waits: %s", busy)
        except Exception as error:
            log.error("the report of row %s cannot be counted", row.id, exc_info=error)
            if row.attempts >= TRIES:
                why = type(error).__name__
                await self.workers.run(lambda: self._give_up(row, why))
        self.wake()

    def _figures(self, row: Row) -> dict[str, Any]:
        with self.store.reading() as db:
            tx = Tx(db, row.team, self.now(), self.store.key)
            return weekly_report.count(tx, FiguresAddress.from_row(row.stored))

    def _tell(self, row: Row, found: dict[str, Any]) -> None:
        with self.store.turn(row.team, self.now()) as tx:
            weekly_report.counted(tx, FiguresAddress.from_row(row.stored), found)
            outbox.sent(tx.db, row)

    def _give_up(self, row: Row, why: str) -> None:
        with self.store.writing() as db:
            outbox.failed(db, row, why)

"""The rows that are being sent, each in its own task, and the outcomes that must be written. Knows
no Slack."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.outbound.surfaces import Settled
from bot.worker_pool import WorkerPool
from domain.storage import leases
from domain.storage.outbox import Row
from domain.storage.store import Busy, Store


class NotOurs(Exception):
    """The lease may be over: this worker stood still for a while, and another may have the row."""


log = logging.getLogger("changeover.outbox")
TOGETHER = 0.01  # seconds: what is done within them is written in one transaction
# Seconds of a lease that may pass before it is renewed; and how long before its end nothing is
# begun any more, because by then somebody else may have the row.
RENEW, MARGIN = 5.0, 4.0


class InFlight:
    """`send` sends one row and returns the outcome to write; `broke` returns one if that could not
    be written."""

    def __init__(
        self,
        store: Store,
        workers: WorkerPool,
        send: Callable[[Row], Awaitable[Settled | None]],
        broke: Callable[[Row, Exception], Settled],
        news: asyncio.Event,
        now: Callable[[], datetime],
    ) -> None:
        self.now = now
        self.store, self.workers, self.send, self.broke, self.news = (
            store,
            workers,
            send,
            broke,
            news,
        )
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._rows: dict[int, tuple[Row, float]] = {}
        self._done: list[tuple[Row, Settled]] = []

    def __len__(self) -> int:
        return len(self._tasks)

    def __contains__(self, row: Row) -> bool:
        return row.id in self._tasks

    def begin(self, row: Row, leased_at: float | None = None) -> asyncio.Task[None]:
        """`leased_at`: before that moment (of the monotonic clock) its lease did not begin."""
        self._rows[row.id] = row, time.monotonic() if leased_at is None else leased_at
        task = self._tasks[row.id] = asyncio.create_task(self._run(row))
        return task

    def check(self, row: Row) -> None:
        """Raises NotOurs where the lease of a row may be over. To be called just before it is
        posted: whoever has it by then posts it."""
        _, since = self._rows.get(row.id, (row, time.monotonic()))
        if time.monotonic() - since > leases.LEASE_MS / 1000 - MARGIN:
            raise NotOurs

    async def renew(self) -> None:
        """Begin the leases anew of what is under way for a while, so that nobody else takes it.
        Raises Busy."""
        now = time.monotonic()
        old = [row for row, since in self._rows.values() if now - since > RENEW]
        # what nobody renewed in time may be another's
        ours = [row for row in old if now - self._rows[row.id][1] < leases.LEASE_MS / 1000 - MARGIN]
        if ours:
            await self.workers.run(lambda: self._renew(ours))
            for row in ours:
                if row.id in self._rows:
                    self._rows[row.id] = row, now

    def _renew(self, rows: list[Row]) -> None:
        with self.store.writing() as db:
            leases.renew(db, rows, self.now())

    def _forget(self, row: Row) -> None:
        self._tasks.pop(row.id, None)
        self._rows.pop(row.id, None)

    async def _run(self, row: Row) -> None:
        """A row stays ours until its outcome is written."""
        try:
            settled = await self.send(row)
        except NotOurs:
            log.warning("row %s is left to whoever has it: we stood still", row.id)
            return self._forget(row)
        except BaseException as error:
            self._forget(row)
            if not isinstance(error, Exception):
                raise
            log.error("row %s comes again when its lease is over", row.id, exc_info=error)
            return
        if settled is None:
            self._forget(row)
        else:
            self._done.append((row, settled))
        asyncio.get_running_loop().call_later(TOGETHER, self.news.set)

    async def wait(
        self, seconds: float | None, only: list[asyncio.Task[None]] | None = None
    ) -> None:
        """Until all of them are done (or `only` these), so many seconds at most."""
        if tasks := list(self._tasks.values()) if only is None else only:
            await asyncio.wait(tasks, timeout=seconds)

    async def settle(self) -> int:
        """Write the outcomes of finished rows together. Raises Busy; then nothing is lost."""
        if not self._done:
            return 0
        done, self._done = self._done, []
        try:
            await self.workers.run(lambda: self._write(done))
        except BaseException:
            self._done = done + self._done
            raise
        for row, _ in done:
            self._forget(row)
        return len(done)

    def _write(self, done: list[tuple[Row, Settled]]) -> None:
        try:
            with self.store.writing() as db:
                for _, settle in done:
                    settle(db)
        except Busy:
            raise
        except Exception:  # one of them cannot be written: each by itself
            for row, settle in done:
                self._write_one(row, settle)

    def _write_one(self, row: Row, settle: Settled) -> None:
        try:
            with self.store.writing() as db:
                settle(db)
        except Busy:
            raise
        except Exception as error:
            self._write_broken(row, error)

    def _write_broken(self, row: Row, error: Exception) -> None:
        try:
            instead = self.broke(row, error)
            with self.store.writing() as db:
                instead(db)
        except Busy:
            raise
        except (
            Exception
        ) as again:  # nothing is written of it: it comes again when its lease is over
            log.error("row %s: nothing can be written of it", row.id, exc_info=again)

    def cancel(self) -> None:
        """Cancel the rest. A cancelled row may be at Slack or not: the next sender checks."""
        for task in self._tasks.values():
            task.cancel()

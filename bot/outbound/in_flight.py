"""The rows that are being sent, each in its own task, and the outcomes that must be written. Knows
no Slack."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.outbound.surfaces import Settled
from bot.worker_pool import WorkerPool
from domain.storage.outbox import Row
from domain.storage.store import Busy, Store

log = logging.getLogger("changeover.outbox")
TOGETHER = 0.01  # seconds: what is done within them is written in one transaction


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
    ) -> None:
        self.store, self.workers, self.send, self.broke, self.news = (
            store,
            workers,
            send,
            broke,
            news,
        )
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._done: list[tuple[Row, Settled]] = []

    def __len__(self) -> int:
        return len(self._tasks)

    def __contains__(self, row: Row) -> bool:
        return row.id in self._tasks

    def begin(self, row: Row) -> asyncio.Task[None]:
        task = self._tasks[row.id] = asyncio.create_task(self._run(row))
        return task

    async def _run(self, row: Row) -> None:
        """A row stays ours until its outcome is written."""
        try:
            settled = await self.send(row)
        except BaseException as error:
            self._tasks.pop(row.id, None)
            if not isinstance(error, Exception):
                raise
            log.error("row %s comes again when its lease is over", row.id, exc_info=error)
            return
        if settled is None:
            self._tasks.pop(row.id, None)
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
            self._tasks.pop(row.id, None)
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

"""Where the synchronous database is called: on threads for PostgreSQL, in place for SQLite. Knows
nothing else.

SQLite gives one writer anyway, and each of its calls hands the interpreter lock over and back:
measured here, a turn on a thread of its own took twice the time of one in place (tests/bench).
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class WorkerPool:
    """`many` storage threads; 0 runs the work where it is called."""

    def __init__(self, many: int) -> None:
        self._pool = ThreadPoolExecutor(many, thread_name_prefix="store") if many else None

    async def run(self, work: Callable[[], T]) -> T:
        """The result of blocking work; its exceptions come through."""
        if self._pool is None:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown(wait=True)

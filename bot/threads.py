"""The one hop from the event loop to the synchronous database. Knows nothing but how many threads the database likes."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Threads:
    """One thread for SQLite (one writer), a few for PostgreSQL."""

    def __init__(self, many: int) -> None:
        self._pool = ThreadPoolExecutor(many, thread_name_prefix="store")

    async def run(self, work: Callable[[], T]) -> T:
        """The result of blocking work, done in turn on a storage thread; its exceptions come through."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

"""Keeps the tasks of `serve` going and says why it ends. What breaks is logged and begun again;
knows none of the tasks."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable

from bot.settings import BadSetting

log = logging.getLogger("changeover.serve")
BACKOFF = (1, 2, 5, 15, 60)  # seconds
WELL = 300.0  # seconds: what ran for so long begins its tries anew
LEAVE, LAST = (
    8.0,
    9.5,
)  # seconds after a signal: tasks are cancelled; the process ends whatever it does


class Tasks:
    """`begin` tasks, `wait` for a signal or for an error that no repetition can mend, `end`
    them."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._asked = asyncio.Event()
        self.why = ""
        self.error: BaseException | None = None

    def on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(
                number, self.ask, signal.Signals(number).name
            )

    def ask(self, why: str, error: BaseException | None = None) -> None:
        """Only the first reason counts."""
        if not self._asked.is_set():
            self.why, self.error = why, error
            self._asked.set()

    def begin(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        self._tasks.append(asyncio.create_task(self._keep_going(what, work), name=what))

    async def wait(self) -> None:
        await self._asked.wait()

    async def end(self) -> None:
        """What ends by itself has LEAVE seconds for it."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=LEAVE)
            for task in late:
                log.warning("%s did not end in time", task.get_name())
                task.cancel()
            await asyncio.wait(self._tasks, timeout=0.5)

    def cancel(self, what: str) -> None:
        for task in self._tasks:
            if task.get_name() == what:
                task.cancel()

    async def _keep_going(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        tries = 0
        while not self._asked.is_set():
            began = time.monotonic()
            try:
                return await work()
            except BadSetting as error:
                return self.ask(str(error), error)
            except (Exception, SystemExit) as error:  # uvicorn leaves by SystemExit
                tries = 1 if time.monotonic() - began > WELL else tries + 1
                wait = BACKOFF[min(tries, len(BACKOFF)) - 1]
                log.error("%s broke and begins again in %s s", what, wait, exc_info=error)
            await asyncio.sleep(wait)


def leave_at_signals_while_starting() -> None:
    """Until the tasks run there is nothing to finish."""

    def leave(number: int, _: object) -> None:
        log.warning("serve ends: %s while starting", signal.Signals(number).name)
        raise SystemExit(0)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, leave)


def leave_in_time(seconds: float = LAST) -> None:
    """The process ends by then, even where a thread hangs in the database. What is not settled is
    looked for at the next start."""

    def leave() -> None:
        log.error("serve ends now, although a thread still works")
        os._exit(1)

    timer = threading.Timer(seconds, leave)
    timer.daemon = True
    timer.start()

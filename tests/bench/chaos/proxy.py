"""Between a worker and its PostgreSQL: passes on, stalls, swallows what is new, or is slow."""

import asyncio
import threading
from contextlib import suppress

PATIENCE = 30.0


class Proxy:
    """Listens on 127.0.0.1 on a thread of its own. `mode`: "pass"; "stall": nothing goes through,
    and nothing gets lost; "half-open": what comes is thrown away, as by a firewall that forgot
    us; "slow": each part comes 200 ms later."""

    SLOW = 0.2

    def __init__(self, socket_path: str) -> None:
        self.path, self.mode, self.port = socket_path, "pass", 0
        self._loop, self._started = asyncio.new_event_loop(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._started.wait(PATIENCE)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._both, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        for task in (left := asyncio.all_tasks(self._loop)):
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _both(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            far, on = await asyncio.open_unix_connection(self.path)
        except OSError:
            back.close()
            return
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(near, on))
                both.create_task(self._pass(far, back))
        except* OSError:
            pass
        finally:
            back.close()
            on.close()

    async def _pass(self, come: asyncio.StreamReader, go: asyncio.StreamWriter) -> None:
        while data := await come.read(65_536):
            while self.mode == "stall":
                await asyncio.sleep(0.02)
            if self.mode == "half-open":
                continue
            if self.mode == "slow":
                await asyncio.sleep(self.SLOW)
            go.write(data)
            await go.drain()
        with suppress(OSError):
            go.close()

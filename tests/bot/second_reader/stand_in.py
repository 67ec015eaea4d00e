"""A chat-completions server that keeps each request and picks what a test wants, on 127.0.0.1; it
ends with its `with`."""

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from tests.bot.recording import PATIENCE

Answer = Callable[[web.Request], Any]


def topics(body: dict[str, Any]) -> list[str]:
    """The lines of the numbered topics of a request, without "none of these"."""
    lines = body["messages"][1]["content"].splitlines()
    return [line for line in lines if line[:1].isdigit() and not line.startswith("0.")]


def said(content: Any) -> web.Response:
    """A completion with this content."""
    message = {"role": "assistant", "content": content}
    return web.json_response({"choices": [{"index": 0, "message": message}]})


class StandIn:
    """`picks`: words of the topic to pick, the first topic where it is None, none where no topic
    has them. `answer`: instead of that. `requests`: (headers, path with query, body), `held`: while
    set, nothing is answered."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], str, dict[str, Any]]] = []
        self.picks: str | None = None
        self.answer: Answer | None = None
        self.held = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self.held.clear()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/chat/completions"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [body for _, _, body in self.requests]

    @property
    def messages(self) -> list[str]:
        """The line of each request that people wrote."""
        lines = [body["messages"][1]["content"].splitlines() for body in self.bodies]
        return [line for all_ in lines for line in all_ if line.startswith("Message: ")]

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.port = runner.addresses[0][1]
        self._started.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _answer(self, request: web.Request) -> Any:
        body = await request.json() if request.can_read_body else {}
        self.requests.append((dict(request.headers), request.path_qs, body))
        while self.held.is_set():
            await asyncio.sleep(0.005)
        if self.answer is not None:
            found = self.answer(request)
            return await found if asyncio.iscoroutine(found) else found
        listed = topics(body)
        numbers = [n for n, line in enumerate(listed, 1) if (self.picks or "") in line]
        return said(json.dumps({"topic": numbers[0] if numbers else 0}))

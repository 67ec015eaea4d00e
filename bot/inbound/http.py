"""The HTTP side: the guard before Bolt, and /live /ready /metrics. Independent of Slack being up,
but for /ready until Slack has taken the token once.

Bolt gets what the guard has read, in the form in which Socket Mode brings it: one path for both,
and nothing is parsed twice.
"""

import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.response import BoltResponse

from bot.inbound.guard import Body, Guard, Refused
from bot.oauth import install
from bot.oauth.install import INSTALL, REDIRECT

log = logging.getLogger("changeover.web")
EVENTS = "/slack/events"
Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Web:
    """One ASGI application. `ready` says whether the database is there and migrated, and Slack has
    taken our token; `figures` what /metrics shows."""

    def __init__(
        self,
        app: AsyncApp | None,
        signing_secret: str,
        ready: Callable[[], Awaitable[bool]],
        figures: Callable[[], Awaitable[dict[str, float]]],
        flow: AsyncOAuthFlow | None = None,
    ) -> None:
        self.app, self.guard = app, Guard(signing_secret, time.time)
        self.ready, self.figures, self.flow = ready, figures, flow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        if path == EVENTS and self.app:
            return await self._events(self.app, scope, receive, send)
        if scope["method"] not in ("GET", "HEAD"):
            return await _answer(send, 405, b"")
        if path == "/live":
            return await _answer(send, 200, b"live\n")
        if path == "/ready":
            ready = await self.ready()
            return await _answer(
                send, 200 if ready else 503, b"ready\n" if ready else b"not ready\n"
            )
        if path == "/metrics":
            return await _answer(send, 200, await self._metrics())
        if path in (INSTALL, REDIRECT) and self.flow:
            return await self._install(self.flow, scope, send)
        return await _answer(send, 404, b"")

    async def _install(self, flow: AsyncOAuthFlow, scope: Scope, send: Send) -> None:
        cookies = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
        try:
            page = await install.answer(flow, scope["path"], scope["query_string"], cookies)
        except Exception as error:  # its texts hold the code and the state: they are not logged
            log.error("an installation failed: %s", type(error).__name__)
            return await _answer(send, 503, b"")
        body = page.body.encode()
        headers = [
            (n.encode("latin-1"), v.encode("latin-1"))
            for n, values in page.headers.items()
            for v in values
        ]
        await send({"type": "http.response.start", "status": page.status, "headers": headers})
        await send(
            {"type": "http.response.body", "body": body if scope["method"] == "GET" else b""}
        )

    async def _events(self, app: AsyncApp, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.guard.admit(scope["method"], dict(scope["headers"]), receive)
        except Refused as refused:
            warn(refused)
            return await _answer(send, refused.status, b"")
        if body.get("type") == "url_verification":
            return await _answer(
                send,
                200,
                json.dumps({"challenge": body["challenge"]}).encode(),
                b"application/json",
            )
        if body.get("ssl_check") == "1" or body.get("type") == "app_rate_limited":
            return await _answer(send, 200, b"")
        response = await dispatch(app, self.guard, body)
        await _answer(
            send,
            response.status,
            response.body.encode(),
            response.first_headers()["content-type"].encode(),
        )

    async def _metrics(self) -> bytes:
        lines = [
            f"changeover_{name} {value:.10g}" for name, value in (await self.figures()).items()
        ]
        lines += [
            f'changeover_refused_total{{reason="{reason}"}} {n}'
            for reason, n in sorted(self.guard.counts.items())
        ]
        return ("\n".join(lines) + "\n").encode()


def warn(refused: Refused) -> None:
    """Signed, and not as Slack writes: either we have changed, or Slack has. Of anything else a
    line in the log would cost its sender nothing; it is counted."""
    if refused.signed:
        log.warning("a request was malformed: %s %s", refused.reason, refused.field)


async def dispatch(app: AsyncApp, guard: Guard, body: Body) -> BoltResponse:
    """Bolt's answer to what the guard has admitted; 400 for what neither Bolt nor we could
    parse."""
    try:
        request = AsyncBoltRequest(body=body, mode="socket_mode")
    except Exception as error:
        log.error("Bolt could not parse a request: %s", type(error).__name__, exc_info=error)
        response = BoltResponse(status=400, body="")
    else:
        response = await app.async_dispatch(request)
    if response.status == 400:
        guard.counts["unparsed"] += 1
    return response


async def _answer(
    send: Send, status: int, body: bytes, kind: bytes = b"text/plain; charset=utf-8"
) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

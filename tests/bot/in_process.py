"""`changeover serve` without a server: signed requests into the ASGI application, envelopes into
Socket Mode, in this process."""

import json
import logging
import traceback
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli import seed
from bot.inbound.app import SlackListeners, make_app
from bot.inbound.http import Web
from bot.inbound.socket_mode import Socket
from bot.inbound.turns import TurnRunner, utc_now
from bot.oauth.clients import OneClient
from bot.rendering.render import Templates
from bot.worker_pool import WorkerPool
from dialogs.engine.context import Assistant
from domain.storage.store import Store
from tests.bot.recording import BOT, SECRET, TEAM, Requests, form
from tests.conftest import DESCRIPTION

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
ENVELOPES = {"event_callback": "events_api", "command": "slash_commands"}


class QuietSlack(AsyncWebClient):
    """A Web API that takes everything and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(token="xoxb-test")
        self.calls: list[tuple[str, dict[str, Any]]] = []

    async def api_call(self, api_method: str, **arguments: Any) -> Any:
        self.calls.append((api_method, arguments))
        return {"ok": True, "user_id": BOT, "team_id": TEAM}


class Broken(logging.Handler):
    """The exceptions of turns that broke, as `file:line name`."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.at: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            error = error.__cause__ or error
            frames = traceback.extract_tb(error.__traceback__)
            ours = [frame for frame in frames if "site-packages" not in frame.filename] or frames
            self.at.append(
                f"{Path(ours[-1].filename).name}:{ours[-1].lineno} {type(error).__name__} in {frames[-1].name}"
            )


class InProcess:
    """One bot. `status` of what is sent: 200, 4xx or 5xx; an envelope that is not acknowledged has
    400."""

    def __init__(self, assistant: Assistant, words: Templates, store: Store, folder: Path) -> None:
        self.store, self.slack = store, QuietSlack()
        (folder / "contoso.toml").write_text(DESCRIPTION, "utf-8")
        plan = seed.read(folder / "contoso.toml")
        with store.turn(plan.team, utc_now()) as tx:
            seed.plant(tx, plan)
        workers = WorkerPool(0 if store.is_sqlite else 2)
        self.runner = TurnRunner(assistant, store, workers, utc_now)
        self.clients = OneClient(self.slack, store, workers)
        listeners = SlackListeners(self.runner, words, self.clients)
        listeners.who.seconds = 0.01  # the quiet Slack answers at once, or never
        self.app: AsyncApp = make_app(listeners, self.slack, SECRET)
        self.web = Web(self.app, SECRET, self._ready, self._figures)
        self.requests = Requests("")
        self._socket: Socket | None = None
        self.logger = logging.getLogger("in_process")

    async def send(self, body: bytes, content_type: str) -> int:
        """One signed request over HTTP."""
        signed = self.requests.signed(body) | {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
        }
        headers = [(name.lower().encode(), value.encode()) for name, value in signed.items()]
        answer: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: dict[str, Any]) -> None:
            answer.extend([message["status"]] if message["type"] == "http.response.start" else [])

        try:
            await self.web(
                {"type": "http", "method": "POST", "path": "/slack/events", "headers": headers},
                receive,
                send,
            )
        except Exception as error:  # the server would answer 500
            logging.getLogger("changeover.web").error("500", exc_info=error)
            return 500
        return answer[0]

    async def payload(self, kind: str, body: dict[str, Any]) -> int:
        """A payload as Slack sends its kind over HTTP."""
        if kind in ("event_callback", "url_verification"):
            return await self.send(json.dumps(body).encode(), JSON)
        if kind == "command":
            from urllib.parse import urlencode

            said = {k: v if isinstance(v, str) else json.dumps(v) for k, v in body.items()}
            return await self.send(urlencode(said, errors="replace").encode(), FORM)
        return await self.send(form(body), FORM)

    async def envelope(self, kind: str, body: dict[str, Any]) -> int:
        """The same over Socket Mode."""
        if self._socket is None:
            self._socket = Socket(self.app, self.web.guard, "xapp-test", self.slack)
        self.acknowledged = False
        before = dict(self.web.guard.counts)
        request = SocketModeRequest(ENVELOPES.get(kind, "interactive"), "E1", body)
        try:
            await self._socket.handle(self, request)
        except Exception as error:
            logging.getLogger("changeover.web").error("500", exc_info=error)
            return 500
        if self.acknowledged:
            return 200
        return 400 if self.web.guard.counts != before else 503

    async def send_socket_mode_response(self, response: Any) -> None:
        self.acknowledged = True

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close_async()
        self.runner.workers.close()

    async def _ready(self) -> bool:
        return True

    async def _figures(self) -> dict[str, float]:
        return {}

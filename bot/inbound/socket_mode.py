"""Socket Mode: what comes over the socket passes the same guard as over HTTP, and the same Bolt
app. One connection, watched: slack_sdk reconnects by itself; what it cannot mend is begun again."""

import asyncio
import contextlib
import logging
from time import time

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.guard import Guard, Refused
from bot.inbound.http import dispatch, warn
from bot.outbound.error_codes import WRONG_TOKEN
from bot.outbound.web_api import Client, code_of, retry_after
from bot.settings import BadSetting, Settings

log = logging.getLogger("changeover.socket")
WATCH, LOST, CLOSE = 5.0, 60.0, 2.0  # seconds
CONNECT = 30.0


class Lost(Exception):
    """There was no connection for LOST seconds."""


class Socket(AsyncSocketModeHandler):
    """Bolt's handler behind the guard. What the guard refuses is not acknowledged, as with a
    400."""

    def __init__(
        self, app: AsyncApp, guard: Guard, app_token: str, web_client: AsyncWebClient
    ) -> None:
        super().__init__(app, app_token, web_client=web_client)
        self.guard = guard

    async def handle(  # type: ignore[override]
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        began = time()
        try:
            body = self.guard.admit_envelope(req.type, req.payload)
        except Refused as refused:
            return warn(refused)
        answer = await dispatch(self.app, self.guard, body)
        await send_async_response(client, req, answer, began)


class SocketMode:
    """`run` until cancelled. Raises Lost and whatever stops it from connecting; BadSetting where
    Slack does not take the token."""

    def __init__(
        self,
        app: AsyncApp,
        guard: Guard,
        settings: Settings,
        session: aiohttp.ClientSession,
        timeout: int,
    ) -> None:
        self.app, self.guard, self.token, self.accepted = app, guard, settings.app_token, False
        self.client = Client(
            token=settings.app_token,
            base_url=settings.api_url,
            session=session,
            timeout=timeout,
            retry_handlers=[],
        )

    async def run(self) -> None:
        url = await self._address()
        handler = Socket(self.app, self.guard, self.token, self.client)
        handler.client.wss_uri = url
        try:
            async with asyncio.timeout(CONNECT):
                await handler.connect_async()  # type: ignore[no-untyped-call]
            await _watch(handler)
        finally:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(CLOSE):
                    await handler.close_async()  # type: ignore[no-untyped-call]

    async def _address(self) -> str:
        try:
            answer = await self.client.apps_connections_open(app_token=self.token)
        except SlackApiError as error:
            code = code_of(error)
            if code in WRONG_TOKEN and not self.accepted:
                raise BadSetting(
                    f"Slack does not take SLACK_APP_TOKEN ({code}): copy the app-level token of "
                    "your Slack app (xapp-...)"
                ) from error
            if error.response.status_code == 429:
                await asyncio.sleep(retry_after(error, 0.0))
            raise
        self.accepted = True
        return str(answer["url"])


async def _watch(handler: AsyncSocketModeHandler) -> None:
    away = 0.0
    while away < LOST:
        await asyncio.sleep(WATCH)
        connected = await handler.client.is_connected()
        away = 0.0 if connected else away + WATCH
    raise Lost

"""Socket Mode: what comes over the socket passes the same guard as over HTTP, and the same Bolt app."""

from time import time

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.guard import Guard, Refused
from bot.web import dispatch, warn


class Socket(AsyncSocketModeHandler):
    """Bolt's handler behind the guard. What the guard refuses is not acknowledged, as with a 400."""

    def __init__(self, app: AsyncApp, guard: Guard, app_token: str, web_client: AsyncWebClient) -> None:
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

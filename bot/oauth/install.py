"""GET /slack/install and /slack/oauth_redirect: Bolt's OAuth flow with our store and our pages. A
state counts once, for ten minutes, in the browser that began; who only asks for an installation
leaves nothing in the database.
"""

import json
import logging
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.oauth.token_store import Installations
from bot.oauth.vault import Unreadable
from bot.rendering.render import TEMPLATES
from bot.settings import Settings
from dialogs.engine.conversation_store import forget_states, remember

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
MANIFEST = Path(__file__).parent.parent / "manifest-distributed.json"
LONGEST_QUERY = 4_096
PAGE = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}


class States(AsyncOAuthStateStore):
    """States are sealed, not stored; one that was used is remembered until it would have ended
    anyway."""

    def __init__(self, installations: Installations) -> None:
        self.of = installations

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        return self.of.vault.new_state(self.of.now().timestamp())

    async def async_consume(self, state: str) -> bool:
        return await self.of.workers.run(lambda: self._consume(state))

    def _consume(self, state: str) -> bool:
        now = self.of.now()
        try:
            key = self.of.vault.state_key(state, now.timestamp())
        except Unreadable:
            return False
        with self.of.store.turn("", now) as tx:
            forget_states(tx)
            return remember(tx, (key,))


def flow_of(settings: Settings, installations: Installations) -> AsyncOAuthFlow:
    """The flow for the app of SLACK_CLIENT_ID, with the scopes of the manifest."""
    scopes = json.loads(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]["bot"]
    quiet = logging.getLogger("slack_bolt")
    made = AsyncOAuthSettings(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scopes=scopes,
        user_scopes=[],
        install_path=INSTALL,
        redirect_uri_path=REDIRECT,
        install_page_rendering_enabled=False,
        callback_options=AsyncCallbackOptions(success=_installed, failure=_failed),
        authorization_url=settings.api_url.removesuffix("api/") + "oauth/v2/authorize",
        installation_store=installations,
        state_store=States(installations),
        logger=quiet,
    )
    return AsyncOAuthFlow(client=installations.client_with(None), logger=quiet, settings=made)


async def answer(flow: AsyncOAuthFlow, path: str, query: bytes, cookies: list[str]) -> BoltResponse:
    """The two pages. What is too long, or says something twice, is no query of Slack's."""
    if len(query) > LONGEST_QUERY:
        return BoltResponse(status=414, body="")
    try:
        asked: dict[str, Any] = parse_qs(
            query.decode("ascii"), keep_blank_values=True, max_num_fields=20
        )
    except ValueError:
        return BoltResponse(status=400, body="")
    request = AsyncBoltRequest(body="", query=asked, headers={"cookie": cookies}, mode="http")
    return await (
        flow.handle_installation(request) if path == INSTALL else flow.handle_callback(request)
    )


async def _installed(args: AsyncSuccessArgs) -> BoltResponse:
    name = args.installation.team_name or args.installation.enterprise_name or ""
    return _page(200, args.settings, ok=True, reason="", workspace=name)


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    return _page(
        args.suggested_status_code, args.settings, ok=False, reason=args.reason, workspace=""
    )


def _page(status: int, settings: AsyncOAuthSettings, **data: object) -> BoltResponse:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True
    )
    body = env.get_template("install/page.html").render(again=INSTALL, **data)
    headers: dict[str, Any] = PAGE | {
        "Set-Cookie": settings.state_utils.build_set_cookie_for_deletion()
    }
    return BoltResponse(status=status, body=body, headers=headers)

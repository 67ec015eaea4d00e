"""With whose token we speak to Slack: one for all, or each workspace's own. Nothing goes out with another workspace's token."""

import asyncio
import logging
from functools import partial
from typing import Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.threads import Threads
from domain import installation
from domain.store import Store

log = logging.getLogger("changeover.slack")
# What Slack answers when a token does not count (any more).
NOT_LET_IN = frozenset(["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"])
AGAIN = 30  # seconds


class NotInstalled(Exception):
    """There is no token for this workspace: what is for it waits."""


class Clients(Protocol):
    """A client per workspace."""

    async def of(self, team: str) -> AsyncWebClient:
        """Its Web API client. Raises NotInstalled."""

    async def bot_user(self, team: str) -> str:
        """Our own user id there, "" where nobody knows it yet."""

    async def is_known(self, team: str, organisation: str) -> bool:
        """Are we installed there? `organisation`: that of an installation for a whole organisation, "" for none."""

    def forget(self, team: str) -> None:
        """What is remembered of its token may be wrong: look again."""

    async def removed(self, team: str, at: int) -> None:
        """The app is gone from there since `at` (ms UTC): nothing leaves for it until it is back."""


class OneClient:
    """The one token of SLACK_BOT_TOKEN, for the one workspace it belongs to."""

    def __init__(self, client: AsyncWebClient, store: Store, threads: Threads) -> None:
        self.client, self.store, self.threads, self.user = client, store, threads, ""

    async def who_am_i(self) -> None:
        """Our own user id, where payloads do not tell it; and that we are let in. Slack being away is no reason not to work."""
        while not self.user:
            try:
                found = await self.client.auth_test()
                self.user, team = str(found.get("user_id") or "-"), str(found.get("team_id") or "")
                await self.threads.run(partial(self._write_back, team))
            except (SlackApiError, TimeoutError, OSError) as error:
                log.warning("auth.test: %s", type(error).__name__)
                await asyncio.sleep(AGAIN)

    async def of(self, team: str) -> AsyncWebClient:
        return self.client

    async def bot_user(self, team: str) -> str:
        return self.user

    async def is_known(self, team: str, organisation: str) -> bool:
        return True

    def forget(self, team: str) -> None:
        return None

    async def removed(self, team: str, at: int) -> None:
        await self.threads.run(lambda: self._write_removed(team, at))

    def _write_back(self, team: str) -> None:
        with self.store.reading() as db:
            row = installation.get(db, team)
        if row is not None and row.gone_at:
            with self.store.writing() as db:
                installation.back(db, team)

    def _write_removed(self, team: str, at: int) -> None:
        with self.store.writing() as db:
            installation.remove(db, team, at)

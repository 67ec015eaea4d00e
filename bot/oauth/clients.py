"""With whose token we speak to Slack: one for all, or each workspace's own. Nothing goes out with
another workspace's token."""

import asyncio
import logging
from functools import partial
from typing import Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbound.error_codes import WRONG_TOKEN
from bot.outbound.web_api import careful, code_of
from bot.settings import BadSetting
from bot.worker_pool import WorkerPool
from domain import installation
from domain.storage.store import Busy, Store

log = logging.getLogger("changeover.slack")
AGAIN = (1, 2, 5, 15, 30)  # seconds


class NotInstalled(Exception):
    """There is no token for this workspace: what is for it waits."""


class Clients(Protocol):
    """A client per workspace."""

    async def of(self, team: str) -> AsyncWebClient:
        """Its Web API client. Raises NotInstalled."""

    async def bot_user(self, team: str) -> str:
        """Our own user id there, "" where nobody knows it yet."""

    async def is_known(self, team: str, organisation: str) -> bool:
        """Are we installed there? `organisation`: that of an installation for a whole organisation,
        "" for none."""

    def forget(self, team: str) -> None:
        """What is remembered of its token may be wrong: look again."""

    async def removed(self, team: str, at: int) -> None:
        """The app is gone from there since `at` (ms UTC): nothing leaves for it until it is
        back."""


class OneClient:
    """The one token of SLACK_BOT_TOKEN, for the one workspace it belongs to."""

    def __init__(self, client: AsyncWebClient, store: Store, workers: WorkerPool) -> None:
        self.client, self.store, self.workers, self.user = careful(client), store, workers, ""
        self.accepted = False

    async def who_am_i(self) -> None:
        """Our own user id, where payloads do not tell it; and that we are let in. Slack being away
        is no reason not to work.

        Raises BadSetting where Slack does not take the token.
        """
        tries = 0
        while not self.user:
            try:
                found = await self.client.auth_test()
                self.accepted = True
                await self.workers.run(partial(self._write_back, str(found.get("team_id") or "")))
                self.user = str(found.get("user_id") or "-")
            except (SlackApiError, OSError, Busy) as error:
                code = code_of(error) if isinstance(error, SlackApiError) else ""
                if code in WRONG_TOKEN and not self.accepted:
                    raise BadSetting(
                        f"Slack does not take SLACK_BOT_TOKEN ({code}): copy the Bot User OAuth "
                        "Token of your Slack app (xoxb-...)"
                    ) from error
                log.warning("auth.test: %s", code or type(error).__name__)
                await asyncio.sleep(AGAIN[min(tries, len(AGAIN) - 1)])
                tries += 1

    async def of(self, team: str) -> AsyncWebClient:
        return self.client

    async def bot_user(self, team: str) -> str:
        return self.user

    async def is_known(self, team: str, organisation: str) -> bool:
        return True

    def forget(self, team: str) -> None:
        return None

    async def removed(self, team: str, at: int) -> None:
        await self.workers.run(lambda: self._write_removed(team, at))

    def _write_back(self, team: str) -> None:
        with self.store.reading() as db:
            row = installation.get(db, team)
        if row is not None and row.gone_at:
            with self.store.writing() as db:
                installation.back(db, team)

    def _write_removed(self, team: str, at: int) -> None:
        with self.store.writing() as db:
            installation.remove(db, team, at)

"""Each workspace's own token, from our database: sealed there, remembered for a minute here,
renewed before it ends.

slack_sdk's installation store, so that Bolt's OAuth flow fills it; what leaves asks it for a client
(bot/oauth/clients.py).
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store import Installation as Given
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.oauth.clients import NotInstalled
from bot.oauth.vault import Unreadable, Vault
from bot.worker_pool import WorkerPool
from domain import installation, people
from domain.storage.store import Store, ms

log = logging.getLogger("changeover.install")
FRESH, RENEW_MINUTES, RENEWING_MS = 60.0, 120, 60_000


@dataclass(frozen=True)
class Known:
    """What is remembered of one workspace. `owner`: whose installation it is (its organisation's,
    or its own)."""

    owner: str
    client: AsyncWebClient
    bot: Bot
    until: float


class Installations(AsyncInstallationStore):
    """`client_with` makes a client with a token; `wake` is called when something may leave
    again."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        workers: WorkerPool,
        now: Callable[[], datetime],
        client_with: Callable[[str | None], AsyncWebClient],
        client_id: str,
        client_secret: str,
    ) -> None:
        self.store, self.vault, self.workers, self.now, self.client_with = (
            store,
            vault,
            workers,
            now,
            client_with,
        )
        self.rotator = AsyncTokenRotator(
            client_id=client_id, client_secret=client_secret, client=client_with(None)
        )
        self.wake: Callable[[], None] = lambda: None
        self._known: dict[str, Known] = {}
        self._one_at_a_time: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def of(self, team: str) -> AsyncWebClient:
        """The client of a workspace. Raises NotInstalled."""
        return (await self._of(team)).client

    async def bot_user(self, team: str) -> str:
        try:
            return str((await self._of(team)).bot.bot_user_id)
        except NotInstalled:
            return ""

    async def is_known(self, team: str, organisation: str) -> bool:
        """A workspace of an organisation that installed us as a whole is known from its first event
        on."""
        try:
            await self._of(team)
        except NotInstalled:
            return bool(organisation) and await self.workers.run(
                lambda: self._belongs(team, organisation)
            )
        return True

    def forget(self, team: str) -> None:
        self._known.pop(team, None)

    async def removed(self, team: str, at: int) -> None:
        def remove() -> None:
            with self.store.writing() as db:
                installation.remove(db, team, at)

        await self.workers.run(remove)
        self._known.clear()
        log.warning("the app is gone from %s: what is for it waits", team)

    def reseal(self) -> int:
        """Everything under the newest key, so that older ones can be dropped; how many were
        moved."""
        many = 0
        with self.store.writing() as db:
            for row in installation.sealed_rows(db):
                if not self.vault.is_newest(row.sealed):
                    try:
                        new = self.vault.seal(row.team, self.vault.open(row.team, row.sealed))
                    except Unreadable:
                        log.error(
                            "none of CHANGEOVER_SECRET_KEY opens the token of %s: it has to be "
                            "installed anew",
                            row.team,
                        )
                        continue
                    installation.reseal(db, row.team, row.sealed, new)
                    many += 1
        return many

    # slack_sdk's own words

    async def async_save(self, installation: Given) -> None:
        """Whoever installed is met, so that Slack is asked who that is, and an admin gets the Setup
        button."""
        team = (
            installation.enterprise_id
            if installation.is_enterprise_install
            else installation.team_id
        )
        if not team or not installation.bot_token:
            raise BoltError("Slack named no workspace or gave no bot token")
        await self.workers.run(lambda: self._keep(team, installation))
        self._known.clear()
        self.wake()

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        try:
            return (
                await self._of(str((enterprise_id if is_enterprise_install else team_id) or ""))
            ).bot
        except NotInstalled:
            return None

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        await self.removed(str(team_id or enterprise_id), ms(self.now()))

    async def _of(self, team: str) -> Known:
        known = self._known.get(team)
        if known is None or known.until < time.monotonic():
            async with self._one_at_a_time.setdefault(team, asyncio.Lock()):
                known = self._known[team] = await self._look(team)
        return known

    async def _look(self, team: str) -> Known:
        owner, bot = await self.workers.run(lambda: self._read(team))
        if (
            bot.bot_token_expires_at
            and bot.bot_token_expires_at < self.now().timestamp() + RENEW_MINUTES * 60
        ):
            bot = await self._renewed(owner, bot)
        return Known(owner, self.client_with(bot.bot_token), bot, time.monotonic() + FRESH)

    def _read(self, team: str) -> tuple[str, Bot]:
        with self.store.reading() as db:
            row = installation.get(db, team)
        if row is None or row.gone_at or not row.sealed:
            raise NotInstalled(team)
        try:
            return str(row.team), Bot(**self.vault.open(row.team, row.sealed))
        except Unreadable as error:
            log.error("none of CHANGEOVER_SECRET_KEY opens the token of %s", row.team)
            raise NotInstalled(team) from error

    async def _renewed(self, owner: str, bot: Bot) -> Bot:
        """The token ends within two hours: another one, by one process at a time. Where that fails
        the old one serves on."""

        def mine() -> bool:
            with self.store.writing() as db:
                return installation.may_renew(db, owner, ms(self.now()), RENEWING_MS)

        if not await self.workers.run(mine):
            return bot
        try:
            new = await self.rotator.perform_bot_token_rotation(
                bot=bot, minutes_before_expiration=RENEW_MINUTES
            )
        except Exception as error:  # of slack_sdk, or because Slack's answer holds no token
            log.error("the token of %s could not be renewed: %s", owner, type(error).__name__)
            return bot
        if new is None or not isinstance(new.bot_token, str) or not new.bot_token:
            return bot

        def write() -> None:
            with self.store.writing() as db:
                installation.renew(
                    db, owner, self._sealed(owner, new), int(new.bot_token_expires_at or 0) * 1000
                )

        await self.workers.run(write)
        return new

    def _sealed(self, owner: str, bot: Bot) -> str:
        values: dict[str, Any] = bot.to_dict_for_copying()
        values |= {
            "installed_at": bot.installed_at,
            "bot_token_expires_at": bot.bot_token_expires_at,
        }
        return self.vault.seal(owner, values)

    def _keep(self, team: str, given: Given) -> None:
        bot = given.to_bot()
        with self.store.turn(team, self.now()) as tx:
            installation.keep(
                tx.db,
                team,
                tx.at,
                name=str(given.team_name or given.enterprise_name or ""),
                bot_user=str(bot.bot_user_id or ""),
                sealed=self._sealed(team, bot),
                expires_at=int(bot.bot_token_expires_at or 0) * 1000,
            )
            if given.user_id and not given.is_enterprise_install:
                people.meet(tx, given.user_id)

    def _belongs(self, team: str, organisation: str) -> bool:
        with self.store.writing() as db:
            row = installation.get(db, organisation)
            if row is None or row.gone_at:
                return False
            if installation.get(db, team) is None:
                installation.keep(db, team, ms(self.now()), via=organisation, bot_user=row.bot_user)
        return True

"""Asks Slack who somebody is, before the first turn of an account that Slack has not described yet.
If there is no time, the turn does not wait, and the outbox asks (Out.WHO).

Decides nothing: bot/inbound/users.py knows what an answer means.
"""

import asyncio
import logging
import time
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound import users
from bot.inbound.turns import TurnRunner
from bot.oauth.clients import Clients, NotInstalled
from dialogs.engine.visitors import about_setup
from dialogs.inputs import Inbound, Message, MessageDeleted, MessageEdited
from domain import membership, people
from domain.storage import outbox
from domain.storage.store import ms

log = logging.getLogger("changeover.slack")
ASK_SECONDS, NOT_AGAIN = (
    1.0,
    15.0,
)  # NOT_AGAIN: after Slack did not answer about a person, turns do not wait for it
MOST_REMEMBERED = 20_000
Account = tuple[str, str]


async def user_of(client: AsyncWebClient, slack: str) -> dict[str, Any]:
    """What Slack says of an account (users.info). Raises SlackApiError and TimeoutError, and
    OSError for an answer that is none."""
    try:
        user = (await client.users_info(user=slack)).get("user")
    except (aiohttp.ClientError, AttributeError, ValueError) as error:
        raise OSError(f"users.info: {type(error).__name__}") from error
    if not isinstance(user, dict) or not user:
        raise OSError("users.info names no user")
    return user


class MembershipCheck:
    """One per process. What it remembers only saves questions."""

    def __init__(self, runner: TurnRunner, clients: Clients, seconds: float = ASK_SECONDS) -> None:
        self.runner, self.clients, self.seconds = runner, clients, seconds
        self._checked: set[Account] = set()
        self._tried: dict[Account, float] = {}
        self._asking: WeakValueDictionary[Account, asyncio.Lock] = WeakValueDictionary()

    async def before(self, team: str, inbound: Inbound) -> None:
        """Before a turn: at the first contact, and at every input about the setup, because somebody
        may no longer be a Slack admin."""
        if about_setup(inbound):
            await self.ask(team, inbound.slack, now=True)
        elif not (
            inbound.outsider
            or isinstance(inbound, MessageEdited | MessageDeleted)
            or (isinstance(inbound, Message) and not inbound.addressed)
        ):
            await self.ask(team, inbound.slack)

    async def ask(self, team: str, slack: str, *, now: bool = False) -> None:
        """Ask Slack, unless it has said before who this is. `now`: in any case; what it does not
        say in time is no admin."""
        account = team, slack
        async with self._asking.setdefault(account, asyncio.Lock()):
            if not now and await self._is_known(account):
                return
            at = ms(self.runner.now())
            user = await self._answer(team, slack)
            if user:
                self._remember(account)
            else:
                self._tried[account] = time.monotonic()
            if user or now:
                await self.runner.workers.run(lambda: self._learn(team, slack, user, at, now))

    async def _is_known(self, account: Account) -> bool:
        if (
            account in self._checked
            or time.monotonic() - self._tried.get(account, -NOT_AGAIN) < NOT_AGAIN
        ):
            return True
        if await self.runner.workers.run(lambda: self._was_checked(*account)):
            self._remember(account)
        return account in self._checked

    def _was_checked(self, team: str, slack: str) -> bool:
        with self.runner.store.reading() as db:
            return membership.is_checked(db, team, slack)

    def _remember(self, account: Account) -> None:
        if len(self._checked) >= MOST_REMEMBERED:
            self._checked.clear()
        if len(self._tried) >= MOST_REMEMBERED:
            self._tried.clear()
        self._checked.add(account)
        self._tried.pop(account, None)

    async def _answer(self, team: str, slack: str) -> dict[str, Any]:
        """If anything goes wrong here, nobody is let in by it; {} for no answer."""
        try:
            async with asyncio.timeout(self.seconds):
                client = await self.clients.of(team)
                return await user_of(client, slack)
        except (NotInstalled, SlackApiError, TimeoutError, OSError) as error:
            log.warning("users.info: %s", type(error).__name__)
            return {}

    def _learn(self, team: str, slack: str, user: dict[str, Any], at: int, now: bool) -> None:
        with self.runner.store.turn(team, self.runner.now()) as tx:
            is_new = not people.seen(tx, slack)
            person = people.meet(tx, slack)
            if now:
                people.learn(tx.db, team, person.id, slack_admin=False)
                tx.known.clear()
            if user:
                users.learned(tx, person.id, user, at)
                if is_new:
                    outbox.needless(tx, f"who:{person.id}")

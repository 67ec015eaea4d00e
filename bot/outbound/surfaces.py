"""Everything sent beside messages: App Home, suggested prompts, and questions to Slack: who is this
account, who can read this channel.

Knows Slack's methods; decides nothing. A method that the server does not know (`unknown_method`) is
skipped.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.inbound.membership import user_of
from bot.inbound.users import home_of, kind_of, learned
from bot.oauth.clients import Clients
from bot.outbound.web_api import is_passing
from bot.rendering.render import Part, Templates
from bot.worker_pool import WorkerPool
from dialogs.engine import conversation_store, members
from dialogs.inputs import Inbound
from domain import membership
from domain.people import Kind
from domain.storage import outbox
from domain.storage.addresses import AccountAddress
from domain.storage.outbox import Row
from domain.storage.store import Store, ms

log = logging.getLogger("changeover.outbox")
MEMBERS, STRANGERS, AT_ONCE = 300, 100, 5
PROMPTS = 4
INSIDE = frozenset({Kind.MEMBER, Kind.BOT})
SAME, MOST_REMEMBERED = (
    timedelta(minutes=5),
    20_000,
)  # Slack is not asked about an account at every reply in a channel
Settled = Callable[[Any], None]


class Surfaces:
    """Each method returns the outcome to write once Slack has answered. Raises SlackApiError,
    OSError, TimeoutError."""

    def __init__(
        self,
        store: Store,
        words: Templates,
        clients: Clients,
        workers: WorkerPool,
        now: Callable[[], datetime],
    ) -> None:
        self.store, self.words, self.clients, self.workers, self.now = (
            store,
            words,
            clients,
            workers,
            now,
        )
        self._inside: dict[tuple[str, str], datetime] = {}

    async def publish(self, row: Row) -> Settled:
        """App Home as it is at this moment, so that the order in which changes were announced does
        not matter."""
        parts = await self.workers.run(lambda: self._home(row))
        if parts:
            view = {"type": "home", "blocks": self.words.home(parts)}
            await (await self.clients.of(row.team)).views_publish(
                user_id=AccountAddress.from_row(row.stored).slack, view=view
            )
        return lambda db: outbox.sent(db, row)

    def _home(self, row: Row) -> list[Part]:
        with self.store.turn(row.team, self.now()) as tx:
            return home_of(tx, row.address.person)

    async def prompts(self, row: Row) -> Settled:
        """Suggested prompts, at most four. Never with thread_ts: Slack silently drops them then
        (docs/architecture.md)."""
        lines = self.words.lines(*row.parts[0])
        prompts = [
            {"title": title.strip(), "message": said.strip()}
            for title, _, said in (line.partition(" / ") for line in lines)
        ]
        client = await self.clients.of(row.team)
        try:
            await client.api_call(
                "assistant.threads.setSuggestedPrompts",
                json={"channel_id": row.address.channel, "prompts": prompts[:PROMPTS]},
            )
        except SlackApiError as error:
            if is_passing(error):
                raise
            log.info("no suggested prompts: %s", error.response.get("error"))
        return lambda db: outbox.sent(db, row)

    async def ask_who(self, row: Row, hear: Callable[[str, Inbound], Awaitable[Any]]) -> Settled:
        """What Slack says of a person; then what that person wrote meanwhile is heard."""
        who, at = AccountAddress.from_row(row.stored), ms(self.now())
        user = await user_of(await self.clients.of(row.team), who.slack)
        held = await self.workers.run(lambda: self._learn(row.team, who.person, user, at))
        for heard in held:
            await hear(row.team, heard)
        if held:
            await self.workers.run(lambda: self._let_go(row.team, who.person))
        return lambda db: outbox.sent(db, row)

    def _learn(self, team: str, person: str, user: dict[str, Any], at: int) -> list[Inbound]:
        with self.store.turn(team, self.now()) as tx:
            learned(tx, person, user, at)
            return members.held_in(conversation_store.conversation_of(tx, person))

    def _let_go(self, team: str, person: str) -> None:
        with self.store.turn(team, self.now()) as tx:
            members.let_go(tx, person)

    async def only_ours(self, team: str, channel: str) -> bool:
        """Are all readers of this channel members of the workspace? False if unknown: then no
        partner's state is shown."""
        client = await self.clients.of(team)
        try:
            about = (await client.conversations_info(channel=channel)).get("channel") or {}
            if any(
                about.get(flag) for flag in ("is_ext_shared", "is_pending_ext_shared", "is_shared")
            ):
                return False
            answer = await client.conversations_members(channel=channel, limit=MEMBERS)
            members = [str(m) for m in answer.get("members") or ()]
            if not members or (answer.get("response_metadata") or {}).get("next_cursor"):
                return False
            return await self._all_members(team, members)
        except SlackApiError as error:
            if is_passing(error):
                raise
            log.warning("nobody knows who reads %s: %s", channel, error.response.get("error"))
            return False

    async def is_shared(self, team: str, channel: str) -> bool:
        """Is the channel known to be shared with another workspace? If unknown, it counts as the
        workspace's own, because somebody configured it."""
        client = await self.clients.of(team)
        try:
            about = (await client.conversations_info(channel=channel)).get("channel") or {}
        except SlackApiError as error:
            if is_passing(error):
                raise
            return False
        return any(about.get(flag) for flag in ("is_ext_shared", "is_pending_ext_shared"))

    async def _all_members(self, team: str, slack: list[str]) -> bool:
        known = await self.workers.run(lambda: self._kinds(team, slack))
        if not set(known.values()) <= INSIDE:
            return False
        strangers = [s for s in slack if s not in known]
        if len(strangers) > STRANGERS:
            return False
        if len(self._inside) > MOST_REMEMBERED:
            self._inside.clear()
        turns, client = asyncio.Semaphore(AT_ONCE), await self.clients.of(team)

        async def inside(user: str) -> bool:
            if (team, user) in self._inside and self.now() - self._inside[team, user] < SAME:
                return True
            async with turns:
                found = kind_of(await user_of(client, user), team) in INSIDE
            if found:
                self._inside[team, user] = self.now()
            return found

        return all(await asyncio.gather(*(inside(user) for user in strangers)))

    def _kinds(self, team: str, slack: list[str]) -> dict[str, str]:
        with self.store.reading() as db:
            return membership.kinds(db, team, slack)

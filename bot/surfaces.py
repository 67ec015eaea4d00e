"""What leaves beside messages: App Home, suggested prompts, a question to Slack who somebody is, and who reads a channel.

Knows Slack's methods; decides nothing. What Slack does not know (`unknown_method`) is done without.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.calls import is_passing
from bot.clients import Clients
from bot.home import home_of, kind_of, learned, told_of
from bot.render import Part, Words
from bot.threads import Threads
from dialogs import notices
from domain import outbox, people
from domain.outbox import Row
from domain.people import Kind
from domain.store import Store, Tx

log = logging.getLogger("changeover.outbox")
MEMBERS, STRANGERS, AT_ONCE = 300, 100, 5
PROMPTS = 4
Settled = Callable[[Any], None]


class Surfaces:
    """Each returns what is to be written once Slack has answered. Raises SlackApiError, OSError, TimeoutError."""

    def __init__(self, store: Store, words: Words, clients: Clients, threads: Threads, now: Callable[[], datetime]) -> None:
        self.store, self.words, self.clients, self.threads, self.now = store, words, clients, threads, now

    async def publish(self, row: Row) -> Settled:
        """App Home as it is at this moment, so that the order in which changes were announced does not matter."""
        parts = await self.threads.run(lambda: self._home(row))
        if parts:
            view = {"type": "home", "blocks": self.words.home(parts)}
            await (await self.clients.of(row.team)).views_publish(user_id=row.address["slack"], view=view)
        return lambda db: outbox.sent(db, row)

    def _home(self, row: Row) -> list[Part]:
        with self.store.turn(row.team, self.now()) as tx:
            return home_of(tx, row.address["person"])

    async def prompts(self, row: Row) -> Settled:
        """Suggested prompts, four at most. Never with thread_ts: there Slack drops them in silence (slack.md, 1.1)."""
        lines = self.words.lines(*row.parts[0])
        prompts = [
            {"title": title.strip(), "message": said.strip()} for title, _, said in (line.partition(" / ") for line in lines)
        ]
        client = await self.clients.of(row.team)
        try:
            await client.api_call(
                "assistant.threads.setSuggestedPrompts", json={"channel_id": row.address["channel"], "prompts": prompts[:PROMPTS]}
            )
        except SlackApiError as error:
            if is_passing(error):
                raise
            log.info("no suggested prompts: %s", error.response.get("error"))
        return lambda db: outbox.sent(db, row)

    async def ask_who(self, row: Row) -> Settled:
        """What Slack says of a person met for the first time. It only restricts: a change that was told meanwhile is newer."""
        answer = await (await self.clients.of(row.team)).users_info(user=row.address["slack"])
        user = dict(answer.get("user") or {})

        def settle(db: Any) -> None:
            learned(Tx(db, row.team, self.now(), self.store.key), row.address["person"], user)
            outbox.sent(db, row)
            if told_of(user).get("slack_admin"):
                notices.welcome_admin(Tx(db, row.team, self.now(), self.store.key), row.address["person"])

        return settle

    async def only_ours(self, team: str, channel: str) -> bool:
        """Is everybody who reads this channel a member of the workspace? False in doubt: a partner's state is not shown then."""
        client = await self.clients.of(team)
        try:
            about = (await client.conversations_info(channel=channel)).get("channel") or {}
            if any(about.get(flag) for flag in ("is_ext_shared", "is_pending_ext_shared", "is_shared")):
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
        """Is the channel known to be shared with another workspace? In doubt it is the workspace's own: somebody named it."""
        client = await self.clients.of(team)
        try:
            about = (await client.conversations_info(channel=channel)).get("channel") or {}
        except SlackApiError as error:
            if is_passing(error):
                raise
            return False
        return any(about.get(flag) for flag in ("is_ext_shared", "is_pending_ext_shared"))

    async def _all_members(self, team: str, slack: list[str]) -> bool:
        known = await self.threads.run(lambda: self._kinds(team, slack))
        if any(kind in (Kind.GUEST, Kind.OUTSIDER) for kind in known.values()):
            return False
        strangers = [s for s in slack if s not in known]
        if len(strangers) > STRANGERS:
            return False
        turns, client = asyncio.Semaphore(AT_ONCE), await self.clients.of(team)

        async def inside(user: str) -> bool:
            async with turns:
                about = (await client.users_info(user=user)).get("user") or {}
            return (
                bool(about) and not about.get("is_stranger") and kind_of(about) != Kind.GUEST and about.get("team_id", team) == team
            )

        return all(await asyncio.gather(*(inside(user) for user in strangers)))

    def _kinds(self, team: str, slack: list[str]) -> dict[str, str]:
        with self.store.reading() as db:
            return people.kinds(db, team, slack)

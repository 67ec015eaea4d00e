"""Where a message goes, and whether it is there already: channel, direct messages, the thread that hangs on another message."""

import logging
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.clients import Clients
from bot.threads import Threads
from domain import outbox, people
from domain.outbox import Row
from domain.store import Store, moment

log = logging.getLogger("changeover.outbox")


class Places:
    """Looks up; opens direct messages where they were never opened."""

    def __init__(self, store: Store, clients: Clients, threads: Threads) -> None:
        self.store, self.clients, self.threads = store, clients, threads

    async def of(self, row: Row) -> tuple[str, str]:
        """Channel and thread of a row ("" for none). `under` in its address is the key of the message that its thread hangs on;
        one that never went out is no reason not to say it."""
        if (key := row.address.get("under")) and (root := await self.where(row.team, key)) is not None and root.ts:
            return str(root.channel), str(root.ts)
        return await self._channel(row), str(row.address.get("thread", ""))

    async def where(self, team: str, key: str) -> Any:
        """The row that went out under a key, None when there is none."""

        def look() -> Any:
            with self.store.reading() as db:
                return outbox.where_sent(db, team, key)

        return await self.threads.run(look)

    async def _channel(self, row: Row) -> str:
        """Where the row goes: its channel, else the person's direct messages (opened once and kept)."""
        if channel := row.address.get("channel"):
            return str(channel)
        slack, dm = await self.threads.run(lambda: self._person(row))
        if dm:
            return dm
        answer = await (await self.clients.of(row.team)).conversations_open(users=slack)
        opened = str((answer.get("channel") or {}).get("id") or slack)
        await self.threads.run(lambda: self._keep_dm(row, opened))
        return opened

    def _person(self, row: Row) -> tuple[str, str]:
        with self.store.reading() as db:
            return people.slack_of(db, row.team, row.address["person"])

    def _keep_dm(self, row: Row, dm: str) -> None:
        with self.store.writing() as db:
            people.learn(db, row.team, row.address["person"], dm=dm)

    async def look_for(self, row: Row, channel: str, thread: str) -> str:
        """The ts under which a row in doubt is in the channel already, "" when it is not there (or cannot be looked up)."""
        oldest = str(moment(row.due_at).timestamp() - 5)
        look: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "oldest": oldest, "limit": 100}
        client = await self.clients.of(row.team)
        try:
            found = await (client.conversations_replies(ts=thread, **look) if thread else client.conversations_history(**look))
        except SlackApiError as error:
            if error.response.status_code == 429:
                raise
            log.warning("row %s may be repeated: the channel cannot be read (%s)", row.id, error.response.get("error"))
            return ""
        for message in found.get("messages") or ():
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == row.key:
                return str(message["ts"])
        return ""

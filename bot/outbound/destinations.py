"""Finds where a message goes (channel, direct messages, or the thread of another message), and
whether it is there already."""

from typing import Any

from bot.oauth.clients import Clients
from bot.outbound.lookup import LookUp
from bot.worker_pool import WorkerPool
from domain import people
from domain.storage import outbox
from domain.storage.outbox import Row, Sent
from domain.storage.store import Store


class Destinations:
    """Looks destinations up; opens direct messages if they were never opened."""

    def __init__(self, store: Store, clients: Clients, workers: WorkerPool) -> None:
        self.store, self.clients, self.workers, self.look_up = store, clients, workers, LookUp()

    async def of(self, row: Row) -> tuple[str, str]:
        """Channel and thread of a row ("" for none). `under` in its address is the key of the
        message whose thread it belongs to; if that was never sent, the row is sent without a
        thread."""
        if (
            (key := row.address.under)
            and (root := await self.where(row.team, key)) is not None
            and root.ts
        ):
            return root.channel, root.ts
        return await self._channel(row), row.address.thread

    async def where(self, team: str, key: str) -> Sent | None:
        """What went out under a key, None when there is none."""

        def look() -> Sent | None:
            with self.store.reading() as db:
                return outbox.where_sent(db, team, key)

        return await self.workers.run(look)

    async def _channel(self, row: Row) -> str:
        """Where the row goes: its channel, else the person's direct messages (opened once and
        kept)."""
        if channel := row.address.channel:
            return channel
        slack, dm = await self.workers.run(lambda: self._person(row))
        if dm:
            return dm
        answer = await (await self.clients.of(row.team)).conversations_open(users=slack)
        opened = str((answer.get("channel") or {}).get("id") or slack)
        await self.workers.run(lambda: self._keep_dm(row, opened))
        return opened

    def _person(self, row: Row) -> tuple[str, str]:
        with self.store.reading() as db:
            return people.slack_of(db, row.team, row.address.person)

    def _keep_dm(self, row: Row, dm: str) -> None:
        with self.store.writing() as db:
            people.learn(db, row.team, row.address.person, dm=dm)

    async def look_for(self, row: Row, channel: str, thread: str) -> str:
        """The ts of a row that may have been sent already, "" if it is not in the channel. Raises
        SlackApiError and NoAnswer: then it is unknown."""

        def known(message: dict[str, Any]) -> str:
            metadata = message.get("metadata")
            payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
            return (
                str(message.get("ts"))
                if isinstance(payload, dict) and payload.get("key") == row.key
                else ""
            )

        return await self.look_up.find(await self.clients.of(row.team), row, channel, thread, known)

"""The only way out: due rows -> words -> Slack -> done. Keeps the order of a channel, waits when told, repeats nothing.

A row that was leased before and is not settled may have been sent when the process died: it is looked for by its key in
the channel before it is sent again (message metadata).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from sqlalchemy import update

from bot.clients import Clients, NotInstalled
from bot.counting import Counting
from bot.files import list_at, mail_at
from bot.outside import escaped
from bot.pace import Pace
from bot.places import Places
from bot.refusals import BACKOFF, Refusals
from bot.render import NoWords, Words
from bot.surfaces import Settled, Surfaces
from bot.threads import Threads
from bot.uploads import Uploads
from dialogs import clock
from dialogs.heard import Forwarded, HandedIn, Heard, Where
from domain import outbox, reminder
from domain.outbox import Out, Row
from domain.store import Busy, Store, ms, table
from domain.tables import Outbox

log = logging.getLogger("changeover.outbox")
BATCH = 40
IDLE = 1.0
HOLD, STEP = 2.0, 0.05  # seconds


async def _nobody(team: str, heard: Heard) -> None:
    """Where no door is connected, what was fetched is heard by nobody."""


class Sender:
    """Sends what is due until it is stopped. `wake` after a commit; a row that nobody announced is found within a second."""

    def __init__(
        self, store: Store, words: Words, clients: Clients, threads: Threads, now: Callable[[], datetime],
        in_burst: Callable[[], bool] = lambda: False, pace: Pace | None = None,
    ) -> None:  # fmt: skip
        self.store, self.words, self.clients, self.threads, self.now = store, words, clients, threads, now
        self.in_burst, self.pace = in_burst, pace or Pace(0, 0)
        self.surfaces = Surfaces(store, words, clients, threads, now)
        self.refusals = Refusals(store, clients, now)
        self.beside: dict[str, Callable[[Row], Awaitable[Settled | None]]] = {
            Out.WHO: self.surfaces.ask_who, Out.HOME: self.surfaces.publish, Out.PROMPTS: self.surfaces.prompts,
            Out.FETCH: self._get, Out.COUNT: Counting(store, threads, now, self.wake).begin,
        }  # fmt: skip
        self.places = Places(store, clients, threads)
        self.hear: Callable[[str, Heard], Awaitable[Any]] = _nobody
        self.uploads = Uploads(words, clients, store, threads, now)
        self._news = asyncio.Event()
        self.sent = 0

    @property
    def failed(self) -> int:
        return self.refusals.failed

    def wake(self) -> None:
        self._news.set()

    async def run(self) -> None:
        """Until cancelled. An error of the database is waited out; no row is lost by it."""
        await self.threads.run(self.take_over)
        rounds = 0
        while True:
            self._news.clear()
            if rounds := await self._let_turns_pass(rounds):
                rounds -= 1
            try:
                if await self.send_due():
                    continue
            except Busy as busy:
                log.warning("the database is busy: %s", busy)
            try:
                await asyncio.wait_for(self._news.wait(), IDLE)
            except TimeoutError:
                continue

    async def _let_turns_pass(self, rounds: int) -> int:
        """In a burst of turns messages wait, HOLD seconds at most; then they get as many rounds, so that they never starve."""
        held = 0
        while not rounds and self.in_burst() and held < HOLD / STEP:
            await asyncio.sleep(STEP)
            held += 1
        return rounds or held

    def take_over(self) -> None:
        """On SQLite we are the only process: what the one before had leased is ours now (and in doubt). The clock is wound up."""
        with self.store.turn("", self.now()) as tx:
            reminder.wind_up(tx)
        if self.store.is_sqlite:
            with self.store.writing() as db:
                db.execute(update(table(Outbox)).where(table(Outbox).c.state == "waiting").values(leased_until=0))

    async def send_due(self) -> int:
        """One round: at most one row per lane. Returns how many were handled."""
        rows = await self.threads.run(self._lease)
        if not rows:
            return 0
        under_way = []
        for row in rows:
            under_way.append(asyncio.create_task(self._handle(row)))
            await asyncio.sleep(0)  # a turn that comes now does not wait until all of them are put into words
        settled = [s for s in await asyncio.gather(*under_way) if s]
        await self.threads.run(lambda: self._settle(settled))
        return len(rows)

    def _lease(self) -> list[Row]:
        with self.store.reading() as db:
            if (due := outbox.next_due(db)) is None or due > ms(self.now()):
                return []
        with self.store.writing() as db:
            return outbox.lease(db, self.now(), BATCH)

    def _settle(self, outcomes: list[Settled]) -> None:
        if outcomes:
            with self.store.writing() as db:
                for settle in outcomes:
                    settle(db)

    async def _handle(self, row: Row) -> Settled | None:
        try:
            if row.kind == Out.TIMER:
                return await self.threads.run(lambda: self._fire(row))
            return await self._send(row)
        except SlackApiError as error:
            return self.refusals.refused(row, error)
        except NotInstalled:
            return self.refusals.no_token(row)
        except Busy:
            return None
        except (OSError, TimeoutError) as error:
            return self.refusals.again(row, type(error).__name__)
        except (NoWords, KeyError, LookupError, TypeError, ValueError) as error:
            return self.refusals.never(row, error)

    def _fire(self, row: Row) -> None:
        """A timer runs in one transaction with its own settling."""
        with self.store.turn(row.team, self.now()) as tx:
            clock.fire(tx, row.address["timer"], row.address["subject"], row.parts[0])
            outbox.sent(tx.db, row)
        self.wake()

    async def _send(self, row: Row) -> Settled | None:
        if row.kind in self.beside:
            return await self.beside[row.kind](row)
        if wait := self.pace.of_row(row, time.monotonic()):
            due = self.now() + timedelta(seconds=wait)
            return lambda db: outbox.later(db, row, due, "slowed down", certain=True)
        if row.kind == Out.FILES:
            channel, _ = await self.places.of(row)
            mark = await self.uploads.send(row, channel)
            return lambda db: outbox.sent(db, row, channel, mark)
        rendered = self.words.message([(name, data) for name, data in row.parts])
        payload = {
            "template": row.parts[0][0], "templates": [name for name, _ in row.parts], "facts": rendered.facts,
            "decision": row.decision, "key": row.key,
        }  # fmt: skip
        metadata = {"event_type": "changeover", "event_payload": payload}
        said: dict[str, Any] = {"text": escaped(rendered.text) or " ", "blocks": rendered.blocks, "metadata": metadata}
        if row.kind == Out.UPDATE:
            return await self._update(row, said)
        channel, thread = await self.places.of(row)
        if row.address.get("inside") and not await self.surfaces.only_ours(row.team, channel):
            return self.refusals.not_there(row)
        if row.address.get("unshared") and await self.surfaces.is_shared(row.team, channel):
            return self.refusals.not_there(row)
        ts = await self.places.look_for(row, channel, thread) if row.attempts > 1 else ""
        if not ts:
            at: dict[str, Any] = {"thread_ts": thread} if thread else {}
            client = await self.clients.of(row.team)
            answer = await client.chat_postMessage(
                channel=channel, unfurl_links=False, unfurl_media=False, link_names=False, parse="none", **at, **said
            )
            channel, ts = str(answer.get("channel") or channel), str(answer.get("ts") or "")
        self.sent += 1
        return lambda db: outbox.sent(db, row, channel, ts)

    async def _get(self, row: Row) -> Settled:
        """A mail or list out of Slack's own file store, then a turn of its own; what cannot be got is said in the end."""
        to, last = row.address, row.attempts >= len(BACKOFF)
        where = Where(to["channel"], to["thread"], direct=bool(to["direct"]))
        client = await self.clients.of(row.team)
        if to.get("list"):
            text, wrong, what = await list_at(client, to["url"], last_try=last)
            heard: Heard = HandedIn((f"list:{row.key}",), to["slack"], text, where, wrong, what)
        else:
            mail = await mail_at(client, to["url"], last_try=last)
            heard = Forwarded((f"mail:{row.key}",), to["slack"], mail, where)
        await self.hear(row.team, heard)
        return lambda db: outbox.sent(db, row)

    async def _update(self, row: Row, said: dict[str, Any]) -> Settled:
        before = await self.places.where(row.team, row.address["updates"])
        if before is None or not before.ts:
            return lambda db: outbox.sent(db, row)
        client = await self.clients.of(row.team)
        await client.chat_update(channel=before.channel, ts=before.ts, **said)
        return lambda db: outbox.sent(db, row, before.channel, before.ts)

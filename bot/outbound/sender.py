"""Sends the outbox: due rows are rendered, sent to Slack and marked as done. Keeps the order within
a channel, waits when Slack says so, sends nothing twice.

A row that was leased before and has no outcome may have been sent when the process died: the sender
looks for its key in the channel (message metadata) before it sends it again.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update

from bot.oauth.clients import Clients
from bot.outbound.clock_steps import ClockSteps
from bot.outbound.destinations import Destinations
from bot.outbound.downloads import list_at, mail_at
from bot.outbound.in_flight import InFlight, NotOurs
from bot.outbound.new_blocks import NewBlocks
from bot.outbound.privacy import Private
from bot.outbound.rate_limit import RateLimiter
from bot.outbound.report_job import Counting
from bot.outbound.retries import BACKOFF, RetryPolicy
from bot.outbound.surfaces import Settled, Surfaces
from bot.outbound.uploads import Uploads
from bot.rendering.outside import escaped
from bot.rendering.render import Templates
from bot.worker_pool import WorkerPool
from dialogs.assistant import ABILITIES
from dialogs.engine import timers
from dialogs.inputs import EmailForwarded, Inbound, ListUploaded, Origin
from domain.knowledge import facts_in_use
from domain.reminders import reminder
from domain.storage import leases, outbox
from domain.storage.addresses import FileAddress, TimerAddress
from domain.storage.outbox import Out, Row
from domain.storage.store import Busy, Store, ms, table
from domain.tables import Outbox

log = logging.getLogger("changeover.outbox")
BATCH, AT_ONCE = 40, 80
IDLE, PATIENCE, DRAIN = 1.0, 0.2, 6.0  # seconds
HOLD, STEP = 2.0, 0.05  # seconds


async def _nobody(team: str, inbound: Inbound) -> None:
    """For a sender without a turn runner: a downloaded file is ignored."""


class Sender:
    """Sends what is due until it is stopped. Call `wake` after a commit; without it a row is found
    within a second."""

    def __init__(
        self,
        store: Store,
        words: Templates,
        clients: Clients,
        workers: WorkerPool,
        now: Callable[[], datetime],
        in_burst: Callable[[], bool] = lambda: False,
        pace: RateLimiter | None = None,
    ) -> None:
        self.store, self.words, self.clients, self.workers, self.now = (
            store,
            words,
            clients,
            workers,
            now,
        )
        self.in_burst, self.pace = in_burst, pace or RateLimiter(0, 0)
        self.surfaces = Surfaces(store, words, clients, workers, now)
        self.refusals = RetryPolicy(store, clients, now)
        self.beside: dict[str, Callable[[Row], Awaitable[Settled | None]]] = {
            Out.WHO: self._ask_who,
            Out.HOME: self.surfaces.publish,
            Out.PROMPTS: self.surfaces.prompts,
            Out.FETCH: self._get,
            Out.COUNT: Counting(store, workers, now, self.wake).begin,
        }
        self.places = Destinations(store, clients, workers)
        self.hear: Callable[[str, Inbound], Awaitable[Any]] = _nobody
        self.read_clock: Callable[[Connection], None] = lambda db: None
        self.private, self.new_blocks = Private(words), NewBlocks()
        self.uploads = Uploads(words, clients, store, workers, now)
        self._news, self._leaving, self._took_over = asyncio.Event(), False, False
        self.clock = ClockSteps(now, time.monotonic)
        self.under_way = InFlight(
            store, workers, self._handle, self.refusals.went_wrong, self._news, now
        )
        self.uploads.check = self.under_way.check
        self.sent = 0

    @property
    def failed(self) -> int:
        return self.refusals.failed

    def wake(self) -> None:
        self._news.set()

    async def run(self) -> None:
        """Run until `leave` (rows under way are finished first) or cancelled. Database errors are
        waited out."""
        if not self._took_over:
            await self.workers.run(self.take_over)
            self._took_over = True
        rounds = 0
        try:
            while not self._leaving:
                self._news.clear()
                if rounds := await self._let_turns_pass(rounds):
                    rounds -= 1
                try:
                    if await self.send_due(PATIENCE):
                        continue
                except Busy as busy:
                    log.warning("the database is busy: %s", busy)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), IDLE)
            await self._drain()
        except asyncio.CancelledError:
            self.under_way.cancel()
            raise

    def leave(self) -> None:
        """Lease nothing more; `run` ends when the rows under way are done, after DRAIN seconds at
        most."""
        self._leaving = True
        self.wake()

    async def _drain(self) -> None:
        await self.under_way.wait(DRAIN)
        self.under_way.cancel()
        try:
            await self.under_way.settle()
        except Busy as busy:
            log.warning(
                "the database is busy, what was sent last is looked for at the next start: %s", busy
            )

    async def _let_turns_pass(self, rounds: int) -> int:
        """During a burst of turns messages wait, at most HOLD seconds; then they get as many
        rounds, so that they never starve."""
        held = 0
        while not rounds and self.in_burst() and held < HOLD / STEP and not self._leaving:
            await asyncio.sleep(STEP)
            held += 1
        return rounds or held

    def take_over(self) -> None:
        """On SQLite there is only one process: rows that the previous one leased are ours now (and
        may have been sent). Also sets the reminder timers of all partners."""
        try:
            with self.store.turn("", self.now()) as tx:
                reminder.wake_all_partners(tx)
        except Busy:
            raise
        except Exception as error:
            log.error("the reminders were not wound up", exc_info=error)
        if self.store.is_sqlite:
            with self.store.writing() as db:
                db.execute(
                    update(table(Outbox))
                    .where(table(Outbox).c.state == "waiting")
                    .values(leased_until=0)
                )

    async def send_due(self, patience: float | None = None) -> int:
        """One round: start due rows, at most one per lane, and write the outcomes of finished ones.
        Returns how many rows were handled.

        Waits at most `patience` seconds for started rows; a slow one delays no other lane. None:
        wait for all.
        """
        await self.under_way.renew()
        begun, at = [], time.monotonic()
        for row in await self.workers.run(self._lease):
            begun.append(self.under_way.begin(row, at))
            await asyncio.sleep(
                0
            )  # a turn that comes now does not wait until all of them are rendered
        await self.under_way.wait(patience, None if patience is None else begun)
        return await self.under_way.settle() + len(begun)

    def _lease(self) -> list[Row]:
        self._mind_the_clock()
        if (most := min(BATCH, AT_ONCE - len(self.under_way))) <= 0:
            return []
        with self.store.reading() as db:
            self.read_clock(db)
            if (due := outbox.next_due(db)) is None or due > ms(self.now()):
                return []
        with self.store.writing() as db:
            found = leases.lease(db, self.now(), most)
        return [
            row for row in found if row not in self.under_way
        ]  # a row of ours whose lease has expired is still ours

    def _mind_the_clock(self) -> None:
        """If the clock was set back, move due times back too, so that nothing is delayed."""
        back = self.clock.back()
        if self.clock.is_new or back:
            with self.store.writing() as db:
                outbox.set_back(db, self.now(), back)
                outbox.pull_in(db, self.now())
        if back:
            log.warning(
                "the clock was set back by %.0f s: what waits comes as much earlier",
                back.total_seconds(),
            )
        self.clock.seen()

    async def _handle(self, row: Row) -> Settled | None:
        """Send one row. An error affects only this row."""
        try:
            if row.kind == Out.TIMER:
                return await self.workers.run(lambda: self._fire(row))
            return await self._send(row)
        except NotOurs:
            raise
        except Exception as error:
            return self.refusals.went_wrong(row, error)

    def _fire(self, row: Row) -> None:
        """Run a timer in one transaction with its outcome."""
        with self.store.turn(row.team, self.now()) as tx:
            if not leases.is_held(tx.db, row):
                return
            facts_in_use.refresh(tx.db, self.words.facts)
            timer = TimerAddress.from_row(row.stored)
            timers.fire(ABILITIES, tx, timer.timer, timer.subject, row.parts[0])
            outbox.sent(tx.db, row)
        self.wake()

    async def _send(self, row: Row) -> Settled | None:
        if row.kind in self.beside:
            return await self.beside[row.kind](row)
        if wait := self.pace.of_row(row, time.monotonic()):
            due = self.now() + timedelta(seconds=wait)
            return lambda db: outbox.later(db, row, due, "slowed down", certain=True)
        if await self._is_private(row):
            return self.refusals.in_private(row)
        if row.kind == Out.FILES:
            channel, _ = await self.places.of(row)
            mark = await self.uploads.send(row, channel)
            return lambda db: outbox.sent(db, row, channel, mark)
        try:
            rendered = self.words.message([(name, data) for name, data in row.parts])
        except Exception as error:
            return self.refusals.never(row, error)
        payload = {
            "template": row.parts[0][0],
            "templates": [name for name, _ in row.parts],
            "facts": rendered.facts,
            "decision": row.decision,
            "key": row.key,
        }
        metadata = {"event_type": "changeover", "event_payload": payload}
        said: dict[str, Any] = {
            "text": escaped(rendered.text) or " ",
            "blocks": rendered.blocks,
            "metadata": metadata,
        }
        if row.kind == Out.UPDATE:
            return await self._update(row, said)
        channel, thread = await self.places.of(row)
        if row.address.inside and not await self.surfaces.only_ours(row.team, channel):
            return self.refusals.not_there(row)
        if row.address.unshared and await self.surfaces.is_shared(row.team, channel):
            return self.refusals.not_there(row)
        ts = await self.places.look_for(row, channel, thread) if row.doubt else ""
        if not ts:
            at: dict[str, Any] = {"thread_ts": thread} if thread else {}
            client = await self.clients.of(row.team)
            self.under_way.check(row)
            answer = await self.new_blocks.send(
                row.team,
                client.chat_postMessage,
                said,
                channel=channel,
                unfurl_links=False,
                unfurl_media=False,
                link_names=False,
                parse="none",
                **at,
            )
            where, when = answer.get("channel"), answer.get("ts")
            channel, ts = (
                where if isinstance(where, str) else channel,
                when if isinstance(when, str) else "",
            )
        self.sent += 1
        return lambda db: outbox.sent(db, row, channel, ts)

    async def _ask_who(self, row: Row) -> Settled:
        return await self.surfaces.ask_who(row, self.hear)

    async def _get(self, row: Row) -> Settled:
        """A mail or list out of Slack's own file store, then a turn of its own; what cannot be got
        is said in the end."""
        to, last = FileAddress.from_row(row.stored), row.attempts >= len(BACKOFF)
        where = Origin(to.channel, to.thread, direct=to.direct)
        client = await self.clients.of(row.team)
        if to.is_list:
            text, wrong, what = await list_at(client, to.url, last_try=last)
            heard: Inbound = ListUploaded((f"list:{row.key}",), to.slack, text, where, wrong, what)
        else:
            mail = await mail_at(client, to.url, last_try=last)
            heard = EmailForwarded((f"mail:{row.key}",), to.slack, mail, where)
        await self.hear(row.team, heard)
        return lambda db: outbox.sent(db, row)

    async def _is_private(self, row: Row) -> bool:
        """A reply with a partner's state, in a channel that others than members may read: it must
        not go there."""
        if (
            not row.address.private_to
            or row.kind == Out.UPDATE
            or not self.private.holds_state(row.parts)
        ):
            return False
        channel, thread = await self.places.of(row)
        if (
            row.doubt
            and row.kind == Out.MESSAGE
            and await self.places.look_for(row, channel, thread)
        ):
            return False  # it went out before the process died
        return not await self.surfaces.only_ours(row.team, channel)

    async def _update(self, row: Row, said: dict[str, Any]) -> Settled:
        before = await self.places.where(row.team, row.address.updates)
        if before is None or not before.ts:
            return lambda db: outbox.sent(db, row)
        client = await self.clients.of(row.team)
        at = {"channel": before.channel, "ts": before.ts}
        await self.new_blocks.send(row.team, client.chat_update, said, **at)
        return lambda db: outbox.sent(db, row, before.channel, before.ts)

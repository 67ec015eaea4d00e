"""Runs a turn, whatever the input came from: one call to the database thread, one commit, then the
outbox is woken. Knows no Slack payload."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from bot.second_reader.reader import SecondReader
from bot.worker_pool import WorkerPool
from dialogs.engine.buttons import WrongForm
from dialogs.engine.context import Assistant
from dialogs.engine.turn import TurnResult, apologise, handle
from dialogs.inputs import Inbound, Message
from dialogs.nlu.workspace_model import expensive_texts
from dialogs.second_reader.question import HeldBack
from domain.storage.postgresql import TURN, limited
from domain.storage.store import Busy, Locked, Store

log = logging.getLogger("changeover.turn")
TRIES = 3
PATIENCE = 2.7  # seconds: 503 is said before Slack's three are over
TOGETHER, ROUNDS = 32, 2
SLOT, BURST = 0.1, 30  # seconds, turns
Waiting = tuple[str, Inbound, "asyncio.Future[TurnResult]"]


class TurnRunner:
    """Runs turns. `wake` is called after each commit. `second_reader`: is asked between two runs
    of a turn, the first of which was rolled back, so that no transaction waits for it.

    On SQLite, turns that arrive at the same moment share one commit. Each is complete in it, and
    none is answered before it.
    """

    def __init__(
        self, assistant: Assistant, store: Store, workers: WorkerPool, now: Callable[[], datetime]
    ) -> None:
        self.assistant, self.store, self.workers, self.now = assistant, store, workers, now
        self.wake: Callable[[], None] = lambda: None
        self.second_reader: SecondReader | None = None
        self.turns = 0
        self.errors = 0
        self._waiting: list[Waiting] = []
        self._one_after_another: WeakValueDictionary[tuple[str, str], asyncio.Lock] = (
            WeakValueDictionary()
        )
        self._slot, self._in_slot = 0, 0

    async def hear(self, team: str, inbound: Inbound) -> TurnResult:
        """One turn, committed. The turns of one person run in the order in which they came.

        Raises Busy if the database could not be written: then nothing was done.
        """
        self._count()
        async with self._one_after_another.setdefault((team, inbound.slack), asyncio.Lock()):
            for text in filter(self.assistant.understanding.is_expensive, expensive_texts(inbound)):
                await asyncio.to_thread(self.assistant.understanding.interpret_ahead, text)
            if self.second_reader and isinstance(inbound, Message):
                done = await self._may_ask(self.second_reader, team, inbound)
            else:
                done = await self._run(team, inbound)
        self.wake()
        return done

    async def _may_ask(self, reader: SecondReader, team: str, message: Message) -> TurnResult:
        """The turn of a message, with what the second reader says where the turn needs it."""
        try:
            return await self._run(team, replace(message, may_ask=True))
        except HeldBack as held:
            second = await reader.read(team, held.question)
        return await self._run(team, replace(message, second=second))

    async def _run(self, team: str, inbound: Inbound) -> TurnResult:
        if self.store.is_sqlite:
            return await self._with_others(team, inbound)
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.workers.run(lambda: self._in_time(team, inbound))
        except TimeoutError:
            # no thread was free, or the database stalls: what was not begun never runs, what was
            # begun may still be committed, and is known when Slack sends it again
            raise Locked("the turn took too long") from None

    def _in_time(self, team: str, inbound: Inbound) -> TurnResult:
        with limited(TURN):
            return self.hear_now(team, inbound)

    def in_burst(self) -> bool:
        """Are more turns arriving than messages should compete with? (300 a second)"""
        return self._in_slot > BURST and self._slot == int(time.monotonic() / SLOT)

    def _count(self) -> None:
        slot = int(time.monotonic() / SLOT)
        self._in_slot = self._in_slot + 1 if slot == self._slot else 1
        self._slot = slot

    async def _with_others(self, team: str, inbound: Inbound) -> TurnResult:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[TurnResult] = loop.create_future()
        self._waiting.append((team, inbound, answer))
        if len(self._waiting) == 1:
            loop.call_soon(self._gather, 0, 0)
        return await answer

    def _gather(self, seen: int, still: int) -> None:
        """Wait while the event loop brings more turns in each of its rounds; a round without any
        takes some microseconds."""
        many = len(self._waiting)
        still = 0 if many > seen else still + 1
        if many < TOGETHER and still < ROUNDS:
            asyncio.get_running_loop().call_soon(self._gather, many, still)
        else:
            self._take_waiting()

    def _take_waiting(self) -> None:
        """The waiting turns, up to a limit that keeps the answers quick; the rest is taken right
        after."""
        now, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._gather, 0, 0)
        try:
            outcomes = self._together(now) if len(now) > 1 else None
        except Busy as busy:
            outcomes = [busy] * len(now)
        for n, (team, inbound, answer) in enumerate(now):
            outcome = outcomes[n] if outcomes else self._alone(team, inbound)
            if answer.cancelled():
                continue
            if isinstance(outcome, TurnResult):
                answer.set_result(outcome)
            else:
                answer.set_exception(outcome)

    def _together(self, turns: "list[Waiting]") -> list[TurnResult | Exception] | None:
        """Several turns, one commit. None if one of them failed: nothing was done, and each is to
        be run alone."""
        try:
            with self.store.turn("", self.now()) as tx:
                done: list[TurnResult | Exception] = [
                    handle(self.assistant, replace(tx, team=team), inbound)
                    for team, inbound, _ in turns
                ]
        except Busy:
            raise
        except Exception:
            return None
        self.turns += len(turns)
        return done

    def _alone(self, team: str, inbound: Inbound) -> TurnResult | Exception:
        try:
            return self.hear_now(team, inbound)
        except Exception as error:
            return error

    def hear_now(self, team: str, inbound: Inbound) -> TurnResult:
        """The same on this thread. If two turns collide on PostgreSQL, the later one is run
        again."""
        for left in reversed(range(TRIES)):
            try:
                return self._take(team, inbound)
            except Locked:
                raise  # it has waited as long as Slack lets us
            except Busy:
                if not left or self.store.is_sqlite:
                    raise
        raise AssertionError("not reached")

    def _take(self, team: str, inbound: Inbound) -> TurnResult:
        self.turns += 1
        try:
            with self.store.turn(team, self.now()) as tx:
                return handle(self.assistant, tx, inbound)
        except WrongForm as form:
            return TurnResult(wrong=form.wrong)
        except HeldBack:
            self.turns -= 1  # it is run again
            raise
        except Busy:
            raise
        except Exception as error:
            return self._broke(team, inbound, error)

    def _broke(self, team: str, inbound: Inbound, error: Exception) -> TurnResult:
        """Nothing half done: what the turn wrote is rolled back, and the person is told."""
        self.errors += 1
        reference = secrets.token_hex(4)
        log.error("turn %s broke", reference, exc_info=error)
        with self.store.turn(team, self.now()) as tx:
            apologise(self.assistant, tx, inbound, reference)
        return TurnResult()


def utc_now() -> datetime:
    return datetime.now(UTC)

"""Asks the second reader: within the budget, not while it fails again and again, and not twice the
same. Never raises for what it answers or does not; runs outside every transaction."""

import hashlib
import json
import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

import aiohttp

from bot.second_reader import wire
from bot.second_reader.endpoint import Endpoint
from bot.second_reader.wire import Failure
from bot.worker_pool import WorkerPool
from dialogs.second_reader.question import Outcome, Question, Reading
from domain import second_reader
from domain.storage.store import Busy, Store

log = logging.getLogger("changeover.second_reader")
REMEMBERED, IN_A_ROW, PAUSE = 1_024, 3, 60.0  # readings; failures; seconds
REMEMBERED_ONE = "remembered"


class SecondReader:
    """`outcomes`, `seconds`: what /metrics shows, of this process. `session` may be replaced (one
    belongs to the event loop that it was made in)."""

    def __init__(
        self,
        endpoint: Endpoint,
        store: Store,
        workers: WorkerPool,
        now: Callable[[], datetime],
        title: Callable[[str], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.endpoint, self.store, self.workers = endpoint, store, workers
        self.now, self.title, self.clock = now, title, clock
        self.session: aiohttp.ClientSession | None = None
        self.outcomes: Counter[str] = Counter()
        self.seconds = 0.0
        self._known: dict[bytes, tuple[Outcome, str]] = {}  # by a digest: no text is kept
        self._failures, self._paused_until = 0, 0.0
        self._used_up: dict[str, date] = {}

    async def read(self, team: str, question: Question) -> Reading:
        """What it says; why there is nothing, where there is not."""
        wanted = wire.body_of(question, self.endpoint.model, self.title)
        body = json.dumps(wanted, ensure_ascii=False).encode()
        key = hashlib.sha256(team.encode() + b"\0" + body).digest()
        if known := self._known.get(key):
            self.outcomes[REMEMBERED_ONE] += 1
            return Reading(question, *known, remembered=True)
        reading = await self._read(team, question, body)
        self.outcomes[str(reading.outcome)] += 1
        if reading.outcome in (Outcome.PICKED, Outcome.NONE):
            if len(self._known) >= REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._known[key] = reading.outcome, reading.chose
        return reading

    def figures(self) -> dict[str, float]:
        """For /metrics: name, with its label, and value."""
        found: dict[str, float] = {
            f'second_reader_total{{outcome="{outcome}"}}': self.outcomes[outcome]
            for outcome in (*map(str, Outcome), REMEMBERED_ONE)
        }
        return found | {"second_reader_seconds_total": self.seconds}

    async def _read(self, team: str, question: Question, body: bytes) -> Reading:
        if self.clock() < self._paused_until:
            return Reading(question, Outcome.PAUSED)
        try:
            may = await self.workers.run(lambda: self._spend(team))
        except Busy:
            return Reading(question, Outcome.NOT_COUNTED)
        if not may:
            self._say_used_up(team)
            return Reading(question, Outcome.OVER_BUDGET)
        begun = time.perf_counter()
        try:
            chosen = await self._ask(question, body)
        except Failure as failure:
            self._failed(failure)
            outcome, name = failure.outcome, ""
        else:
            self._failures = 0
            outcome = Outcome.PICKED if chosen else Outcome.NONE
            name = question.choices[chosen - 1].name if chosen else ""
        took = time.perf_counter() - begun
        self.seconds += took
        return Reading(question, outcome, name, round(took * 1000))

    async def _ask(self, question: Question, body: bytes) -> int:
        if self.session is None:
            raise Failure(Outcome.UNREACHABLE)
        raw = await wire.ask(self.session, self.endpoint, body)
        return wire.chosen_in(raw, len(question.choices))

    def _spend(self, team: str) -> bool:
        with self.store.turn(team, self.now()) as tx:
            return second_reader.spend(tx, self.endpoint.budget)

    def _failed(self, failure: Failure) -> None:
        """The first failure is logged, and the pause; while it goes on, it is only counted."""
        self._failures += 1
        if self._failures == 1:
            log.warning("the second reader failed: %s", failure)
        if self._failures >= IN_A_ROW:
            if self._failures == IN_A_ROW:
                log.warning("the second reader is left alone for %d seconds at a time", PAUSE)
            self._paused_until = self.clock() + PAUSE

    def _say_used_up(self, team: str) -> None:
        today = self.now().date()
        if self._used_up.get(team) != today:
            self._used_up[team] = today
            log.warning(
                "the second reader's budget of %d for %s is used up until midnight UTC",
                self.endpoint.budget,
                team,
            )

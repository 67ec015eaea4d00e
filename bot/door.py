"""Behind every door the same turn: one hop to the database, one commit, then the outbox is woken. Knows no Slack payload."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime

from bot.threads import Threads
from dialogs.house import House
from dialogs.turn import Done, Heard, WrongForm, apologise, take
from domain.store import Busy, Store

log = logging.getLogger("changeover.turn")
TRIES = 3


class Door:
    """Takes what was heard. `wake` is called after each commit."""

    def __init__(self, house: House, store: Store, threads: Threads, now: Callable[[], datetime], wake: Callable[[], None]) -> None:
        self.house, self.store, self.threads, self.now, self.wake = house, store, threads, now, wake
        self.turns = 0
        self.errors = 0

    async def hear(self, team: str, heard: Heard) -> Done:
        """One turn, committed. Raises Busy when the database did not let us write: then nothing was done."""
        done = await self.threads.run(lambda: self.hear_now(team, heard))
        self.wake()
        return done

    def hear_now(self, team: str, heard: Heard) -> Done:
        """The same on this thread. Two turns that collide on PostgreSQL: the later one is taken again."""
        for left in reversed(range(TRIES)):
            try:
                return self._take(team, heard)
            except Busy:
                if not left or self.store.is_sqlite:
                    raise
        raise AssertionError("not reached")

    def _take(self, team: str, heard: Heard) -> Done:
        self.turns += 1
        try:
            with self.store.turn(team, self.now()) as tx:
                return take(self.house, tx, heard)
        except WrongForm as form:
            return Done(wrong=form.wrong)
        except Busy:
            raise
        except Exception as error:
            return self._broke(team, heard, error)

    def _broke(self, team: str, heard: Heard, error: Exception) -> Done:
        """Nothing half done: what the turn wrote is rolled back, and the person is told so."""
        self.errors += 1
        reference = secrets.token_hex(4)
        log.error("turn %s broke", reference, exc_info=error)
        with self.store.turn(team, self.now()) as tx:
            apologise(self.house, tx, heard, reference)
        return Done()

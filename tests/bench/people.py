"""What support's queue costs with 1,000 open questions, and the report over 100,000 questions while
turns go on. Run as a script."""

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert

from bot.outbound.report_job import Counting
from bot.worker_pool import WorkerPool
from dialogs.assistant import ABILITIES
from dialogs.engine import app_home
from dialogs.records import weekly_report
from dialogs.support import queue
from domain import people
from domain.questions import question, thread_log
from domain.storage import leases
from domain.storage.outbox import Out
from domain.storage.store import Store, table
from domain.tables import Turned
from tests.bench.customers import KEY, _Planted, measured
from tests.conftest import DESCRIPTION, TEAM, Workspace

NOW, TODAY = datetime(2026, 11, 24, 12, tzinfo=UTC), date(2026, 11, 24)
TURNS, QUESTIONS, TICK = 100_000, 1_000, 0.005
ENTRIES = [f"entry_{n}" for n in range(200)]
DECISIONS = ["answer"] * 7 + ["clarify", "handover", "out_of_scope"]


def fill(store: Store) -> None:
    rows = [
        {
            "team": TEAM,
            "partner": "",
            "day": (TODAY - timedelta(days=n % 7)).isoformat(),
            "at": 0,
            "decision": DECISIONS[n % 10],
            "entry": ENTRIES[n * 7 % 200],
            "confidence": 0.9,
            "door": "dm",
        }
        for n in range(TURNS)
    ]
    with store.turn(TEAM, NOW) as tx:
        tx.db.execute(insert(table(Turned)), rows)
        mira = people.meet(tx, "U01MIRA")
        for n in range(QUESTIONS):
            row = question.ask(tx, mira, due_at=tx.at + (n - 500) * 60_000, about={"before": []})
            thread_log.add(tx, row, thread_log.Kind.QUESTION, mira, f"a question about {n}")


async def while_turns_go_on(store: Store) -> tuple[float, float]:
    """Seconds that counting took, and the longest that the loop did not get round meanwhile."""
    with store.turn(TEAM, NOW) as tx:
        weekly_report.ask_for(
            tx, TODAY - timedelta(days=6), TODAY, key="bench", person=people.meet(tx, "U04SAM").id
        )
    with store.writing() as db:
        (row,) = [r for r in leases.lease(db, NOW, 10_000) if r.kind == Out.COUNT]
    done = asyncio.Event()
    begun = time.perf_counter()
    await Counting(store, WorkerPool(1), lambda: NOW, done.set).begin(row)
    longest, last = 0.0, time.perf_counter()
    while not done.is_set():
        await asyncio.sleep(TICK)
        longest, last = max(longest, time.perf_counter() - last - TICK), time.perf_counter()
    return time.perf_counter() - begun, longest


def run() -> None:
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/bench.db", KEY)
        store.create()
        path = Path(folder) / "contoso.toml"
        path.write_text(DESCRIPTION, "utf-8")
        Workspace.plant(_Planted(store), path)  # type: ignore[arg-type]
        fill(store)
        with store.turn(TEAM, NOW) as tx:
            sam = people.meet(tx, "U04SAM")
            for show in question.Show:
                spent, queries = measured(tx, lambda show=show: queue.facts(tx, sam, show))  # type: ignore[misc]
                print(f"queue, {show:<8} {spent:6.1f} ms, {queries} queries ({QUESTIONS} open)")
            spent, queries = measured(tx, lambda: app_home.parts_of(ABILITIES, tx, sam))
            print(f"App Home         {spent:6.1f} ms, {queries} queries")
        spent, longest = asyncio.run(while_turns_go_on(store))
        print(
            f"report over {TURNS} questions: {spent:.2f} s; the longest that turns waited meanwhile: {longest * 1000:.0f} ms"
        )
        store.close()


if __name__ == "__main__":
    run()

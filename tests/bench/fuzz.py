"""What do signed, malformed requests do? Run: python -m tests.bench.fuzz [--requests 30000] [--seed
1] [--database URL]

Good payloads of every kind with one to three fields replaced, added or taken away, signed, over
HTTP and over Socket Mode, into the application in this process. Prints one JSON object; ends with 1
where the bot answered 5xx, a turn broke or a refused request changed a record.
"""

import argparse
import asyncio
import copy
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.rendering.render import Templates
from dialogs.assistant import load_assistant
from dialogs.engine.context import Assistant
from dialogs.inputs import Message, Origin
from domain.storage.store import Store, every_table, table
from domain.tables import Offer
from tests.bot.in_process import Broken, InProcess
from tests.bot.payloads import every_kind, message, press, submission
from tests.conftest import KEY, TEAM

PEOPLE = ("U01MIRA", "U02GRACE", "U03OTTO", "U04SAM", "U05ZOE")
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    1.5,
    2**63,
    1e308,
    "",
    "x",
    "0",
    "\0",
    "a\0b",
    "\ud800",
    "x" * 300,
    "ä" * 3_000,
    "\u2028[A](b.c.d)",
    [],
    [1],
    ["x"],
    [None],
    [[]],
    [{}],
    {},
    {"": ""},
    {"id": 1},
    {"id": None},
    {"id": "X"},
    {"x": {"y": {}}},
    {"type": "message"},
    "enroll.form.x",
    "second_look.start.now",
    "settle.verdict.yes",
    "block_actions",
    "event_callback",
    "message",
    "2026-02-31",
    "today",
)
# What Bolt or we look up, at levels where Slack does not send it.
NAMES = (
    "authorizations",
    "enterprise",
    "enterprise_id",
    "team",
    "team_id",
    "user",
    "user_id",
    "channel",
    "channel_id",
    "event",
    "message",
    "item",
    "previous_message",
    "assistant_thread",
    "view",
    "thread_ts",
    "type",
    "subtype",
    "command",
    "actions",
    "is_enterprise_install",
    "response_urls",
    "is_ext_shared_channel",
    "function_data",
    "function_execution_id",
    "files",
    "bot_id",
    "text",
    "selected_option",
    "selected_users",
    "state",
    "values",
)
WORDS = (
    "I want to enroll",
    "can I roll back?",
    "yes",
    "no",
    "help",
    "start over",
    "we submitted it today",
    "who can help me?",
    "thanks",
    "where are we?",
)
# Being fixed elsewhere: an edit after an answer (R5), a report that dropped out of the last eight
# (R8).
KNOWN: tuple[str, ...] = ()


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of everything in a payload."""
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, one in list(inside):
        yield value, key
        yield from places(one)


def damaged(body: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """One to three fields replaced, added or taken away."""
    body = copy.deepcopy(body)
    for _ in range(rng.randint(1, 3)):
        container, key = rng.choice(list(places(body)) or [(body, "x")])
        change = rng.random()
        if change < 0.15 and isinstance(container, dict):
            container.pop(key, None)
        elif change < 0.35 and isinstance(container, dict):
            container[rng.choice(NAMES)] = copy.deepcopy(rng.choice(VALUES))
        else:
            alike = [v for v in VALUES if type(v) is type(container[key])]
            container[key] = copy.deepcopy(rng.choice(alike if alike and change < 0.7 else VALUES))
    return body


class Fuzz:
    """One run: what was answered, which turns broke and where, what refused requests changed."""

    def __init__(
        self, assistant: Assistant, words: Templates, store: Store, folder: Path, seed: int
    ) -> None:
        self.bot, self.store, self.rng = (
            InProcess(assistant, words, store, folder),
            store,
            random.Random(seed),
        )
        self.answers: Counter[str] = Counter()
        self.broken, self.failed = Broken(), Broken()
        self.changed = 0
        self._actions = [
            f"{f.id}.{s}.{o}"
            for f in assistant.flows.values()
            for s in ("start", "form", *f.slots)
            for o in self._options(f, s)
        ]
        self._flows = list(assistant.flows)
        self._offers: list[str] = []

    @property
    def at_fault(self) -> list[str]:
        """Where turns broke, those aside that are known."""
        return [where for where in self.broken.at if not where.startswith(KNOWN)]

    async def run(self, requests: int) -> None:
        heard = {
            "changeover.turn": self.broken,
            "changeover.slack": self.failed,
            "changeover.web": self.failed,
        }
        for name, handler in heard.items():
            logging.getLogger(name).addHandler(handler)
        try:
            for n in range(requests):
                if n % 100 == 0:
                    await self._live_on()
                await self._one()
        finally:
            for name, handler in heard.items():
                logging.getLogger(name).removeHandler(handler)
            await self.bot.close()

    def report(self, seconds: float) -> dict[str, Any]:
        by = {f"{key[0]}xx" if key[0] == "5" else key: n for key, n in sorted(self.answers.items())}
        broken = len(self.broken.at) - len(self.at_fault)
        return by | {
            "broken_turns": len(self.at_fault),
            "broken_known": broken,
            "where": dict(Counter(self.broken.at + self.failed.at)),
            "changed_by_refused": self.changed,
            "refused": dict(self.bot.web.guard.counts),
            "turns": self.bot.runner.turns,
            "audit_entries": self.audit_entries(),
            "seconds": round(seconds),
        }

    def audit_entries(self) -> int:
        (audit,) = [t for t in every_table() if t.name == "audit"]
        with self.store.reading() as db:
            return int(db.execute(select(func.count()).select_from(audit)).scalar() or 0)

    async def _one(self) -> None:
        kind, body = self.rng.choice(list(every_kind(self.rng.choice(PEOPLE))))
        if kind == "block_actions" and self.rng.random() < 0.7:
            body = press(
                self.rng.choice(PEOPLE),
                self.rng.choice(self._actions),
                self.rng.choice(self._offers),
            )
        if kind == "view_submission" and self.rng.random() < 0.7:
            body = submission(self.rng.choice(PEOPLE), self.rng.choice(self._flows))
            body["view"]["private_metadata"] = self.rng.choice(self._offers)
        body = damaged(body, self.rng)
        over = self.bot.envelope if self.rng.random() < 0.3 else self.bot.payload
        before = self._changes()
        status = await over(kind, body)
        self.answers[str(status)] += 1
        self.changed += status != 200 and self._changes() != before

    async def _live_on(self) -> None:
        """Somebody says something sensible, so that there are questions and offers to forge."""
        for person in PEOPLE:
            text = self.rng.choice(WORDS)
            said = message(person, text)["event"]
            await self.bot.runner.hear(
                TEAM, Message((f"live:{said['ts']}",), person, text, Origin(f"D{person}"))
            )
        with self.store.reading() as db:
            self._offers = ["", *db.execute(select(table(Offer).c.id).limit(200)).scalars()]

    def _changes(self) -> int:
        """How many rows this connection to SQLite has ever changed; 0 on PostgreSQL, where it is
        not known."""
        if not self.store.is_sqlite:
            return 0
        with self.store.reading() as db:
            return int(db.exec_driver_sql("SELECT total_changes()").scalar() or 0)

    def _options(self, flow: Any, slot: str) -> tuple[str, ...]:
        return (*flow.slots[slot].values[:2], "x") if slot in flow.slots else ("now",)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="sqlite://")
    args = parser.parse_args()
    logging.basicConfig(level=logging.ERROR, handlers=[logging.NullHandler()])
    assistant = load_assistant()
    foreign = assistant.understanding.foreign  # never loaded, so nothing waits for it
    foreign.begin, foreign.wait = lambda load: None, lambda *_: None  # type: ignore[method-assign]
    store = Store(args.database, KEY)
    store.create()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        fuzz = Fuzz(assistant, Templates(assistant.facts), store, Path(folder), args.seed)
        asyncio.run(fuzz.run(args.requests))
    report = fuzz.report(time.perf_counter() - began)
    store.close()
    print(json.dumps(report, indent=1))
    return 1 if report.get("5xx") or fuzz.at_fault or fuzz.changed else 0


if __name__ == "__main__":
    sys.exit(main())

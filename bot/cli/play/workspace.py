"""The demo's workspace in memory: real turns, and what the outbox sends. No token, no network; it
lives as long as the object. Used by `changeover chat` and `changeover play`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot import weights
from bot.cli import seed
from bot.cli.play.demo_workspace import PEOPLE, channels, direct
from bot.inbound.modals import in_chat
from bot.rendering.block_kit import lines_of
from bot.rendering.render import Rendered, Templates
from bot.rendering.validate import check_words
from bot.settings import audit_key
from dialogs.assistant import load_assistant
from dialogs.engine import timers
from dialogs.engine.acting import ADMINS_ONLY
from dialogs.engine.context import Assistant
from dialogs.engine.turn import TurnResult, handle
from dialogs.inputs import Inbound, Origin
from dialogs.nlu.workspace_model import WorkspaceModels
from dialogs.records import weekly_report
from domain import people
from domain.storage import leases, outbox
from domain.storage.addresses import FiguresAddress, TimerAddress
from domain.storage.outbox import Out, Row
from domain.storage.store import Store, Tx, moment, ms, table
from domain.tables import Outbox

IN_MEMORY, AT_ONCE = "sqlite://", 100
NO_FORM = "help/no_form_here"
_rows = table(Outbox)


@dataclass(frozen=True)
class House:
    """What every workspace shares: built once, changed by none."""

    assistant: Assistant
    words: Templates
    plan: seed.Plan

    @classmethod
    def built(cls) -> Self:
        assistant = load_assistant(patient=True)
        weights.tell(assistant)
        words = Templates(assistant.facts)
        check_words(assistant, words)
        return cls(assistant, words, seed.read(PEOPLE))

    @cached_property
    def people(self) -> dict[str, str]:
        """Slack ids, by name in small letters."""
        return {p.name.lower(): p.slack for p in self.plan.people}

    @cached_property
    def places(self) -> dict[str, str]:
        """Ids of channels, by #name."""
        return {f"#{name}": id_ for id_, name in channels(self.plan).items()}

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.plan.partners[0].timezone)

    def of_its_own(self) -> Assistant:
        """The assistant for one workspace: it knows nothing of what another one added."""
        return replace(self.assistant, known=WorkspaceModels(self.assistant.understanding))


@dataclass(frozen=True)
class Button:
    """A button as a person sees it."""

    action: str
    offer: str
    label: str


@dataclass(frozen=True)
class Letter:
    """A message that left. `to`: a person's name, or a channel as #name; `owner`: the Slack id of
    the person whose direct messages it went to, "" for a channel; `is_update`: it changed a sent
    message."""

    key: str
    to: str
    owner: str
    channel: str
    thread: str
    ts: str
    templates: tuple[str, ...]
    rendered: Rendered
    is_update: bool = False

    @property
    def lines(self) -> list[str]:
        return [line for block in self.rendered.blocks for line in lines_of(block)]

    @property
    def buttons(self) -> list[Button]:
        return [
            Button(element["action_id"], element["value"], element["text"]["text"])
            for block in self.rendered.blocks
            if block["type"] == "actions"
            for element in block["elements"]
        ]


class Workspace:
    """A workspace in memory. `now`: its clock. `standing`: the messages as they read now, the
    oldest first."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self.assistant, self.words, self.now = house.of_its_own(), house.words, now
        self.store = Store(IN_MEMORY, audit_key("", IN_MEMORY))
        self.store.create()
        self.team = house.plan.team
        self.names = {p.slack: p.name for p in house.plan.people}
        self.channels = {id_: name for name, id_ in house.places.items()}
        self.standing: dict[str, Letter] = {}
        self._numbers = count(1)
        with self.store.turn(self.team, now()) as tx:
            seed.plant(tx, house.plan)

    def close(self) -> None:
        self.store.close()

    def stamp(self) -> str:
        """A place in a channel that no message has, as Slack writes it."""
        return f"{int(self.now().timestamp())}.{next(self._numbers):06}"

    # --- turns
    def take(self, inbound: Inbound) -> list[TurnResult]:
        """One turn, committed. A modal cannot be opened here: the same is asked in the chat, by a
        second turn, where it is asked anywhere but in a modal."""
        done = [self._turn(inbound)]
        if (form := done[0].form) and not only_in_a_form(done[0]):
            key = f"{inbound.keys[0]}:chat"
            where = Origin(direct(inbound.slack))
            done.append(self._turn(in_chat(self.assistant, form[1], key, inbound.slack, where)))
        return done

    def _turn(self, inbound: Inbound) -> TurnResult:
        with self.store.turn(self.team, self.now()) as tx:
            return handle(self.assistant, tx, inbound)

    def instead_of_a_form(self, done: TurnResult) -> str:
        """What is said where the turn would have opened a modal, "" where it would not."""
        return self.words.sentence(NO_FORM, done.form[1]) if done.form else ""

    @contextmanager
    def rehearsal(self) -> Iterator[Tx]:
        """A transaction in which turns are real, and of which nothing is kept."""
        with self.store.writing() as db:
            yield Tx(db, self.team, self.now(), self.store.key)
            db.rollback()

    # --- what leaves
    def deliver(self, until: datetime | None = None) -> list[Letter]:
        """What is due leaves, the oldest first; timers run."""
        left: list[Letter] = []
        while rows := self._lease(until or self.now()):
            left += filter(None, map(self._leave, rows))
        return left

    def next_due(self, after: datetime) -> datetime | None:
        """When the next thing becomes due after this moment."""
        later = select(_rows.c.due_at).where(_rows.c.state == "waiting", _rows.c.due_at > ms(after))
        with self.store.reading() as db:
            found = db.execute(later.order_by(_rows.c.due_at).limit(1)).scalar()
        return moment(found) if found is not None else None

    def _lease(self, until: datetime) -> list[Row]:
        with self.store.writing() as db:
            return leases.lease(db, until, AT_ONCE)

    def _leave(self, row: Row) -> Letter | None:
        with self.store.turn(row.team, self.now()) as tx:
            if row.kind == Out.TIMER:
                timer = TimerAddress.from_row(row.stored)
                timers.fire(self.assistant.abilities, tx, timer.timer, timer.subject, row.parts[0])
            elif row.kind == Out.COUNT:
                asked = FiguresAddress.from_row(row.stored)
                weekly_report.counted(tx, asked, weekly_report.count(tx, asked))
            letter = None
            if row.kind in (Out.MESSAGE, Out.FILES):
                letter = self._letter(tx, row)
            elif row.kind == Out.UPDATE:
                letter = self._updated(row)
            outbox.sent(tx.db, row, letter.channel if letter else "", letter.ts if letter else "")
        if letter:
            self.standing[letter.key] = replace(letter, is_update=False)
        return letter

    def _letter(self, tx: Tx, row: Row) -> Letter:
        person = people.by_id(tx, row.address.person)
        owner = person.slack if person else ""
        channel, thread = row.address.channel or direct(owner), row.address.thread
        root = outbox.where_sent(tx.db, row.team, row.address.under) if row.address.under else None
        if root and root.ts:
            channel, thread = root.channel, root.ts
        return Letter(
            row.key,
            (person.name or owner) if person else self.channels.get(channel, channel),
            owner,
            channel,
            thread,
            self.stamp(),
            *self._said(row),
        )

    def _updated(self, row: Row) -> Letter | None:
        """None where the message that it changes never left."""
        before = self.standing.get(row.address.updates)
        if before is None:
            return None
        templates, rendered = self._said(row)
        return replace(before, templates=templates, rendered=rendered, is_update=True)

    def _said(self, row: Row) -> tuple[tuple[str, ...], Rendered]:
        """Files are made where they are uploaded; here they have no words."""
        parts = [(name, data) for name, data in row.parts]
        no_words = Rendered([], "", [])
        rendered = no_words if row.kind == Out.FILES else self.words.message(parts)
        return tuple(name for name, _ in parts), rendered


def only_in_a_form(done: TurnResult) -> bool:
    """Did the turn open a modal whose questions are asked nowhere else?"""
    return done.form is not None and done.form[1]["flow"] in ADMINS_ONLY

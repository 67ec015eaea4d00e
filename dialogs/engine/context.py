"""The turn as a value, and what it runs in: abilities, their hooks, the assistant. Imports no
handler.

A handler gets a `Turn`, reads its conversation, adds messages and returns. The `Assistant` collects
what abilities declare (`Ability`); dialogs/assistant.py lists the abilities.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from dialogs.decisions import first_of
from dialogs.engine.flow_format import Flow
from dialogs.expectations.expectation import Expectation
from dialogs.inputs import Inbound, Mail, Origin, PickedMessage
from dialogs.nlu.interpreter import Interpreter
from dialogs.nlu.types import REPORT, Candidate, Interpretation, Risk
from dialogs.nlu.workspace_model import WorkspaceModel, WorkspaceModels
from dialogs.second_reader.everyday import Everyday
from dialogs.second_reader.question import Reading
from domain import people
from domain.calendar import Calendar, calendar
from domain.conversation import Conversation, Frame, OpenQuestion
from domain.knowledge import fact_check
from domain.knowledge.facts import Facts
from domain.people import Partner, Person, Role
from domain.storage.addresses import Address
from domain.storage.store import Tx, new_id
from domain.tenant import case

CORRECTION = "start_correct_report"

Filled = list[tuple[str, Any]]
Part = tuple[str, dict[str, Any]]


class Slots(dict[str, Any]):
    """The slots that an action gets, by name. A slot that was never set is None."""

    def __missing__(self, name: str) -> None:
        return None


class Happening(StrEnum):
    """Events that abilities can subscribe to (`Ability.on`)."""

    AGREEMENT_ACCEPTED = "agreement_accepted"
    ADMIN_NAMED = "admin_named"
    PEOPLE_CHANGED = "people_changed"
    PERSON_ERASED = "person_erased"
    DAY_CHANGED = "day_changed"
    TURN_ENDED = "turn_ended"
    TIMER_RAN = "timer_ran"


@dataclass
class Outcome:
    """What an action returns: slots to set, messages (template, data), `data` for the question."""

    slots: dict[str, Any] = field(default_factory=dict)
    messages: list[Part] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    def say(self, template: str, data: Mapping[str, Any] | None = None) -> Self:
        """Add a message; returns the outcome itself."""
        self.messages.append((template, dict(data or {})))
        return self

    def show(self, data: Mapping[str, Any]) -> Self:
        """Add data for the template of the question; returns the outcome itself."""
        self.data |= data
        return self

    def fill(self, pairs: Iterable[tuple[str, Any]] = (), /, **slots: Any) -> Self:
        """Set slots, as pairs or by name; returns the outcome itself."""
        self.slots |= {**dict(pairs), **slots}
        return self


@dataclass
class Trace:
    """How a turn went; decides nothing. `heard`: every reading of the text; `acted`: what was done
    or answered; `offered`: what may be meant; `claimed`: reports offered for recording; `question`:
    what was open when the message came, `answered` by it; `taken_by`: the ability that took it
    first; `filled`: `flow.slot` -> value of every question that was answered; `offers`: the buttons
    (`flow.slot.option`, offer) for recording what was said; `second`: what a second reader said."""

    heard: list[Interpretation] = field(default_factory=list)
    acted: list[Candidate] = field(default_factory=list)
    offered: list[Candidate] = field(default_factory=list)
    claimed: list[Candidate] = field(default_factory=list)
    question: str = ""
    answered: bool = False
    taken_by: str = ""
    filled: dict[str, Any] = field(default_factory=dict)
    offers: list[tuple[str, str]] = field(default_factory=list)
    second: Reading | None = None

    @property
    def confidence(self) -> float:
        """Of what was done the least sure; of what was offered the likeliest."""
        scores = [m.score for m in self.acted] or [m.score for m in self.offered[:1]]
        return round(min(scores, default=0.0), 2)


@dataclass
class Turn:
    """One turn: who, where, the conversation, and what will be said.

    `pressed`: by a button, not in words. `message`: the offer of that button. `reply_key`: the
    outbox key of the reply, where somebody wants to change it later. `about`: what the reply's
    buttons will stand for. `asked`: the open question is part of the reply. `private`: answer in
    the direct messages. `form`: a modal to open after the commit. `counted`: entries and
    confidences, for the statistics. `trace`: what was heard and what was done about it.
    """

    assistant: "Assistant"
    tx: Tx
    person: Person
    where: Origin
    key: str
    conversation: Conversation = field(default_factory=Conversation)
    text: str = ""
    ts: str = ""
    intent: str = ""
    message: str = ""
    parts: list[Part] = field(default_factory=list)
    decision: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    asked: bool = False
    private: bool = False
    lane: str = ""
    form: Part | None = None
    pressed: bool = False
    reply_key: str = ""
    counted: list[tuple[str, float]] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)

    # --- the conversation
    def note(self, **changes: Any) -> None:
        """Replace fields of the conversation."""
        self.conversation = replace(self.conversation, **changes)

    @property
    def frames(self) -> tuple[Frame, ...]:
        return self.conversation.frames

    @property
    def slots(self) -> Mapping[str, Any]:
        return self.conversation.slots

    @property
    def open(self) -> OpenQuestion | None:
        return self.conversation.open

    def fill(self, slots: Mapping[str, Any]) -> None:
        """Set slots; the others stay."""
        self.note(slots={**self.slots, **slots})

    def forget(self, slots: Iterable[str]) -> None:
        """Remove slots."""
        gone = set(slots)
        self.note(slots={name: value for name, value in self.slots.items() if name not in gone})

    def change_top(self, **changes: Any) -> None:
        """Replace fields of the innermost frame."""
        self.note(frames=(*self.frames[:-1], replace(self.frames[-1], **changes)))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Whatever happens inside does not change the person's own conversation."""
        kept = self.conversation
        self.note(frames=(), slots={}, open=None)
        yield
        self.note(frames=kept.frames, slots=kept.slots, open=kept.open)

    # --- who and when
    @cached_property
    def partner(self) -> Partner | None:
        return people.partner_of(self.tx, self.person.partner)

    @cached_property
    def calendar(self) -> Calendar:
        p = self.partner
        return calendar(p.country, p.subdivision, p.timezone) if p else calendar("", "", "UTC")

    @cached_property
    def today(self) -> date:
        return self.calendar.today(self.tx.now)

    @cached_property
    def own(self) -> WorkspaceModel:
        """What the person's workspace added to the built-in answers; its own answers are only for
        its members."""
        own: WorkspaceModel = self.assistant.known.of(self.tx)[0]
        if self.person.has(Role.STAFF):
            return own
        return WorkspaceModel(own.version, topics=own.topics, suspended=own.suspended)

    @property
    def understanding(self) -> Interpreter:
        """The built-in interpreter, with the workspace's own phrases and thresholds."""
        known: Interpreter = self.assistant.known.of(self.tx)[1]
        return known if self.own.rows or self.own.sure else self.assistant.understanding

    def case(self) -> dict[str, Any]:
        """The state of the person's tenant, as data for templates."""
        return case.look(self.tx, self.person, str(self.slots.get("tenant_id") or "")).values()

    # --- what is said
    def data(self, **more: Any) -> dict[str, Any]:
        """What every template may use: the day, the names of person and partner, the slots."""
        in_doubt = {"under_review": sorted(self.own.suspended)} if self.own.suspended else {}
        in_doubt |= fact_check.as_data(self.tx, self.own.version)
        always = {
            "today": self.today.isoformat(),
            "name": self.person.name,
            "partner": self.partner.name if self.partner else "",
            "slots": {k: v for k, v in self.slots.items() if v is not None},
        }
        return always | in_doubt | more

    def say(self, template: str, **data: Any) -> None:
        self.parts.append((template, self.data(**data)))

    def address(self, by: str = "") -> Address:
        """Where this person is answered: where they wrote; in the direct messages where strangers
        read along (the outbox looks). `by`: who wrote what is answered."""
        where = self.where
        if not (where.direct or self.private or where.shared):
            return Address("", where.channel, where.thread, by=by, private_to=self.person.id)
        channel, thread = (where.channel, where.thread) if where.direct else ("", "")
        return Address(self.person.id, channel, thread, by=by)

    def decide(self, decision: str) -> None:
        """What this turn amounts to; of several things the first by dialogs/decisions.py."""
        self.decision = first_of(self.decision, decision)

    def open_question(
        self, flow: Flow, slot: str, options: list[str], data: dict[str, Any]
    ) -> None:
        """Ask, and wait for the answer. The offer of the buttons is stored in the conversation
        while the question is open. A question that is asked again keeps its offer, so the buttons
        of both messages work."""
        before, now = self.open, (flow.id, slot, tuple(options))
        same = before and (before.flow, before.slot, before.options) == now
        offer = before.offer if before and same else self.person.id + new_id()
        question = OpenQuestion(
            offer, flow.id, slot, tuple(options), self.where.channel, self.where.thread
        )
        self.note(offered={**self.conversation.offered, slot: tuple(options)}, open=question)
        data = flow.number_of(slot) | data
        self.parts.append(
            (f"{flow.ability}/ask_{slot}", self.data(offer=offer, question=True, **data))
        )
        self.asked = True


Action = Callable[[Turn, Slots], Outcome]
Timer = Callable[[Tx, str, dict[str, Any]], None]
MessageShortcut = Callable[[Tx, PickedMessage], Inbound]


@dataclass(frozen=True)
class HomeSection:
    """A section of App Home. Sections are sorted by `place`; `facts` returns the data for
    templates/<ability>/home.j2, None if there is nothing to show. At most four queries."""

    place: int
    facts: Callable[[Tx, Person, str], dict[str, Any] | None]


@dataclass(frozen=True)
class ThreadFollower:
    """Follows threads in which people write to each other and the bot only forwards.

    `belongs_to` finds what a message belongs to (None: nothing) and writes nothing. `follow`
    handles the message. `misses`: could a message that was not understood be meant for people who
    are expected to answer?
    """

    belongs_to: Callable[[Tx, Inbound], Any]
    follow: Callable[[Turn, Inbound, Any], None]
    misses: Callable[[Turn], bool]


@dataclass(frozen=True)
class Ability:
    """What one folder of dialogs/ offers. Nothing else of it is loaded.

    `actions`: functions named as the flow names them (`action_...`, `validate_<slot>`,
    `action_ask_<slot>`, `action_form_<flow>`). `timers`: functions that timers named
    `<ability>.<function>` run. `intercept` sees a message before it is handled (True: it has
    handled it). `waits`: what this person is waited for in on cards (a request, an invitation).
    `on`: called when something happens elsewhere. `slash_words`: a word after
    /changeover -> its intent. `shortcuts`: callback id of a global shortcut in Slack's menus -> its
    intent. `message_shortcuts`: callback id of a shortcut on a message -> a function that returns
    the input it stands for. `mail`: handles a mail that no person forwarded, for a partner; returns
    what was done with it. `command_name`: its name in `ask --json`, if that is not the folder's
    name.
    """

    name: str
    actions: tuple[Action, ...] = ()
    timers: tuple[Timer, ...] = ()
    home: HomeSection | None = None
    intercept: Callable[[Turn, Interpretation], bool] | None = None
    waits: Callable[[Turn], Iterable[Expectation]] | None = None
    threads: ThreadFollower | None = None
    on: Mapping[Happening, Callable[..., None]] = field(default_factory=dict)
    slash_words: Mapping[str, str] = field(default_factory=dict)
    shortcuts: Mapping[str, str] = field(default_factory=dict)
    message_shortcuts: Mapping[str, MessageShortcut] = field(default_factory=dict)
    mail: Callable[[Tx, str, Mail], str] | None = None
    command_name: str = ""


@dataclass(frozen=True)
class Answer:
    """One thing that people ask: the facts its answer may state, how bad a wrong answer would be,
    and whether a person must add something. `beside`: commands and reports that sound alike."""

    name: str
    facts: tuple[str, ...]
    risk: Risk
    hand_over: bool
    phrases: tuple[str, ...]
    path: Path
    beside: tuple[str, ...] = ()


@dataclass
class Assistant:
    """Everything that a conversation consists of, loaded and checked (dialogs/assistant.py)."""

    facts: Facts
    abilities: tuple[Ability, ...]
    flows: dict[str, Flow]
    actions: dict[str, Action]
    answers: dict[str, Answer]
    intents: dict[str, Flow]
    understanding: Interpreter
    known: WorkspaceModels
    everyday: Everyday | None = None  # what may be shown to a second reader, if there is one

    def follower(self, tx: Tx, inbound: Inbound) -> Callable[[Turn], None] | None:
        """The ability's handler for the thread of this message; None if no ability follows it."""
        for threads in (ability.threads for ability in self.abilities if ability.threads):
            if (found := threads.belongs_to(tx, inbound)) is not None:
                return lambda turn: threads.follow(turn, inbound, found)
        return None

    def is_for_people(self, turn: Turn) -> bool:
        """The bot did not understand it: could it be meant for people who are expected to
        answer?"""
        return any(ability.threads.misses(turn) for ability in self.abilities if ability.threads)

    def command_of(self, intent: str) -> str:
        """The name of an intent's command in `ask --json`."""
        return command_of(self.abilities, self.intents, intent)

    def intent_of(self, word: str) -> str:
        """The intent of a word after /changeover; "" if the text is handled like any message."""
        return next((a.slash_words[word] for a in self.abilities if word in a.slash_words), "")

    def intent_of_shortcut(self, callback: str) -> str:
        """The intent of a global shortcut. A callback id of an earlier version may be the name of
        an intent; an unknown one shows the help."""
        declared = (a.shortcuts[callback] for a in self.abilities if callback in a.shortcuts)
        intent = next(declared, callback)
        return intent if intent in self.intents else self.intent_of("")

    def message_shortcut(self, callback: str) -> MessageShortcut | None:
        """The function of a shortcut on a message; None if no ability declares it."""
        found = (a.message_shortcuts.get(callback) for a in self.abilities)
        return next((shortcut for shortcut in found if shortcut), None)

    def tell(self, happening: Happening, *facts: Any) -> None:
        """Call every ability that subscribed to this, in the caller's transaction."""
        tell(self.abilities, happening, *facts)


def tell(abilities: tuple[Ability, ...], happening: Happening, *facts: Any) -> None:
    """Call every ability that subscribed to this, in the caller's transaction."""
    for hook in (ability.on[happening] for ability in abilities if happening in ability.on):
        hook(*facts)


def command_of(abilities: tuple[Ability, ...], intents: Mapping[str, Flow], intent: str) -> str:
    """The name of an intent's command in `ask --json`; also before the assistant is loaded."""
    if intent.startswith(REPORT) or intent == CORRECTION:
        return "report_event"
    name = intents[intent].ability if intent in intents else intent
    return next((a.command_name for a in abilities if a.name == name and a.command_name), name)

"""One turn: what a person said or chose -> replies, in the caller's transaction. Knows no Slack call and no words.

The turn is remembered (inbox), the conversation moves on, and one message with all that there is to say goes to the outbox.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from dialogs.engine import addressed, app_home, attachments, buttons, edits, flow_runner, history, members, repair, usage, visitors
from dialogs.engine.abilities import Assistant
from dialogs.engine.conversation_store import MENU_LIVES, Part, keep, offer_to, recall, remember
from dialogs.engine.decisions import first_of
from dialogs.engine.flow_format import Flow
from dialogs.inputs import (
    ButtonPress,
    EmailForwarded,
    FileShared,
    FormSubmission,
    Inbound,
    ListUploaded,
    Message,
    MessageEdited,
    Origin,
)
from dialogs.nlu.interpreter import Interpreter
from dialogs.nlu.workspace_model import WorkspaceModel
from domain import people, setup
from domain.calendar import Calendar, calendar
from domain.people import Person
from domain.storage import outbox
from domain.storage.store import Tx, new_id
from domain.tenant import case

THREADS = 5


@dataclass
class Turn:
    """A turn under way: who, where, what is open, and what is going to be said. `pressed`: by a button, not in words;
    `reply_key`: the outbox key of the reply, where somebody wants to change it later; `message`: the offer of the button."""

    assistant: Assistant
    tx: Tx
    person: Person
    where: Origin
    key: str
    state: dict[str, Any]
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

    @property
    def frames(self) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = self.state["frames"]
        return frames

    @property
    def slots(self) -> dict[str, Any]:
        slots: dict[str, Any] = self.state["slots"]
        return slots

    @property
    def open(self) -> dict[str, Any] | None:
        return self.state.get("open")

    @cached_property
    def partner(self) -> Any:
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
        """What the person's workspace knows besides the house; what it says itself is for its members."""
        own: WorkspaceModel = self.assistant.known.of(self.tx)[0]
        return own if members.is_member(self) else WorkspaceModel(own.version, topics=own.topics, suspended=own.suspended)

    @property
    def understanding(self) -> Interpreter:
        """The house's, with the workspace's own wordings beside it."""
        return self.assistant.known.of(self.tx)[1] if self.own.rows else self.assistant.understanding

    def case(self) -> dict[str, Any]:
        """Where the person's tenant stands now, as values for words."""
        return case.look(self.tx, self.person, str(self.slots.get("tenant_id") or "")).values()

    def data(self, **more: Any) -> dict[str, Any]:
        """What every template may use: the day, the person's name, the partner's, the slots."""
        known = {k: v for k, v in self.slots.items() if v is not None}
        name = self.partner.name if self.partner else ""
        under_review = {"under_review": sorted(self.own.suspended)} if self.own.suspended else {}
        here = {"today": self.today.isoformat(), "name": self.person.name, "partner": name, "slots": known}
        return here | under_review | more

    def say(self, template: str, **data: Any) -> None:
        self.parts.append((template, self.data(**data)))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What happens inside leaves the person's own conversation as it was."""
        kept = {name: self.state.get(name) for name in ("frames", "slots", "open")}
        self.state.update(frames=[], slots={}, open=None)
        yield
        self.state.update(kept)

    def decide(self, decision: str) -> None:
        """What this turn amounts to, for those who count; of several things the one that goes first (dialogs/engine/decisions.py)."""
        self.decision = first_of(self.decision, decision)

    def open_question(self, flow: Flow, slot: str, options: list[str], data: dict[str, Any]) -> None:
        """Ask, and wait. The question's offer is kept in the conversation, for it lives as long as the question is open;
        asked again, it keeps its offer, so that both copies of its buttons live."""
        before = self.open
        same = before and (before["flow"], before["slot"]) == (flow.id, slot) and before["options"] == options
        offer = str(before["offer"]) if before and same else self.person.id + new_id()
        self.state.setdefault("offered", {})[slot] = options
        self.state["open"] = {
            "offer": offer, "flow": flow.id, "slot": slot, "options": options, "channel": self.where.channel,
            "thread": self.where.thread,
        }  # fmt: skip
        self.parts.append((f"{flow.ability}/ask_{slot}", self.data(offer=offer, question=True, **data)))
        self.asked = True

    def ask_again(self) -> None:
        """The open question once more, at the end of this message, where it is open: after a digression, never twice."""
        here = self.open
        if here and not self.asked and self.frames:
            flow_runner.ask_again(self, self.assistant.flows[here["flow"]], here["slot"])


@dataclass(frozen=True)
class TurnResult:
    """What became of a turn: `new` is False for one that was taken before; `form`: a modal to open right after the commit;
    `wrong`: field of a modal -> the message that says what is wrong with it (then nothing was changed)."""

    new: bool = True
    form: Part | None = None
    wrong: dict[str, Part] = field(default_factory=dict)


def handle(assistant: Assistant, tx: Tx, heard: Inbound) -> TurnResult:
    """One turn in the caller's transaction. Raises WrongForm; anything else that it raises is a bug or a busy database."""
    follows = assistant.listener(tx, heard)
    if (follows is None and not addressed.is_ours(tx, heard)) or not remember(tx, heard.keys):
        return TurnResult(new=False)
    tx = replace(tx, changed=set())  # turns that share a commit do not share what changed
    turn, known = _begin(assistant, tx, heard)
    was_open = turn.open
    if not members.is_member(turn) and (visitors.about_setup(heard) or people.workspace(tx) is not None):
        visitors.hear(turn, heard, follows)
    elif follows:
        follows(turn)
    elif isinstance(heard, MessageEdited):
        edits.read(turn, heard)
    elif not turn.person.partner and people.workspace(tx) is None and not visitors.about_setup(heard):
        turn.say("setup/not_yet", admin=turn.person.slack_admin and members.is_member(turn), admins=setup.slack_admins(tx))
    elif isinstance(heard, ButtonPress):
        turn.pressed = True
        buttons.choose(turn, heard)
    elif isinstance(heard, FormSubmission):
        buttons.fill_form(turn, heard)
    elif isinstance(heard, FileShared):
        attachments.fetch(turn, heard)
    elif isinstance(heard, EmailForwarded | ListUploaded):
        attachments.came(turn, heard)
    elif isinstance(heard, Message):
        history.note(turn, heard)
        if not attachments.listen(turn, heard):
            repair.listen(turn, heard)
    if turn.counted or isinstance(heard, Message):  # a press on a flow's button asks nothing
        usage.note(turn)
    finish(turn)
    keep(tx, turn.person.id, turn.state, known)
    app_home.show_anew(tx, turn.person if bool(was_open) != bool(turn.open) else None)
    return TurnResult(form=turn.form)


def apologise(assistant: Assistant, tx: Tx, heard: Inbound, reference: str) -> None:
    """The turn broke: nothing of it was done, the person is told so, with a reference for those who look after us; nothing is
    posted where nobody was talking to the bot."""
    if remember(tx, heard.keys) and addressed.talks_to_us(assistant, tx, heard):
        turn, known = _begin(assistant, tx, heard)
        turn.say("repair/internal_error", reference=reference)
        finish(turn)
        keep(tx, turn.person.id, turn.state, known)


def _begin(assistant: Assistant, tx: Tx, heard: Inbound) -> tuple[Turn, bool]:
    person = people.meet(tx, heard.slack, name=heard.name, outsider=heard.outsider)
    where = heard.where
    if where.direct and where.channel and person.dm != where.channel:
        people.change(tx, person, dm=where.channel)
    state = recall(tx, person.id)
    fresh: dict[str, Any] = {"frames": [], "slots": {}, "open": None, "missed": 0, "threads": []}
    turn = Turn(assistant, tx, people.public(person), where, heard.keys[0], state or fresh)
    here = f"{where.channel}:{where.thread}"
    talks = isinstance(heard, ButtonPress) or (isinstance(heard, Message) and heard.addressed)
    if where.thread and not where.direct and talks and here not in turn.state["threads"]:
        turn.state["threads"] = [*turn.state["threads"], here][-THREADS:]
    return turn, state is not None


def finish(turn: Turn) -> None:
    """All that was said leaves as one message, to where the person wrote."""
    if not turn.parts:
        return
    history.replied(turn)
    if buttons.shows_other_buttons(turn):
        offer = offer_to(turn.tx, turn.person.id, "menu", turn.about, MENU_LIVES)
        turn.parts = [(name, data if data.get("question") else data | {"offer": offer}) for name, data in turn.parts]
    to, key = address_of(turn) | {"by": turn.person.id}, turn.reply_key or f"reply:{turn.key}"
    outbox.tell(turn.tx, to, turn.parts, key=key, decision=turn.decision or "command", lane=turn.lane)


def address_of(turn: Turn) -> dict[str, str]:
    """Where this person is answered: where they wrote; in a direct message where strangers read along (the outbox looks)."""
    where = turn.where
    if where.direct or turn.private or where.shared:
        at = {"channel": where.channel} if where.direct and where.channel else {}
        return outbox.to_person(turn.person.id) | at | ({"thread": where.thread} if where.direct and where.thread else {})
    return outbox.to_channel(where.channel, where.thread) | {"private_to": turn.person.id}

"""One turn: what a person said or chose -> replies, in the caller's transaction. Knows no Slack call and no words.

The turn is remembered (inbox), the conversation moves on, and one message with all that there is to say goes to the outbox.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dialogs import repair, walk
from dialogs.flows import Flow
from dialogs.house import House
from domain import case, outbox, people
from domain.calendar import Calendar, calendar
from domain.people import Person
from domain.store import Tx, ms, new_id, table
from domain.tables import Conversation, Inbox, Offer

MENU_LIVES = timedelta(days=30)
THREADS = 5
Part = tuple[str, dict[str, Any]]

_talks, _offers, _inbox = table(Conversation), table(Offer), table(Inbox)
_TALK = select(_talks.c.state).where(_talks.c.team == bindparam("t"), _talks.c.person == bindparam("p"))
_LOCKED_TALK = _TALK.with_for_update()
_KEEP = (
    update(_talks).where(_talks.c.team == bindparam("t"), _talks.c.person == bindparam("p")).values(state=bindparam("new_state"))
)
_OFFER = select(_offers).where(_offers.c.team == bindparam("t"), _offers.c.id == bindparam("i"))
_SEEN = {
    name: dialect.insert(_inbox).on_conflict_do_nothing().returning(_inbox.c.key)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


@dataclass(frozen=True)
class Where:
    """Where something was written, and so where it is answered. `shared`: guests or other workspaces read along."""

    channel: str
    thread: str = ""
    direct: bool = True
    shared: bool = False


@dataclass(frozen=True)
class Said:
    """A message. `keys`: what makes it unique (Slack's event id; channel and ts, for one mention comes as two events).

    `addressed`: it was said to the bot; what was not counts only in a thread where the person talks with it already.
    `intent`: what was meant, where the door knows (a command).
    """

    keys: tuple[str, ...]
    slack: str
    text: str
    where: Where
    name: str = ""
    outsider: bool = False
    addressed: bool = True
    intent: str = ""


@dataclass(frozen=True)
class Chose:
    """A press on one of our buttons: `action` is `<flow>.<slot>.<option>`, `offer` the id that the button carried."""

    keys: tuple[str, ...]
    slack: str
    action: str
    offer: str
    where: Where
    name: str = ""
    outsider: bool = False


@dataclass(frozen=True)
class Filled:
    """A modal that was handed in: slot -> value."""

    keys: tuple[str, ...]
    slack: str
    flow: str
    values: dict[str, str]
    where: Where
    name: str = ""
    outsider: bool = False


Heard = Said | Chose | Filled


@dataclass
class Turn:
    """A turn under way: who, where, what is open, and what is going to be said."""

    house: House
    tx: Tx
    person: Person
    where: Where
    key: str
    state: dict[str, Any]
    text: str = ""
    intent: str = ""
    parts: list[Part] = field(default_factory=list)
    decision: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    asked: bool = False
    private: bool = False
    form: Part | None = None

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

    def case(self) -> dict[str, Any]:
        """Where the person's tenant stands now, as values for words."""
        return case.look(self.tx, self.person, str(self.slots.get("tenant_id") or "")).values()

    def data(self, **more: Any) -> dict[str, Any]:
        """What every template may use: the day, the person's name, the partner's, the slots."""
        known = {k: v for k, v in self.slots.items() if v is not None}
        name = self.partner.name if self.partner else ""
        return {"today": self.today.isoformat(), "name": self.person.name, "partner": name, "slots": known} | more

    def say(self, template: str, **data: Any) -> None:
        self.parts.append((template, self.data(**data)))

    def decide(self, decision: str) -> None:
        """What this turn amounts to, for those who count; the first word stands."""
        self.decision = self.decision or decision

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
            walk.ask(self, self.house.flows[here["flow"]], here["slot"])


@dataclass(frozen=True)
class Done:
    """What became of a turn: `new` is False for one that was taken before; `form`: a modal to open right after the commit;
    `wrong`: field of a modal -> the message that says what is wrong with it (then nothing was changed)."""

    new: bool = True
    form: Part | None = None
    wrong: dict[str, Part] = field(default_factory=dict)


class WrongForm(Exception):
    """A modal that cannot be taken as it is; the caller's transaction is to be rolled back."""

    def __init__(self, wrong: dict[str, Part]) -> None:
        super().__init__("wrong form")
        self.wrong = wrong


def take(house: House, tx: Tx, heard: Heard) -> Done:
    """One turn in the caller's transaction. Raises WrongForm; anything else that it raises is a bug or a busy database."""
    if isinstance(heard, Said) and not heard.addressed and not _follows_up(tx, heard):
        return Done(new=False)
    if not remember(tx, heard.keys):
        return Done(new=False)
    turn, known = _begin(house, tx, heard)
    if not turn.person.partner and people.workspace(tx) is None:
        turn.say("setup/not_yet")
    elif isinstance(heard, Chose):
        repair.choose(turn, heard)
    elif isinstance(heard, Filled):
        repair.fill_form(turn, heard)
    else:
        repair.listen(turn, heard)
    finish(turn)
    _keep(tx, turn.person.id, turn.state, known)
    return Done(form=turn.form)


def apologise(house: House, tx: Tx, heard: Heard, reference: str) -> None:
    """The turn broke: nothing of it was done, the person is told so, with a reference for those who look after us."""
    if remember(tx, heard.keys):
        turn, known = _begin(house, tx, heard)
        turn.say("repair/internal_error", reference=reference)
        finish(turn)
        _keep(tx, turn.person.id, turn.state, known)


def _begin(house: House, tx: Tx, heard: Heard) -> tuple[Turn, bool]:
    person = people.meet(tx, heard.slack, name=heard.name, outsider=heard.outsider)
    where = heard.where
    if where.direct and where.channel and person.dm != where.channel:
        people.change(tx, person, dm=where.channel)
    state = tx.db.execute(_LOCKED_TALK if tx.locks else _TALK, {"t": tx.team, "p": person.id}).scalar()
    fresh: dict[str, Any] = {"frames": [], "slots": {}, "open": None, "missed": 0, "threads": []}
    turn = Turn(house, tx, person, where, heard.keys[0], state or fresh)
    here = f"{where.channel}:{where.thread}"
    if where.thread and not where.direct and here not in turn.state["threads"]:
        turn.state["threads"] = [*turn.state["threads"], here][-THREADS:]
    return turn, state is not None


def _follows_up(tx: Tx, said: Said) -> bool:
    """Does the person talk with the bot in this thread already? Looked at before the message is remembered as taken."""
    person = people.seen(tx, said.slack)
    state = tx.db.execute(_TALK, {"t": tx.team, "p": person}).scalar() if person else None
    return state is not None and f"{said.where.channel}:{said.where.thread}" in state["threads"]


def finish(turn: Turn) -> None:
    """All that was said leaves as one message, to where the person wrote."""
    if not turn.parts:
        return
    if not turn.asked:
        offer = offer_to(turn.tx, turn.person.id, "menu", turn.about, MENU_LIVES)
        turn.parts = [(name, data | {"offer": offer}) for name, data in turn.parts]
    outbox.tell(turn.tx, _address(turn), turn.parts, key=f"reply:{turn.key}", decision=turn.decision or "command")


def notify(tx: Tx, person: Person, template: str, data: dict[str, Any], *, key: str, about: dict[str, Any] | None = None) -> None:
    """A message that a person did not ask for, with buttons of her own."""
    offer = offer_to(tx, person.id, "menu", about or {}, MENU_LIVES)
    said = data | {"offer": offer, "name": person.name, "slots": {}}
    outbox.tell(tx, outbox.to_person(person.id), [(template, said)], key=key, decision="command")


def remember(tx: Tx, keys: tuple[str, ...]) -> bool:
    """Note what was taken; False when any of its keys was taken before."""
    rows = [{"team": tx.team, "key": key, "at": tx.at} for key in keys]
    new = [tx.db.execute(_SEEN[tx.db.dialect.name], row).scalar() for row in rows]
    return all(new)


def state_of(tx: Tx, person: str) -> Any:
    """The conversation of a person as it was left, None where there is none."""
    return tx.db.execute(_TALK, {"t": tx.team, "p": person}).scalar()


def offer_to(tx: Tx, person: str, kind: str, about: dict[str, Any], lives: timedelta) -> str:
    """A new offer for the buttons of one message; `person` "" is whoever sees it (roles decide what becomes of the click)."""
    id_ = new_id()
    row = {"id": id_, "team": tx.team, "person": person, "kind": kind, "about": about, "expires_at": ms(tx.now + lives)}
    tx.db.execute(insert(_offers), row)
    return id_


def asks_somebody_else(person: Person, offer: str) -> bool:
    """Is this the offer of a question that was put to another person? It begins with the id of whom it was put to."""
    return len(offer) == 2 * len(person.id) and not offer.startswith(person.id)


def offer_of(tx: Tx, id_: str) -> Any:
    """The offer behind a button, None where this workspace has none of that id."""
    return tx.db.execute(_OFFER, {"t": tx.team, "i": id_}).first()


def _address(turn: Turn) -> dict[str, str]:
    where = turn.where
    if where.direct or turn.private or where.shared:
        at = {"channel": where.channel} if where.direct and where.channel else {}
        return outbox.to_person(turn.person.id) | at | ({"thread": where.thread} if where.direct and where.thread else {})
    return outbox.to_channel(where.channel, where.thread)


def _keep(tx: Tx, person: str, state: dict[str, Any], known: bool) -> None:
    if known:
        tx.db.execute(_KEEP, {"t": tx.team, "p": person, "new_state": state})
    else:
        tx.db.execute(insert(_talks), {"team": tx.team, "person": person, "state": state})

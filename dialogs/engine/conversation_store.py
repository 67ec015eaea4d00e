"""Stores conversations, button offers, and the ids of inputs that were taken. Knows no flow."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.conversation import Conversation
from domain.people import Person
from domain.storage.prepared import Prepared
from domain.storage.rows import Rows
from domain.storage.store import Tx, ms, new_id, table
from domain.tables import ConversationRow, Inbox, house

MENU_LIVES = timedelta(days=30)
STATES_LIVE = timedelta(hours=1)
# A button is `<flow>.<slot>.<option>`; these stand for starting a flow, opening its form, and
# showing an answer.
START, FORM, ANSWER, NOW = "start", "form", "answer", "now"
# `answer.<name>.not_that`: not what I asked; `answer.<name>.helpful`: it helped.
# `claim.<intent>.now`: record what was said beside a question.
NOT_THAT, HELPFUL, CLAIM = "not_that", "helpful", "claim"
Part = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Offer:
    """What a button stands for: of what kind, about what, for whom ("" for everybody who may) and
    until when."""

    id: str
    person: str
    kind: str
    about: dict[str, Any]
    expires_at: int


_OFFERS = Rows(Offer, house.Offer)
_talks, _offers, _inbox = table(ConversationRow), _OFFERS.table, table(Inbox)
_HERE = (_talks.c.team == bindparam("t"), _talks.c.person == bindparam("p"))
_TALK = Prepared(select(_talks.c.state).where(*_HERE))
_LOCKED_TALK = Prepared(select(_talks.c.state).where(*_HERE).with_for_update())
_KEEP = Prepared(update(_talks).where(*_HERE).values(state=bindparam("new_state")))
_OFFER = _OFFERS.prepared(
    _OFFERS.select().where(_offers.c.team == bindparam("t"), _offers.c.id == bindparam("i"))
)
_MADE = Prepared(insert(_offers), [c.name for c in _offers.c])
_SEEN = {
    name: Prepared(
        dialect.insert(_inbox).on_conflict_do_nothing().returning(_inbox.c.key),
        ("team", "key", "at"),
    )
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def remember(tx: Tx, keys: tuple[str, ...]) -> bool:
    """Store the keys of an input. False if one of them was taken before."""
    rows = [{"team": tx.team, "key": key, "at": tx.at} for key in keys]
    new = [_SEEN[tx.db.dialect.name].scalar(tx.db, row) for row in rows]
    return all(new)


def forget_states(tx: Tx) -> None:
    """Delete stored states of installations that must have ended long ago."""
    old = (
        _inbox.c.team == tx.team,
        _inbox.c.key.like("state:%"),
        _inbox.c.at < ms(tx.now - STATES_LIVE),
    )
    tx.db.execute(delete(_inbox).where(*old))


def load(tx: Tx, person: str) -> Conversation | None:
    """The conversation of a person, locked for this turn; None if there is none."""
    row = _LOCKED_TALK.scalar(tx.db, {"t": tx.team, "p": person})
    return None if row is None else Conversation.from_row(row)


def conversation_of(tx: Tx, person: str) -> Conversation:
    """The stored conversation of a person; an empty one if there is none."""
    return Conversation.from_row(_TALK.scalar(tx.db, {"t": tx.team, "p": person}))


def save(tx: Tx, person: str, conversation: Conversation, known: bool) -> None:
    """Store the conversation. `known`: the person had one before."""
    if known:
        _KEEP.run(tx.db, {"t": tx.team, "p": person, "new_state": conversation.to_row()})
    else:
        tx.db.execute(
            insert(_talks), {"team": tx.team, "person": person, "state": conversation.to_row()}
        )


def offer_to(tx: Tx, person: str, kind: str, about: dict[str, Any], lives: timedelta) -> str:
    """A new offer for the buttons of one message. `person` "": anybody who sees the message (roles
    decide what a press does)."""
    id_ = new_id()
    row = {
        "id": id_,
        "team": tx.team,
        "person": person,
        "kind": kind,
        "about": about,
        "expires_at": ms(tx.now + lives),
    }
    _MADE.run(tx.db, row)
    return id_


def standing_offer(tx: Tx, person: str, name: str, about: dict[str, Any]) -> str:
    """The person's one offer of this name, renewed. For what is drawn repeatedly (App Home), so
    that offers do not pile up."""
    id_ = hashlib.sha256(f"{tx.team}:{person}:{name}".encode()).hexdigest()[:16]
    new = {"about": about, "expires_at": ms(tx.now + MENU_LIVES)}
    row = {"id": id_, "team": tx.team, "person": person, "kind": "menu"} | new
    made = (
        {"sqlite": sqlite, "postgresql": postgresql}[tx.db.dialect.name].insert(_offers).values(row)
    )
    tx.db.execute(made.on_conflict_do_update(index_elements=["id"], set_=new))
    return id_


def asks_somebody_else(person: Person, offer: str) -> bool:
    """Does this offer belong to a question that was asked to another person? Such an offer begins
    with that person's id."""
    return len(offer) == 2 * len(person.id) and not offer.startswith(person.id)


def offer_of(tx: Tx, id_: str) -> Offer | None:
    """The offer behind a button, None where this workspace has none of that id."""
    return _OFFER.first(tx.db, {"t": tx.team, "i": id_})

"""What the conversation keeps: where each person's talk stands, what buttons stand for, which
events were taken. Knows no flow."""

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
# `answer.<name>.not_that`: that was not what I asked; `answer.<name>.helpful`: it helped.
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
    """Note what was taken; False when any of its keys was taken before."""
    rows = [{"team": tx.team, "key": key, "at": tx.at} for key in keys]
    new = [_SEEN[tx.db.dialect.name].scalar(tx.db, row) for row in rows]
    return all(new)


def forget_states(tx: Tx) -> None:
    """What was remembered of installations that would have ended long ago."""
    old = (
        _inbox.c.team == tx.team,
        _inbox.c.key.like("state:%"),
        _inbox.c.at < ms(tx.now - STATES_LIVE),
    )
    tx.db.execute(delete(_inbox).where(*old))


def load(tx: Tx, person: str) -> Conversation | None:
    """The conversation of a person, locked for this turn; None where there is none."""
    row = _LOCKED_TALK.scalar(tx.db, {"t": tx.team, "p": person})
    return None if row is None else Conversation.from_row(row)


def conversation_of(tx: Tx, person: str) -> Conversation:
    """The conversation of a person as it was left; an empty one where there is none."""
    return Conversation.from_row(_TALK.scalar(tx.db, {"t": tx.team, "p": person}))


def save(tx: Tx, person: str, conversation: Conversation, known: bool) -> None:
    """Write the conversation back; `known`: there was one before."""
    if known:
        _KEEP.run(tx.db, {"t": tx.team, "p": person, "new_state": conversation.to_row()})
    else:
        tx.db.execute(
            insert(_talks), {"team": tx.team, "person": person, "state": conversation.to_row()}
        )


def offer_to(tx: Tx, person: str, kind: str, about: dict[str, Any], lives: timedelta) -> str:
    """A new offer for the buttons of one message; `person` "" is whoever sees it (roles decide what
    becomes of the click)."""
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
    """The one offer of that name for a person, renewed: for what is drawn again and again (App
    Home), so that none pile up."""
    id_ = hashlib.sha256(f"{tx.team}:{person}:{name}".encode()).hexdigest()[:16]
    new = {"about": about, "expires_at": ms(tx.now + MENU_LIVES)}
    row = {"id": id_, "team": tx.team, "person": person, "kind": "menu"} | new
    made = (
        {"sqlite": sqlite, "postgresql": postgresql}[tx.db.dialect.name].insert(_offers).values(row)
    )
    tx.db.execute(made.on_conflict_do_update(index_elements=["id"], set_=new))
    return id_


def asks_somebody_else(person: Person, offer: str) -> bool:
    """Is this the offer of a question that was put to another person? It begins with the id of whom
    it was put to."""
    return len(offer) == 2 * len(person.id) and not offer.startswith(person.id)


def offer_of(tx: Tx, id_: str) -> Offer | None:
    """The offer behind a button, None where this workspace has none of that id."""
    return _OFFER.first(tx.db, {"t": tx.team, "i": id_})

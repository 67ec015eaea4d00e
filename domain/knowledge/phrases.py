"""The workspace's own wordings and topics: put beside an entry, taken away again, gone with the
person whose words they were.

Knows no encoder: a vector is bytes, and stands with the name of the weights it was made with.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert

from domain.knowledge import own_answers
from domain.knowledge.own_answers import PHRASES, Phrase
from domain.machine import NotAllowed
from domain.people import Person, Role
from domain.storage import audit
from domain.storage.rows import Rows
from domain.storage.store import Tx, new_id
from domain.tables import knowledge


@dataclass(frozen=True)
class Topic:
    """A neighbouring topic that is not answered here."""

    id: str
    title: str
    by: str
    at: int


_TOPICS = Rows(Topic, knowledge.OwnTopic)
_phrases, _topics = PHRASES.table, _TOPICS.table


@dataclass(frozen=True)
class Wording:
    """One way to say it: as it was written, normalised, its vector, whose words they were ("" for a
    supporter's own)."""

    text: str
    said: str
    vector: bytes = b""
    asker: str = ""


def put(tx: Tx, entry: str, wordings: Sequence[Wording], by: Person, model: str) -> None:
    """These wordings mean this entry; what is said that way already for it is not put twice."""
    known = {p.said for p in of(tx, entry)}
    rows = [
        {
            "id": new_id(),
            "team": tx.team,
            "entry": entry,
            "text": w.text,
            "said": w.said,
            "vector": w.vector,
            "model": model,
            "by": by.id,
            "asker": w.asker,
            "at": tx.at,
        }
        for w in {w.said: w for w in wordings if w.said not in known}.values()
    ]
    if rows:
        tx.db.execute(insert(_phrases), rows)


def assign(tx: Tx, entry: str, wording: Wording, by: Person, model: str) -> None:
    """From now on this workspace says it so. Raises NotAllowed("role")."""
    if not by.has(Role.SUPPORT):
        raise NotAllowed("role")
    put(tx, entry, [wording], by, model)
    audit.append(tx, by.id, "phrase_assigned", f"entry:{entry}", {})
    own_answers.changed(tx)


def new_topic(tx: Tx, title: str, by: Person) -> str:
    """A neighbouring topic that is known and not answered here; returns its id. Raises
    NotAllowed("role")."""
    if not by.has(Role.SUPPORT):
        raise NotAllowed("role")
    id_ = new_id()
    tx.db.execute(
        insert(_topics), {"id": id_, "team": tx.team, "title": title, "by": by.id, "at": tx.at}
    )
    audit.append(tx, by.id, "topic_added", f"topic:{id_}", {})
    own_answers.changed(tx)
    return id_


def take_away(tx: Tx, id_: str, by: Person) -> bool:
    """An assigned wording or a topic counts no more; False where this workspace has none of that
    id. Raises NotAllowed("role")."""
    if not by.has(Role.SUPPORT):
        raise NotAllowed("role")
    gone = tx.db.execute(
        delete(_phrases)
        .where(_phrases.c.team == tx.team, _phrases.c.id == id_)
        .returning(_phrases.c.id)
    ).scalar()
    topic = tx.db.execute(
        delete(_topics)
        .where(_topics.c.team == tx.team, _topics.c.id == id_)
        .returning(_topics.c.id)
    ).scalar()
    if topic:
        tx.db.execute(
            delete(_phrases).where(
                _phrases.c.team == tx.team, _phrases.c.entry == own_answers.OWN + topic
            )
        )
    if gone or topic:
        audit.append(tx, by.id, "wording_taken_away", f"{'topic' if topic else 'phrase'}:{id_}", {})
        own_answers.changed(tx)
    return bool(gone or topic)


def of(tx: Tx, entry: str) -> list[Phrase]:
    here = (_phrases.c.team == tx.team, _phrases.c.entry == entry)
    return PHRASES.all(tx.db, PHRASES.select().where(*here))


def everything(tx: Tx) -> list[Phrase]:
    """All wordings of the workspace, oldest first."""
    wanted = PHRASES.select().where(_phrases.c.team == tx.team)
    return PHRASES.all(tx.db, wanted.order_by(_phrases.c.at, _phrases.c.id))


def topics(tx: Tx) -> list[Topic]:
    wanted = _TOPICS.select().where(_topics.c.team == tx.team)
    return _TOPICS.all(tx.db, wanted.order_by(_topics.c.at, _topics.c.id))


def forget_person(tx: Tx, person: str) -> None:
    """The wordings that were hers go; those that a supporter wrote stay."""
    here = (_phrases.c.team == tx.team, _phrases.c.asker == person)
    if tx.db.execute(delete(_phrases).where(*here).returning(_phrases.c.id)).first():
        own_answers.changed(tx)

"""No text of a person is kept longer than the workspace says, and none of a person who is erased. Knows no table by its rule.

A module of domain/ that keeps such texts has `forget_before(tx, at)` and `forget_person(tx, person)`; they are found.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Text, cast, delete, or_, select, update

import domain
from domain import people
from domain.storage.store import Tx, ms, table
from domain.tables import Conversation, Inbox, Offer, Outbox

DEFAULT_DAYS, MOST_DAYS = 30, 3_650
REPEATED = timedelta(days=7)  # Slack sends an event again for six minutes; a mail server for days
WORDS = ("unclear", "heard", "heard_on", "said", "held")
# What buttons may keep of a message, and how long such buttons live (dialogs/engine/conversation_store.py).
OFFERED_WORDS, OFFERED = ("heard", "claim", "from_text"), timedelta(days=30)
_rows, _talks, _taken, _offers = table(Outbox), table(Conversation), table(Inbox), table(Offer)


def days(tx: Tx) -> int:
    """How long this workspace keeps what people wrote."""
    workspace = people.workspace(tx)
    return int(workspace.retention_days) if workspace else DEFAULT_DAYS


def forget_old(tx: Tx) -> None:
    """Everything that is older than the workspace wants goes: from every module that keeps texts, the sent messages, the talks."""
    border = tx.now - timedelta(days=days(tx))
    for forget in _all("forget_before"):
        forget(tx, ms(border))
    _forget_sent(tx, ms(border))
    _forget_talks(tx, border.date().isoformat())
    _forget_offers(tx, ms(border + OFFERED))
    tx.db.execute(delete(_taken).where(_taken.c.team == tx.team, _taken.c.at < ms(tx.now - REPEATED)))


def forget_person(tx: Tx, person: str) -> None:
    """What she wrote goes from every module that keeps texts."""
    for forget in _all("forget_person"):
        forget(tx, person)


def _all(name: str) -> Iterator[Callable[[Tx, Any], None]]:
    for module in pkgutil.iter_modules(domain.__path__):
        found = getattr(importlib.import_module(f"domain.{module.name}"), name, None)
        if callable(found) and found is not forget_person:
            yield found


def _forget_sent(tx: Tx, border: int) -> None:
    """Of a message that went out, its templates' names stay; what was put into them does not."""
    old = (_rows.c.team == tx.team, _rows.c.state.in_(("sent", "failed")), _rows.c.due_at < border, _rows.c.kind != "timer")
    for row in tx.db.execute(select(_rows.c.id, _rows.c.parts).where(*old)).all():
        bare = [[name, {}] for name, _ in row.parts]
        if bare != row.parts:
            tx.db.execute(update(_rows).where(_rows.c.id == row.id).values(parts=bare))


def _forget_offers(tx: Tx, border: int) -> None:
    """Buttons whose time is over go, and the words that some keep of the message they stand under."""
    tx.db.execute(delete(_offers).where(_offers.c.team == tx.team, _offers.c.expires_at < tx.at))
    said = or_(*(cast(_offers.c.about, Text).contains(f'"{name}"') for name in OFFERED_WORDS))
    old = (_offers.c.team == tx.team, _offers.c.expires_at < border, said)
    for row in tx.db.execute(select(_offers.c.id, _offers.c.about).where(*old)).all():
        rest = {k: v for k, v in row.about.items() if k not in OFFERED_WORDS}
        tx.db.execute(update(_offers).where(_offers.c.id == row.id).values(about=rest))


def _forget_talks(tx: Tx, border: str) -> None:
    """What a conversation remembers of the last question, once that day is long past."""
    for row in tx.db.execute(select(_talks).where(_talks.c.team == tx.team)).all():
        if row.state.get("heard_on") and row.state["heard_on"] < border:
            rest = {k: v for k, v in row.state.items() if k not in WORDS}
            here = (_talks.c.team == tx.team, _talks.c.person == row.person)
            tx.db.execute(update(_talks).where(*here).values(state=rest))

"""No text of a person is kept longer than the workspace says, and none of a person who is erased.
Knows no table by its rule.

A module of domain/ that keeps such texts has `forget_before(tx, at)` or `forget_person(tx,
person)`, and is named here.
"""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Text, cast, delete, or_, select, update

from domain import people
from domain.conversation import Conversation
from domain.knowledge import calibration, phrases, review
from domain.providers import comparison
from domain.questions import question, thread_log
from domain.storage import notes, traces
from domain.storage.store import Tx, ms, table
from domain.tables import ConversationRow, Inbox, Offer, Outbox
from domain.tenant import figures

DEFAULT_DAYS, MOST_DAYS = 30, 3_650
REPEATED = timedelta(days=7)  # Slack sends an event again for six minutes; a mail server for days
# What buttons may keep of a message, and how long such buttons live
# (dialogs/engine/conversation_store.py).
OFFERED_WORDS, OFFERED = ("heard", "claim", "from_text"), timedelta(days=30)
FORGET_BEFORE: tuple[Callable[[Tx, int], None], ...] = (
    calibration.forget_before,
    notes.forget_before,
    question.forget_before,
    review.forget_before,
    thread_log.forget_before,
    traces.forget_before,
)
FORGET_PERSON: tuple[Callable[[Tx, str], None], ...] = (
    calibration.forget_person,
    comparison.forget_person,
    figures.forget_person,
    phrases.forget_person,
    question.forget_person,
    review.forget_person,
    thread_log.forget_person,
    traces.forget_person,
)
_rows, _talks, _taken, _offers = table(Outbox), table(ConversationRow), table(Inbox), table(Offer)


def days(tx: Tx) -> int:
    """How long this workspace keeps what people wrote."""
    workspace = people.workspace(tx)
    return int(workspace.retention_days) if workspace else DEFAULT_DAYS


def forget_old(tx: Tx) -> None:
    """Everything that is older than the workspace wants goes: from every module that keeps texts,
    the sent messages, the talks."""
    border = tx.now - timedelta(days=days(tx))
    for forget in FORGET_BEFORE:
        forget(tx, ms(border))
    _forget_sent(tx, ms(border))
    _forget_talks(tx, border.date().isoformat())
    _forget_offers(tx, ms(border + OFFERED))
    tx.db.execute(
        delete(_taken).where(_taken.c.team == tx.team, _taken.c.at < ms(tx.now - REPEATED))
    )


def forget_person(tx: Tx, person: str) -> None:
    """What she wrote goes from every module that keeps texts."""
    for forget in FORGET_PERSON:
        forget(tx, person)


def _forget_sent(tx: Tx, border: int) -> None:
    """Of a message that went out, its templates' names stay; what was put into them does not."""
    old = (
        _rows.c.team == tx.team,
        _rows.c.state.in_(("sent", "failed")),
        _rows.c.due_at < border,
        _rows.c.kind != "timer",
    )
    for row in tx.db.execute(select(_rows.c.id, _rows.c.parts).where(*old)).all():
        bare = [[name, {}] for name, _ in row.parts]
        if bare != row.parts:
            tx.db.execute(update(_rows).where(_rows.c.id == row.id).values(parts=bare))


def _forget_offers(tx: Tx, border: int) -> None:
    """Buttons whose time is over go, and the words that some keep of the message they stand
    under."""
    tx.db.execute(delete(_offers).where(_offers.c.team == tx.team, _offers.c.expires_at < tx.at))
    said = or_(*(cast(_offers.c.about, Text).contains(f'"{name}"') for name in OFFERED_WORDS))
    old = (_offers.c.team == tx.team, _offers.c.expires_at < border, said)
    for row in tx.db.execute(select(_offers.c.id, _offers.c.about).where(*old)).all():
        rest = {k: v for k, v in row.about.items() if k not in OFFERED_WORDS}
        tx.db.execute(update(_offers).where(_offers.c.id == row.id).values(about=rest))


def _forget_talks(tx: Tx, border: str) -> None:
    """What a conversation remembers of the last question, once that day is long past."""
    for row in tx.db.execute(select(_talks).where(_talks.c.team == tx.team)).all():
        talk = Conversation.from_row(row.state)
        if talk.heard_on and talk.heard_on < border:
            rest = talk.without_words().to_row()
            here = (_talks.c.team == tx.team, _talks.c.person == row.person)
            tx.db.execute(update(_talks).where(*here).values(state=rest))

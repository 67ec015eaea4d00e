"""What goes from one side of a question to the other: to the asker's own thread, to the thread of
the card. No words.

The address comes from the question alone, never from what was written, so an answer cannot reach
anybody else.
"""

from dataclasses import replace
from typing import Any

from dialogs.support import cards
from domain import people
from domain.questions import question
from domain.questions.question import Question
from domain.storage import outbox
from domain.storage.addresses import Address
from domain.storage.outbox import Out
from domain.storage.store import Tx

LONGEST = 8_500
UNDELIVERED = "support.undelivered"


def data(tx: Tx, row: Question, **more: Any) -> dict[str, Any]:
    """What every message about a question may say: whose it is and how it begins."""
    names = people.names(tx, [row.asker, row.claimed_by])
    return {
        "today": question.today(tx, row.partner).isoformat(),
        "name": names.get(row.asker, ""),
        "partner": "",
        "slots": {},
        "offer": "",
        "asker": names.get(row.asker, ""),
        "whose": names.get(row.claimed_by, ""),
        "why": "",
        "about_question": cards.first_words(tx, row.id),
        "state": row.state,
        **more,
    }


def to_asker(
    tx: Tx, row: Question, template: str, *, key: str, kind: Out = Out.MESSAGE, **more: Any
) -> None:
    """A message into the asker's own thread, with buttons that are hers alone."""
    said = data(tx, row, offer=cards.askers(tx, row), **more)
    to = _askers(row)
    address = (
        replace(to, updates=more["updates"])
        if kind is Out.UPDATE
        else replace(to, if_failed=UNDELIVERED)
    )
    outbox.tell(tx, address, [(template, said)], key=key, decision="handover", kind=kind)


def to_card(
    tx: Tx, row: Question, template: str, *, key: str, kind: Out = Out.MESSAGE, **more: Any
) -> None:
    """A message into the thread of the card, with the card's buttons."""
    said = data(tx, row, **({"offer": row.about.get("offer", "")} | more))
    address = Address(
        channel=cards.channel_of(tx, row),
        under=question.card_key(row.id),
        updates=more["updates"] if kind is Out.UPDATE else "",
    )
    outbox.tell(tx, address, [(template, said)], key=key, decision="handover", kind=kind)


def _askers(row: Question) -> Address:
    """Where she asked: her thread in a channel, else her direct messages, under the message that
    told her it was passed on."""
    if not row.about.get("direct", True):
        return outbox.to_channel(row.channel, row.thread)
    under = "" if row.thread else row.receipt
    return Address(row.asker, row.channel, row.thread, under)

"""How long what people wrote is kept: what is open stays whole, what is over goes when the
workspace says, and nothing else stays."""

from typing import Any

import pytest
from sqlalchemy import select

from dialogs.knowledge.picking import offer_about
from domain import people
from domain.privacy import retention
from domain.questions import question, thread_log
from domain.storage.store import table
from domain.tables import Note, Offer, Outbox, Workspace
from tests.dialogs.abilities.test_agreement import ask, seen
from tests.dialogs.abilities.test_support import Desk, desk

__all__ = ["desk", "seen"]
WORDS = "may a charity keep the sandbox of its sister company"


@pytest.fixture
def workspace(desk: Desk) -> Any:
    return desk.workspace


def id_of(card: Any) -> str:
    return str(card.key.split(":")[1])


def kept(desk: Desk, card: Any) -> list[str]:
    with desk.workspace.tx() as tx:
        return [line.text for line in thread_log.of(tx, id_of(card))]


def before(desk: Desk, card: Any) -> list[dict[str, Any]]:
    with desk.workspace.tx() as tx:
        found: list[dict[str, Any]] = question.get(tx, id_of(card)).about["before"]
        return found


def nights(desk: Desk, days: int) -> None:
    """So many days, with the purge at the end; reminders in between fire as they are due."""
    desk.workspace.later(days=days)
    with desk.workspace.tx() as tx:
        retention.forget_old(tx)


def wants(desk: Desk, days: int) -> None:
    with desk.workspace.tx() as tx:
        tx.db.execute(table(Workspace).update().values(retention_days=days))


def column(desk: Desk, model: Any, name: str) -> list[Any]:
    with desk.workspace.store.reading() as db:
        return list(db.execute(select(table(model).c[name])).scalars())


def test_an_open_question_and_its_conversation_stay_whole_however_long_it_takes(desk: Desk) -> None:
    desk.mira.says("can I roll back?")
    card = desk.asks(desk.mira)
    assert before(desk, card)
    desk.clicks(desk.sam, card, "claim")
    nights(desk, 90)
    assert kept(desk, card) == [WORDS]
    assert before(desk, card)
    assert WORDS in desk.now(card).words
    desk.answers(desk.sam, card, "Yes, it may.")
    desk.replies(desk.mira, "in every country?")
    nights(desk, 90)
    assert sorted(kept(desk, card)) == sorted([WORDS, "Yes, it may.", "in every country?"])


def test_what_is_closed_goes_when_it_was_closed_for_that_long(desk: Desk) -> None:
    desk.mira.says("can I roll back?")
    card = desk.asks(desk.mira)
    nights(desk, 60)
    desk.answers(desk.sam, card, "Yes, it may.")
    desk.mira.clicks("settle.verdict.solved")
    nights(desk, 29)
    assert kept(desk, card) == [WORDS, "Yes, it may."]
    nights(desk, 2)
    assert kept(desk, card) == ["", ""]
    assert before(desk, card) == []
    assert "charity" not in str(column(desk, Outbox, "parts"))


def test_one_that_is_opened_again_is_open(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    desk.clicks(desk.sam, card, "close")
    nights(desk, 20)
    desk.clicks(desk.sam, card, "reopen")
    nights(desk, 60)
    assert kept(desk, card) == [WORDS]


def test_the_same_question_of_somebody_else_waits_as_long_as_the_other(desk: Desk) -> None:
    other = "can a charity keep the sandbox of another one"
    first, second = desk.asks(desk.mira), desk.asks(desk.otto, other)
    with desk.workspace.tx() as tx:
        row = question.get(tx, id_of(second))
        row = question.move(tx, row, question.Event.MARKED_DUPLICATE, people.meet(tx, "U04SAM"))
        question.change(tx, row.id, duplicate_of=id_of(first))
    nights(desk, 60)
    assert kept(desk, second) == [other]
    desk.clicks(desk.sam, first, "close")
    nights(desk, 31)
    assert kept(desk, first) == kept(desk, second) == [""]


@pytest.mark.usefixtures("seen")
def test_a_reason_goes_too_but_not_while_it_may_still_be_decided(desk: Desk) -> None:
    wants(desk, 1)
    ask(desk.workspace.people["Grace"])
    desk.otto.clicks("ask_back.start.now").says("Is it the one in Munich or the old one")
    nights(desk, 2)
    assert "Munich" in str(column(desk, Note, "text"))
    desk.otto.declines().says("the invoices are not out")
    nights(desk, 5)
    assert [text for text in column(desk, Note, "text") if text] == []


def test_buttons_keep_no_words_longer_and_go_when_their_time_is_over(desk: Desk) -> None:
    wants(desk, 5)
    with desk.workspace.tx() as tx:
        offer = offer_about(tx, "U04SAM", "C9", "1.1", "private words of somebody")
    desk.mira.says("can I roll back?")
    nights(desk, 4)
    assert "private words" in str(column(desk, Offer, "about"))
    nights(desk, 2)
    assert "private words" not in str(column(desk, Offer, "about"))
    assert "roll back?" not in str(column(desk, Offer, "about"))
    assert offer in column(desk, Offer, "id")
    nights(desk, 30)
    assert offer not in column(desk, Offer, "id")

"""The life of a question: who may do what, two at once, what belongs to the asker alone; and never
across workspaces."""

from dataclasses import replace
from typing import Any

import pytest

from domain import people
from domain.machine import NotAllowed, NotPossible
from domain.people import Person
from domain.questions import question, thread_log
from domain.questions.question import Event, Show, State
from domain.storage.store import Tx
from tests.conftest import member

HOUR = 3_600_000


def person(tx: Tx, name: str, *roles: str) -> Person:
    met = member(tx, f"U{name}", name=name)
    people.change(tx, met, roles=roles, partner="contoso")
    return people.by_id(tx, met.id) or met


def asked(tx: Tx, by: Person, text: str = "may we keep the sandbox?", due: int = HOUR) -> Any:
    row = question.ask(
        tx, by, due_at=tx.at + due, channel="D1", receipt=f"reply:{text}", why="asked_for"
    )
    thread_log.add(
        tx, row, thread_log.Kind.QUESTION, by, text, channel="D1", ts=f"{abs(hash(text))}.1"
    )
    return row


def test_claimed_answered_not_yet_answered_solved(tx: Tx) -> None:
    mira, sam = person(tx, "Mira"), person(tx, "Sam", "support")
    row = asked(tx, mira)
    for event, by, state, whose in (
        (Event.CLAIMED, sam, State.CLAIMED, sam.id),
        (Event.ANSWERED, sam, State.ANSWERED, sam.id),
        (Event.NOT_SOLVED, mira, State.REOPENED, sam.id),
        (Event.ANSWERED, sam, State.ANSWERED, sam.id),
        (Event.SOLVED, mira, State.SOLVED, sam.id),
        (Event.NOT_SOLVED, mira, State.REOPENED, sam.id),
    ):
        row = question.move(tx, row, event, by)
        assert (row.state, row.claimed_by) == (state, whose)
    assert row.answered_at == tx.at


def test_two_supporters_claim_and_one_has_it(tx: Tx) -> None:
    mira, sam, ute = person(tx, "Mira"), person(tx, "Sam", "support"), person(tx, "Ute", "support")
    row = question.move(tx, asked(tx, mira), Event.CLAIMED, sam)
    with pytest.raises((NotAllowed, NotPossible)):
        question.move(tx, row, Event.CLAIMED, ute)
    row = question.move(tx, row, Event.ANSWERED, ute)
    assert row.claimed_by == sam.id


def test_only_support_acts_and_only_the_asker_settles(tx: Tx) -> None:
    mira, otto, sam = person(tx, "Mira"), person(tx, "Otto"), person(tx, "Sam", "support")
    row = asked(tx, mira)
    for event, by in (
        (Event.CLAIMED, otto),
        (Event.ANSWERED, mira),
        (Event.CLOSED, mira),
        (Event.MARKED_DUPLICATE, otto),
    ):
        with pytest.raises(NotAllowed):
            question.move(tx, row, event, by)
    for event, by in (
        (Event.SOLVED, sam),
        (Event.SOLVED, otto),
        (Event.WITHDRAWN, sam),
        (Event.REPLIED, otto),
    ):
        with pytest.raises(NotAllowed, match="not_your_question"):
            question.move(tx, row, event, by)
    assert question.get(tx, row.id).state == State.OPEN


def test_an_answer_after_closing_moves_nothing(tx: Tx) -> None:
    mira, sam = person(tx, "Mira"), person(tx, "Sam", "support")
    row = question.move(tx, asked(tx, mira), Event.CLOSED, sam)
    with pytest.raises(NotPossible):
        question.move(tx, row, Event.ANSWERED, sam)
    assert question.move(tx, row, Event.REOPENED, sam).state == State.REOPENED


def test_another_workspace_sees_none_of_it(tx: Tx) -> None:
    mira, sam = person(tx, "Mira"), person(tx, "Sam", "support")
    row = asked(tx, mira)
    other = replace(tx, team="T99")
    assert question.get(other, row.id) is None
    assert question.queue(other, Show.OPEN, sam.id, 10) == []
    assert question.counts(other, sam.id) == dict.fromkeys(Show, 0)
    assert question.in_thread(other, mira.id, "D1", "", row.receipt) is None
    assert thread_log.of(other, row.id) == []
    (line,) = thread_log.of(tx, row.id)
    assert thread_log.at(other, line.channel, line.ts) == []
    thread_log.delete(other, line.id)
    assert thread_log.of(tx, row.id) == [line]


def test_the_queue_is_counted_and_the_oldest_comes_first(tx: Tx) -> None:
    mira, sam = person(tx, "Mira"), person(tx, "Sam", "support")
    rows = [asked(tx, mira, f"question {n}", due=HOUR * (n - 1)) for n in range(4)]
    question.move(tx, rows[1], Event.CLAIMED, sam)
    question.move(tx, rows[2], Event.ANSWERED, sam)
    question.move(tx, rows[3], Event.CLOSED, sam)
    assert question.counts(tx, sam.id) == {
        Show.OPEN: 2,
        Show.MINE: 2,
        Show.WAITING: 1,
        Show.OVERDUE: 1,
    }
    found = question.queue(tx, Show.OPEN, sam.id, 10)
    assert {r.id for r in found} == {rows[0].id, rows[1].id}
    assert thread_log.first_wordings(tx, [r.id for r in found])[rows[0].id] == "question 0"


def test_her_thread_is_found_by_where_she_asked_or_by_what_it_hangs_on(tx: Tx) -> None:
    mira, otto = person(tx, "Mira"), person(tx, "Otto")
    row = asked(tx, mira)
    assert question.in_thread(tx, mira.id, "D1", "17.1", row.receipt).id == row.id
    assert question.in_thread(tx, mira.id, "D1", "17.1", "") is None
    assert question.in_thread(tx, otto.id, "D1", "17.1", row.receipt) is None

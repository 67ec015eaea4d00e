"""What must never happen to a workspace's own answers, on SQLite and on PostgreSQL."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from domain import people
from domain.knowledge import own_answers, phrases, review, suspension
from domain.knowledge.facts import Facts
from domain.knowledge.own_answers import Draft, State
from domain.knowledge.phrases import Wording
from domain.machine import NotAllowed, NotPossible
from domain.people import Person
from domain.privacy import retention
from domain.questions.basis import Basis, Wrong, basis_of, official, phrases_in
from domain.storage import audit
from domain.storage.store import Busy, Store, Tx, table
from domain.tables import Feedback, OwnPhrase, Unheard, WorkspaceAnswer
from tests.conftest import NOON, TEAM, member
from tests.domain.test_store import both

__all__ = ["both"]
TODAY = NOON.date()
PAGE = "https://learn.microsoft.com/partner-center/enroll"
DRAFT = Draft(
    "Fax numbers",
    "Send it to 123.",
    ("fax number please",),
    Basis((), PAGE),
    "harmless",
    date(2027, 1, 31),
)


def supporters(tx: Tx, *names: str) -> list[Person]:
    for name in names:
        person = member(tx, name)
        people.change(tx, person, roles=[] if name == "mira" else ["support"])
    return [member(tx, name) for name in names]


def handed_in(tx: Tx, by: Person, draft: Draft = DRAFT) -> str:
    id_ = own_answers.hand_in(tx, draft, by, today=TODAY)
    phrases.put(tx, own_answers.OWN + id_, [Wording(p, p.lower()) for p in draft.phrases], by, "")
    return id_


def shown(tx: Tx, id_: str) -> str:
    return own_answers.digest(tx, own_answers.get(tx, id_))


def test_nobody_approves_their_own_answer(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        sam, mira = supporters(tx, "sam", "mira")
        id_ = handed_in(tx, sam)
        with pytest.raises(NotAllowed, match="own_answer"):
            own_answers.decide(tx, id_, True, sam, today=TODAY, shown=shown(tx, id_))
        with pytest.raises(NotAllowed, match="role"):
            own_answers.decide(tx, id_, True, mira, today=TODAY, shown=shown(tx, id_))
        assert own_answers.state_of(tx, id_) == State.AWAITING
        assert own_answers.version(tx) == ""


def test_the_database_itself_refuses_the_author_as_the_second(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        (sam,) = supporters(tx, "sam")
        id_ = handed_in(tx, sam)
    rows = table(WorkspaceAnswer)
    with pytest.raises((DBAPIError, Busy)), both.turn(TEAM, NOON) as tx:
        tx.db.execute(rows.update().where(rows.c.id == id_).values(approver=sam.id))


def test_staff_hands_in_nothing(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        (mira,) = supporters(tx, "mira")
        with pytest.raises(NotAllowed, match="role"):
            handed_in(tx, mira)


def test_an_approval_counts_only_for_what_was_shown(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        sam, olga = supporters(tx, "sam", "olga")
        id_ = handed_in(tx, sam)
        before = shown(tx, id_)
        phrases.put(tx, own_answers.OWN + id_, [Wording("roll back", "roll back")], sam, "")
        with pytest.raises(NotAllowed, match="changed"):
            own_answers.decide(tx, id_, True, olga, today=TODAY, shown=before)


def test_two_seconds_at_once_one_decision(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        sam, olga, tim = supporters(tx, "sam", "olga", "tim")
        id_ = handed_in(tx, sam)
        seen = shown(tx, id_)
    won: list[str] = []

    def decide(person: Person, yes: bool) -> None:
        for _ in range(5):
            try:
                with both.turn(TEAM, NOON) as tx:
                    own_answers.decide(tx, id_, yes, person, today=TODAY, shown=seen)
                return won.append(person.slack)
            except NotPossible:
                return None
            except Busy:
                continue

    threads = [threading.Thread(target=decide, args=args) for args in ((olga, True), (tim, False))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(won) == 1
    with both.turn(TEAM, NOON) as tx:
        assert own_answers.state_of(tx, id_) == (State.LIVE if won == ["olga"] else State.DRAFT)


def test_another_workspace_sees_nothing_of_it(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        sam, olga = supporters(tx, "sam", "olga")
        id_ = handed_in(tx, sam)
        own_answers.decide(tx, id_, True, olga, today=TODAY, shown=shown(tx, id_))
        suspension.ask(tx, "F-API-LOSS", PAGE, sam, today=TODAY)
        suspension.decide(tx, "F-API-LOSS", True, olga, today=TODAY, asked_at=tx.at)
        unheard = review.note(tx, "secret words", sam, "not_understood")
    with both.turn("T02", NOON) as tx:
        (eve,) = supporters(tx, "eve")
        assert own_answers.get(tx, id_) is None
        assert own_answers.with_state(tx, *State) == phrases.everything(tx) == []
        assert (own_answers.version(tx), suspension.suspended(tx), review.next_one(tx, eve)) == (
            "",
            frozenset(),
            None,
        )
        with pytest.raises(NotPossible):
            own_answers.revoke(tx, id_, eve, today=TODAY)
        with pytest.raises(NotPossible):
            own_answers.decide(tx, id_, True, eve, today=TODAY, shown="")
        review.settle(tx, unheard, eve, "ignored")
    with both.turn(TEAM, NOON) as tx:
        assert review.get(tx, unheard).text == "secret words"
        assert own_answers.state_of(tx, id_) == State.LIVE


def test_every_change_is_noticed_by_every_process(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        sam, olga = supporters(tx, "sam", "olga")
        id_, seen = handed_in(tx, sam), {own_answers.version(tx)}
        own_answers.decide(tx, id_, True, olga, today=TODAY, shown=shown(tx, id_))
        seen.add(own_answers.version(tx))
        phrases.assign(tx, "can_i_roll_back", Wording("undo?", "undo"), sam, "")
        seen.add(own_answers.version(tx))
        own_answers.revoke(tx, id_, sam, today=TODAY)
        seen.add(own_answers.version(tx))
    assert len(seen) == 4


def test_a_version_that_was_rolled_back_never_returns(both: Store) -> None:
    seen = []
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), both.turn(TEAM, NOON) as tx:
            own_answers.changed(tx)
            seen.append(own_answers.version(tx))
            raise ZeroDivisionError
    assert seen[0] != seen[1]


def test_it_ends_with_its_day_and_not_before(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        sam, olga = supporters(tx, "sam", "olga")
        id_ = handed_in(tx, sam, replace(DRAFT, expires_on=TODAY))
        own_answers.decide(tx, id_, True, olga, today=TODAY, shown=shown(tx, id_))
        assert not own_answers.expire(tx, id_, today=TODAY)
        assert own_answers.expire(tx, id_, today=TODAY + timedelta(days=1))
        assert own_answers.state_of(tx, id_) == State.EXPIRED
        with pytest.raises(Wrong, match="in_the_past"):
            handed_in(tx, sam, replace(DRAFT, expires_on=TODAY - timedelta(days=1)))


@pytest.mark.parametrize(
    "said",
    [
        "http://learn.microsoft.com/x",
        "https://learn.microsoft.com.evil.example/x",
        "https://evil.example/learn.microsoft.com",
        "https://learn.microsoft.com@evil.example/",
        "https://learn.microsoft.com:443/x",
        "javascript:alert(1)//",
        "learn.microsoft.com/x",
        "https://LEARN.microsoft.com.",
        "https://learn.microsoft.com/<x>",
        "https://learn.microsoft.com/x y",
        "www.evil.example",
        "https://xn--learn.microsoft.com/",
        "//learn.microsoft.com/x",
        "https://learn.microsoft.com\\@evil.example/",
    ],
)
def test_only_microsofts_own_pages_are_official(said: str) -> None:
    with pytest.raises(Wrong, match="not_official"):
        official(said)
    with pytest.raises(Wrong):
        basis_of(f"F-API-LOSS, {said}, {said}2", Facts.load())


def test_what_an_answer_rests_on_is_read_as_people_write_it() -> None:
    facts = Facts.load()
    assert basis_of("F-API-LOSS P-ROLLBACK", facts) == Basis(("F-API-LOSS", "P-ROLLBACK"))
    assert basis_of(f"F-API-LOSS\n{PAGE}", facts) == Basis(("F-API-LOSS",), PAGE)
    assert basis_of("Grace from Contoso", facts) == Basis((), "Grace from Contoso")
    assert basis_of("Jo Miller, finance", facts) == Basis((), "Jo Miller, finance")
    for said, why in (
        ("F-NEVER-EVER", "unknown_fact"),
        ("", "no_basis"),
        ("?!", "no_basis"),
        (f"Grace, {PAGE}", "two_sources"),
    ):
        with pytest.raises(Wrong, match=why):
            basis_of(said, facts)


def test_phrases_are_lines(both: Store) -> None:
    assert phrases_in("- one\n\n* two\n  one\n") == ("one", "two")
    for said, why in (
        ("\n \n", "no_phrase"),
        ("x" * 301, "too_long"),
        ("\n".join(map(str, range(17))), "too_many"),
    ):
        with pytest.raises(Wrong, match=why):
            phrases_in(said)


def test_a_fact_is_suspended_and_lifted_by_two(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        sam, olga, mira = supporters(tx, "sam", "olga", "mira")
        with pytest.raises(NotAllowed):
            suspension.ask(tx, "F-API-LOSS", PAGE, mira, today=TODAY)
        with pytest.raises(Wrong, match="not_official"):
            suspension.ask(tx, "F-API-LOSS", "https://evil.example", sam, today=TODAY)
        suspension.ask(tx, "F-API-LOSS", PAGE, sam, today=TODAY)
        with pytest.raises(NotAllowed, match="own_answer"):
            suspension.decide(tx, "F-API-LOSS", True, sam, today=TODAY, asked_at=tx.at)
        assert suspension.suspended(tx) == frozenset()
        suspension.decide(tx, "F-API-LOSS", True, olga, today=TODAY, asked_at=tx.at)
        assert suspension.suspended(tx) == {"F-API-LOSS"}
        suspension.ask_to_lift(tx, "F-API-LOSS", olga, today=TODAY)
        assert suspension.suspended(tx) == {"F-API-LOSS"}
        with pytest.raises(NotAllowed, match="own_answer"):
            suspension.decide(tx, "F-API-LOSS", True, olga, today=TODAY, asked_at=tx.at)
        with pytest.raises(NotPossible):
            suspension.decide(tx, "F-API-LOSS", True, sam, today=TODAY, asked_at=tx.at - 1)
        suspension.decide(tx, "F-API-LOSS", True, sam, today=TODAY, asked_at=tx.at)
        assert suspension.suspended(tx) == frozenset()
        suspension.ask(tx, "F-API-LOSS", PAGE, sam, today=TODAY)
        suspension.decide(tx, "F-API-LOSS", False, olga, today=TODAY, asked_at=tx.at)
        assert suspension.suspended(tx) == frozenset()


def texts(store: Store, model: Any, column: str = "text") -> list[str]:
    with store.reading() as db:
        return list(db.execute(select(table(model).c[column])).scalars())


def test_no_text_is_kept_longer_than_the_workspace_says(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        (mira,) = supporters(tx, "mira")
        review.note(tx, "my private words", mira, "not_understood")
    for days, kept in ((30, ["my private words"]), (31, [])):
        with both.turn(TEAM, NOON + timedelta(days=days)) as tx:
            retention.forget_old(tx)
        assert texts(both, Unheard) == kept


def test_a_reviewed_message_keeps_no_text(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        sam, mira = supporters(tx, "sam", "mira")
        id_ = review.note(tx, "my private words", mira, "not_understood")
        with pytest.raises(NotAllowed):
            review.settle(tx, id_, mira, "ignored")
        with pytest.raises(NotAllowed):
            review.next_one(tx, mira)
        review.settle(tx, id_, sam, "ignored")
        assert review.next_one(tx, sam) is None
        assert "private" not in str(audit.entries(tx, f"message:{id_}"))
    assert texts(both, Unheard) == [""]


def test_what_she_wrote_goes_with_her(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        sam, mira = supporters(tx, "sam", "mira")
        review.note(tx, "my private words", mira, "not_understood")
        phrases.assign(
            tx, "can_i_roll_back", Wording("my private words", "x", asker=mira.id), sam, ""
        )
        phrases.assign(tx, "can_i_roll_back", Wording("sam's words", "y"), sam, "")
        retention.forget_person(tx, mira.id)
    assert (texts(both, Unheard), texts(both, OwnPhrase)) == ([], ["sam's words"])


def test_feedback_holds_no_text_and_a_second_word_replaces_the_first(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        (mira,) = supporters(tx, "mira")
        assert review.thought(tx, "can_i_roll_back", review.HELPFUL, mira, "offer1")
        assert not review.thought(tx, "can_i_roll_back", review.HELPFUL, mira, "offer1")
        assert review.thought(tx, "can_i_roll_back", review.NOT_ASKED, mira, "offer1")
    assert texts(both, Feedback, "verdict") == ["not_asked"]
    assert mira.id not in str(texts(both, Feedback, "id"))

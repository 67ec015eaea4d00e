"""What was not understood is looked at by support, and understood from then on; facts under review
hand over; feedback is kept."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from domain.knowledge import own_answers, phrases, review
from domain.knowledge.facts import Facts
from domain.storage.store import table
from domain.tables import ConversationRow, Feedback, Offer, Outbox, OwnPhrase, Unheard
from tests.conftest import NOON, Somebody, Workspace
from tests.dialogs.abilities.test_knowledge import ASKED, live, olga

__all__ = ["olga"]
BABBLE = "does the blue thingy come with extra gravy"
OTHER = "does the purple thingy squeak without gravy"
PAGE = "https://learn.microsoft.com/partner-center/enroll"


def rows(workspace: Workspace, model: Any, column: str) -> list[Any]:
    with workspace.store.reading() as db:
        return list(db.execute(select(table(model).c[column])).scalars())


def test_a_wording_that_support_assigns_is_understood_at_once(
    mira: Somebody, sam: Somebody, workspace: Workspace
) -> None:
    mira.says(BABBLE)
    assert rows(workspace, Unheard, "text") == [BABBLE]
    sam.says("review misunderstood messages").hears("review/ask_settle")
    assert BABBLE in sam.words
    sam.clicks("review.settle.other").hears("review/ask_meant")
    sam.says("approval_time").hears("review/assigned", "review/nothing_left")
    mira.says(BABBLE).hears("answers/approval_time")
    assert rows(workspace, Unheard, "text") == [""]
    sam.says("show our own answers")
    sam.clicks(next(b for b in sam.last.buttons if b.startswith("revoke_answer"))).hears(
        "knowledge/revoked"
    )
    mira.says(BABBLE)
    assert mira.last.templates[0] != "answers/approval_time"


def test_a_new_topic_is_said_not_to_be_answered_here(mira: Somebody, sam: Somebody) -> None:
    mira.says(BABBLE)
    sam.says("review").clicks("review.settle.topic").says("Gravy").hears(
        "review/assigned", "review/nothing_left"
    )
    mira.says(BABBLE).hears("review/elsewhere")
    assert "Gravy" in mira.words
    assert mira.last.decision == "out_of_scope"


def test_ignored_and_put_off(mira: Somebody, sam: Somebody, workspace: Workspace) -> None:
    mira.says(BABBLE)
    workspace.later(minutes=1)
    mira.says(OTHER)
    workspace.later(minutes=1)
    sam.says("review").clicks("review.settle.next").hears("review/ask_settle")
    assert OTHER in sam.words
    sam.clicks("review.settle.ignore").hears("review/ignored", "review/ask_settle")
    assert BABBLE in sam.words
    sam.clicks("review.settle.ignore").hears("review/ignored", "review/nothing_left")


def test_only_support_reads_what_others_wrote(mira: Somebody, otto: Somebody) -> None:
    mira.says(BABBLE)
    otto.says("review misunderstood messages").hears("repair/not_allowed")
    assert BABBLE not in otto.words


def test_what_cannot_be_undone_is_not_taken_over_by_a_wording(
    mira: Somebody, sam: Somebody, workspace: Workspace
) -> None:
    with workspace.tx() as tx:
        from domain import people

        review.note(tx, "can we roll back", people.meet(tx, "U01MIRA"), "not_asked")
    sam.says("review").clicks("review.settle.other").says("approval_time").hears(
        "review/stays", "review/ask_settle"
    )
    mira.says("can we roll back").hears("answers/can_i_roll_back")


def test_no_message_is_kept_longer_than_the_workspace_says(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says(BABBLE)
    mira.says("can I roll back?").clicks("answer.can_i_roll_back.not_that")
    assert len(rows(workspace, Unheard, "text")) == 2
    workspace.later(days=29)
    assert BABBLE in rows(workspace, Unheard, "text")
    for _ in range(3):
        workspace.later(days=1)
    assert rows(workspace, Unheard, "text") == []
    assert "gravy" not in str(rows(workspace, ConversationRow, "state"))
    assert "gravy" not in str(rows(workspace, Outbox, "parts"))


def test_a_workspace_may_want_less(mira: Somebody, workspace: Workspace, tmp_path: Path) -> None:
    from tests.conftest import DESCRIPTION

    path = tmp_path / "short.toml"
    path.write_text(f"retention_days = 2\n{DESCRIPTION}", "utf-8")
    workspace.plant(path)
    mira.says(BABBLE)
    workspace.later(days=1)
    assert rows(workspace, Unheard, "text") == [BABBLE]
    for _ in range(2):
        workspace.later(days=1)
    assert rows(workspace, Unheard, "text") == []


def test_not_what_i_asked_under_an_older_answer_is_recorded_too_and_once(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("can I roll back?")
    older = mira.offer("answer.can_i_roll_back.not_that")
    mira.says("how long does approval take?").says("what does it cost?")
    for _ in range(2):
        mira.clicks("answer.can_i_roll_back.not_that", offer=older).hears("repair/not_that")
        assert "answer.approval_time.now" not in mira.last.buttons
    assert rows(workspace, Unheard, "text") == ["can I roll back?"]
    assert rows(workspace, Feedback, "answer") == ["can_i_roll_back"]
    workspace.later(days=33)
    mira.clicks("answer.can_i_roll_back.not_that", offer=older)
    assert "roll back" not in str(
        rows(workspace, Unheard, "text") + rows(workspace, Offer, "about")
    )


def test_what_somebody_else_asked_is_not_taken_for_hers(
    mira: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    mira.says("can I roll back?")
    offer = mira.offer("answer.can_i_roll_back.not_that")
    otto.clicks("answer.can_i_roll_back.not_that", offer=offer)
    assert rows(workspace, Unheard, "text") == []


def test_feedback_is_kept_without_text(mira: Somebody, workspace: Workspace) -> None:
    mira.says("can I roll back?").clicks("answer.can_i_roll_back.helpful").hears("repair/noted")
    mira.clicks("answer.can_i_roll_back.helpful")
    assert rows(workspace, Feedback, "verdict") == ["helpful"]
    mira.says("how long does approval take?").clicks("answer.approval_time.not_that").hears(
        "repair/not_that"
    )
    assert sorted(rows(workspace, Feedback, "verdict")) == ["helpful", "not_asked"]
    assert sorted(rows(workspace, Feedback, "answer")) == ["approval_time", "can_i_roll_back"]


def test_an_own_answer_can_be_not_what_was_asked(
    mira: Somebody, sam: Somebody, olga: Somebody, workspace: Workspace
) -> None:
    live(sam, olga)
    mira.says(ASKED).hears("knowledge/answer")
    mira.clicks(next(b for b in mira.last.buttons if b.endswith("not_that"))).hears(
        "repair/not_that"
    )
    assert rows(workspace, Feedback, "verdict") == ["not_asked"]


def test_what_was_picked_from_the_likely_ones_is_remembered_for_review(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("is there a way back to direct bill")
    if mira.last.templates == ["repair/clarify"]:
        mira.clicks(next(b for b in mira.last.buttons if b.startswith("answer.")))
        assert rows(workspace, Unheard, "chosen")[0]


def suspended(sam: Somebody, olga: Somebody, fact: str = "P-APPROVAL-TIME") -> None:
    sam.says("put a fact under review").clicks("suspend.start.now").says(fact).hears(
        "suspend/ask_official_page"
    )
    sam.says(PAGE).hears("suspend/asked")
    olga.clicks("second_suspension.suspension_verdict.approve").hears("suspend/decided")


@pytest.fixture
def fact(workspace: Workspace) -> str:
    """A fact of the answer on the waiting time."""
    return workspace.assistant.answers["approval_time"].facts[0]


def test_a_suspended_fact_hands_over_at_once_and_counts_again_when_two_lift_it(
    mira: Somebody, sam: Somebody, olga: Somebody, fact: str
) -> None:
    mira.says("how long does approval take?").hears("answers/approval_time")
    suspended(sam, olga, fact)
    mira.says("how long does approval take?").hears("suspend/under_review")
    assert mira.last.decision == "handover"
    assert "under review" in mira.words
    assert "support.start.now" in mira.last.buttons
    sam.says("which facts are suspended").clicks(f"lift_suspension.suspended_fact.{fact}").hears(
        "suspend/asked"
    )
    mira.says("how long does approval take?").hears("suspend/under_review")
    olga.clicks("second_suspension.suspension_verdict.approve").hears("suspend/decided")
    mira.says("how long does approval take?").hears("answers/approval_time")


def test_one_supporter_suspends_nothing(
    mira: Somebody, sam: Somebody, olga: Somebody, fact: str
) -> None:
    sam.says("put a fact under review").clicks("suspend.start.now").says(fact).says(
        "https://evil.example/x"
    )
    assert sam.last.templates == ["knowledge/wrong", "suspend/ask_official_page"]
    sam.says(PAGE)
    offer = olga.offer("second_suspension.suspension_verdict.approve")
    sam.clicks("second_suspension.suspension_verdict.approve", offer=offer).hears(
        "repair/not_yours"
    )
    mira.says("how long does approval take?").hears("answers/approval_time")
    mira.says("put a fact under review").hears("repair/not_allowed")


def test_other_messages_say_that_what_they_rest_on_is_under_review(
    mira: Somebody, sam: Somebody, olga: Somebody
) -> None:
    suspended(sam, olga, "F-ROLLBACK-NONE")
    mira.says("I want to enroll")
    mira.clicks("enroll.profile.current")
    while "F-ROLLBACK-NONE" not in mira.last.rendered.facts:
        mira.clicks(next(b for b in mira.last.buttons if b.startswith("enroll.")))
    assert "Your support team has part of this under review" in mira.words
    assert "F-ROLLBACK-NONE" not in mira.words


def test_facts_that_nobody_reviewed_are_listed_weekly_and_named_in_the_answer(
    mira: Somebody, workspace: Workspace
) -> None:
    facts = Facts.load()
    last = max(f.review_by for id_ in facts.ids() if id_[0] != "G" for f in facts.versions(id_))
    workspace.later(days=(last - NOON.date()).days + 1)
    for _ in range(16):
        workspace.later(days=1)
    weekly = [
        m for m in workspace.messages_to("#C01SUPPORT") if m.templates == ["review/unreviewed"]
    ]
    assert 2 <= len(weekly) <= 3
    mira.says("can I roll back?")
    assert mira.words.count("This is due for a check since") == 1
    assert "P-ROLLBACK" not in mira.words


def test_erasing_a_person_takes_her_words_along(
    mira: Somebody, sam: Somebody, workspace: Workspace
) -> None:
    from domain import people
    from domain.privacy import retention

    mira.says(BABBLE)
    sam.says("review").clicks("review.settle.other").says("approval_time")
    mira.says(OTHER)
    with workspace.tx() as tx:
        retention.forget_person(tx, people.meet(tx, "U01MIRA").id)
        assert phrases.everything(tx) == []
        assert own_answers.version(tx)
    assert [t for t in rows(workspace, Unheard, "text") if t] == []
    assert rows(workspace, OwnPhrase, "text") == []


def test_the_words_of_a_question_for_people_are_not_kept_longer_either(
    workspace: Workspace,
) -> None:
    from domain import people
    from domain.questions import question, thread_log
    from domain.tables.support import Line

    with workspace.tx() as tx:
        mira = people.meet(tx, "U01MIRA")
        row = question.ask(tx, mira, due_at=0, about={"before": [{"text": BABBLE, "replied": []}]})
        thread_log.add(tx, row, thread_log.Kind.QUESTION, mira, BABBLE)
        question.move(tx, row, question.Event.WITHDRAWN, mira)
    for _ in range(33):
        workspace.later(days=1)
    assert rows(workspace, Line, "text") == [""]
    with workspace.tx() as tx:
        assert question.get(tx, row.id).about["before"] == []

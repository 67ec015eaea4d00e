"""Two supporters confirm or replace a built-in fact from Slack, and the next answer shows it."""

import pytest

from domain import people
from domain.knowledge import fact_check
from domain.machine import NotAllowed
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_review import olga  # noqa: F401

FACT = "F-APPROVAL-INSTANT"
PAGE = "https://learn.microsoft.com/partner-center/enroll/enroll-as-indirect-reseller"


@pytest.fixture
def rests_on(workspace: Workspace) -> str:
    """A fact of the answer on the waiting time."""
    assert FACT in workspace.assistant.answers["approval_time"].facts
    return FACT


def asked(sam: Somebody, verdict: str) -> None:
    sam.says("which facts are suspended").hears("suspend/list")
    sam.clicks("confirm_fact.start.now").hears("suspend/ask_fact_due")
    sam.says(FACT).hears("suspend/ask_due_verdict")
    assert "last checked on 24 November 2026" in sam.words
    assert FACT not in sam.words
    sam.clicks(f"confirm_fact.due_verdict.{verdict}")


def test_a_fact_that_two_supporters_confirm_says_so_in_the_next_answer(
    mira: Somebody, sam: Somebody, olga: Somebody, rests_on: str, workspace: Workspace
) -> None:
    asked(sam, "still_right")
    sam.hears("suspend/check_asked")
    mira.says("how long does approval take?").hears("answers/approval_time")
    assert "Confirmed by your support team" not in mira.words
    olga.clicks("second_fact_check.fact_verdict.approve").hears("suspend/check_decided")
    mira.says("how long does approval take?").hears("answers/approval_time")
    assert "Confirmed by your support team 24 Nov 2026." in mira.words
    assert "fact_confirmed" in workspace.audit()


def test_a_fact_that_two_supporters_replace_is_told_with_the_next_answer(
    mira: Somebody, sam: Somebody, olga: Somebody, rests_on: str
) -> None:
    asked(sam, "changed")
    sam.says("Approval takes *two* days now <!channel>.").hears("suspend/ask_official_page")
    sam.says("https://evil.example/x")
    assert sam.last.templates == ["knowledge/wrong", "suspend/ask_official_page"]
    sam.says(PAGE).hears("suspend/check_asked")
    mira.says("how long does approval take?").hears("answers/approval_time")
    assert "two* days" not in mira.words
    olga.clicks("second_fact_check.fact_verdict.approve").hears("suspend/check_decided")
    mira.says("how long does approval take?").hears("answers/approval_time")
    assert "Your support team replaced a fact that this rests on (24 Nov 2026)" in mira.words
    assert "Approval takes *two* days now" in mira.words
    assert FACT not in mira.words


def test_one_supporter_changes_nothing(
    mira: Somebody, sam: Somebody, olga: Somebody, rests_on: str, workspace: Workspace
) -> None:
    asked(sam, "still_right")
    with workspace.tx() as tx, pytest.raises(NotAllowed):
        row = fact_check.get(tx, FACT)
        assert row is not None
        by = people.by_id(tx, row.asker)
        assert by is not None
        fact_check.decide(tx, FACT, True, by, today=workspace.now.date(), asked_at=row.at)
    olga.clicks("second_fact_check.fact_verdict.decline").hears("suspend/check_decided")
    mira.says("how long does approval take?")
    assert "Confirmed by your support team" not in mira.words


def test_a_second_word_after_the_decision_changes_nothing(
    sam: Somebody, olga: Somebody, rests_on: str
) -> None:
    asked(sam, "still_right")
    offer = olga.offer("second_fact_check.fact_verdict.approve")
    olga.clicks("second_fact_check.fact_verdict.approve", offer=offer)
    olga.clicks("second_fact_check.fact_verdict.decline", offer=offer)
    assert olga.last.templates[-1] in ("suspend/check_decided_before", "repair/outdated")


def test_words_of_a_fact_find_it_and_several_are_offered(
    sam: Somebody, olga: Somebody, rests_on: str
) -> None:
    sam.says("which facts are suspended").clicks("confirm_fact.start.now")
    sam.says("approval usually immediate").hears("suspend/ask_due_verdict")
    sam.says("cancel")
    sam.says("which facts are suspended").clicks("confirm_fact.start.now")
    sam.says("agreement").hears("suspend/which_fact", "suspend/ask_fact_due")
    assert any(b.startswith("confirm_fact.fact_due.") for b in sam.last.buttons)


def test_only_support_checks_facts(mira: Somebody) -> None:
    mira.says("put a fact under review").hears("repair/not_allowed")
    assert not [b for b in mira.last.buttons if b.startswith("confirm_fact")]


def test_what_is_due_is_listed_with_its_page_in_slack(
    sam: Somebody, olga: Somebody, workspace: Workspace
) -> None:
    workspace.later(days=30)
    sam.says("which facts are suspended").hears("suspend/list")
    assert "Due for a check" in sam.words
    assert "learn.microsoft.com" in sam.words
    assert "P-MPA" not in sam.words

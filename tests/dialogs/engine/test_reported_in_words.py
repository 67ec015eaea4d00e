"""What somebody reports in words is shown first and recorded by her press, or by a plain yes where
it can be undone."""

from domain.storage import audit
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_enroll import submitted

SAID = "we were approved yesterday"
RECORD = "claim.report_approved.now"


def waiting(mira: Somebody, workspace: Workspace) -> None:
    """Submitted on Thursday, and nothing is open."""
    submitted(mira, "on Thursday")
    mira.says("cancel").hears("repair/cancelled")


def test_what_was_told_is_shown_and_not_recorded_until_it_is_pressed(
    mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    waiting(mira, workspace)
    before = workspace.audit()
    mira.says(SAID).hears("repair/record")
    assert "23 November 2026" in mira.words
    assert {"claim.report_approved.no", "claim.report_approved.change"} < set(mira.last.buttons)
    assert workspace.audit() == before
    assert workspace.case().enrollment == "Submitted"
    assert grace.heard == []
    mira.clicks(RECORD).hears("enroll/ask_agreement_seen")
    assert workspace.case().enrollment == "ApprovedAwaitingAgreement"


def test_yesterday_is_the_day_on_which_it_was_said(mira: Somebody, workspace: Workspace) -> None:
    waiting(mira, workspace)
    mira.says(SAID).hears("repair/record")
    assert "23 November 2026" in mira.words
    workspace.later(days=2)
    mira.clicks(RECORD)
    with workspace.tx() as tx:
        (approved,) = [e for e in audit.since(tx, 0) if e.action == "approved"]
    assert approved.details["day"] == "2026-11-23"


def test_a_plain_yes_right_below_records_it(mira: Somebody, workspace: Workspace) -> None:
    waiting(mira, workspace)
    mira.says(SAID).says("yes").hears("enroll/ask_agreement_seen")
    assert workspace.case().enrollment == "ApprovedAwaitingAgreement"


def test_a_yes_after_something_else_was_talked_about_records_nothing(
    mira: Somebody, workspace: Workspace
) -> None:
    waiting(mira, workspace)
    mira.says(SAID).says("can I roll back?").says("yes")
    assert workspace.case().enrollment == "Submitted"


def test_a_yes_an_hour_later_records_nothing(mira: Somebody, workspace: Workspace) -> None:
    waiting(mira, workspace)
    mira.says(SAID)
    workspace.later(hours=1)
    mira.says("yes")
    assert workspace.case().enrollment == "Submitted"


def test_no_records_nothing(mira: Somebody, workspace: Workspace) -> None:
    waiting(mira, workspace)
    before = workspace.audit()
    mira.says(SAID).says("no").hears("repair/not_recorded")
    mira.says(SAID).clicks("claim.report_approved.no").hears("repair/not_recorded")
    mira.says("yes")
    assert workspace.audit() == before


def test_a_colleagues_yes_records_nothing(
    mira: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    waiting(mira, workspace)
    mira.says(SAID)
    otto.says("yes")
    otto.clicks(RECORD, offer=mira.offer(RECORD)).hears("repair/not_yours")
    assert workspace.case().enrollment == "Submitted"


def test_what_cannot_be_undone_takes_a_press(mira: Somebody, workspace: Workspace) -> None:
    waiting(mira, workspace)
    mira.reports("we were approved today").clicks("enroll.agreement_seen.missing")
    before = workspace.case().enrollment
    mira.says("we accepted the agreement today").hears("repair/record")
    assert "can't be undone" in mira.words
    mira.says("yes").hears("repair/press_please", "repair/record")
    assert workspace.case().enrollment == before
    mira.clicks("claim.report_accepted.now")
    assert workspace.case().enrollment != before


def test_pressed_twice_it_is_recorded_once(mira: Somebody, workspace: Workspace) -> None:
    waiting(mira, workspace)
    mira.says(SAID)
    offer = mira.offer(RECORD)
    mira.clicks(RECORD, offer=offer)
    before = workspace.audit()
    mira.clicks(RECORD, offer=offer)
    assert workspace.audit().count("approved") == before.count("approved") == 1


def test_the_answer_to_the_open_question_needs_no_second_press(
    mira: Somebody, workspace: Workspace
) -> None:
    submitted(mira, "on Thursday")
    mira.says("approved").hears("enroll/ask_agreement_seen")
    assert workspace.case().enrollment == "ApprovedAwaitingAgreement"

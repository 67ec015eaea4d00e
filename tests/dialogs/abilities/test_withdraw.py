"""Taking back our record, and correcting reports."""

from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_enroll import approved, submitted


def test_our_record_stops_and_says_what_is_not_known(mira: Somebody, workspace: Workspace) -> None:
    submitted(mira)
    mira.says("cancel")
    mira.says("we changed our mind about enrolling").hears("withdraw/ask_which")
    mira.clicks("withdraw.which.enrollment").hears("withdraw/ask_reason")
    mira.says("ok").hears("withdraw/bad_reason", "withdraw/ask_reason")
    mira.says("The board decided to stay direct bill").hears("withdraw/ask_sure")
    mira.clicks("withdraw.sure.sure").hears("withdraw/withdrawn")
    assert "is not documented" in mira.words
    assert workspace.case().enrollment == "Withdrawn"
    mira.says("I want to enroll").hears("enroll/ask_profile")


def test_the_reason_is_kept_beside_the_log(mira: Somebody, workspace: Workspace) -> None:
    from sqlalchemy import select

    from domain.storage.store import table
    from domain.tables import Audit, Note

    submitted(mira)
    mira.says("cancel").says("withdraw").clicks("withdraw.which.enrollment").says(
        "private words of ours"
    ).clicks("withdraw.sure.sure")
    with workspace.store.reading() as db:
        assert "private words of ours" in [n.text for n in db.execute(select(table(Note)))]
        assert not [a for a in db.execute(select(table(Audit))) if "private" in a.details]


def test_what_is_accepted_is_not_withdrawn(mira: Somebody) -> None:
    approved(mira)
    mira.says("cancel").says("we accepted it").clicks("accepted.accepted_on.today")
    mira.says("stop our enrollment").hears("withdraw/no_way_back")


def test_only_the_reporter_takes_a_report_back(
    mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    grace.says("that report was wrong").clicks(next(iter(grace.last.buttons))).says(
        "was not me"
    ).hears("repair/not_allowed")
    mira.says("cancel").says("that report was wrong").clicks(next(iter(mira.last.buttons))).says(
        "clicked the wrong one"
    ).hears("withdraw/corrected")
    assert workspace.case().enrollment == "Ready"


def test_nothing_to_take_back(mira: Somebody) -> None:
    mira.says("withdraw our enrollment").hears("withdraw/nothing_to_withdraw")
    mira.says("that report was wrong").hears("withdraw/nothing_to_correct")

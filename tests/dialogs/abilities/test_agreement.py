"""The one-way door: two people, one decision, and what happened is recorded whoever did it."""

import pytest

from dialogs.engine.context import Outcome, Slots, Turn
from domain import people
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_enroll import approved


@pytest.fixture
def seen(mira: Somebody, workspace: Workspace) -> None:
    """The agreement is on the screen, nobody has accepted it."""
    approved(mira)
    mira.clicks("enroll.agreement_seen.seen").hears("agreement/ask_second")
    mira.clicks("agreement.second.not_now").hears("agreement/not_now")


def lose(workspace: Workspace, name: str, **fields: object) -> None:
    with workspace.tx() as tx:
        (person,) = [p for p in people.everybody(tx) if p.name == name]
        people.change(tx, person, **fields)


def ask(grace: Somebody) -> None:
    grace.says("we want to accept the agreement").hears("agreement/ask_second")
    grace.clicks("agreement.second.ask").hears("agreement/open")


def test_the_admin_asks_another_approver_decides_the_admin_accepts(
    seen: None, mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    assert otto.heard[0].templates == ["agreement/card"]
    assert otto.words.splitlines()[1].startswith("*This can't be undone:*")
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    assert workspace.messages_to("Grace")[-1].templates == ["notices/go_ahead"]
    card = [m for m in workspace.sent if m.kind == "update"]
    assert {m.to for m in card} == {"Otto", "#C02ADMINS"}
    assert all("Approved by Otto" in m.words and not m.buttons for m in card)
    grace.clicks("accepted.accepted_on.today").hears("agreement/recorded")
    case = workspace.case()
    assert (case.enrollment, case.go_ahead, case.accepted_on, case.reported_by) == (
        "Accepted",
        "given",
        "2026-11-24",
        "Grace",
    )
    assert "approval_used" in workspace.audit()


def test_staff_may_start_it_the_admin_makes_it_hers(
    seen: None, mira: Somebody, grace: Somebody, otto: Somebody
) -> None:
    mira.says("we need the go ahead").hears("agreement/ask_second")
    mira.clicks("agreement.second.ask").hears("agreement/needs_admin")
    otto.hears_nothing()
    grace.clicks("agreement.confirm.confirmed").hears("agreement/open")
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    assert mira.heard[-1].templates == ["notices/go_ahead"]
    assert "Grace" in mira.words


def test_nobody_approves_her_own_request(
    seen: None, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    card = otto.last.buttons["decide.decision.approve"]
    grace.clicks("decide.decision.approve", offer=card).hears("repair/not_yours")
    with workspace.tx() as tx:
        from dialogs.engine.conversation_store import offer_of, offer_to

        about = offer_of(tx, card).about
        me = people.meet(tx, "U02GRACE")
        mine = offer_to(tx, me.id, "menu", about, __import__("datetime").timedelta(days=1))
    grace.clicks("decide.decision.approve", offer=mine).hears("repair/not_allowed")
    assert "someone else has to decide" in grace.words
    assert workspace.case().approval == "Open"


def test_the_starter_does_not_decide_either(
    seen: None, otto: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    otto.says("we need the go ahead").clicks("agreement.second.ask").hears("agreement/no_approver")
    assert "second approver is needed" in workspace.messages_to("#C02ADMINS")[-1].words


@pytest.mark.parametrize(
    "change",
    [{"roles": []}, {"live": False}, {"kind": "guest"}, {"kind": "outsider"}, {"kind": "bot"}],
)
def test_an_approver_who_is_one_no_more_decides_nothing(
    seen: None, grace: Somebody, otto: Somebody, workspace: Workspace, change: dict[str, object]
) -> None:
    ask(grace)
    lose(workspace, "Otto", **change)
    otto.clicks("decide.decision.approve").hears("repair/not_allowed")
    assert workspace.case().approval == "Open"


def test_an_admin_demoted_between_ask_and_click_gets_no_go_ahead(
    seen: None, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    lose(workspace, "Grace", roles=["approver"])
    otto.clicks("decide.decision.approve").hears("repair/not_allowed")
    assert "no longer has that role" in otto.heard[0].words


def test_the_second_click_changes_nothing_and_says_who_decided(
    seen: None, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    card = otto.last.buttons["decide.decision.approve"]
    otto.declines().hears("agreement/ask_decline_reason")
    otto.says("we talk about it on Monday").hears("agreement/decided")
    otto.clicks("decide.decision.approve", offer=card).hears("agreement/decided_before")
    assert "Otto has decided already, on 24 November 2026 at 13:00: declined" in otto.words
    assert workspace.messages_to("Grace")[-1].templates == ["notices/declined"]
    assert workspace.audit().count("approval_declined") == 1
    assert "approval_given" not in workspace.audit()


def test_after_72_hours_it_ends_and_the_asker_hears_it(
    seen: None, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    workspace.later(hours=72, seconds=1)
    assert workspace.messages_to("Grace")[-1].templates == ["notices/approval_expired"]
    closed = [m for m in workspace.sent if m.kind == "update"]
    assert {m.to for m in closed} == {"Otto", "#C02ADMINS"}
    assert all("Ended without a decision" in m.words and not m.buttons for m in closed)
    otto.clicks("decide.decision.approve").hears("agreement/decided_before")
    assert workspace.case().approval == ""
    ask(grace)


def test_an_acceptance_without_go_ahead_is_recorded_and_alarmed(
    seen: None, mira: Somebody, otto: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    mira.says("our GA signed at 10:30").hears("agreement/ask_accepted_on")
    mira.clicks("accepted.accepted_on.today").hears("agreement/recorded")
    assert "without our go-ahead" in mira.words
    case = workspace.case()
    assert (case.enrollment, case.go_ahead, case.reported_by) == ("Accepted", "none", "Mira")
    assert workspace.messages_to("#C01SUPPORT")[-1].templates == ["notices/alarm"]
    assert otto.heard[-1].templates == ["agreement/card"]
    mira.says("can I roll back?").hears("answers/can_i_roll_back")
    assert mira.words.startswith("*There is no way back on this tenant.*")
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    assert workspace.messages_to("Mira")[-1].templates == ["notices/known"]


def test_a_false_acceptance_is_corrected_by_two(
    seen: None, mira: Somebody, otto: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    mira.says("the agreement is accepted").hears("agreement/ask_accepted_on")
    mira.clicks("accepted.accepted_on.today").hears("agreement/recorded")
    otto.declines().says("I know of nothing").hears("agreement/decided")
    assert workspace.messages_to("Mira")[-1].templates == ["notices/not_known"]
    mira.says("that report was wrong").hears("withdraw/ask_report")
    wrong = next(b for b in mira.last.buttons)
    mira.clicks(wrong).hears("withdraw/ask_reason")
    mira.says("I misread the page").hears("withdraw/second_person_asked")
    assert workspace.case().enrollment == "Accepted"
    grace.clicks("decide.decision.approve").hears("agreement/decided")
    assert workspace.case().enrollment == "AgreementOffered"
    assert workspace.messages_to("Mira")[-1].templates == ["notices/report_corrected"]


def test_the_day_of_acceptance_must_be_possible(
    seen: None, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("we accepted the agreement").hears("agreement/ask_accepted_on")
    mira.says("tomorrow").hears("agreement/doubtful_day", "agreement/ask_accepted_on")
    mira.says("last week monday").hears("agreement/doubtful_day", "agreement/ask_accepted_on")
    assert "is before the previous step" in mira.words
    assert workspace.case().enrollment == "AgreementOffered"


def test_too_early_there_is_nothing_to_accept(mira: Somebody) -> None:
    mira.says("we want to accept the agreement").hears("agreement/too_early")


def test_a_go_ahead_whose_approver_left_is_none(
    seen: None, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    otto.clicks("decide.decision.approve")
    lose(workspace, "Otto", live=False)
    grace.says("i accepted it").clicks("accepted.accepted_on.today").hears("agreement/recorded")
    assert workspace.case().go_ahead == "none"


def test_when_the_record_is_stopped_the_cards_close(
    seen: None, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    grace.says("withdraw").clicks("withdraw.which.enrollment").says("we stay direct bill").clicks(
        "withdraw.sure.sure"
    )
    closed = [m for m in workspace.sent if m.kind == "update"]
    assert {m.to for m in closed} == {"Otto", "#C02ADMINS"}
    assert all("No longer open" in m.words and not m.buttons for m in closed)
    otto.clicks("decide.decision.approve").hears("agreement/decided_before")


def test_a_refused_deed_leaves_nothing_half_done(
    seen: None, mira: Somebody, workspace: Workspace
) -> None:
    run = workspace.assistant.actions["action_record_acceptance"]

    def writes_then_is_refused(turn: Turn, slots: Slots) -> Outcome:
        from domain.machine import NotAllowed
        from domain.storage import audit

        audit.append(turn.tx, "x", "half_done", "x:1", {})
        raise NotAllowed("role")

    workspace.assistant.actions["action_record_acceptance"] = writes_then_is_refused
    try:
        mira.says("we accepted it").clicks("accepted.accepted_on.today").hears("repair/not_allowed")
    finally:
        workspace.assistant.actions["action_record_acceptance"] = run
    assert "half_done" not in workspace.audit()

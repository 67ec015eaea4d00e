"""What was recorded a moment ago is undone by whoever recorded it: by the button, or in words."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain import people
from domain.approvals import approval
from domain.storage import audit
from domain.storage.outbox import Out
from domain.storage.store import table
from domain.tables import ConversationRow
from tests.conftest import KEY, Sent, Somebody, Workspace
from tests.dialogs.abilities.test_correction import chosen, invited
from tests.dialogs.abilities.test_customer import put, state
from tests.dialogs.abilities.test_enroll import approved, submitted

UNDO = "undo.start.now"


def faults(workspace: Workspace) -> list[str]:
    with workspace.store.reading() as db:
        return list(audit.faults(db, KEY))


def shown(workspace: Workspace) -> dict[str, Sent]:
    """Every message that is on a screen, as it reads now: key -> the last that was written."""
    now: dict[str, Sent] = {}
    for sent in workspace.sent:
        if sent.kind == Out.MESSAGE:
            now[sent.key] = sent
        if sent.kind == Out.UPDATE:
            now[sent.updates] = sent
    return now


def saying(workspace: Workspace, words: str) -> list[str]:
    """Where these words are on a screen and not struck."""
    return sorted(
        sent.to
        for sent in shown(workspace).values()
        if words in "\n".join(line for line in sent.words.split("\n") if not line.startswith("~"))
    )


def accepted_by_mistake(mira: Somebody) -> None:
    """Without a go-ahead; the alarms go out."""
    approved(mira)
    mira.says("cancel").says("we accepted it").clicks("accepted.accepted_on.today")
    mira.hears("agreement/recorded")


def with_go_ahead(mira: Somebody, grace: Somebody, otto: Somebody) -> None:
    approved(mira)
    mira.says("cancel")
    grace.says("go-ahead for the agreement").clicks("agreement.second.ask")
    otto.clicks("decide.decision.approve")
    grace.says("we accepted it").clicks("accepted.accepted_on.today").hears("agreement/recorded")


# --- what must never happen


def test_somebody_elses_undo_button_does_nothing(
    mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    grace.clicks(UNDO, offer=mira.offer(UNDO)).hears("repair/not_yours")
    assert workspace.case().enrollment == "Submitted"
    assert "report_withdrawn" not in workspace.audit()


def test_undo_in_words_never_takes_back_what_a_colleague_recorded(
    mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    grace.says("undo")
    assert workspace.case().enrollment == "Submitted"
    assert "report_withdrawn" not in workspace.audit()


def test_after_ten_minutes_the_button_takes_nothing_back_and_offers_the_correction(
    mira: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    workspace.now += timedelta(minutes=10, seconds=1)
    mira.clicks(UNDO)
    assert mira.last.templates[0] == "withdraw/undo_too_late"
    assert "report_withdrawn" not in workspace.audit()


def test_after_ten_minutes_undo_in_words_asks_which_report_was_wrong(
    mira: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    workspace.now += timedelta(minutes=10, seconds=1)
    mira.says("take that back").hears("withdraw/ask_report")
    assert "report_withdrawn" not in workspace.audit()


def test_undo_just_within_ten_minutes(mira: Somebody, workspace: Workspace) -> None:
    submitted(mira)
    workspace.now += timedelta(minutes=10)
    mira.clicks(UNDO).hears("withdraw/undone", "enroll/ask_submitted_on")


def test_the_second_undo_says_that_it_was_undone_already(
    mira: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    button = mira.offer(UNDO)
    mira.clicks(UNDO).hears("withdraw/undone", "enroll/ask_submitted_on")
    before = workspace.audit()
    mira.clicks(UNDO, offer=button)
    assert mira.last.templates[0] == "withdraw/undone_already"
    mira.says("undo")
    assert mira.last.templates[0] == "withdraw/undone_already"
    assert workspace.audit() == before


def test_an_acceptance_with_a_go_ahead_is_not_undone_without_a_second_person(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    with_go_ahead(mira, grace, otto)
    grace.clicks(UNDO).hears("withdraw/undo_needs_second", "withdraw/ask_reason")
    assert workspace.case().enrollment == "Accepted"
    grace.says("I pressed it too early").hears("withdraw/second_person_asked")
    assert workspace.case().enrollment == "Accepted"
    otto.clicks("decide.decision.approve")
    assert workspace.case().enrollment != "Accepted"


def test_an_acceptance_that_a_second_person_knows_of_is_not_undone_by_one(
    mira: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    accepted_by_mistake(mira)
    otto.clicks("decide.decision.approve")
    mira.clicks(UNDO).hears("withdraw/undo_needs_second", "withdraw/ask_reason")
    assert workspace.case().enrollment == "Accepted"


def test_a_report_that_was_taken_back_is_on_nobodys_screen(
    mira: Somebody, workspace: Workspace
) -> None:
    accepted_by_mistake(mira)
    assert {"#C01SUPPORT", "#C02ADMINS", "Grace", "Otto"} <= set(saying(workspace, "ccepted"))
    mira.clicks(UNDO)
    assert workspace.case().enrollment == "ApprovedAwaitingAgreement"
    for words in ("Agreement accepted", "without our go-ahead", "If the report is right"):
        assert saying(workspace, words) == [], words
    everybody = saying(workspace, "Taken back by Mira at 13:00: it was reported by mistake.")
    assert {"#C01SUPPORT", "#C02ADMINS", "Grace", "Otto"} <= set(everybody)


def test_the_card_of_a_request_that_the_report_opened_is_closed(
    mira: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    accepted_by_mistake(mira)
    card = otto.offer("decide.decision.approve")
    mira.clicks(UNDO)
    with workspace.tx() as tx:
        assert approval.open_for(tx, people.meet(tx, "U03OTTO")) == []
    otto.clicks("decide.decision.approve", offer=card).hears("agreement/decided_before")
    assert workspace.case().enrollment == "ApprovedAwaitingAgreement"


def test_the_log_verifies_after_an_undo_and_keeps_both_entries(
    mira: Somebody, workspace: Workspace
) -> None:
    accepted_by_mistake(mira)
    before = workspace.audit()
    mira.clicks(UNDO)
    assert workspace.audit()[: len(before)] == before
    assert "report_withdrawn" in workspace.audit()[len(before) :]
    assert faults(workspace) == []


def test_an_undo_that_breaks_halfway_changes_nothing(mira: Somebody, workspace: Workspace) -> None:
    submitted(mira)
    with workspace.store.reading() as db:
        kept = db.execute(select(table(ConversationRow).c.state)).scalars().all()
    before, now = workspace.audit(), shown(workspace)
    words = workspace.assistant.flows["undo"].steps["action_undo"].what
    done = workspace.assistant.actions[words]

    def breaks(turn: object, slots: object) -> object:
        done(turn, slots)  # type: ignore[arg-type]
        raise SystemError("the process dies here")

    workspace.assistant.actions[words] = breaks  # type: ignore[assignment]
    try:
        with pytest.raises(AssertionError, match="the turn broke"):
            mira.clicks(UNDO)
    finally:
        workspace.assistant.actions[words] = done
        workspace.runner.errors = 0
    workspace.send()
    assert workspace.audit() == before
    assert workspace.case().enrollment == "Submitted"
    assert {k: now[k].words for k in now} == {
        k: s.words for k, s in shown(workspace).items() if k in now
    }
    with workspace.store.reading() as db:
        after = db.execute(select(table(ConversationRow).c.state)).scalars().all()
    assert [c.get("recorded") for c in after] == [c.get("recorded") for c in kept]


# --- what a person sees


def test_after_an_undo_the_question_is_asked_again(mira: Somebody, workspace: Workspace) -> None:
    approved(mira)
    mira.clicks(UNDO).hears("withdraw/undone", "enroll/ask_outcome")
    assert workspace.case().enrollment == "Submitted"
    mira.clicks("enroll.outcome.pending").hears("enroll/waiting")
    assert workspace.case().enrollment == "PendingReview"


@pytest.mark.parametrize(
    "said",
    [
        "undo",
        "no that's wrong",
        "no! that's wrong",
        "that was wrong",
        "take that back",
        "wrong button",
        "I didn't mean that",
        "that's not right",
    ],
)
def test_no_that_is_wrong_right_after_a_record_takes_it_back(
    said: str, mira: Somebody, workspace: Workspace
) -> None:
    approved(mira)
    mira.says(said).hears("withdraw/undone", "enroll/ask_outcome")
    assert workspace.case().enrollment == "Submitted"


def test_going_back_after_a_recorded_answer_takes_the_record_back(
    mira: Somebody, workspace: Workspace
) -> None:
    approved(mira)
    mira.says("i pressed the wrong button").hears("withdraw/undone", "enroll/ask_outcome")
    assert workspace.case().enrollment == "Submitted"


def test_undo_after_something_else_was_said_shows_what_it_would_take_back(
    mira: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    mira.says("cancel").says("undo").hears("withdraw/undo_which")
    assert workspace.case().enrollment == "Submitted"
    mira.clicks(UNDO).hears("withdraw/undone")
    assert workspace.case().enrollment == "NotStarted"


def test_that_is_wrong_with_nothing_recorded_is_about_no_report(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("take that back").hears("withdraw/nothing_to_correct")
    mira.says("undo").hears("answers/can_i_roll_back")


def test_nobody_hears_of_what_was_undone_before_it_left(
    mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    before = len(workspace.messages_to("Grace"))
    workspace.send = lambda: None  # type: ignore[method-assign]
    offer = mira.offer("enroll.outcome.approved")
    mira.clicks("enroll.outcome.approved", offer=offer).says("undo")
    del workspace.send
    workspace.send()
    assert mira.last.templates == ["withdraw/undone", "enroll/ask_outcome"]
    assert len(workspace.messages_to("Grace")) == before


@pytest.mark.parametrize(
    "said",
    [
        "wait no, it's not approved yet",
        "no, it wasn't approved",
        "sorry, it has not been approved after all",
        "no, rejected",
    ],
)
def test_what_was_just_recorded_is_denied(said: str, mira: Somebody, workspace: Workspace) -> None:
    approved(mira)
    mira.says(said).hears("withdraw/undone", "enroll/ask_outcome")
    assert workspace.case().enrollment == "Submitted"


@pytest.mark.parametrize("said", ["no, it is not there", "not yet", "why not?", "no"])
def test_an_answer_to_the_open_question_undoes_nothing(
    said: str, mira: Somebody, workspace: Workspace
) -> None:
    approved(mira)
    mira.says(said)
    assert "report_withdrawn" not in workspace.audit()


def test_a_word_about_another_customer_undoes_nothing(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Adatum")
    id_ = invited(mira, workspace)
    mira.clicks("customer.accepted_by.both")
    mira.says("no, that was wrong, Adatum did not accept")
    assert state(workspace, id_) == "BothRelationships"


def test_the_implied_steps_go_with_the_report(mira: Somebody, workspace: Workspace) -> None:
    submitted(mira)
    assert workspace.audit()[-2:] == ["profile_checked", "submitted"]
    mira.clicks(UNDO)
    assert workspace.case().enrollment == "NotStarted"


def test_a_later_report_of_a_colleague_is_corrected_first(
    mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    grace.reports("we were approved").hears("enroll/ask_agreement_seen")
    mira.clicks(UNDO)
    assert mira.last.templates[0] == "withdraw/later_first"
    assert workspace.case().enrollment == "ApprovedAwaitingAgreement"
    assert workspace.audit().count("report_withdrawn") == 0


def test_what_is_recorded_of_a_customer_is_undone(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    id_ = invited(mira, workspace)
    mira.clicks("customer.accepted_by.both").hears("customer/recorded", "customer/ask_mca")
    mira.clicks(UNDO).hears("withdraw/undone", "customer/ask_accepted_by")
    assert "Contoso Retail: “both relationships are in place”" in mira.words
    assert state(workspace, id_) == "JointInvited"
    assert faults(workspace) == []


def test_the_customer_did_not_accept_after_all(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    id_ = invited(mira, workspace)
    mira.clicks("customer.accepted_by.both")
    mira.says("no, that was wrong, Contoso Retail did not accept")
    mira.hears("withdraw/undone", "customer/ask_accepted_by")
    assert state(workspace, id_) == "JointInvited"


def test_support_reads_one_line_that_the_alarm_was_false(
    mira: Somebody, workspace: Workspace
) -> None:
    accepted_by_mistake(mira)
    mira.clicks(UNDO)
    lines = [m for m in workspace.messages_to("#C01SUPPORT") if m.kind == Out.MESSAGE]
    assert [m.templates for m in lines] == [["notices/alarm"], ["withdraw/false_alarm"]]


def test_an_alarm_that_a_second_person_took_back_is_taken_back_everywhere(
    mira: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    accepted_by_mistake(mira)
    workspace.now += timedelta(hours=2)
    mira.says("that report was wrong").clicks(chosen(mira, "cceptance reported"))
    mira.says("I mixed it up").hears("withdraw/second_person_asked")
    assert saying(workspace, "Agreement accepted") != []
    otto.clicks("decide.decision.approve")
    assert workspace.case().enrollment == "ApprovedAwaitingAgreement"
    assert saying(workspace, "Agreement accepted") == []
    lines = [m for m in workspace.messages_to("#C01SUPPORT") if m.kind == Out.MESSAGE]
    assert [m.templates for m in lines] == [["notices/alarm"], ["withdraw/false_alarm"]]
    assert faults(workspace) == []


def test_a_corrected_report_is_struck_where_it_was_told(
    mira: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    assert saying(workspace, "Enrollment submitted") == ["#C02ADMINS"]
    workspace.now += timedelta(days=1)
    mira.says("cancel").says("that report was wrong").clicks(chosen(mira, "Submitted"))
    mira.says("clicked the wrong one").hears("withdraw/corrected")
    assert saying(workspace, "Enrollment submitted") == []


# --- another day


@pytest.mark.parametrize(
    ("day", "said", "right"),
    [
        ("yesterday", "sorry, it was today not yesterday", "2026-11-24"),
        ("today", "not today, yesterday", "2026-11-23"),
        ("today", "no, it was Friday", "2026-11-20"),
        ("today", "wait, 2 days ago", "2026-11-22"),
    ],
)
def test_another_day_is_said_right_after(
    day: str, said: str, right: str, mira: Somebody, workspace: Workspace
) -> None:
    submitted(mira, day)
    mira.says(said).hears("withdraw/redated", "enroll/ask_outcome")
    assert workspace.case().submitted_on == right
    assert workspace.case().enrollment == "Submitted"
    assert "othing was changed" not in mira.words
    assert faults(workspace) == []


def test_the_messages_have_the_new_day(mira: Somebody, workspace: Workspace) -> None:
    submitted(mira, "today")
    mira.says("not today, yesterday")
    (notice,) = [s for s in shown(workspace).values() if s.to == "#C02ADMINS"]
    assert "on 23 November 2026" in notice.words
    assert "until 30 November 2026" in notice.words
    assert "on 24 November" not in notice.words


def test_a_changed_day_can_be_undone_too(mira: Somebody, workspace: Workspace) -> None:
    submitted(mira, "today")
    mira.says("not today, yesterday").clicks(UNDO)
    mira.hears("withdraw/undone", "enroll/ask_submitted_on")
    assert workspace.case().enrollment == "NotStarted"
    assert saying(workspace, "Enrollment submitted") == []


def test_a_day_that_cannot_be_changes_nothing(mira: Somebody, workspace: Workspace) -> None:
    submitted(mira, "today")
    before = workspace.audit()
    mira.says("sorry, it was 1 December").hears("withdraw/doubtful_day", "enroll/ask_outcome")
    assert workspace.audit() == before
    assert workspace.case().submitted_on == "2026-11-24"


def test_the_overdue_notice_counts_from_the_changed_day(
    mira: Somebody, workspace: Workspace
) -> None:
    submitted(mira, "yesterday")
    mira.says("sorry, it was today not yesterday").hears("withdraw/redated", "enroll/ask_outcome")
    workspace.now = workspace.now.replace(hour=8) + timedelta(days=8)
    workspace.send()
    assert workspace.case().enrollment == "PendingOverdue"


def test_one_customer_among_others(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    put(workspace, "Adatum")
    id_ = invited(mira, workspace)
    mira.says("undo").hears("withdraw/undone")
    assert state(workspace, id_) == "Prospect"

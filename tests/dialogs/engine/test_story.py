"""What was seen when the whole story was played in the browser, a test per thing that was wrong."""

import pytest

from dialogs.inputs import ButtonPress, Origin
from tests.conftest import Somebody, Workspace


def prepared(mira: Somebody) -> None:
    mira.says("I want to enroll").clicks("enroll.profile.current").clicks("enroll.tenant.this")
    mira.clicks("enroll.standing.restricted").hears("enroll/ask_weighed")


def test_what_was_said_before_is_not_asked_again(mira: Somebody) -> None:
    prepared(mira)
    mira.clicks("enroll.weighed.not_yet").hears("enroll/weigh_first")
    mira.says("I want to enroll").hears("enroll/taken_up", "enroll/ask_weighed")
    mira.clicks("enroll.weighed.weighed").hears("enroll/ask_admin")
    mira.says("cancel")
    mira.says("I want to enroll").hears("enroll/taken_up", "enroll/ask_submitted_on")
    assert "Grace does this" in mira.words


def test_the_button_of_the_message_that_ended_the_dialog_goes_on_there(mira: Somebody) -> None:
    prepared(mira)
    mira.clicks("enroll.weighed.not_yet").clicks("enroll.weighed.weighed").hears("enroll/ask_admin")


def test_what_stands_on_that_button_may_be_written_later(mira: Somebody) -> None:
    prepared(mira)
    mira.clicks("enroll.weighed.not_yet").says("where are we?").hears("status/where_we_are")
    mira.says("we have weighed it").hears("enroll/ask_admin")


def test_start_over_begins_with_the_profile_whatever_is_on_record(mira: Somebody) -> None:
    prepared(mira)
    mira.says("start over").hears("enroll/ask_profile")


def test_a_stopped_enrollment_begins_anew(mira: Somebody) -> None:
    prepared(mira)
    mira.clicks("enroll.weighed.weighed").says("cancel").says("withdraw the enrollment")
    mira.clicks("withdraw.which.enrollment").says("we are not sure any more").clicks(
        "withdraw.sure.sure"
    )
    mira.says("I want to enroll").hears("enroll/ask_profile")


def test_the_tenant_can_be_corrected_after_coming_back(mira: Somebody) -> None:
    prepared(mira)
    mira.says("cancel").says("I want to enroll").hears("enroll/taken_up", "enroll/ask_weighed")
    mira.says("no, the other tenant").hears("repair/corrected", "enroll/ask_weighed")


def test_the_warning_about_the_tenant_stands_until_it_is_answered(mira: Somebody) -> None:
    mira.says("I want to enroll").clicks("enroll.profile.current").clicks(
        "enroll.tenant.this"
    ).clicks("enroll.standing.active")
    mira.says("cancel").says("I want to enroll").hears("enroll/taken_up", "enroll/ask_tenant_rule")


def test_the_next_step_is_the_decision_while_it_is_not_made(mira: Somebody) -> None:
    prepared(mira)
    mira.clicks("enroll.weighed.not_yet").says("where are we?")
    assert "Weigh with your leadership" in mira.words
    assert "you or a teammate" in mira.words
    mira.clicks("enroll.weighed.weighed").says("where are we?")
    assert "select Enroll now" in mira.words


def test_the_reply_to_a_press_says_what_was_pressed(mira: Somebody, workspace: Workspace) -> None:
    mira.says("I want to enroll")
    offer = mira.offer("enroll.profile.current")
    pressed = ButtonPress(
        (workspace.key(),),
        mira.slack,
        "enroll.profile.current",
        offer,
        Origin("DU01MIRA"),
        label="Yes, both are current",
    )
    workspace.take(pressed, mira)
    assert (
        mira.hears("enroll/ask_tenant").last.rendered.blocks[0]["elements"][0]["text"]
        == "You chose: Yes, both are current"
    )


def test_helpful_stands_apart_from_the_buttons_of_the_open_question(mira: Somebody) -> None:
    mira.says("I want to enroll").says("can I roll back?").hears(
        "answers/can_i_roll_back", "enroll/ask_profile"
    )
    rows = [
        [e["action_id"] for e in b["elements"]]
        for b in mira.last.rendered.blocks
        if b["type"] == "actions"
    ]
    assert rows[0] == ["answer.can_i_roll_back.helpful", "answer.can_i_roll_back.not_that"]
    assert rows[-1][0] == "enroll.profile.current"
    mira.says("cancel").says("how long does approval take?")
    assert (
        mira.last.rendered.blocks[-1]["elements"][0]["action_id"] == "answer.approval_time.helpful"
    )


def test_a_status_always_has_a_button_for_the_next_step(mira: Somebody, grace: Somebody) -> None:
    mira.says("we accepted the agreement").clicks("accepted.accepted_on.today")
    mira.says("where are we?")
    assert "provider.start.now" in mira.last.buttons


def test_a_letter_about_the_revenue_is_the_notice(mira: Somebody) -> None:
    mira.says("we got a letter that we are below the revenue").hears("answers/restriction_notice")
    assert "standing.start.now" in mira.last.buttons


def test_go_on_shows_where_we_are(mira: Somebody) -> None:
    mira.says("go on").hears("status/where_we_are")


def asked(mira: Somebody, grace: Somebody) -> None:
    mira.reports("we submitted it today").says("approved").says("it is there").clicks(
        "agreement.second.ask"
    )
    grace.clicks("agreement.confirm.confirmed").hears("agreement/open")


def test_the_second_person_may_ask_a_question_with_a_question_mark(
    mira: Somebody, grace: Somebody, otto: Somebody
) -> None:
    asked(mira, grace)
    otto.clicks("ask_back.start.now").says("Did legal look at it?").hears("agreement/question_put")
    grace.clicks("answer_back.start.now").says("Why, is anything wrong?").hears(
        "agreement/answer_passed_on"
    )
    otto.clicks("ask_back.start.now").says("where are we?").hears(
        "status/where_we_are", "agreement/ask_counter_question"
    )
    otto.says("cancel").hears("repair/cancelled")


def test_who_must_decide_is_named(mira: Somebody, grace: Somebody, otto: Somebody) -> None:
    asked(mira, grace)
    assert "Otto decides now" in grace.words
    mira.says("where are we?")
    assert "*Waiting on:* Otto." in mira.words
    assert "agreement.second.ask" not in mira.last.buttons


def test_who_began_it_hears_that_it_is_accepted(
    mira: Somebody, grace: Somebody, otto: Somebody
) -> None:
    asked(mira, grace)
    otto.clicks("decide.decision.approve")
    grace.clicks("accepted.accepted_on.today").hears("agreement/recorded")
    assert "provider.start.now" in grace.last.buttons
    assert mira.last.templates == ["notices/accepted_now"]
    mira.clicks("provider.start.now").hears("provider/what_counts")


def test_a_question_about_a_request_that_was_decided_asks_for_no_answer(
    mira: Somebody, grace: Somebody, otto: Somebody
) -> None:
    asked(mira, grace)
    otto.clicks("ask_back.start.now").says("Did legal look at it?").clicks(
        "decide.decision.approve"
    )
    mira.clicks("answer_back.start.now").hears("agreement/answer_too_late")


def test_the_buttons_of_an_answer_work_when_the_question_after_it_has_none(
    mira: Somebody, grace: Somebody, otto: Somebody
) -> None:
    asked(mira, grace)
    otto.clicks("ask_back.start.now")
    otto.says("help").hears("help/what_i_do", "agreement/ask_counter_question")
    otto.clicks("status.start.now").hears("status/where_we_are", "agreement/ask_counter_question")


def test_the_way_out_that_a_question_offers_works(mira: Somebody) -> None:
    mira.says("we want to compare providers").clicks("add_provider.start.now").says("Fabrikam")
    mira.says("we do not know it").clicks("add_provider.same_region.same")
    mira.clicks("provider_notes.criterion.support").hears("provider/ask_criterion_note")
    mira.clicks("support.start.now")
    assert mira.last.templates[0].startswith("support/")


def test_a_provider_is_found_by_the_first_word_of_its_name(mira: Somebody) -> None:
    mira.says("we want to compare providers")
    for name in ("Fabrikam Distribution", "Tailspin Toys"):
        mira.clicks("add_provider.start.now").says(name).says("we do not know it").clicks(
            "add_provider.same_region.same"
        ).says("done")
    mira.says("shortlist Fabrikam").hears("provider/shortlisted")
    assert "Fabrikam Distribution" in mira.words
    mira.says("we have chosen Tailspin").hears("provider/ask_terms")
    assert "Tailspin Toys" in mira.words


def test_the_chosen_provider_is_waited_for_and_its_invitation_is_not_asked_from_whom(
    mira: Somebody, grace: Somebody
) -> None:
    mira.says("we accepted the agreement").clicks("accepted.accepted_on.today")
    mira.says("we have chosen a provider").says("Fabrikam Distribution").clicks(
        "choose_one.same_region.same"
    ).clicks("choose_one.terms.agreed")
    mira.says("where are we?")
    assert "Fabrikam Distribution e-mails its invitation" in mira.words
    assert "*Waiting on:* Fabrikam Distribution." in mira.words
    link = "https://partner.microsoft.com/dashboard/v2/invitation?id=22222222-3333-4444-8555-666666666666"
    mira.says(f"here is the invitation from Fabrikam: {link}").hears("invitation/passed_on")
    mira.says("where are we?")
    assert "*Waiting on:* Grace." in mira.words
    grace.clicks("invited.invite_outcome.accepted")
    mira.says("where are we?")
    assert "Look whether Fabrikam Distribution shows in your list" in mira.words


@pytest.mark.usefixtures("reseller")
def test_a_new_customer_from_its_name_to_its_order(mira: Somebody) -> None:
    mira.says("invite a customer").says("Northwind Traders, northwind.onmicrosoft.com").hears(
        "customer/ask_relation"
    )
    mira.clicks("customer.relation.new").hears(
        "customer/recorded", "customer/ask_invited"
    )  # its tenant was named already
    mira.clicks("customer.invited.words").hears("customer/draft_invitation", "customer/ask_invited")
    assert mira.words.count("Invite new customers") == 0, "the question is short after the draft"
    mira.says("the invitation was sent yesterday").hears(
        "customer/recorded", "customer/ask_accepted_by"
    )
    assert "23 November 2026" in mira.words
    mira.says("both accepted today").hears("customer/recorded", "customer/ask_mca")


def test_which_report_was_wrong_can_be_pressed_beside_what_was_reported_instead(
    mira: Somebody,
) -> None:
    mira.reports("we submitted it yesterday").says("approved").says("cancel")
    mira.says("that was wrong, it was submitted on thursday").hears(
        "repair/claim", "withdraw/ask_report"
    )
    actions = list(mira.last.buttons)
    assert any(a.startswith("claim.") for a in actions)
    assert any(a.startswith("correct_report.report.") for a in actions)

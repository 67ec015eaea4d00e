"""From the first question to the agreement on the screen, in two columns: what Mira says, what she
hears."""

from datetime import UTC, datetime

import pytest

from domain.storage.outbox import Out
from tests.conftest import Somebody, Workspace


def submitted(mira: Somebody, day: str = "today") -> None:
    mira.says("we submitted it").hears("enroll/ask_submitted_on")
    mira.says(day).hears("enroll/submitted", "enroll/ask_outcome")


def approved(mira: Somebody) -> None:
    submitted(mira)
    mira.clicks("enroll.outcome.approved").hears("enroll/ask_agreement_seen")


def test_enrolling_asks_one_thing_at_a_time(mira: Somebody, workspace: Workspace) -> None:
    mira.says("I want to enroll").hears("enroll/ask_profile")
    mira.clicks("enroll.profile.current").hears("enroll/ask_tenant")
    mira.clicks("enroll.tenant.this").hears("enroll/ask_standing")
    mira.clicks("enroll.standing.restricted").hears("enroll/ask_weighed")
    mira.clicks("enroll.weighed.weighed").hears("enroll/ask_admin")
    assert "Step 5: who does it." in mira.words
    mira.says("Grace").hears("enroll/ask_submitted_on")
    assert "Step 6: enroll." in mira.words
    assert "Grace does this" in mira.words
    mira.clicks("enroll.submitted_on.today").hears("enroll/submitted", "enroll/ask_outcome")
    mira.clicks("enroll.outcome.pending").hears("enroll/waiting")
    case = workspace.case()
    assert (case.standing, case.enrollment, case.submitted_on) == (
        "Restricted",
        "PendingReview",
        "2026-11-24",
    )
    assert case.last_day_in_time == "2026-12-01"


def test_the_whole_way_can_be_typed(mira: Somebody) -> None:
    mira.says("lets enroll").hears("enroll/ask_profile")
    mira.says("yes").hears("enroll/ask_tenant")
    mira.says("the same tenant").hears("enroll/ask_standing")
    mira.says("it says active").hears("enroll/ask_tenant_rule")
    mira.says("we can enroll anyway").hears("enroll/ask_weighed")
    mira.says("decision is made").hears("enroll/ask_admin")
    mira.says("me").hears("enroll/ask_submitted_on")
    mira.says("on Thursday").hears("enroll/submitted", "enroll/ask_outcome")
    assert "19 November 2026" in mira.words
    mira.says("approved").hears("enroll/ask_agreement_seen")
    mira.says("it is there").hears("agreement/ask_second")


def test_a_question_in_the_middle_is_answered_and_the_open_one_asked_again_once(
    mira: Somebody,
) -> None:
    mira.says("I want to enroll").says("yes").hears("enroll/ask_tenant")
    mira.says("can I roll back?").hears("answers/can_i_roll_back", "enroll/ask_tenant")
    assert "enroll.tenant.this" in mira.last.buttons
    assert mira.last.rendered.blocks[-1]["type"] == "actions"
    mira.says("how long does approval take").hears("answers/approval_time", "enroll/ask_tenant")
    mira.says("where are we?").hears("status/where_we_are", "enroll/ask_tenant")
    mira.clicks("enroll.tenant.this").hears("enroll/ask_standing")


def test_no_the_other_tenant_corrects_it(mira: Somebody, workspace: Workspace) -> None:
    mira.says("I want to enroll").says("yes").clicks("enroll.tenant.this").hears(
        "enroll/ask_standing"
    )
    mira.says("no, the other tenant").hears("repair/corrected", "enroll/ask_weighed")
    mira.clicks("enroll.weighed.weighed").clicks("enroll.admin." + admin(workspace, "Grace"))
    mira.clicks("enroll.submitted_on.today")
    assert workspace.case().tenant_short == ""  # the new tenant, whose id nobody told us yet


def admin(workspace: Workspace, name: str) -> str:
    from domain import people

    with workspace.tx() as tx:
        return people.by_name(tx, name, people.everybody(tx)[0].partner)[0].id


def test_a_tenant_of_several_is_chosen_by_its_button(
    workspace: Workspace, mira: Somebody, tmp_path: object
) -> None:
    from pathlib import Path

    from tests.conftest import DESCRIPTION, TENANT

    path = Path(str(tmp_path)) / "two.toml"
    long_form = DESCRIPTION.replace(
        f'partner = "Contoso"\ntenant = "{TENANT}"\npartner_id = "1234567"\ncountry = "DE"', ""
    )
    long_form = long_form.replace('timezone = "Europe/Berlin"', "") + (
        '[[partners]]\nname = "Contoso"\ncountry = "DE"\ntimezone = "Europe/Berlin"\n'
        f'tenants = ["{TENANT}", "99999999-2222-4333-8444-555555555555"]\n'
    )
    path.write_text(long_form, "utf-8")
    workspace.plant(path)
    mira.says("I want to enroll").says("yes").hears("enroll/ask_tenant")
    assert {"enroll.tenant.this", "enroll.tenant.t2", "enroll.tenant.new"} == set(mira.last.buttons)
    mira.clicks("enroll.tenant.t2").clicks("enroll.standing.restricted").hears("enroll/ask_weighed")
    mira.says("no, the other tenant").hears(
        "repair/corrected", "enroll/ask_tenant"
    )  # three to choose from: asked again


@pytest.mark.parametrize(
    ("said", "template", "part"),
    [
        ("tomorrow", "enroll/doubtful_day", "has not come yet"),
        ("2027-01-05", "enroll/doubtful_day", "has not come yet"),
        ("19 November 2019", "enroll/doubtful_day", "more than a year ago"),
        ("on a sunny day", "repair/not_understood", "couldn't find a day"),
        ("31.31.2026", "repair/not_understood", "couldn't find a day"),
        ("", "repair/no_text", "only read text"),
        ("x" * 5000, "repair/too_long", "4000"),
    ],
)
def test_a_day_that_cannot_be_is_asked_again_with_the_reason(
    mira: Somebody, said: str, template: str, part: str
) -> None:
    mira.says("we submitted it").hears("enroll/ask_submitted_on")
    mira.says(said).hears(template, "enroll/ask_submitted_on")
    assert part in mira.words
    mira.says("yesterday").hears("enroll/submitted", "enroll/ask_outcome")


def test_an_answer_that_is_a_question_is_answered_first(mira: Somebody) -> None:
    mira.says("we submitted it").hears("enroll/ask_submitted_on")
    mira.says("can we cancel the enrolment while its pending?").hears(
        "answers/cancel_while_pending", "enroll/ask_submitted_on"
    )


def test_not_approved_yet_advances_nothing(mira: Somebody, workspace: Workspace) -> None:
    submitted(mira)
    mira.says("not approved yet").hears("enroll/waiting")
    assert workspace.case().enrollment == "PendingReview"
    mira.reports("we were not approved").hears("enroll/waiting")
    assert workspace.case().enrollment == "PendingReview"


def test_a_report_later_goes_on_at_the_right_place(mira: Somebody, grace: Somebody) -> None:
    submitted(mira)
    mira.clicks("enroll.outcome.pending").hears("enroll/waiting")
    mira.reports("we got approved").hears("enroll/ask_agreement_seen")
    assert [m.templates for m in grace.heard] == [["notices/approved"]]


def test_the_overdue_notice_comes_once_on_the_right_morning(
    mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    mira.clicks("enroll.outcome.pending")
    workspace.now = datetime(2026, 12, 2, 7, 59, tzinfo=UTC)  # 08:59 in Berlin
    workspace.send()
    assert workspace.case().enrollment == "PendingReview"
    workspace.later(minutes=1)
    assert workspace.case().enrollment == "PendingOverdue"
    assert [m.templates for m in workspace.messages_to("Mira")][-1] == ["notices/became_overdue"]
    assert [m.templates for m in workspace.messages_to("Grace")][-1] == ["notices/became_overdue"]
    workspace.later(days=30)
    assert [m.to for m in workspace.sent if m.templates == ["notices/became_overdue"]] == [
        "Grace",
        "Mira",
        "#C02ADMINS",
    ]


def test_a_timer_that_has_become_pointless_says_nothing(
    mira: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    mira.clicks("enroll.outcome.pending")
    mira.reports("we got approved")
    workspace.later(days=30)
    assert "notices/became_overdue" not in [name for m in workspace.sent for name in m.templates]
    assert workspace.case().enrollment == "ApprovedAwaitingAgreement"


def test_rejected_and_appealed(mira: Somebody, workspace: Workspace) -> None:
    submitted(mira)
    mira.clicks("enroll.outcome.rejected").hears("enroll/ask_appeal")
    mira.clicks("enroll.appeal.uploaded").hears("enroll/appealed")
    assert workspace.case().enrollment == "PendingReview"


def test_an_agreement_that_is_not_there_is_looked_for(mira: Somebody, workspace: Workspace) -> None:
    approved(mira)
    mira.clicks("enroll.agreement_seen.missing").hears("enroll/agreement_missing")
    assert workspace.case().enrollment == "AgreementMissing"
    mira.clicks("enroll.agreement_seen.seen").hears("agreement/ask_second")
    assert workspace.case().enrollment == "AgreementOffered"


def test_an_old_button_says_so_and_changes_nothing(mira: Somebody, workspace: Workspace) -> None:
    mira.says("I want to enroll")
    old = mira.last.buttons["enroll.profile.current"]
    mira.clicks("enroll.profile.current").hears("enroll/ask_tenant")
    mira.clicks("enroll.profile.current", offer=old).hears(
        "repair/closed_question", "enroll/ask_tenant"
    )
    menu = menu_of(workspace, mira)
    for action in (
        "enroll.tenant_id.x",
        "decide.approval.x",
        "enroll.stage.accepted",
        "enroll.profile.hijack",
        "nothing.start.now",
        "x",
    ):
        mira.clicks(action, offer=menu).hears("repair/closed_question", "enroll/ask_tenant")
    mira.clicks("enroll.profile.outdated", offer="no-such-offer").hears(
        "repair/closed_question", "enroll/ask_tenant"
    )
    assert workspace.case().enrollment == "NotStarted"


def menu_of(workspace: Workspace, who: Somebody) -> str:
    from datetime import timedelta

    from dialogs.engine.conversation_store import offer_to
    from domain import people

    with workspace.tx() as tx:
        return offer_to(tx, people.meet(tx, who.slack).id, "menu", {}, timedelta(days=1))


def test_a_form_sets_only_what_it_asks_for(mira: Somebody, workspace: Workspace) -> None:
    mira.fills("nothing", profile="current")
    mira.hears("repair/closed_question")
    mira.fills(
        "enroll",
        profile="current",
        tenant="this",
        standing="hijack",
        tenant_id="x",
        stage="accepted",
        weighed="weighed",
    )
    mira.hears("enroll/ask_standing")


def test_somebody_elses_button_is_not_yours(
    mira: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    mira.says("I want to enroll")
    otto.clicks("enroll.profile.current", offer=mira.last.buttons["enroll.profile.current"]).hears(
        "repair/not_yours"
    )
    mira.says("yes").hears("enroll/ask_tenant")


def test_the_same_event_twice_takes_effect_once(mira: Somebody, workspace: Workspace) -> None:
    mira.says("I want to enroll")
    offer = mira.last.buttons["enroll.profile.current"]
    mira.clicks("enroll.profile.current", offer=offer, key="same").hears("enroll/ask_tenant")
    mira.clicks("enroll.profile.current", offer=offer, key="same").hears_nothing()


def test_form_and_chat_are_the_same_conversation(mira: Somebody, workspace: Workspace) -> None:
    mira.says("I want to enroll")
    done = workspace.take(press(workspace, mira, "enroll.form.open"), mira)
    assert done.form is not None
    assert done.form[0] == "enroll/form"
    view = workspace.words.view(*done.form)
    assert [b["block_id"] for b in view["blocks"] if b["type"] == "input"] == [
        "profile",
        "tenant",
        "standing",
        "weighed",
        "admin",
        "submitted_on",
    ]
    mira.fills(
        "enroll",
        profile="current",
        tenant="this",
        standing="restricted",
        weighed="weighed",
        admin="U02GRACE",
    )
    mira.hears("enroll/ask_submitted_on")
    mira.clicks("enroll.submitted_on.today").hears("enroll/submitted", "enroll/ask_outcome")


def press(workspace: Workspace, who: Somebody, action: str) -> object:
    from dialogs.inputs import ButtonPress, Origin

    return ButtonPress(
        (workspace.key(),), who.slack, action, who.offer(action), Origin(f"D{who.slack}")
    )


def test_a_wrong_form_names_the_field_and_changes_nothing(
    mira: Somebody, workspace: Workspace
) -> None:
    done = mira.fills(
        "enroll", profile="current", tenant="this", weighed="weighed", submitted_on="2027-12-24"
    )
    assert list(done.wrong) == ["submitted_on"]
    assert "has not come yet" in workspace.words.sentence(*done.wrong["submitted_on"])
    assert workspace.audit() == ["workspace_described"]
    mira.hears_nothing()


def test_home_shows_the_journey_of_the_partner(mira: Somebody, workspace: Workspace) -> None:
    from bot.inbound import users

    approved(mira)
    body = {
        "team_id": "T01",
        "event_id": "EvHome",
        "event": {"type": "app_home_opened", "user": "U01MIRA", "tab": "home"},
    }
    users.opened(workspace.runner, body)
    users.opened(workspace.runner, body)
    workspace.send()
    (view,) = [m for m in workspace.sent if m.kind == Out.HOME]
    assert view.templates == ["home", "status/home"]
    assert "Approved" in view.words
    assert "enroll.start.now" in view.buttons


def test_an_approval_told_before_any_submission_is_kept_until_the_submission_is_on_record(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("we got approved yesterday").hears("enroll/not_on_record", "enroll/ask_submitted_on")
    assert "isn't submitted yet, so that first" in mira.words
    assert workspace.case().enrollment == "NotStarted"
    mira.says("on Thursday").hears("enroll/submitted", "enroll/ask_agreement_seen")
    case = workspace.case()
    assert (case.enrollment, case.submitted_on) == ("ApprovedAwaitingAgreement", "2026-11-19")
    assert days_of(workspace)["approved"] == "2026-11-23"


def test_an_approval_before_its_submission_is_doubted(mira: Somebody, workspace: Workspace) -> None:
    mira.says("we got approved last Thursday").says("yesterday").hears(
        "enroll/submitted", "repair/doubtful"
    )
    assert workspace.case().enrollment == "Submitted"


def test_an_agreement_that_is_shown_waits_for_the_approval_on_record(
    mira: Somebody, workspace: Workspace
) -> None:
    submitted(mira)
    mira.says("the agreement is there now").hears("enroll/not_on_record", "enroll/ask_outcome")
    assert workspace.case().enrollment == "Submitted"
    mira.clicks("enroll.outcome.approved").hears("agreement/ask_second")
    assert workspace.case().enrollment == "AgreementOffered"


def test_the_day_on_which_the_agreement_was_seen_is_not_the_approvals(
    mira: Somebody, workspace: Workspace
) -> None:
    submitted(mira, "on Thursday")
    mira.says("the agreement is there since yesterday").hears(
        "enroll/not_on_record", "enroll/ask_outcome"
    )
    mira.clicks("enroll.outcome.approved").hears("agreement/ask_second")
    assert days_of(workspace)["approved"] == "2026-11-24", "nobody said another day of the approval"


def test_no_wait_we_were_not_approved_right_after_it_undoes_it(
    mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    approved(mira)
    mira.says("no wait, we were not approved").hears("withdraw/undone", "enroll/ask_outcome")
    assert workspace.case().enrollment == "Submitted"
    assert [m.templates for m in grace.heard][-1] == ["withdraw/taken_back"], (
        "what told her that it is approved says now that it was taken back"
    )
    assert [m.templates for m in workspace.messages_to("#C02ADMINS")][-1] == ["withdraw/taken_back"]


def test_not_approved_where_nothing_is_submitted_is_said_to_change_nothing(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("I want to enroll").hears("enroll/ask_profile")
    mira.says("no wait, we were not approved").hears("enroll/not_on_record", "enroll/ask_profile")
    assert workspace.case().enrollment == "NotStarted"


def test_approved_yesterday_is_recorded_as_of_yesterday(
    mira: Somebody, workspace: Workspace
) -> None:
    submitted(mira, "on Thursday")
    mira.says("approved yesterday").hears("enroll/ask_agreement_seen")
    assert days_of(workspace)["approved"] == "2026-11-23"


def days_of(workspace: Workspace) -> dict[str, str]:
    return {line["event"]: line["day"] for line in workspace.case().history}

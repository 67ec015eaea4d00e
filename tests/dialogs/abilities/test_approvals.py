"""Approvals as people need them: why not, what before, who else; and what never happens: a decision
by words, twice, by oneself."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.rendering.render import Templates
from dialogs.engine.conversation_store import offer_to
from dialogs.engine.turn import TurnResult
from dialogs.inputs import ButtonPress, FormSubmission, Origin
from domain import people
from domain.approvals import departures
from domain.people import Role
from tests.conftest import DESCRIPTION, Sent, Somebody, Workspace
from tests.dialogs.abilities.test_agreement import ask, lose, seen  # noqa: F401

pytestmark = pytest.mark.usefixtures("seen")
NORA = """
[[people]]
slack = "U05NORA"
name = "Nora"
roles = ["approver"]
"""


@pytest.fixture
def nora(workspace: Workspace, tmp_path: Path) -> Somebody:
    """A third approver, named by a workspace description."""
    plant(workspace, tmp_path, DESCRIPTION + NORA)
    workspace.people["Nora"] = Somebody(workspace, "U05NORA", "Nora")
    return workspace.people["Nora"]


def plant(workspace: Workspace, folder: Path, description: str) -> None:
    path = folder / "again.toml"
    path.write_text(description, "utf-8")
    workspace.plant(path)
    workspace.send()


def told(workspace: Workspace, name: str, template: str) -> int:
    return sum(template in m.templates for m in workspace.messages_to(name) if m.kind == "message")


def as_it_is_now(workspace: Workspace, name: str) -> dict[str, Sent]:
    """Every copy of a card that a person (or #channel) has, as it shows now: key -> its last
    form."""
    copies = {
        m.key: m
        for m in workspace.messages_to(name)
        if m.kind == "message" and m.templates[-1] == "agreement/card"
    }
    return copies | {m.updates: m for m in workspace.messages_to(name) if m.kind == "update"}


@pytest.mark.parametrize(
    "verdict",
    [
        "looks good",
        "approved",
        "ok",
        "I approve",
        "yes",
        "lgtm",
        "Looks good to me!",
        "go ahead",
        "agreed",
    ],
)
def test_words_never_approve(
    grace: Somebody, otto: Somebody, workspace: Workspace, verdict: str
) -> None:
    ask(grace)
    otto.says(verdict).hears("agreement/words_do_not_count", "agreement/card")
    assert "decide.decision.approve" in otto.last.buttons
    assert workspace.case().approval == "Open"
    assert "approval_given" not in workspace.audit()
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    copies = as_it_is_now(workspace, "Otto")
    assert len(copies) == 2
    assert all("Approved by Otto" in m.words and not m.buttons for m in copies.values())


def test_words_of_somebody_who_is_not_asked_mean_what_they_always_mean(
    grace: Somebody, mira: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    mira.says("ok").hears("repair/nothing_open")
    grace.says("looks good")
    assert "agreement/card" not in grace.last.templates
    assert workspace.case().approval == "Open"


def test_a_yes_to_another_open_question_answers_that_one(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    otto.says("withdraw").hears("withdraw/ask_which")
    otto.says("the enrollment")
    assert "agreement/card" not in otto.last.templates
    assert workspace.case().approval == "Open"


def test_words_do_not_approve_after_going_back_from_a_decline(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    otto.declines().hears("agreement/ask_decline_reason")
    otto.says("go back").says("approve")
    assert workspace.case().approval == "Open"
    assert "approval_given" not in workspace.audit()


def test_the_card_says_what_by_whom_since_when_and_what_is_lost(
    grace: Somebody, otto: Somebody
) -> None:
    ask(grace)
    for said in (
        "Asked by Grace",
        "24 November 2026 at 13:00",
        "cannot return to being direct bill",
        "the sandbox and the API are lost",
        "11111111",
    ):
        assert said in otto.words
    assert otto.last.rendered.facts[:3] == ["F-ROLLBACK-NONE", "F-ACCEPT-CONTINUE", "F-API-LOSS"]


def test_who_declines_says_why_and_the_asker_reads_it_where_she_asked(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    grace.says("we want to accept the agreement", channel="C9", thread="7.0")
    grace.says("ask for approval", channel="C9", thread="7.0")
    otto.declines().hears("agreement/ask_decline_reason")
    assert workspace.case().approval == "Open"
    otto.says("no").hears("agreement/bad_text", "agreement/ask_decline_reason")
    otto.says("wait until the <!channel> invoices are out").hears("agreement/decided")
    (answer,) = [m for m in workspace.sent if "notices/declined" in m.templates]
    assert (answer.to, answer.thread) == ("#C9", "7.0")
    assert "invoices are out" in answer.words
    assert answer.words.startswith("Grace: ")
    for name in ("Otto", "#C02ADMINS"):
        assert all(
            "Declined by Otto" in m.words and "invoices are out" in m.words
            for m in as_it_is_now(workspace, name).values()
        )


def opens(who: Somebody, action: str, offer: str = "") -> Any:
    """The modal that a press opens, None where it opens none."""
    pressed = ButtonPress(
        (who.workspace.key(),),
        who.slack,
        action,
        offer or who.offer(action),
        Origin(f"D{who.slack}"),
    )
    return who.workspace.take(pressed, who).form


def hands_in(who: Somebody, form: Any, **values: str) -> TurnResult:
    filled = FormSubmission(
        (who.workspace.key(),), who.slack, "decide", values, Origin(""), offer=form[1]["offer"]
    )
    return who.workspace.take(filled, who)


def test_decline_opens_a_form_in_which_a_reason_is_written(
    grace: Somebody, otto: Somebody, workspace: Workspace, words: Templates
) -> None:
    ask(grace)
    form = opens(otto, "decide.form.decline")
    view = words.view(*form)
    assert view["callback_id"] == "decide/form"
    assert "Grace" in str(view["blocks"])
    assert "you decline" in str(view["blocks"]).lower()
    View(**view).validate_json()
    otto.hears_nothing()
    assert workspace.case().approval == "Open"
    hands_in(otto, form, decline_reason="The invoices of November are not out")
    otto.hears("agreement/decided")
    (answer,) = [m for m in workspace.messages_to("Grace") if "notices/declined" in m.templates]
    assert "invoices of November" in answer.words
    assert all(
        "Declined by Otto" in m.words and "invoices" in m.words
        for m in as_it_is_now(workspace, "#C02ADMINS").values()
    )


def test_a_reason_is_invited_and_not_forced(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    hands_in(otto, opens(otto, "decide.form.decline"), decline_reason="")
    otto.hears("agreement/decided")
    (answer,) = [m for m in workspace.messages_to("Grace") if "notices/declined" in m.templates]
    assert "gave no reason" in answer.words
    assert all("Declined by Otto" in m.words for m in as_it_is_now(workspace, "Otto").values())


def test_a_reason_that_is_too_long_is_said_beside_the_field_and_nothing_is_decided(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    form = opens(otto, "decide.form.decline")
    assert set(hands_in(otto, form, decline_reason="x" * 2_000).wrong) == {"decline_reason"}
    assert workspace.case().approval == "Open"
    hands_in(otto, form, decline_reason="x" * 900)
    otto.hears("agreement/decided")


def test_no_form_opens_for_what_is_decided_and_one_that_was_open_changes_nothing(
    grace: Somebody, otto: Somebody, nora: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    stale, form = otto.offer("decide.form.decline"), opens(otto, "decide.form.decline")
    nora.clicks("decide.decision.approve").hears("agreement/decided")
    hands_in(otto, form, decline_reason="too late, I think")
    otto.hears("agreement/decided_before")
    assert "Nora" in otto.words
    assert opens(otto, "decide.form.decline", stale) is None
    otto.hears("agreement/decided_before")
    assert "approval_declined" not in workspace.audit()


def test_nobody_gets_the_form_who_may_not_decide(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    workspace.without_roles("Otto")
    assert opens(otto, "decide.form.decline", otto.offer("decide.form.decline")) is None
    otto.hears("repair/not_allowed")


def test_where_no_form_opens_the_reason_is_asked_in_the_chat(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    _, data = opens(otto, "decide.form.decline")
    otto.clicks("decide.start.now", offer=data["offer"]).hears("agreement/ask_decline_reason")
    assert workspace.case().approval == "Open"
    otto.clicks("decide.decline_reason.none").hears("agreement/decided")
    assert "approval_declined" in workspace.audit()


def test_where_strangers_read_along_the_decision_comes_in_private(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    grace.says("we want to accept the agreement", channel="C9", thread="7.0", shared=True)
    grace.clicks("agreement.second.ask")
    otto.declines().says("not this week, please")
    (answer,) = [m for m in workspace.sent if "notices/declined" in m.templates]
    assert answer.to == "Grace"


def test_declining_can_be_left_open(grace: Somebody, otto: Somebody, workspace: Workspace) -> None:
    ask(grace)
    otto.declines().says("cancel").hears("agreement/left_open")
    assert workspace.case().approval == "Open"
    otto.declines().clicks("decide.decline_reason.cancel").hears("agreement/left_open")
    assert workspace.case().approval == "Open"
    otto.clicks("decide.decision.approve").hears("agreement/decided")


def test_a_question_goes_to_the_asker_its_answer_to_the_card_and_nothing_is_decided(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    otto.clicks("ask_back.start.now").hears("agreement/ask_counter_question")
    otto.says("Is it the one in Munich, or the old one?").hears("agreement/question_put")
    assert grace.heard[0].templates == ["notices/approver_asks"]
    assert all(
        "Is it the one in Munich" in m.words for m in as_it_is_now(workspace, "Otto").values()
    )
    grace.clicks("answer_back.start.now").hears("agreement/ask_counter_answer")
    assert "Munich" in grace.words
    grace.says("The one in Munich; I approve").hears("agreement/answer_passed_on")
    (answer,) = [
        m for m in workspace.messages_to("Otto") if m.templates == ["notices/asker_answers"]
    ]
    assert answer.thread, "it stands in the thread of the card"
    for name in ("Otto", "#C02ADMINS"):
        assert all(
            "The one in Munich; I approve" in m.words
            for m in as_it_is_now(workspace, name).values()
        )
    assert workspace.case().approval == "Open"
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    grace.clicks("answer_back.start.now").hears("agreement/answer_too_late")


def test_only_who_may_decide_asks_and_only_who_asked_answers(
    grace: Somebody, otto: Somebody, mira: Somebody, nora: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    question = otto.offer("ask_back.start.now")
    lose(workspace, "Otto", roles=[])
    otto.clicks("ask_back.start.now", offer=question).hears("repair/not_allowed")
    nora.clicks("ask_back.start.now").says("which tenant is that").hears("agreement/question_put")
    with workspace.tx() as tx:
        from domain.approvals import asked_back

        (row,) = departures.live_of(tx, people.meet(tx, "U02GRACE").partner)
        about = asked_back.about(tx, row.id)
        assert [q["by"] for q in about] == ["Nora"]
        id_ = tx.db.exec_driver_sql("SELECT id FROM asked_back").scalar()
        mine = offer_to(
            tx, people.meet(tx, "U01MIRA").id, "menu", {"asked_back": id_}, timedelta(days=1)
        )
    mira.clicks("answer_back.start.now", offer=mine).says("I say it is the right one").hears(
        "repair/not_allowed"
    )


def test_one_decides_while_the_other_looks_at_her_card(
    grace: Somebody, otto: Somebody, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("our GA signed").clicks("accepted.accepted_on.today")
    hers = grace.offer("decide.decision.approve")
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    for name in ("Otto", "Grace", "#C02ADMINS"):
        assert all(
            "Approved by Otto" in m.words and not m.buttons
            for m in as_it_is_now(workspace, name).values()
        )
    grace.clicks("decide.decision.decline", offer=hers).hears("agreement/decided_before")
    assert "Otto has decided already, on 24 November 2026 at 13:00: approved" in grace.words
    grace.clicks("decide.decision.approve", offer=hers).hears("agreement/decided_before")
    assert workspace.audit().count("approval_given") == 1


def test_a_reminder_leads_to_the_card_itself_and_not_to_bare_buttons(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    workspace.later(hours=45)
    assert told(workspace, "Otto", "remind/approval_open") == 1
    otto.clicks("decide.start.now").hears("agreement/card")
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    assert len(as_it_is_now(workspace, "Otto")) == 2
    assert all("Approved by Otto" in m.words for m in as_it_is_now(workspace, "Otto").values())


def test_nothing_waits(otto: Somebody, mira: Somebody) -> None:
    otto.says("what waits for my approval").hears("agreement/nothing_waits")
    mira.says("what waits for my approval").hears("agreement/nothing_waits")


# who is away


def test_a_stand_in_gets_the_cards_and_is_no_more_than_she_was(
    grace: Somebody, otto: Somebody, nora: Somebody, workspace: Workspace
) -> None:
    otto.says("I am away until Friday").hears("away/ask_stand_in")
    otto.says("Nora").hears("away/gone")
    assert "27 November 2026" in otto.words
    assert workspace.messages_to("Nora")[-1].templates == ["notices/stands_in"]
    ask(grace)
    assert otto.heard == []
    assert nora.heard[0].templates == ["agreement/card"]
    nora.clicks("decide.decision.approve").hears("agreement/decided")
    assert workspace.case().approval == "Approved"


def test_the_one_who_asked_cannot_stand_in_for_the_decision(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    otto.says("I am away until Friday").hears("away/gone")
    ask(grace)
    assert otto.heard[0].templates == ["agreement/card"], "Grace stands in, but the request is hers"
    grace.clicks(
        "decide.decision.approve", offer=otto.last.buttons["decide.decision.approve"]
    ).hears("repair/not_yours")


def test_nobody_becomes_an_approver_by_standing_in(
    grace: Somebody, otto: Somebody, mira: Somebody, workspace: Workspace
) -> None:
    lose(workspace, "Grace", roles=["global_admin"])
    otto.says("I am away until Friday").hears("away/alone")
    lose(workspace, "Grace", roles=["global_admin", "approver"])
    mira.says("I am on vacation").hears("away/no_approver")
    with workspace.tx() as tx:
        assert not people.meet(tx, "U01MIRA").roles


def test_a_stand_in_by_name_must_be_an_approver(otto: Somebody, nora: Somebody) -> None:
    otto.says("I am away until Friday").hears("away/ask_stand_in")
    otto.says("Mira").hears("away/not_an_approver", "away/ask_stand_in")
    otto.says("Sam").hears("away/not_an_approver", "away/ask_stand_in")
    otto.says("Nora").hears("away/gone")


def test_a_stand_in_who_left_stands_in_no_more(
    grace: Somebody, otto: Somebody, nora: Somebody, workspace: Workspace
) -> None:
    otto.says("I am away until Friday").says("Nora").hears("away/gone")
    lose(workspace, "Nora", live=False)
    ask(grace)
    assert otto.heard[0].templates == ["agreement/card"]


def test_back_again(grace: Somebody, otto: Somebody, nora: Somebody, workspace: Workspace) -> None:
    otto.says("I am away until Friday").says("Nora").hears("away/gone")
    ask(grace)
    otto.says("I am back")
    assert "away/back" in [t for m in otto.heard for t in m.templates]
    assert "agreement/card" in [t for m in otto.heard for t in m.templates]
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    assert all("Approved by Otto" in m.words for m in as_it_is_now(workspace, "Nora").values())


def test_away_ends_by_itself(
    grace: Somebody, otto: Somebody, nora: Somebody, workspace: Workspace
) -> None:
    otto.says("I am away until Friday").says("Nora").hears("away/gone")
    workspace.later(days=4)
    ask(grace)
    assert otto.heard[0].templates == ["agreement/card"]


@pytest.mark.parametrize(
    ("said", "template"), [("yesterday", "away/bad_day"), ("3 December 2029", "away/bad_day")]
)
def test_the_day_until_which_must_be_possible(otto: Somebody, said: str, template: str) -> None:
    otto.says("I am on vacation").hears("away/ask_away_until")
    otto.says(said).hears(template, "away/ask_away_until")
    otto.clicks("away.away_until.2026-12-04").hears("away/gone")


# who leaves


@pytest.mark.parametrize("change", [{"roles": []}, {"live": False}, {"kind": "guest"}])
def test_an_approver_who_leaves_loses_the_card_and_whoever_waits_hears_that_nobody_decides(
    grace: Somebody, otto: Somebody, workspace: Workspace, change: dict[str, object]
) -> None:
    ask(grace)
    lose(workspace, "Otto", **change)
    workspace.send()
    assert all(
        not m.buttons and "no longer yours to decide" in m.words
        for m in as_it_is_now(workspace, "Otto").values()
    )
    assert told(workspace, "Grace", "notices/no_approver") == 1
    assert told(workspace, "#C02ADMINS", "notices/no_approver") == 1
    assert workspace.case().approval == "Open"


def test_a_new_approver_gets_what_waits(
    grace: Somebody, otto: Somebody, workspace: Workspace, tmp_path: Path
) -> None:
    ask(grace)
    lose(workspace, "Otto", live=False)
    workspace.send()
    workspace.people["Nora"] = nora = Somebody(workspace, "U05NORA", "Nora")
    plant(
        workspace,
        tmp_path,
        DESCRIPTION.replace('name = "Otto"\nroles = ["approver"]', 'name = "Otto"') + NORA,
    )
    nora.clicks("decide.decision.approve").hears("agreement/decided")
    assert told(workspace, "Nora", "agreement/card") == 1
    assert workspace.case().approval == "Approved"


def test_the_approver_leaves_after_approving_the_approval_starts_anew(
    grace: Somebody, otto: Somebody, nora: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    otto.clicks("decide.decision.approve")
    lose(workspace, "Otto", live=False)
    workspace.send()
    assert workspace.case().approval == "Open"
    assert told(workspace, "Grace", "notices/request_restarted") == 1
    assert "Please don't accept" in workspace.messages_to("Grace")[-1].words
    assert any(
        "no longer counts" in m.words or "No longer counts" in m.words
        for m in as_it_is_now(workspace, "Otto").values()
    )
    nora.clicks("decide.decision.approve").hears("agreement/decided")
    grace.says("i accepted it").clicks("accepted.accepted_on.today").hears("agreement/recorded")
    assert workspace.case().go_ahead == "given"


def test_the_admin_leaves_another_one_takes_it_over(
    grace: Somebody, otto: Somebody, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("we need the go ahead").clicks("agreement.second.ask")
    grace.clicks("agreement.confirm.confirmed")
    lose(workspace, "Mira", roles=["global_admin"])
    lose(workspace, "Grace", live=False)
    workspace.send()
    assert told(workspace, "Mira", "notices/request_restarted") == 1
    assert told(workspace, "Grace", "notices/request_restarted") == 0
    assert all(
        "Grace is no longer Global admin" in m.words
        for m in as_it_is_now(workspace, "Otto").values()
    )
    assert workspace.case().approval == "AwaitingGlobalAdmin"
    assert told(workspace, "Mira", "notices/confirm_request") == 1
    mira.clicks("agreement.confirm.confirmed").hears("agreement/open")
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    assert workspace.case().approval == "Approved"


def test_the_only_admin_leaves_and_everybody_who_waits_is_told(
    grace: Somebody, otto: Somebody, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("we need the go ahead").clicks("agreement.second.ask")
    grace.clicks("agreement.confirm.confirmed")
    lose(workspace, "Grace", roles=[])
    workspace.send()
    assert told(workspace, "Mira", "notices/no_admin_left") == 1
    assert told(workspace, "#C02ADMINS", "notices/no_admin_left") == 1
    assert told(workspace, "#C02ADMINS", "notices/admin_left") == 1
    otto.clicks("decide.decision.approve").hears("agreement/decided_before")
    assert "approval_given" not in workspace.audit()


def test_people_come_and_go_and_nobody_hears_a_thing_twice(
    grace: Somebody, otto: Somebody, nora: Somebody, workspace: Workspace, tmp_path: Path
) -> None:
    ask(grace)
    for _ in range(3):
        plant(workspace, tmp_path, DESCRIPTION + NORA)
        lose(workspace, "Nora", live=False)
        workspace.send()
    keys = [m.key for m in workspace.sent]
    assert len(keys) == len(set(keys))
    assert told(workspace, "Otto", "agreement/card") == 1
    assert told(workspace, "Grace", "notices/request_restarted") == 0


def test_slack_says_that_somebody_was_deactivated(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    from bot.inbound import users

    ask(grace)
    otto.clicks("decide.decision.approve")
    body = {
        "team_id": "T01",
        "event_id": "Ev9",
        "event": {"type": "user_change", "user": {"id": "U03OTTO", "deleted": True}},
    }
    users.changed(workspace.runner, body)
    workspace.send()
    assert told(workspace, "Grace", "notices/request_restarted") == 1
    assert workspace.case().go_ahead == ""
    with workspace.tx() as tx:
        assert not people.meet(tx, "U03OTTO").has(Role.APPROVER)

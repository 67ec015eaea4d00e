"""The live card of an enrollment, and where to click."""

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.rendering.render import Templates
from dialogs.assistant import ABILITIES
from dialogs.engine import timers
from dialogs.engine.context import Assistant
from dialogs.plan import steps
from domain import people
from domain.conversation import Conversation
from domain.privacy import erasure
from domain.storage.outbox import Out
from domain.storage.store import table
from domain.tables import Outbox
from domain.tenant.case import Case
from domain.tenant.enrollment import State
from tests.bot import limits
from tests.conftest import NOON, Sent, Somebody, Workspace


def card(workspace: Workspace, name: str) -> Sent:
    """The card as this person sees it now."""
    workspace.later(seconds=2)
    return workspace.cards_of(name)[-1]


def plan_of(shown: Sent) -> dict[str, Any]:
    found: dict[str, Any] = next(b for b in shown.rendered.blocks if b["type"] == "plan")
    return found


def title(shown: Sent) -> str:
    return str(plan_of(shown)["title"]).partition(": ")[2]


def said(shown: Sent, step: str) -> str:
    """What the card says of one step."""
    task = next(t for t in plan_of(shown)["tasks"] if t["task_id"] == step)
    return " ".join(e["text"] for row in task["details"]["elements"] for e in row["elements"])


def posts(workspace: Workspace, name: str) -> list[Sent]:
    return [m for m in workspace.cards_of(name) if m.kind == Out.MESSAGE]


def prepared(mira: Somebody) -> None:
    """Up to the question when it was submitted; Grace is named."""
    mira.says("I want to enroll").clicks("enroll.profile.current").clicks("enroll.tenant.this")
    mira.clicks("enroll.standing.restricted").clicks("enroll.weighed.weighed")
    grace = mira.workspace.people["Grace"]
    with mira.workspace.tx() as tx:
        id_ = people.meet(tx, grace.slack).id
    mira.clicks(f"enroll.admin.{id_}")


# --- what must never happen


def test_mira_never_gets_a_second_card(workspace: Workspace, mira: Somebody) -> None:
    mira.says("I want to enroll")
    workspace.later(seconds=2)
    mira.says("cancel").says("I want to enroll").clicks("enroll.profile.current")
    workspace.later(seconds=2)
    mira.says("cancel").says("I want to enroll")
    workspace.later(days=3)
    assert len(posts(workspace, "Mira")) == 1
    first, *edits = workspace.cards_of("Mira")
    assert edits and {m.updates for m in edits} == {first.key}


def test_what_did_not_change_is_not_edited(workspace: Workspace, mira: Somebody) -> None:
    mira.says("I want to enroll")
    before = len([card(workspace, "Mira"), *workspace.cards_of("Mira")])
    mira.says("can I roll back?").says("who is the Global admin?")
    workspace.later(days=2)
    with workspace.tx() as tx:
        about = {"partner": people.meet(tx, mira.slack).partner}
        timers.fire(ABILITIES, tx, "plan.refresh", "again", about)
    workspace.later(seconds=2)
    assert len(workspace.cards_of("Mira")) + 1 == before


def test_a_refresh_that_ran_and_was_lost_runs_again_without_a_trace(
    workspace: Workspace, mira: Somebody
) -> None:
    """The process died after the timer's commit and before anybody knew: it is the same card."""
    mira.says("I want to enroll").clicks("enroll.profile.current")
    card(workspace, "Mira")
    rows = table(Outbox)
    with workspace.store.reading() as db:
        before = db.execute(select(func.count()).where(rows.c.key.like("plan:%"))).scalar()
        ran = db.execute(select(rows.c.parts).where(rows.c.key.like("timer:plan.refresh%"))).all()
    for _ in range(2):
        for about in ran:
            with workspace.tx() as tx:
                timers.fire(ABILITIES, tx, "plan.refresh", "again", about[0][0])
    with workspace.store.reading() as db:
        after = db.execute(select(func.count()).where(rows.c.key.like("plan:%"))).scalar()
    assert before == after


def test_a_state_that_nobody_reported_is_never_done(workspace: Workspace, mira: Somebody) -> None:
    """They tell of the submission only: the five steps before it were not told."""
    mira.says("I want to enroll")
    assert [t["status"] for t in plan_of(card(workspace, "Mira"))["tasks"]] == [
        "in_progress",
        *["pending"] * 8,
    ]
    mira.says("cancel").says("we submitted the enrollment today")
    while mira.last.buttons and "enroll.submitted_on.today" in mira.last.buttons:
        mira.clicks("enroll.submitted_on.today")
    shown = card(workspace, "Mira")
    if workspace.case().enrollment == State.SUBMITTED:
        for step in ("profile", "tenant", "standing", "weighed"):
            assert said(shown, step) == "Not reported yet", step
        assert said(shown, "submitted_on").endswith("reported by Mira")
    assert "Done" not in said(shown, "accepted")


@pytest.mark.parametrize("state", list(State))
def test_in_no_state_is_a_step_done_that_has_no_entry(state: State) -> None:
    plan = steps.plan_of(Case(enrollment=state), steps.Talk(), NOON.date(), (), new_tenant=False)
    assert not [s for s in plan["steps"] if s["status"] == steps.DONE]
    assert len([s for s in plan["steps"] if s["status"] == steps.NOW]) == (
        0 if state in (State.ACCEPTED, State.WITHDRAWN) else 1
    )


def test_a_card_is_not_edited_after_the_person_was_erased(
    workspace: Workspace, mira: Somebody, grace: Somebody
) -> None:
    prepared(mira)
    card(workspace, "Mira")
    with workspace.tx() as tx:
        gone = people.meet(tx, mira.slack)
        partner = gone.partner
        erasure.erase(tx, gone)
        about = {"partner": partner}
        timers.fire(ABILITIES, tx, "every.person_erased", gone.id, about)
    before = len(workspace.sent)
    grace.says("it was submitted today")
    workspace.later(days=1)
    late = [m for m in workspace.sent[before:] if m.is_live_card]
    assert late and {m.to for m in late} == {"Grace"}
    assert "Mira" not in str(late[-1].rendered.blocks)


def test_a_card_is_not_edited_for_somebody_who_is_no_member_any_more(
    workspace: Workspace, mira: Somebody, grace: Somebody
) -> None:
    prepared(mira)
    before = len([card(workspace, "Mira"), *workspace.cards_of("Mira")])
    with workspace.tx() as tx:
        people.change(tx, people.meet(tx, mira.slack), kind=str(people.Kind.GUEST))
    grace.says("it was submitted today")
    workspace.later(days=1)
    assert len(workspace.cards_of("Mira")) + 1 == before


def test_a_card_of_another_workspace_is_not_touched(workspace: Workspace, mira: Somebody) -> None:
    """The same ids in another workspace: nothing is found there, and nothing written."""
    mira.says("I want to enroll")
    card(workspace, "Mira")
    with workspace.tx() as tx:
        partner = people.meet(tx, mira.slack).partner
        tenant = people.tenants_of(tx, partner)[0].id
        starter = people.meet(tx, mira.slack).id
    about = {"partner": partner, "tenant": tenant, "starter": starter}
    with workspace.store.turn("T02", workspace.now) as tx:
        timers.fire(ABILITIES, tx, "plan.refresh", "x", about)
    rows = table(Outbox)
    with workspace.store.reading() as db:
        found = db.execute(select(rows.c.key).where(rows.c.team == "T02")).scalars().all()
    assert found == []


# --- what it says


def test_the_card_counts_as_the_questions_do(assistant: Assistant) -> None:
    flow = assistant.flows["enroll"]
    numbered = [step.what for step in flow.steps.values() if step.numbered]
    assert tuple(numbered) == steps.NUMBERED
    assert Conversation().open is None  # the name of a flow that the card reads
    assert {"tenant_id", "admin"} <= set(flow.slots)


def test_the_card_follows_step_by_step(workspace: Workspace, mira: Somebody) -> None:
    mira.says("I want to enroll")
    assert title(card(workspace, "Mira")) == "1 of 6, waiting on you"
    mira.clicks("enroll.profile.current")
    shown = card(workspace, "Mira")
    assert title(shown) == "2 of 6, waiting on you"
    assert said(shown, "profile") == "Done: answered by Mira on 24 November 2026"
    mira.clicks("enroll.tenant.this")
    assert title(card(workspace, "Mira")) == "3 of 6, waiting on you"
    mira.clicks("enroll.standing.restricted")
    shown = card(workspace, "Mira")
    assert title(shown) == "4 of 6, waiting on you"
    assert said(shown, "profile") == "Done: 24 November 2026, reported by Mira"


def test_grace_gets_her_own_card_once_she_is_named(
    workspace: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says("I want to enroll").clicks("enroll.profile.current")
    workspace.later(seconds=2)
    assert workspace.cards_of("Grace") == []
    mira.says("cancel")
    prepared(mira)
    assert title(card(workspace, "Mira")) == "6 of 6, waiting on Grace"
    assert title(card(workspace, "Grace")) == "6 of 6, waiting on you"
    assert len(posts(workspace, "Grace")) == 1


def test_whoever_reports_both_cards_follow(
    workspace: Workspace, mira: Somebody, grace: Somebody
) -> None:
    prepared(mira)
    mira.clicks("enroll.submitted_on.today")
    for name in ("Mira", "Grace"):
        assert title(card(workspace, name)) == "submitted, waiting on Microsoft"
    hers = card(workspace, "Grace").buttons["status.start.now"]
    grace.clicks("status.start.now", offer=hers).clicks("enroll.outcome.approved")
    for name, who in (("Mira", "Grace"), ("Grace", "you")):
        shown = card(workspace, name)
        assert title(shown) == f"approved, waiting on {who}"
        assert "reported by Grace" in said(shown, "outcome")


def test_what_is_undone_is_not_done_on_the_card(workspace: Workspace, mira: Somebody) -> None:
    prepared(mira)
    mira.clicks("enroll.submitted_on.today")
    assert title(card(workspace, "Mira")) == "submitted, waiting on Microsoft"
    mira.says("undo that")
    shown = card(workspace, "Mira")
    assert "Done" not in said(shown, "submitted_on")


def test_the_card_is_within_slacks_limits(
    workspace: Workspace, mira: Somebody, words: Templates
) -> None:
    prepared(mira)
    shown = card(workspace, "Mira")
    assert not list(limits.broken(shown.rendered.blocks, shown.rendered.text))


# --- where to click


def test_show_me_where_brings_the_clicks_and_a_drawing(
    workspace: Workspace, mira: Somebody
) -> None:
    mira.says("I want to enroll").clicks("enroll.profile.current").clicks("enroll.tenant.this")
    shown = card(workspace, "Mira")
    mira.clicks(
        "where_to_click.page.csp_status", offer=shown.buttons["where_to_click.page.csp_status"]
    )
    mira.hears("plan/where")
    assert "Account settings > Legal info > Reseller tab > Program info" in mira.words
    rows = table(Outbox)
    with workspace.store.reading() as db:
        found = db.execute(select(rows.c.parts).where(rows.c.kind == Out.FILES)).scalars().all()
    assert found == [[["plan/picture", {"today": "2026-11-24", "page": "csp_status"}]]]
    mira.clicks("enroll.standing.restricted").hears("enroll/ask_weighed")


def test_an_answered_step_costs_at_most_two_queries_more(
    workspace: Workspace, mira: Somebody
) -> None:
    """The turn only sets a timer; the card is made beside it."""
    mira.says("I want to enroll")
    workspace.later(seconds=2)
    seen: list[str] = []

    database: Any = workspace.store.engine.raw_connection().driver_connection
    database.set_trace_callback(seen.append)
    mira.clicks("enroll.profile.current")
    database.set_trace_callback(None)
    assert len([s for s in seen if "timer:plan.refresh" in s]) == 1
    assert not [s for s in seen if "plan:" in s]

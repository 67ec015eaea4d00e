"""A press or a form that nobody was offered gets a polite sentence: no turn breaks, whoever forges
it and whatever it names."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogs.engine.context import Assistant
from dialogs.engine.flow_format import Flow
from dialogs.inputs import ButtonPress, FormSubmission, Origin
from domain.storage.store import table
from domain.tables import Offer
from tests.conftest import Somebody, Workspace

NAMES = {"Mira": "U01MIRA", "Grace": "U02GRACE", "Sam": "U04SAM", "a stranger": "U0ZOE"}
NONSENSE = ("x",)
WHO = (
    "Mira",
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("Grace", "Sam")),
    "a stranger",
)


def presses(flow: Flow) -> Iterator[str]:
    """All that this flow's names give, and some that they do not."""
    yield from (f"{flow.id}.{slot}.now" for slot in ("start", "form", "nonsense"))
    for slot in flow.slots:
        yield from (
            f"{flow.id}.{slot}.{option}" for option in (*flow.slots[slot].values[:1], *NONSENSE)
        )


def submissions(flow: Flow) -> Iterator[dict[str, str]]:
    """A form with each value in all of its fields."""
    yield {}
    for value in ("x", "2026-11-31", "2026-11-24", "9" * 200):
        yield dict.fromkeys(flow.slots, value)


@pytest.fixture
def offers(workspace: Workspace) -> list[str]:
    """One of Mira's and one of Grace's."""
    mira, grace = workspace.people["Mira"], workspace.people["Grace"]
    mira.says("I want to enroll").says("can I roll back?").says(
        "we have an invitation from Northlight"
    )
    mira.says("ask support whether we can keep our Azure subscriptions")
    grace.reports("we submitted it today").says("approved").says(
        "we accepted the agreement today"
    ).says("what should I do?")
    with workspace.tx() as tx:
        found = tx.db.execute(table(Offer).select()).all()
    return [*{row.person: row.id for row in found}.values()]


@pytest.mark.parametrize("who", WHO)
def test_no_forged_press_breaks_a_turn(
    workspace: Workspace, assistant: Assistant, offers: list[str], who: str
) -> None:
    workspace.people[who] = Somebody(workspace, NAMES[who], who)
    for offer in offers:
        for flow in assistant.flows.values():
            for action in presses(flow):
                heard = ButtonPress(
                    (workspace.key(),), NAMES[who], action, offer, Origin("D" + NAMES[who])
                )
                if form := workspace.take(heard, workspace.people[who]).form:
                    workspace.words.view(*form)


@pytest.mark.parametrize("who", WHO)
def test_no_forged_form_breaks_a_turn(
    workspace: Workspace, assistant: Assistant, offers: list[str], who: str
) -> None:
    workspace.people[who] = Somebody(workspace, NAMES[who], who)
    for offer in offers:
        for flow in assistant.flows.values():
            for values in submissions(flow):
                heard = FormSubmission(
                    (workspace.key(),), NAMES[who], flow.id, values, Origin(""), offer=offer
                )
                for part in workspace.take(heard, workspace.people[who]).wrong.values():
                    workspace.words.sentence(*part)


def test_the_flows_with_a_form_are_those_whose_words_offer_one(assistant: Assistant) -> None:
    """`decide` is offered by the card alone."""
    forms = {flow.id: flow.ability for flow in assistant.flows.values() if flow.form}
    said = "\n".join(path.read_text("utf-8") for path in Path("templates").rglob("*.j2"))
    offered = set(re.findall(r"\(([a-z_]+)\.form\.[a-z]+\)", said))
    assert offered == set(forms)
    assert set(forms.values()) == {path.parent.name for path in Path("templates").glob("*/form.j2")}


def test_a_question_that_only_support_may_see_is_refused_in_words(
    workspace: Workspace, mira: Somebody
) -> None:
    mira.says("can I roll back?")
    (offer,) = {o for a, o in mira.last.buttons.items() if a.startswith("answer.")} or {
        mira.offer("support.start.now")
    }
    mira.clicks("second_look.start.now", offer=offer)
    assert "repair/not_allowed" in mira.last.templates


def test_a_day_that_is_none_is_no_answer(workspace: Workspace, grace: Somebody) -> None:
    grace.says("can I roll back?")
    grace.clicks("away.away_until.x", offer=grace.offer("support.start.now"))
    assert grace.last.templates[0] == "repair/closed_question"

"""Milestones reach admins once, in person or in the channel, as they chose."""

import pytest

from domain import people
from domain.reminders.milestones import EVENTS
from domain.storage.store import table
from domain.tables import Workspace as WorkspaceRow
from tests.conftest import Sent, Somebody, Workspace
from tests.dialogs.abilities.test_agreement import ask
from tests.dialogs.abilities.test_enroll import approved


def milestones(workspace: Workspace, to: str = "") -> list[Sent]:
    names = {f"notices/{event}" for event in EVENTS}
    found = [m for m in workspace.sent if m.kind == "message" and names & set(m.templates)]
    return [m for m in found if not to or m.to == to]


def the_whole_way(mira: Somebody, grace: Somebody, otto: Somebody) -> None:
    approved(mira)
    mira.clicks("enroll.agreement_seen.seen").clicks("agreement.second.not_now")
    ask(grace)
    otto.clicks("decide.decision.approve")
    grace.clicks("accepted.accepted_on.today").hears("agreement/recorded")


def test_the_admins_channel_hears_each_milestone_once(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    the_whole_way(mira, grace, otto)
    said = [m.templates[0] for m in milestones(workspace, "#C02ADMINS")]
    assert said == ["notices/submitted", "notices/approved", "notices/agreement_accepted"]
    assert milestones(workspace, "Otto") == []
    assert [m.templates[0] for m in milestones(workspace, "Grace")] == ["notices/approved"]


def test_in_person_where_that_was_chosen_and_never_twice(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    otto.says("send milestones to me in person").hears("milestones/chosen")
    grace.says("send milestones to me in person").hears("milestones/chosen")
    the_whole_way(mira, grace, otto)
    for name in ("Otto", "Grace", "#C02ADMINS"):
        said = [m.templates[0] for m in milestones(workspace, name)]
        assert len(said) == len(set(said)), name
    assert len(milestones(workspace, "Otto")) == 3
    assert milestones(workspace, "Mira") == []


def test_muted_by_a_word_and_heard_again_by_a_press(
    mira: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    otto.says("send milestones to me in person").clicks("mute.start.now").hears("milestones/chosen")
    approved(mira)
    assert milestones(workspace, "Otto") == []
    otto.clicks("unmute.start.now").hears("milestones/chosen")


def test_the_channel_is_muted_by_an_admin_only_and_cards_still_come(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    mira.says("mute milestones in the channel").hears("milestones/not_for_you")
    otto.says("mute milestones in the channel").hears("milestones/chosen")
    the_whole_way(mira, grace, otto)
    assert milestones(workspace, "#C02ADMINS") == []
    assert any("agreement/card" in m.templates for m in workspace.messages_to("#C02ADMINS"))


def test_what_needs_the_admin_reaches_her_though_she_muted(
    mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    grace.says("mute milestones").hears("milestones/chosen")
    approved(mira)
    assert [m.templates[0] for m in milestones(workspace, "Grace")] == ["notices/approved"]


def test_overdue_is_a_milestone_that_can_be_muted(
    mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    grace.says("mute milestones")
    mira.reports("we submitted it today").clicks("enroll.outcome.pending")
    workspace.later(days=20)
    assert "notices/became_overdue" in [m.templates[0] for m in milestones(workspace, "#C02ADMINS")]
    assert milestones(workspace, "Grace") == []


def test_without_a_channel_admins_are_told_in_person(mira: Somebody, workspace: Workspace) -> None:
    with workspace.tx() as tx:
        tx.db.execute(table(WorkspaceRow).update().values(admins_channel=""))
        assert people.workspace(tx).admins_channel == ""
    approved(mira)
    assert {m.to for m in milestones(workspace) if "notices/submitted" in m.templates} == {
        "Grace",
        "Otto",
    }


@pytest.mark.parametrize("said", ["mute milestones", "unmute the notices"])
def test_staff_have_nothing_to_mute(mira: Somebody, said: str) -> None:
    mira.says(said).hears("milestones/not_for_you")

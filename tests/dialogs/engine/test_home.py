"""App Home for every role: what waits, with a button; within Slack's limits; few queries; fresh;
never for those who are not ours."""

import pytest
from slack_sdk.models.blocks import Block

from bot.inbound import users as runner
from dialogs.assistant import ABILITIES
from dialogs.engine import app_home
from domain import people
from domain.storage.outbox import Out
from tests.asked import asked
from tests.bot import limits
from tests.conftest import Sent, Somebody, Workspace


def opens(who: Somebody) -> Sent:
    """She opens Home; what she sees."""
    body = {
        "team_id": "T01",
        "event_id": who.workspace.key(),
        "event": {"type": "app_home_opened", "user": who.slack, "tab": "home"},
    }
    runner.opened(who.workspace.runner, body)
    who.workspace.send()
    return homes(who)[-1]


def homes(who: Somebody) -> list[Sent]:
    return [m for m in who.workspace.messages_to(who.name) if m.kind == Out.HOME]


def to_the_request(mira: Somebody, grace: Somebody) -> None:
    mira.reports("we submitted it today")
    mira.clicks("enroll.outcome.approved").clicks("enroll.agreement_seen.seen").clicks(
        "agreement.second.ask"
    )
    grace.clicks("agreement.confirm.confirmed")


def test_every_role_sees_what_waits_for_her(
    workspace: Workspace, mira: Somebody, grace: Somebody, otto: Somebody, sam: Somebody
) -> None:
    mira.reports("we submitted it today")
    mira.clicks("enroll.outcome.approved").clicks("enroll.agreement_seen.seen").clicks(
        "agreement.second.ask"
    )
    assert "agreement.start.n1" in opens(grace).buttons
    assert "wants the agreement accepted" in opens(grace).words
    grace.clicks("agreement.start.n1").hears("agreement/ask_confirm")
    grace.clicks("agreement.confirm.confirmed")
    seen = opens(otto)
    assert "Waiting for your decision" in seen.words
    otto.clicks("decide.start.n1")
    assert otto.last.kind == Out.MESSAGE
    assert "agreement/home" not in opens(grace).templates
    assert "Step" not in opens(mira).words
    assert {"home", "status/home"} <= set(opens(mira).templates)
    assert "stuck" in opens(sam).words


def test_it_is_written_anew_when_something_changed_and_only_for_who_looks(
    workspace: Workspace, mira: Somebody, grace: Somebody, otto: Somebody
) -> None:
    opens(otto)
    opens(mira)
    to_the_request(mira, grace)
    workspace.later(seconds=2)
    assert len(homes(grace)) == 0
    assert "Waiting for your decision" in homes(otto)[-1].words
    before = len(homes(otto))
    mira.says("can I roll back?")
    workspace.later(seconds=2)
    assert len(homes(otto)) == before
    workspace.later(hours=13)
    before = len(homes(otto))
    mira.says("stop the enrollment")
    workspace.later(seconds=2)
    assert len(homes(otto)) == before


def test_many_changes_in_a_moment_are_one_publication(
    workspace: Workspace, mira: Somebody, grace: Somebody
) -> None:
    opens(mira)
    before = len(homes(mira))
    to_the_request(mira, grace)
    workspace.later(seconds=2)
    assert len(homes(mira)) == before + 1


@pytest.mark.parametrize("kind", ["guest", "outsider", "bot"])
def test_who_is_not_ours_sees_no_partner(workspace: Workspace, mira: Somebody, kind: str) -> None:
    mira.says("we submitted it today")
    with workspace.tx() as tx:
        people.learn(tx.db, tx.team, people.meet(tx, mira.slack).id, kind=kind)
    seen = opens(mira)
    assert "Contoso" not in seen.words
    assert not seen.buttons


def test_it_costs_few_queries_and_no_more_with_many_customers(
    workspace: Workspace, mira: Somebody, grace: Somebody, otto: Somebody, sam: Somebody
) -> None:
    to_the_request(mira, grace)
    for who in (mira, grace, otto, sam):
        assert count(workspace, who) <= 20, who.name


def count(workspace: Workspace, who: Somebody) -> int:
    with workspace.tx() as tx:
        person = people.meet(tx, who.slack)
        with asked(tx.db) as said:
            app_home.parts_of(ABILITIES, tx, person)
    return len(said)


def test_every_home_is_within_slacks_limits(
    workspace: Workspace, mira: Somebody, grace: Somebody, otto: Somebody, sam: Somebody
) -> None:
    to_the_request(mira, grace)
    with workspace.tx() as tx:
        for who in (mira, grace, otto, sam):
            people.learn(tx.db, tx.team, people.meet(tx, who.slack).id, slack_admin=True)
    for who in (mira, grace, otto, sam):
        blocks = opens(who).rendered.blocks
        assert list(limits.broken(blocks, most="view blocks")) == []
        for raw in blocks:
            block = Block.parse(raw)
            assert block is not None
            block.validate_json()


def test_a_status_card_has_no_buttons_and_is_answered_in_private(
    workspace: Workspace, mira: Somebody
) -> None:
    mira.says("share status", channel="C09TEAM")
    (card,) = [m for m in workspace.sent if m.templates == ["status/card"]]
    assert (card.to, card.buttons) == ("#C09TEAM", {})
    assert [m.to for m in workspace.sent if m.templates == ["status/shared"]] == ["Mira"]
    mira.says("share status", channel="C10SHARED", shared=True)
    assert len([m for m in workspace.sent if m.templates == ["status/card"]]) == 1
    assert "People from outside this workspace" in mira.words


def test_an_invitation_waits_for_the_global_admin_and_doubtful_links_are_counted_for_support(
    workspace: Workspace, grace: Somebody, sam: Somebody
) -> None:
    from domain.providers import invitation, providers
    from domain.storage import outbox

    with workspace.tx() as tx:
        person = people.meet(tx, grace.slack)
        provider = (
            providers.named(tx, person.partner, "Fabrikam") if hasattr(providers, "named") else "p1"
        )
        id_ = invitation.add(
            tx,
            person.partner,
            getattr(provider, "id", provider),
            "https://partner.microsoft.com/x",
            person,
        )
        invitation.sent(tx, id_, person.id)
        outbox.tell(
            tx,
            outbox.to_channel("C01SUPPORT"),
            [("repair/thanks", {"today": "2026-11-24", "offer": ""})],
            key="doubtful:1",
        )
    seen = opens(grace)
    assert "An invitation waits for you" in seen.words
    assert "invitation_again.start.n1" in seen.buttons
    assert "Doubtful links:* 1" in opens(sam).words
    assert "An invitation waits" not in opens(sam).words
    assert count(workspace, grace) <= 20
    assert count(workspace, sam) <= 20

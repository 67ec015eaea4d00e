"""What an invitation waits for, and for whom."""

from dialogs.engine.repair import begin
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_invitation import LINK, accepted  # noqa: F401
from tests.dialogs.cards.test_cards_talk import turn_of, waiting_for


def test_the_admin_is_waited_for_and_then_whoever_accepted_until_the_provider_is_seen(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(f"here is the invitation {LINK}").says("Fabrikam Distribution")
    (outcome,) = waiting_for(accepted, grace)
    assert outcome.name == "invited.invite_outcome"
    assert waiting_for(accepted, mira) == []
    with accepted.tx() as tx:
        turn = turn_of(accepted, tx, grace)
        begin(turn, accepted.assistant.flows[outcome.flow], **outcome.about)
        assert [name for name, _ in turn.parts] == ["invitation/ask_invite_outcome"]
    grace.clicks("invited.invite_outcome.accepted")
    (listed,) = waiting_for(accepted, grace)
    assert listed.name == "in_list.listed"
    assert waiting_for(accepted, mira) == []
    grace.clicks("in_list.listed.in_list")
    assert waiting_for(accepted, grace) == []


def test_an_invitation_can_be_nudged(accepted: Workspace, mira: Somebody, grace: Somebody) -> None:
    mira.says(f"here is the invitation {LINK}").says("Fabrikam Distribution")
    mira.says("nudge grace").hears("remind/nudged")
    (line,) = [m for m in accepted.messages_to("Grace") if m.templates == ["remind/nudge"]]
    assert "Fabrikam Distribution" in line.words
    grace.clicks("invitation_again.start.now").hears("invitation/for_admin")

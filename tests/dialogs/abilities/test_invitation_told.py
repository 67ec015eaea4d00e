"""What became of an invitation, told in words instead of by the buttons of the message that brought
it."""

import pytest

from domain import people
from domain.machine import advance
from domain.providers import partnership, providers
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_invitation import LINK, accepted, state  # noqa: F401


@pytest.fixture
def brought(accepted: Workspace, mira: Somebody, grace: Somebody) -> Workspace:
    """Grace has the invitation of Fabrikam."""
    mira.says(LINK).says("Fabrikam").hears("invitation/passed_on")
    return accepted


def heard(grace: Somebody, said: str, action: str) -> Somebody:
    """Her word about the card brings it again, with a button for what she said."""
    before = grace.workspace.audit()
    grace.says(said)
    assert {"repair/meant", "repair/record"} & set(grace.last.templates)
    assert grace.workspace.audit() == before
    pressed = [button for button in grace.last.buttons if button.startswith("claim.")]
    return grace.clicks(pressed[0] if pressed else action)


def test_the_admins_own_word_is_recorded_by_a_press(
    brought: Workspace, mira: Somebody, grace: Somebody
) -> None:
    heard(
        grace,
        "I accepted the invitation from our distributor",
        "invited.invite_outcome.accepted",
    ).hears("invitation/noted", "invitation/ask_listed")
    assert state(brought, "Fabrikam") == "AcceptedReported"
    assert [m.templates for m in mira.heard] == [["invitation/became"]]
    grace.says("the provider is in the list now").hears("invitation/listed")
    assert state(brought, "Fabrikam") == "Listed"


def test_anybody_elses_word_is_repeated_to_her_first(
    brought: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says("Grace accepted the invitation").hears("invitation/ask_outcome_sure")
    assert state(brought, "Fabrikam") == "FormValidated"
    mira.clicks("invitation_report.outcome_sure.sure").hears(
        "invitation/noted", "invitation/ask_listed"
    )
    assert state(brought, "Fabrikam") == "AcceptedReported"
    assert "Reported as accepted" in grace.words  # her message has no link any more


def test_not_so_sure(brought: Workspace, mira: Somebody) -> None:
    mira.says("Grace accepted the invitation").clicks("invitation_report.outcome_sure.keep").hears(
        "invitation/kept"
    )
    assert state(brought, "Fabrikam") == "FormValidated"


@pytest.mark.parametrize("said", ["the link is dead", "the invitation link expired"])
def test_the_link_is_dead_where_one_is_out(
    brought: Workspace, grace: Somebody, mira: Somebody, said: str
) -> None:
    heard(grace, said, "invited.invite_outcome.link_dead").hears("invitation/noted")
    assert state(brought, "Fabrikam") == "LinkDead"
    assert [m.templates for m in mira.heard] == [["invitation/became"]]


def test_a_question_about_a_dead_link_stays_a_question(brought: Workspace, grace: Somebody) -> None:
    grace.says("how long is the invitation valid?").hears("answers/invitation_expired")
    assert state(brought, "Fabrikam") == "FormValidated"


def test_not_our_provider(brought: Workspace, mira: Somebody, grace: Somebody) -> None:
    grace.says("that is not our provider").hears("invitation/noted")
    assert state(brought, "Fabrikam") == "Rejected"
    assert "isn't yours" in mira.words


def test_not_in_the_list_after_it_was_accepted(brought: Workspace, grace: Somebody) -> None:
    grace.clicks("invited.invite_outcome.accepted").clicks("in_list.listed.later")
    grace.says("the provider is not in the list").hears("invitation/listed")
    assert state(brought, "Fabrikam") == "Unconfirmed"
    heard(grace, "the provider is listed now", "in_list.listed.in_list").hears("invitation/listed")
    assert state(brought, "Fabrikam") == "Listed"


def test_of_two_providers_it_is_asked_which(
    brought: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(LINK.replace("invitationId", "id")).says("Proseware").hears("invitation/passed_on")
    grace.says("the link is dead").hears("invitation/ask_told_of")
    grace.says("Proseware").hears("invitation/noted")
    assert (state(brought, "Proseware"), state(brought, "Fabrikam")) == (
        "LinkDead",
        "FormValidated",
    )
    grace.reports("I accepted Fabrikam's invitation").hears(
        "invitation/noted", "invitation/ask_listed"
    )
    assert state(brought, "Fabrikam") == "AcceptedReported"


def test_where_none_was_brought_it_says_so(accepted: Workspace, mira: Somebody) -> None:
    mira.says("Grace accepted the invitation").hears("invitation/none_known")
    mira.says("that is not our provider").hears("invitation/none_known")
    mira.says("the provider is in our list").hears("invitation/ask_told_of")
    mira.says("Fabrikam Distribution").hears("invitation/ask_outcome_sure")
    mira.clicks("invitation_report.outcome_sure.sure").hears("invitation/listed")
    assert state(accepted, "Fabrikam Distribution") == "Listed"
    assert [m.templates for m in accepted.messages_to("#C02ADMINS")][-1] == [
        "notices/provider_listed"
    ]


def test_a_customers_acceptance_stays_the_customers(brought: Workspace, mira: Somebody) -> None:
    from tests.dialogs.abilities.test_customer import put

    put(brought, "Northwind", kind="new")
    mira.reports("Northwind accepted the invitation").hears("customer/ask_accepted_by")


def test_a_wrong_outcome_is_taken_back_and_the_link_comes_again(
    brought: Workspace, mira: Somebody, grace: Somebody
) -> None:
    grace.says("that is not our provider").clicks("correct_report.start.now").hears(
        "withdraw/ask_report"
    )
    grace.clicks(next(iter(grace.last.buttons))).says("I looked at the wrong page").hears(
        "withdraw/corrected"
    )
    assert "paste it here again" in grace.words
    assert state(brought, "Fabrikam") == "FormValidated"
    mira.says(LINK).clicks(
        next(b for b in mira.last.buttons if b.startswith("invitation.said_from"))
    ).hears("invitation/passed_on")
    grace.clicks("invited.invite_outcome.accepted").hears(
        "invitation/noted", "invitation/ask_listed"
    )


def test_a_provider_that_only_stands_in_the_list(brought: Workspace, mira: Somebody) -> None:
    """Reality is let in from wherever we stood."""
    partner = brought.case_partner()
    with brought.tx() as tx:
        other = providers.note(tx, partner, "Proseware")
        person, today = people.meet(tx, "U01MIRA"), brought.now.date()
        advance(
            tx,
            partnership.MACHINE,
            other,
            "chosen",
            person,
            day=today,
            today=today,
            partner=partner,
        )
    mira.says("we can see Proseware in our list now").hears("invitation/ask_outcome_sure")
    assert "Proseware" in mira.words

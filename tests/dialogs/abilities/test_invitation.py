"""A provider's invitation in two columns: what people bring, who hears what. Nothing is ever
opened."""

import re
from urllib.parse import urlsplit

import pytest

from domain.machine import advance, stands
from domain.providers import invitation, providers
from domain.providers.partnership import MACHINE, State
from domain.tenant.enrollment import MACHINE as ENROLLMENT
from domain.tenant.enrollment import Event as B
from tests.conftest import TENANT, Somebody, Workspace

PROVIDER = "22222222-3333-4444-8555-666666666666"
LINK = f"https://partner.microsoft.com/dashboard/v2/indirect-providers/invitation?invitationId={PROVIDER}"
PAGE = "https://partner.microsoft.com/dashboard/home"
HEAD, TAIL = "https://admin.microsoft.com/Adminportal/Home?", "#/partners/invitation"
CUSTOMER = f"{HEAD}invType=ResellerRelationship&partnerId={PROVIDER}&msppId=0{TAIL}"
JOINT = f"{HEAD}invType=IndirectResellerRelationship&partnerId={TENANT}&msppId=1234567&indirectCSPId={PROVIDER}{TAIL}"
EVIL = "https://partner.microsoft.com.evil.example/dashboard/invitation?id=1"


@pytest.fixture
def accepted(workspace: Workspace) -> Workspace:
    """Contoso's agreement is accepted; nothing was said about it in this test."""
    with workspace.tx() as tx:
        from domain.people import meet, tenants_of

        mira = meet(tx, "U01MIRA")
        tenant, today = tenants_of(tx, mira.partner)[0].id, workspace.now.date()
        advance(
            tx,
            ENROLLMENT,
            tenant,
            B.ACCEPTANCE_REPORTED,
            mira,
            day=today,
            today=today,
            partner=mira.partner,
        )
    return workspace


def state(workspace: Workspace, name: str) -> str:
    partner = workspace.case_partner()
    with workspace.tx() as tx:
        row = providers.called(tx, partner, name)
        return stands(tx, MACHINE, row.id).state if row else ""


def test_a_pasted_invitation_reaches_the_global_admin(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(f"here is the invitation {LINK}").hears("invitation/ask_said_from")
    mira.says("Fabrikam Distribution").hears("invitation/passed_on")
    assert "sending it to Grace" in mira.words
    assert [m.templates for m in grace.heard] == [["invitation/for_admin"]]
    said = grace.words
    assert f"<{LINK}|partner.microsoft.com>" in said
    assert "said to be the partnership invitation of Fabrikam Distribution" in said
    assert "brought by Mira" in said
    assert "admin rights" in said
    assert "compare the name on the page" in said
    assert "safe" not in said.lower()
    assert state(accepted, "Fabrikam Distribution") == State.VALIDATED


def test_accepted_and_seen_in_the_list(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(LINK).says("Fabrikam")
    grace.clicks("invited.invite_outcome.accepted").hears(
        "invitation/noted", "invitation/ask_listed"
    )
    assert [m.templates for m in mira.heard] == [["invitation/became"]]
    grace.clicks("in_list.listed.in_list").hears("invitation/listed")
    assert [m.templates for m in mira.heard] == [["invitation/became"]]
    assert state(accepted, "Fabrikam") == State.LISTED
    assert accepted.case().stage == "listed"
    partner = accepted.case_partner()
    with accepted.tx() as tx:
        assert invitation.open_ones(tx, partner) == []
    card = [
        m for m in accepted.sent if m.to == "Grace" and m.templates == ["invitation/for_admin"]
    ][-1]
    assert card.kind == "update"
    assert "partner.microsoft.com>" not in card.words
    assert not card.buttons
    grace.clicks("invited.invite_outcome.not_ours").hears("invitation/closed_before")


def test_not_in_the_list_says_what_to_check_and_stays_open(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(LINK).says("Fabrikam")
    grace.clicks("invited.invite_outcome.accepted").clicks("in_list.listed.not_in_list").hears(
        "invitation/listed"
    )
    assert "Authorize indirect provider" in grace.words
    assert state(accepted, "Fabrikam") == State.UNCONFIRMED
    grace.clicks("in_list.listed.in_list").hears("invitation/listed")
    assert state(accepted, "Fabrikam") == State.LISTED


@pytest.mark.parametrize(
    ("outcome", "to"), [("not_ours", State.REJECTED), ("link_dead", State.LINK_DEAD)]
)
def test_what_went_wrong_is_told_and_a_new_link_leads_on(
    accepted: Workspace, mira: Somebody, grace: Somebody, outcome: str, to: str
) -> None:
    mira.says(LINK).says("Fabrikam")
    grace.clicks(f"invited.invite_outcome.{outcome}").hears("invitation/noted")
    assert [m.templates for m in mira.heard] == [["invitation/became"]]
    assert state(accepted, "Fabrikam") == to
    mira.says(LINK).hears("invitation/known")
    assert "closed" in mira.words
    mira.says(f"the new invitation from Fabrikam: {LINK}9").hears("invitation/passed_on")
    assert state(accepted, "Fabrikam") == State.VALIDATED


def test_before_the_agreement_it_waits_and_goes_by_itself(
    workspace: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(LINK).says("Fabrikam").hears("invitation/passed_on")
    assert "as soon as the agreement is reported as accepted" in mira.words
    assert grace.heard == []
    mira.says(LINK).hears("invitation/known")
    mira.reports("we accepted the agreement today")
    assert ["invitation/for_admin"] in [m.templates for m in workspace.sent if m.to == "Grace"]
    assert ["invitation/sent_now"] not in [m.templates for m in mira.heard], "it is her own word"
    assert state(workspace, "Fabrikam") == State.VALIDATED


def test_the_same_link_is_not_sent_twice(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(LINK).says("Fabrikam")
    mira.says(LINK).hears("invitation/known")
    assert "I already passed this very link on to Grace" in mira.words
    assert grace.heard == []


def test_a_newer_link_of_the_same_provider_replaces_the_older(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(LINK).says("Fabrikam")
    mira.says(f"{LINK}9").says("fabrikam").hears("invitation/passed_on")
    assert [(m.kind, m.templates) for m in grace.heard] == [
        ("update", ["invitation/for_admin"]),
        ("message", ["invitation/for_admin"]),
    ]
    assert "Replaced by a newer link" in grace.heard[0].words


@pytest.mark.parametrize(
    "link",
    [
        CUSTOMER,
        JOINT,
        CUSTOMER.replace("ResellerRelationship", "Administration"),
        f"https://portal.office.com/partner/partnersignup.aspx?type=ResellerRelationship&id={PROVIDER}&csp=1",
    ],
)
def test_the_classic_mistake_is_explained_and_reaches_nobody(
    accepted: Workspace, mira: Somebody, grace: Somebody, link: str
) -> None:
    mira.says(f"the provider's invitation: {link}").hears("invitation/explain")
    assert "I passed nothing on" in mira.words
    assert grace.heard == []
    live = re.findall(r"https://[^|>\s]+", mira.words)  # the pages of our facts, nothing pasted
    assert live
    assert {urlsplit(url).hostname for url in live} == {"learn.microsoft.com"}


def test_a_gdap_request_is_told_apart(accepted: Workspace, mira: Somebody) -> None:
    mira.says(
        f"https://admin.microsoft.com/AdminPortal/Home#/partners/invitation/granularAdminRelationships/{PROVIDER}"
    ).hears("invitation/explain")
    assert "delegated admin rights" in mira.words


def test_a_look_alike_is_refused_and_support_sees_dead_text(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(EVIL).hears("invitation/explain")
    assert grace.heard == []
    card = [m for m in accepted.sent if m.to == "#C01SUPPORT"][-1]
    assert card.templates == ["invitation/doubtful"]
    assert "partner[.]microsoft[.]com[.]evil[.]example" in card.words
    assert "://" not in card.words


def test_somebodys_web_page_is_no_matter_for_support(accepted: Workspace, mira: Somebody) -> None:
    mira.says("https://www.example.org/news").hears("invitation/explain")
    assert [m for m in accepted.sent if m.to == "#C01SUPPORT"] == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("is this link safe? {}", "repair/call_it_safe"),
        ("who has to click this link? {}", "answers/who_clicks_the_invitation"),
    ],
)
def test_a_question_about_the_link_and_the_link_get_both(
    accepted: Workspace, mira: Somebody, said: str, answer: str
) -> None:
    mira.says(said.format(LINK)).hears(answer, "invitation/ask_said_from")


def test_a_page_becomes_an_invitation_by_the_senders_word(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(PAGE).hears("invitation/ask_is_invitation")
    mira.clicks("invitation.is_invitation.just_a_page").hears("invitation/just_a_page")
    mira.says(PAGE).clicks("invitation.is_invitation.invitation").hears("invitation/ask_said_from")
    mira.says("Fabrikam").hears("invitation/passed_on")
    assert f"<{PAGE}|partner.microsoft.com>" in grace.words


def test_two_links_are_not_guessed(accepted: Workspace, mira: Somebody, grace: Somebody) -> None:
    mira.says(f"{LINK} or https://www.fabrikam.example/").hears("invitation/ask_only_that")
    mira.clicks("invitation.only_that.neither").hears("invitation/none_of_them")
    mira.says(f"{LINK} or https://www.fabrikam.example/").clicks(
        "invitation.only_that.that_one"
    ).hears("invitation/ask_said_from")
    mira.says("Fabrikam").hears("invitation/passed_on")
    assert f"<{LINK}|partner.microsoft.com>" in grace.words
    mira.says(f"{LINK}1 or {LINK}2").hears("invitation/explain")


def test_a_label_that_lies_is_refused(accepted: Workspace, mira: Somebody, grace: Somebody) -> None:
    mira.says("x", raw=f"<{LINK}|https://admin.microsoft.com/>").hears("invitation/explain")
    assert grace.heard == []


def test_nobody_is_global_admin_yet(accepted: Workspace, mira: Somebody, otto: Somebody) -> None:
    accepted.without_roles("Grace")
    mira.says(LINK).says("Fabrikam").hears("invitation/ask_invite_admin")
    mira.says("Nobody Atall").hears("enroll/which_admin", "invitation/ask_invite_admin")
    mira.says("Otto").hears("invitation/passed_on")
    assert "sending it to Otto" in mira.words
    assert [m.templates for m in otto.heard] == [["invitation/for_admin"]]


def test_the_admin_changes_midway(
    accepted: Workspace, mira: Somebody, grace: Somebody, otto: Somebody
) -> None:
    mira.says(LINK).says("Fabrikam")
    accepted.without_roles("Grace")
    with accepted.tx() as tx:
        from dialogs.assistant import ABILITIES
        from dialogs.engine.context import Happening, tell
        from domain.people import claim_global_admin, meet

        mira_ = meet(tx, "U01MIRA")
        otto_ = claim_global_admin(tx, meet(tx, "U03OTTO"), mira_)
        tell(ABILITIES, Happening.ADMIN_NAMED, tx, mira_.partner, otto_)
    accepted.send()
    assert "This went to someone else" in grace.words
    assert f"<{LINK}|partner.microsoft.com>" in otto.words
    otto.clicks("invited.invite_outcome.accepted").hears(
        "invitation/noted", "invitation/ask_listed"
    )


def test_the_admin_who_brings_it_gets_it_herself(accepted: Workspace, grace: Somebody) -> None:
    grace.says(LINK).says("Fabrikam")
    assert sorted(m.templates for m in grace.heard) == [
        ["invitation/for_admin"],
        ["invitation/passed_on"],
    ]


def test_an_unopened_invitation_is_brought_up_on_business_days(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(LINK).says("Fabrikam")
    accepted.later(days=1)
    assert "remind/partnership_form_validated" not in [
        t for m in accepted.messages_to("Grace") for t in m.templates
    ]
    accepted.later(days=1)
    accepted.later(minutes=10)
    assert "remind/partnership_form_validated" in grace.last.templates
    grace.clicks("invitation_again.start.now").hears("invitation/for_admin")
    grace.clicks("invited.invite_outcome.accepted")
    before = len(accepted.messages_to("Grace"))
    accepted.later(days=10)
    accepted.later(minutes=10)
    assert "remind/partnership_form_validated" not in [
        t for m in accepted.messages_to("Grace")[before:] for t in m.templates
    ]


def test_only_a_global_admin_is_shown_the_link(
    accepted: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(LINK).says("Fabrikam")
    offer = grace.offer("invited.invite_outcome.accepted")
    mira.clicks("invitation_again.start.now", offer=offer).hears("repair/not_yours")


def test_a_command_with_somebodys_page_in_it_is_still_the_command(
    accepted: Workspace, mira: Somebody
) -> None:
    mira.says("where are we? see https://www.example.org/x").hears("status/where_we_are")


def test_in_the_middle_of_something_the_link_is_taken_and_the_question_stands_again(
    workspace: Workspace, mira: Somebody
) -> None:
    mira.says("I want to enroll").hears("enroll/ask_profile")
    mira.says(CUSTOMER).hears("invitation/explain", "enroll/ask_profile")

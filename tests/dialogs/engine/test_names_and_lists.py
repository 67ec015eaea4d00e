"""Names, lists and forwarded mails as people type them: what is theirs is taken, and what is said
around it is not."""

import pytest

from domain import people
from domain.machine import advance
from domain.providers import comparison, providers
from domain.providers.partnership import MACHINE, Event, State
from tests.conftest import NOON, Somebody, Workspace
from tests.dialogs.abilities.test_customer import put
from tests.dialogs.abilities.test_invitation import LINK, state

HEADS = {
    "as Slack writes mailboxes": (
        "Fwd: Partnership invitation\nFrom: John &lt;<mailto:john@ingram.example|john@ingram.example>"
        "&gt;\nTo: Mira &lt;<mailto:mira@contoso.com|mira@contoso.com>&gt;\n\n{}"
    ),
    "as a mail's header has them": (
        "{}\n\nFrom: Ingram Micro <cloud@ingram.example>\nTo: Mira <mira@contoso.com>\n"
        "Subject: Partnership invitation"
    ),
    "with the sender's home page below": (
        "Please accept our invitation:\n{}\n\nBest regards\nJohn\n<https://www.ingram.example/>\n"
        "<http://cloud.ingram.example|cloud.ingram.example> | <tel:+4912345|+49 123 45>"
    ),
}


@pytest.mark.parametrize("mail", HEADS.values(), ids=HEADS)
def test_a_forwarded_mail_has_one_link(
    mail: str, reseller: None, mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    """Seen: "There are several links in it, so I pass none on"."""
    mira.says("a mail", raw=mail.format(f"<{LINK}>")).hears("invitation/ask_said_from")
    mira.says("Ingram Micro").hears("invitation/passed_on")
    assert state(workspace, "Ingram Micro") == State.VALIDATED


@pytest.mark.parametrize(
    "second",
    [
        "<https://evil.example/invitation>",
        "<https://partner.microsoft.com.evil.example>",
        "<https://www.fabrikam.example/>\n\nBest regards",
    ],
)
def test_a_second_link_is_still_asked_about(second: str, reseller: None, mira: Somebody) -> None:
    mira.says("a mail", raw=f"<{LINK}>\n{second}").hears("invitation/ask_only_that")


@pytest.mark.parametrize("said", ["here's our customers:", "Hi,\nplease add these"])
def test_a_list_with_one_line_before_it_is_taken(
    said: str, reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    """Seen: "No customer is on your list yet ... Which customer?"."""
    rows = "Northwind Traders,northwind.onmicrosoft.com\nFabrikam Foods,fabrikam.onmicrosoft.com"
    mira.says(f"{said}\nname,tenant\n{rows}\nthanks!").hears("customers/taken")
    assert workspace.audit().count("named_direct") == 2
    assert "Not added" not in mira.words
    mira.says(f"our other customers:\n{rows}").hears("customers/taken")
    assert "Added none" in mira.words


def test_a_list_is_taken_where_a_customers_name_is_asked(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("invite a customer").hears("customer/ask_customer")
    mira.says("name,tenant\nNorthwind,northwind.onmicrosoft.com\nAdatum,adatum.onmicrosoft.com")
    assert mira.last.templates[0] == "customers/taken"
    assert workspace.audit().count("named_direct") == 2


# --- a name in a sentence


@pytest.mark.parametrize(
    "said",
    [
        "invite Northwind",
        "invite northwind please",
        "can you invite Nortwind",
        "go on with northwind",
    ],
)
def test_a_command_with_a_known_customers_name_does_not_ask_for_it(
    said: str, reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    """Seen: "invite Northwind is not on your list yet"."""
    put(workspace, "Northwind Traders")
    mira.says(said).hears("customer/ask_consent")
    assert "Northwind Traders" in mira.words


@pytest.mark.parametrize(
    "said", ["northwind said yes to the move today", "Northwind agreed to move", "northwind agreed"]
)
def test_a_report_that_names_a_customer_is_never_our_own_agreement(
    said: str, mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Northwind Traders")
    before = workspace.audit()
    mira.says(said)
    assert "Northwind" in mira.words
    new = workspace.audit()[len(before) :]
    assert not {"agreement_accepted", "acceptance_reported", "submitted", "approved"} & set(new)
    assert mira.last.templates[0].startswith(("customer/", "repair/record"))


@pytest.mark.parametrize("said", ["Acme agreed last week", "Acme Corp said yes yesterday"])
def test_a_customer_that_nobody_named_before_is_asked_about_first(
    said: str, reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    """Seen: the *agreement* was taken for accepted."""
    mira.says(said).hears("customer/ask_relation")
    assert "Acme" in mira.words
    assert "consented" not in workspace.audit()


def test_a_colleague_who_agreed_is_no_customer(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    for said in ("Otto agreed yesterday", "the board agreed", "management said yes today"):
        mira.says(said)
        assert "customer/ask_relation" not in mira.last.templates


@pytest.mark.parametrize(
    "said",
    [
        "how do I invite a customer",
        "why do you need that",
        "what happens to our azure customers",
        "not sure yet",
        "we talked to them yesterday and they want to think about it",
        '=HYPERLINK("http://x")',
    ],
)
def test_a_sentence_is_no_new_customer(
    said: str, reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    """Seen: "Is remove =HYPERLINK in the same CSP region as you?"."""
    mira.says("invite a customer").hears("customer/ask_customer")
    mira.says(said)
    assert "customer/ask_relation" not in mira.last.templates
    assert "named_direct" not in workspace.audit()


@pytest.mark.parametrize("said", ["what does a transfer cost"])
def test_a_question_stays_a_question_where_a_transfers_customer_is_asked(
    said: str, reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Northwind Traders")
    mira.says("start a transfer").hears("transfer/ask_transfer_customer")
    mira.says(said)
    assert "transfer/which_customer" not in mira.last.templates
    mira.says("Northwind").hears("transfer/customer_first")


def test_a_name_with_its_tenant_is_that_customer(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("Northwind Traders, northwind.onmicrosoft.com").hears("customer/ask_relation")
    mira.clicks("customer.relation.direct").hears("customer/ask_consent")
    assert "Northwind Traders" in mira.words


@pytest.mark.parametrize(
    "said",
    [
        "sorry I meant Fabrikam Foods",
        "no, fabrikam foods",
        "I meant fabrikam",
    ],
)
def test_the_customer_that_was_meant_takes_the_place_of_the_other(
    said: str, mira: Somebody, workspace: Workspace, reseller: None
) -> None:
    put(workspace, "Northwind Traders")
    put(workspace, "Fabrikam Foods")
    mira.says("invite Northwind Traders").hears("customer/ask_consent")
    mira.says(said).hears("customer/ask_consent")
    assert "Fabrikam Foods" in mira.words


# --- providers


@pytest.mark.parametrize(
    ("said", "template"),
    [
        ("we picked ingram", "provider/ask_same_region"),
        ("we take TD Synnex instead", "provider/ask_same_region"),
        ("we changed our mind, we take Pax8", "provider/ask_same_region"),
        ("add ingram micro as a provider", "provider/ask_provider_tenant"),
        ("please add the distributor Crayon", "provider/ask_provider_tenant"),
    ],
)
def test_a_command_with_a_providers_name_does_not_ask_for_it(
    said: str, template: str, reseller: None, mira: Somebody
) -> None:
    mira.says(said).hears(template)


@pytest.mark.parametrize(
    "said", ["we take Grace as our admin", "we use Salesforce", "we agreed on monday", "we take it"]
)
def test_what_is_no_provider_is_never_chosen(
    said: str, reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    mira.says(said)
    assert "provider/ask_same_region" not in mira.last.templates
    assert "chosen" not in workspace.audit()


def test_a_known_customer_is_no_provider(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Northwind Traders")
    mira.says("we take Northwind first")
    assert "provider/ask_same_region" not in mira.last.templates


def test_two_that_are_compared_by_name_stand_side_by_side(mira: Somebody) -> None:
    """Seen: "You also wrote that a customer left"."""
    mira.says("lets compare ingram micro and TD Synnex")
    assert mira.last.templates[0] == "provider/comparison"


def noting(mira: Somebody) -> None:
    mira.says("enter a provider").says("Ingram Micro")
    mira.clicks("add_provider.provider_tenant.unknown").clicks("add_provider.same_region.same")
    mira.hears("provider/ask_criterion")


def notes(workspace: Workspace) -> dict[str, str]:
    partner = workspace.case_partner()
    with workspace.tx() as tx:
        row = providers.called(tx, partner, "Ingram Micro")
        assert row is not None
        return {k: n.text for k, n in comparison.notes(tx, partner).get(row.id, {}).items()}


@pytest.mark.parametrize(
    ("said", "criterion"),
    [
        ("their support is 9 to 5, german only", "support"),
        ("they give us 45 days and a limit of 50k", "credit"),
        ("weekly webinars for free", "training"),
        ("invoices come monthly by api", "billing"),
        ("they pay half of our campaigns", "marketing"),
        ("hotline answers within an hour", "support"),
    ],
)
def test_a_note_in_free_words_is_kept(
    said: str, criterion: str, mira: Somebody, workspace: Workspace
) -> None:
    noting(mira)
    mira.says(said).hears("provider/noted", "provider/ask_criterion")
    assert notes(workspace)[criterion] == said


def test_a_note_of_which_nobody_knows_what_it_is_about_is_not_lost(
    mira: Somebody, workspace: Workspace
) -> None:
    noting(mira)
    mira.says("they seem to be a bit arrogant").hears("provider/ask_criterion")
    assert "they seem to be a bit arrogant" in mira.words
    mira.clicks("provider_notes.criterion.support").hears("provider/ask_criterion")
    assert notes(workspace)["support"] == "they seem to be a bit arrogant"


@pytest.mark.parametrize(
    "said", ["thats it", "that's all", "no more", "done", "nothing else", "no"]
)
def test_thats_it_ends_the_notes(said: str, mira: Somebody, workspace: Workspace) -> None:
    noting(mira)
    mira.says(said).hears("provider/comparison")


@pytest.mark.parametrize("said", ["add another one", "another provider please", "next one"])
def test_another_one_is_entered_next(said: str, mira: Somebody) -> None:
    noting(mira)
    mira.says(said).hears("provider/ask_provider_named")


@pytest.mark.parametrize("said", ["what does a provider do?", "where are we", "can we roll back?"])
def test_a_question_among_the_notes_is_no_note(
    said: str, mira: Somebody, workspace: Workspace
) -> None:
    noting(mira)
    mira.says(said)
    assert set(notes(workspace)) == {"region"}
    assert mira.last.templates[-1] == "provider/ask_criterion"


# --- invitations


@pytest.fixture
def invited(reseller: None, workspace: Workspace) -> Workspace:
    """Grace has an invitation that is said to be from Ingram Micro."""
    mira = workspace.people["Mira"]
    mira.says(f"here is the invitation {LINK}").says("Ingram Micro").hears("invitation/passed_on")
    return workspace


@pytest.mark.parametrize(
    "said",
    [
        "it says Fabrikam not ingram",
        "It says Fabrikam, not Ingram",
        "the page shows Fabrikam Distribution instead of Ingram Micro",
        "there's another company on the page",
        "the name on the page doesn't match",
    ],
)
def test_another_company_on_the_page_is_not_ours(
    said: str, invited: Workspace, mira: Somebody, grace: Somebody
) -> None:
    """Seen: "Which provider do you want to enter?"."""
    grace.says(said)
    assert grace.last.templates == ["invitation/noted"]
    assert state(invited, "Ingram Micro") == State.REJECTED
    assert [m.templates for m in mira.heard if m.kind == "message"] == [["invitation/became"]]
    warned = [m for m in invited.sent if m.templates == ["invitation/another_company"]]
    assert [m.to for m in warned] == ["#C01SUPPORT"]


def test_support_reads_which_company_the_page_shows(invited: Workspace, grace: Somebody) -> None:
    grace.says("it says Fabrikam Distribution, not Ingram Micro")
    (warned,) = [m for m in invited.sent if m.templates == ["invitation/another_company"]]
    assert "the page shows Fabrikam Distribution" in warned.words
    assert "Ingram Micro" in warned.words


@pytest.mark.parametrize(
    "said", ["it says Fabrikam", "why does it say Fabrikam?", "I see Litware there"]
)
def test_whoever_only_names_another_company_is_warned_and_asked(
    said: str, invited: Workspace, grace: Somebody
) -> None:
    grace.says(said).hears("invitation/do_not_accept", "invitation/ask_invite_outcome")
    assert next(iter(grace.last.buttons)) == "invited.invite_outcome.not_ours"
    assert state(invited, "Ingram Micro") == State.VALIDATED


@pytest.mark.parametrize(
    "said",
    [
        "it says Ingram Micro",
        "it says Contoso",
        "it says access denied",
        "yes, it is Ingram",
        "what if it says another name?",
    ],
)
def test_nothing_is_recorded_where_the_right_company_shows(
    said: str, invited: Workspace, grace: Somebody
) -> None:
    grace.says(said)
    assert state(invited, "Ingram Micro") == State.VALIDATED


def test_a_colleague_who_says_so_is_asked_once_more(invited: Workspace, mira: Somebody) -> None:
    mira.says("it says Fabrikam, not Ingram").hears("invitation/ask_outcome_sure")
    assert state(invited, "Ingram Micro") == State.VALIDATED


@pytest.mark.parametrize(
    "said",
    ["no mail yet", "didn't get it", "nothing arrived so far", "still no link", "inbox is empty"],
)
def test_no_mail_yet_is_the_invitation_once_a_provider_is_chosen(
    said: str, reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    """Seen: "Next you choose an indirect provider"."""
    with workspace.tx() as tx:
        person = people.meet(tx, "U01MIRA")
        id_ = providers.note(tx, person.partner, "Ingram Micro")
        day = NOON.date()
        advance(tx, MACHINE, id_, Event.CHOSEN, person, day=day, today=day, partner=person.partner)
    mira.says(said).hears("answers/no_invitation_yet")
    assert "F-INVITE-EMAIL" in mira.last.rendered.facts


def test_no_mail_yet_before_a_provider_is_chosen_is_not_about_the_invitation(
    mira: Somebody,
) -> None:
    mira.says("no mail yet")
    assert "answers/no_invitation_yet" not in mira.last.templates


@pytest.mark.parametrize(
    "said",
    ["we have 40 customers, where do i start?", "how do we begin with our 200 customers?"],
)
def test_whoever_has_many_customers_is_offered_a_list(
    said: str, reseller: None, mira: Somebody
) -> None:
    mira.says(said)
    assert "customer_list.start.now" in mira.last.buttons


# --- what is said of another answers nothing about the one at hand


@pytest.mark.parametrize(
    "said", ["Fabrikam said yes", "fabrikam foods agreed yesterday", "Litware said yes"]
)
def test_another_customers_yes_is_not_this_ones(
    said: str, reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Northwind Traders")
    put(workspace, "Fabrikam Foods")
    mira.says("invite Northwind Traders").hears("customer/ask_consent")
    mira.says(said)
    assert "consented" not in workspace.audit()
    assert mira.last.templates[-1] in ("customer/ask_consent", "customer/ask_relation")
    assert "Northwind" not in mira.words


@pytest.mark.parametrize("said", ["yes", "they said yes", "Northwind agreed", "Verbally agreed"])
def test_its_own_yes_still_counts(
    said: str, reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Northwind Traders")
    put(workspace, "Fabrikam Foods")
    mira.says("invite Northwind Traders").hears("customer/ask_consent")
    mira.says(said)
    assert "Northwind" in mira.words
    assert "customer/ask_relation" not in mira.last.templates


def test_another_providers_terms_are_not_this_ones(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    with workspace.tx() as tx:
        partner = people.meet(tx, "U01MIRA").partner
        for name in ("Ingram Micro", "TD Synnex"):
            comparison.note(
                tx, partner, providers.note(tx, partner, name), "region", "same", "x", NOON.date()
            )
    mira.says("we chose Ingram Micro").hears("provider/ask_terms")
    mira.says("TD Synnex agreed").hears("provider/ask_terms")
    assert "TD Synnex" in mira.words
    assert "chosen" not in workspace.audit()


def test_remove_with_a_customers_name_asks_what_has_changed(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Contoso Retail")
    mira.says("remove Contoso Retail").hears("customer_change/ask_changed")
    assert "left" not in workspace.audit()


def test_the_page_that_shows_the_expected_company_offers_no_not_ours(
    invited: Workspace, grace: Somebody
) -> None:
    grace.says("it says ingram micro gmbh").hears("invitation/ask_invite_outcome")
    assert state(invited, "Ingram Micro") == State.VALIDATED


@pytest.mark.parametrize("said", ["it's Otto", "it's Northwind", "there is a problem"])
def test_a_colleague_or_a_customer_is_not_the_company_on_the_page(
    said: str, invited: Workspace, grace: Somebody
) -> None:
    put(invited, "Northwind Traders")
    grace.says(said)
    assert "invitation/do_not_accept" not in grace.last.templates
    assert state(invited, "Ingram Micro") == State.VALIDATED


@pytest.mark.parametrize("said", ["yes Fabrikam is there", "I see Fabrikam there"])
def test_another_company_in_the_list_is_not_the_one_that_is_looked_for(
    said: str, invited: Workspace, grace: Somebody
) -> None:
    grace.clicks("invited.invite_outcome.accepted")
    grace.says(said).hears("repair/about_another", "invitation/ask_listed")
    assert state(invited, "Ingram Micro") == State.ACCEPTED


def test_a_company_that_nobody_entered_agreed_to_no_terms_of_ours(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("we chose Ingram Micro").clicks("choose_one.same_region.same")
    mira.hears("provider/ask_terms")
    mira.says("Crayon agreed").hears("repair/about_another", "provider/ask_terms")
    assert state(workspace, "Ingram Micro") == State.CONSIDERED
    mira.says("Ingram agreed").hears("provider/chosen")

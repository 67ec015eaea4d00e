"""A customer's road, as a conversation: consent first, both relations, and what was said in words
lands in the right place."""

import pytest

from domain import people
from domain.customers import customer_book
from domain.customers.customer import MACHINE
from domain.customers.customer_list import Row
from domain.machine import advance, stands
from domain.providers import partnership, providers
from tests.conftest import Somebody, Workspace
from tests.dialogs.conftest import DAY


def put(workspace: Workspace, name: str, *, kind: str = "direct") -> str:
    with workspace.tx() as tx:
        return customer_book.take(
            tx, people.meet(tx, "U01MIRA"), [Row(1, name, kind=kind)], today=DAY
        ).ids[1]


def state(workspace: Workspace, id_: str) -> str:
    with workspace.tx() as tx:
        return stands(tx, MACHINE, id_).state


def log(workspace: Workspace) -> list[str]:
    return [
        a
        for a in workspace.audit()
        if a not in ("workspace_described", "acceptance_reported", "seen_in_list")
    ]


def test_a_new_customer_from_the_name_to_the_first_order(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("I want to invite a customer").hears("customer/ask_customer")
    mira.says("Northwind Traders").hears("customer/ask_relation")
    mira.says("no, a new customer").hears("customer/ask_has_tenant")
    mira.says("it has one").hears("customer/recorded", "customer/ask_invited")
    assert "Fabrikam Distribution" in mira.words
    assert "Before that" not in mira.words
    mira.clicks("customer.invited.words").hears("customer/draft_invitation", "customer/ask_invited")
    mira.clicks("customer.invited.sent").hears("customer/recorded", "customer/ask_accepted_by")
    mira.clicks("customer.accepted_by.both").hears("customer/recorded", "customer/ask_mca")
    mira.clicks("customer.mca.attested").hears("customer/recorded", "customer/ask_mca_done")
    mira.clicks("customer.mca_done.done").hears("customer/recorded", "customer/ask_ordered")
    mira.clicks("customer.ordered.ordered").hears("customer/recorded", "customer/stands")
    assert log(workspace) == [
        "named_new",
        "has_tenant",
        "invited",
        "both_accepted",
        "mca_attested",
        "mca_done",
        "ordered",
    ]


def test_without_a_tenant_the_provider_creates_it(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("invite a customer").says("Adatum").clicks("customer.relation.new").clicks(
        "customer.has_tenant.has_none"
    )
    mira.hears("customer/recorded", "customer/ask_tenant_made")
    assert "reseller you may not" in mira.words
    mira.clicks("customer.tenant_made.not_yet").hears("customer/stands")
    assert "the provider" in mira.words
    mira.clicks("customer.start.now").hears("customer/ask_tenant_made")
    mira.clicks("customer.tenant_made.created").hears("customer/recorded", "customer/ask_invited")


def test_a_direct_customer_is_asked_first_and_the_day_is_kept(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    id_ = put(workspace, "Northwind Traders")
    mira.says("move a direct customer to the provider").hears("customer/ask_customer")
    mira.says("northwind traders").hears("customer/ask_consent")
    mira.clicks("customer.consent.words").hears("customer/draft_consent", "customer/ask_consent")
    mira.clicks("customer.consent.given").hears("customer/ask_consent_on")
    mira.says("next friday").hears("repair/doubtful")
    assert state(workspace, id_) == "DirectCustomer"
    mira.says("go on with customer Northwind Traders").clicks("customer.consent.given").says(
        "19 November"
    )
    mira.hears("customer/recorded", "customer/ask_way")
    assert "19 November 2026" in mira.words
    mira.clicks("customer.way.extension").hears("customer/ask_extended")
    mira.clicks("customer.extended.done").hears("customer/recorded", "customer/ask_mca")
    assert state(workspace, id_) == "BothRelationships"


def test_no_road_around_the_consent_in_a_conversation(
    reseller: None, mira: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    id_ = put(workspace, "Northwind Traders")
    mira.reports("Northwind Traders accepted the invitation").hears(
        "customer/consent_first", "customer/ask_consent"
    )
    otto.reports("we sent the invitation to Northwind Traders").hears(
        "customer/consent_first", "customer/ask_consent"
    )
    mira.clicks("customer.consent.not_yet").hears("customer/stands")
    for pressed in (
        "customer.extended.done",
        "customer.invited.sent",
        "customer.accepted_by.both",
        "customer.way.extension",
    ):
        mira.clicks(pressed, offer=mira.offer("customer.start.now"))
    assert state(workspace, id_) == "DirectCustomer"
    mira.says("cancel").says("I want to invite a customer").says("Northwind Traders").hears(
        "customer/ask_consent"
    )


def test_it_said_yes_on_monday(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    id_ = put(workspace, "Contoso Retail GmbH")
    mira.reports("customer Contoso Retail agreed on Monday").hears(
        "customer/recorded", "customer/ask_way"
    )
    assert "23 November 2026" in mira.words
    assert state(workspace, id_) == "Consented"


def test_it_accepted_the_invitation_that_nobody_reported(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    id_ = put(workspace, "Contoso Retail GmbH", kind="new")
    mira.reports("Contoso Retail GmbH accepted the invitation").hears("customer/ask_accepted_by")
    mira.clicks("customer.accepted_by.only_us").hears("customer/recorded", "customer/ask_mended")
    assert state(workspace, id_) == "ProviderMissing"
    mira.clicks("customer.mended.sent_again").hears("customer/recorded", "customer/ask_accepted_by")
    mira.clicks("customer.accepted_by.both")
    assert state(workspace, id_) == "BothRelationships"


def test_a_customers_signature_is_not_ours(mira: Somebody, workspace: Workspace) -> None:
    put(workspace, "Northwind", kind="new")
    for said in (
        "Northwind accepted the agreement",
        "Northwind GmbH accepted the agreement yesterday",
        "customer Unknown accepted the agreement",
    ):
        mira.says(said)
        assert "agreement/ask_accepted_on" not in mira.last.templates, said
        assert mira.last.templates[-1].startswith("customer/"), mira.last.templates
    assert workspace.case().enrollment == "NotStarted"


def test_a_no_is_kept_and_only_a_dated_yes_leads_on(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    id_ = put(workspace, "Adatum", kind="new")
    mira.reports("we sent the invitation to Adatum").hears(
        "customer/recorded", "customer/ask_accepted_by"
    )
    mira.clicks("customer.accepted_by.declined").hears("customer/recorded", "customer/stands")
    assert state(workspace, id_) == "Declined"
    mira.clicks("customer.start.now").hears("customer/ask_consent")
    mira.clicks("customer.consent.given").clicks("customer.consent_on.today").hears(
        "customer/recorded", "customer/ask_way"
    )


def test_a_customer_of_that_name_twice_is_asked_for(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Adatum GmbH")
    second = put(workspace, "Adatum Ltd")
    mira.says("Adatum accepted the invitation").hears("customer/ask_customer")
    mira.clicks(f"customer.customer.{second}").hears(
        "customer/consent_first", "customer/ask_consent"
    )


def test_a_name_that_is_nearly_one_we_know_is_not_simply_new(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    id_ = put(workspace, "Wide World Importers")
    mira.says("invite a customer").says("Wide World").hears(
        "customer/several", "customer/ask_customer"
    )
    mira.clicks("customer.customer.new").hears("customer/ask_relation")
    mira.says("cancel").says("invite a customer").says("Wide World").clicks(
        f"customer.customer.{id_}"
    ).hears("customer/ask_consent")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Adatum, litware!", "isn't a tenant id"),
        ("Adatum\nFabrikam", "more than one"),
        ("x" * 160, "longer than"),
        ("...", "could not read"),
    ],
)
def test_what_is_no_name_of_a_customer(reseller: None, mira: Somebody, said: str, why: str) -> None:
    mira.says("invite a customer").says(said)
    if why == "could not read":
        return
    mira.hears("customer/bad_name", "customer/ask_customer")
    assert why in mira.words


def test_without_agreement_or_provider_it_says_so_and_goes_on(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("invite a customer").says("Adatum").clicks("customer.relation.new").clicks(
        "customer.has_tenant.has"
    )
    mira.hears("customer/recorded", "customer/ask_invited")
    assert "agreement is not accepted" in mira.words
    mira.clicks("customer.invited.not_yet").hears("customer/stands")


def test_a_question_in_between_loses_nothing(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Adatum")
    mira.says("go on with customer Adatum").hears("customer/ask_consent")
    mira.says("can I roll back?").hears("answers/can_i_roll_back", "customer/ask_consent")
    mira.says("show our customers").hears("customers/progress", "customer/ask_consent")
    mira.says("they agreed").hears("customer/ask_consent_on")


def test_with_two_providers_it_is_asked_which(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    with workspace.tx() as tx:
        person = people.meet(tx, "U01MIRA")
        second = providers.note(tx, person.partner, "Proseware")
        advance(
            tx,
            partnership.MACHINE,
            second,
            "seen_in_list",
            person,
            day=DAY,
            today=DAY,
            partner=person.partner,
        )
    mira.says("invite a customer").says("Adatum").clicks("customer.relation.new").hears(
        "customer/ask_customer_provider"
    )
    mira.says("Unknown Disti").hears("customer/which_provider", "customer/ask_customer_provider")
    mira.says("proseware").hears("customer/ask_has_tenant")
    with workspace.tx() as tx:
        (found,) = customer_book.search(tx, person.partner, "adatum")
        assert found.provider == second


def test_a_button_beside_the_questions_own_leads_where_it_says(
    reseller: None, mira: Somebody
) -> None:
    mira.says("I want to invite a customer").hears("customer/ask_customer")
    mira.clicks("customers.start.now").hears("customers/progress", "customer/ask_customer")
    mira.says("cancel").says("I want to invite a customer").clicks("customer_list.start.now").hears(
        "customers/ask_list_text"
    )
    mira.says("name\nAdatum").hears("customers/taken", "customer/ask_customer")
    mira.says("cancel").says("start a transfer").clicks("customers.start.now")
    mira.hears("customers/progress", "transfer/ask_transfer_customer")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Adatum, 1234567", "looks like a Partner ID"),
        ("Adatum, 11111111-2222-4333-8444-555555555555", "your own"),
        ("adatum.onmicrosoft.com", "where I expected the name"),
    ],
)
def test_an_identifier_of_another_kind_is_named(
    reseller: None, mira: Somebody, said: str, why: str
) -> None:
    mira.says("invite a customer").says(said).hears("customer/bad_name", "customer/ask_customer")
    assert why in mira.words


def test_a_domain_of_which_slack_makes_a_link_is_none(reseller: None, mira: Somebody) -> None:
    mira.says("invite a customer")
    said = "Northwind Traders, northwind.onmicrosoft.com"
    mira.says(
        said, raw="Northwind Traders, <http://northwind.onmicrosoft.com|northwind.onmicrosoft.com>"
    )
    mira.hears("customer/ask_relation")

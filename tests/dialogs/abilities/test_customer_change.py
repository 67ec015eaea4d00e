"""What takes a customer back on its road, by button and in words: said with its consequences before
it is recorded."""

from datetime import date

import pytest

from domain import people
from domain.customers.customer import MACHINE
from domain.machine import advance
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_customer import put, state

DAY = date(2026, 11, 20)


@pytest.fixture
def active(reseller: None, workspace: Workspace) -> str:
    id_ = put(workspace, "Northwind", kind="new")
    with workspace.tx() as tx:
        mira = people.meet(tx, "U01MIRA")
        for event in ("has_tenant", "invited", "both_accepted", "mca_accepted_directly", "ordered"):
            advance(tx, MACHINE, id_, event, mira, day=DAY, today=DAY, partner=mira.partner)
    return id_


def test_a_relationship_is_removed_from_the_customers_view(
    active: str, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("go on with customer Northwind").hears("customer/stands")
    mira.clicks("customer_change.start.now").hears("customer_change/ask_changed")
    mira.clicks("customer_change.changed.provider_removed").hears("customer_change/ask_changed_on")
    mira.clicks("customer_change.changed_on.today").hears("customer_change/ask_sure_changed")
    assert "can't order" in mira.words
    assert state(workspace, active) == "Active"
    mira.clicks("customer_change.sure_changed.sure").hears("customer/recorded", "customer/stands")
    assert state(workspace, active) == "ProviderMissing"
    mira.clicks("customer.start.now").hears("customer/ask_mended")


def test_not_sure_records_nothing(active: str, mira: Somebody, workspace: Workspace) -> None:
    mira.says("Northwind left us yesterday").hears("customer_change/ask_sure_changed")
    mira.clicks("customer_change.sure_changed.keep").hears("customer_change/kept")
    assert state(workspace, active) == "Active"


def test_it_left_and_comes_back_only_by_a_dated_yes(
    active: str, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("the customer Northwind left us yesterday").hears("customer_change/ask_sure_changed")
    mira.clicks("customer_change.sure_changed.sure").hears("customer/recorded", "customer/stands")
    assert state(workspace, active) == "Ended"
    mira.says("Northwind left us").hears("customer_change/gone_already")
    mira.clicks("customer.start.now").hears("customer/ask_consent")


def test_the_consent_is_taken_back(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    id_ = put(workspace, "Adatum")
    mira.reports("customer Adatum agreed on Monday").hears("customer/recorded", "customer/ask_way")
    mira.says("Adatum took back its consent today").hears("customer_change/ask_sure_changed")
    mira.clicks("customer_change.sure_changed.sure")
    mira.hears("customer/recorded", "customer/stands", "customer/ask_consent")
    assert state(workspace, id_) == "DirectCustomer"


def test_where_no_consent_waits_none_is_taken_back(
    active: str, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("Northwind withdrew its consent").hears(
        "customer_change/does_not_fit", "customer_change/ask_changed"
    )
    mira.says("it removed us").hears("customer_change/ask_changed_on")
    mira.says("before yesterday? I do not know").clicks("customer_change.changed_on.yesterday")
    mira.clicks("customer_change.sure_changed.sure").hears("customer/recorded", "customer/stands")
    assert state(workspace, active) == "ResellerMissing"


def test_a_customer_nobody_knows(reseller: None, mira: Somebody) -> None:
    mira.says("the customer left us").hears("customer_change/ask_changed_customer")
    mira.says("Unknown Ltd").hears(
        "customer_change/which_customer", "customer_change/ask_changed_customer"
    )


def test_what_a_colleague_reported_meanwhile_is_not_reported_twice(
    active: str, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("Northwind left us yesterday").hears("customer_change/ask_sure_changed")
    with workspace.tx() as tx:
        grace = people.meet(tx, "U02GRACE")
        advance(tx, MACHINE, active, "left", grace, day=DAY, today=DAY, partner=grace.partner)
    before = workspace.audit()
    mira.clicks("customer_change.sure_changed.sure").hears("repair/not_possible")
    assert workspace.audit() == before


def test_start_over_in_another_dialog_leaves_this_one_as_it_was(
    active: str, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("Northwind left us yesterday").hears("customer_change/ask_sure_changed")
    mira.says("check our reseller standing").says("start over").hears("reseller/ask_onboarded")
    mira.says("today").clicks("reseller.floor.reached").clicks("reseller.security_items.present")
    mira.hears("reseller/outlook", "customer_change/ask_sure_changed")
    mira.clicks("customer_change.sure_changed.sure").hears("customer/recorded", "customer/stands")
    assert state(workspace, active) == "Ended"

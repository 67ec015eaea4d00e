"""Moving subscriptions: the customer first, one open request each, and both sides look
afterwards."""

import pytest

from domain import people
from domain.customers import transfer_book
from domain.customers.customer import MACHINE
from domain.machine import advance
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_customer import put
from tests.dialogs.conftest import DAY

ID = "aaaaaaaa-bbbb-4ccc-8ddd-000000000001"


@pytest.fixture
def northwind(reseller: None, workspace: Workspace) -> str:
    """A customer that the provider has."""
    id_ = put(workspace, "Northwind", kind="new")
    with workspace.tx() as tx:
        mira = people.meet(tx, "U01MIRA")
        for event in ("has_tenant", "invited", "both_accepted"):
            advance(tx, MACHINE, id_, event, mira, day=DAY, today=DAY, partner=mira.partner)
    return id_


def open_requests(workspace: Workspace, id_: str) -> list[str]:
    with workspace.tx() as tx:
        return [
            r.state for r in transfer_book.of_customer(tx, people.meet(tx, "U01MIRA").partner, id_)
        ]


def requested(mira: Somebody, id_: str) -> None:
    mira.says("start a transfer").hears("transfer/ask_transfer_customer")
    mira.clicks(f"transfer.transfer_customer.{id_}").hears("transfer/ask_subscription_kind")
    mira.clicks("transfer.subscription_kind.new_commerce").hears("transfer/ask_subscriptions")
    mira.says(f"{ID}\nBusiness Premium").hears("transfer/ask_request_made")


def test_from_the_request_to_both_sides_checked(
    northwind: str, mira: Somebody, workspace: Workspace
) -> None:
    requested(mira, northwind)
    assert "The provider starts it" in mira.words
    mira.clicks("transfer.request_made.created").hears(
        "transfer/recorded", "transfer/ask_request_answer"
    )
    assert "your Admin agent, who picks the items and accepts" in mira.words
    assert "Only the provider can cancel it" in mira.words
    mira.clicks("transfer.request_answer.accepted").hears(
        "transfer/recorded", "transfer/ask_request_done"
    )
    mira.clicks("transfer.request_done.completed").hears(
        "transfer/recorded", "transfer/ask_source_right"
    )
    mira.clicks("transfer.source_right.seen").hears(
        "transfer/recorded", "transfer/ask_target_right"
    )
    mira.clicks("transfer.target_right.seen").hears("transfer/recorded", "transfer/stands")
    assert "checked on both sides" in mira.words
    assert open_requests(workspace, northwind) == []


def test_a_second_request_for_the_same_subscription_is_refused(
    northwind: str, mira: Somebody, workspace: Workspace
) -> None:
    requested(mira, northwind)
    mira.clicks("transfer.request_made.not_yet").hears("transfer/stands")
    mira.says("new transfer request").clicks(f"transfer.transfer_customer.{northwind}").hears(
        "transfer/ask_transfer"
    )
    mira.clicks("transfer.transfer.new").clicks("transfer.subscription_kind.new_commerce").says(
        ID.upper()
    ).hears("transfer/refused")
    assert open_requests(workspace, northwind) == ["Draft"]


def test_the_customer_comes_before_its_subscriptions(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Adatum")
    mira.says("start a transfer").says("Adatum").hears("transfer/customer_first")
    mira.clicks("customer.start.now").hears("customer/ask_consent")


def test_azure_plan_and_reservations_are_transferred_not_bought_again(
    northwind: str, mira: Somebody
) -> None:
    mira.says("start a transfer").says("northwind").hears("transfer/ask_subscription_kind")
    assert "so can Azure plan with its reservations and savings plans" in mira.words
    mira.clicks("transfer.subscription_kind.reservation").says("VM reservation")
    mira.hears("transfer/ask_request_made")
    assert "The provider starts it" in mira.words
    assert "Partner ID of your location" in mira.words


def test_for_software_the_provider_is_asked_before_anything_is_bought(
    northwind: str, mira: Somebody
) -> None:
    mira.says("start a transfer").says("northwind").clicks(
        "transfer.subscription_kind.software"
    ).says("SQL Server")
    mira.hears("transfer/ask_provider_says")
    assert "Don't buy anything again before it answers" in mira.words
    mira.clicks("transfer.provider_says.moves_not").hears(
        "transfer/recorded", "transfer/ask_bought"
    )
    mira.clicks("transfer.bought.bought").hears("transfer/recorded", "transfer/stands")


def test_the_partner_starts_for_legacy_licenses(northwind: str, mira: Somebody) -> None:
    mira.says("start a transfer").says("northwind").clicks(
        "transfer.subscription_kind.legacy"
    ).says("Old E3")
    mira.hears("transfer/ask_request_made")
    assert "You start it" in mira.words


def test_before_thirty_days_without_an_answer_somebody_is_reminded_and_then_it_lapses(
    northwind: str, mira: Somebody, workspace: Workspace
) -> None:
    requested(mira, northwind)
    mira.clicks("transfer.request_made.created")
    assert "Without an answer it lapses on 24 December 2026" in mira.words
    mira.clicks("transfer.request_answer.not_yet")
    workspace.later(days=26)
    (before,) = [m for m in workspace.messages_to("Mira") if m.templates == ["transfer/lapses"]]
    assert "lapses on 24 December 2026" in before.rendered.text
    assert open_requests(workspace, northwind) == ["Active"]
    workspace.later(days=10)
    assert open_requests(workspace, northwind) == ["Lapsed"]
    mira.says("start a transfer").clicks(f"transfer.transfer_customer.{northwind}")
    (row,) = [b for b in mira.last.buttons if b.startswith("transfer.transfer.") and "new" not in b]
    mira.clicks(row).hears("transfer/ask_again")
    assert "The provider makes a new one" in mira.words
    mira.clicks("transfer.again.accepted").hears("transfer/recorded", "transfer/ask_request_done")


def test_no_new_transfer_while_the_reseller_tenant_is_suspended(
    northwind: str, mira: Somebody
) -> None:
    mira.reports("our reseller tenant was suspended today").hears("reseller/recorded")
    assert "existing licenses and services can still be managed" in mira.words
    assert "check one customer now" in mira.words
    mira.says("start a transfer").says("Northwind").hears("transfer/blocked")


def test_no_transfer_before_the_agreement_since_the_check_would_block_it(
    mira: Somebody, workspace: Workspace
) -> None:
    id_ = put(workspace, "Tailspin", kind="new")
    with workspace.tx() as tx:
        by = people.meet(tx, "U01MIRA")
        for event in ("has_tenant", "invited", "both_accepted"):
            advance(tx, MACHINE, id_, event, by, day=DAY, today=DAY, partner=by.partner)
    mira.says("start a transfer").says("Tailspin").hears("transfer/agreement_first")
    assert open_requests(workspace, id_) == []


def test_reports_in_words_find_the_request(
    northwind: str, mira: Somebody, workspace: Workspace
) -> None:
    requested(mira, northwind)
    mira.clicks("transfer.request_made.created")
    mira.says("cancel")
    mira.reports("the transfer of Northwind was approved today").hears(
        "transfer/recorded", "transfer/ask_request_done"
    )
    assert "24 November 2026" in mira.words
    mira.says("cancel")
    mira.reports("the transfer for Northwind is complete").hears(
        "transfer/recorded", "transfer/ask_source_right"
    )
    mira.clicks("transfer.source_right.not_right").hears(
        "transfer/recorded", "transfer/ask_source_right"
    )


def test_more_than_twenty_five_and_doubles_are_refused_with_the_reason(
    northwind: str, mira: Somebody
) -> None:
    mira.says("start a transfer").says("northwind").clicks(
        "transfer.subscription_kind.new_commerce"
    )
    mira.says("\n".join(f"sub {n}" for n in range(26))).hears(
        "transfer/refused", "transfer/ask_subscriptions"
    )
    assert "25" in mira.words
    mira.says("E3, e3").hears("transfer/refused", "transfer/ask_subscriptions")
    mira.says("E3").hears("transfer/ask_request_made")


def test_nobody_of_that_name(northwind: str, mira: Somebody) -> None:
    mira.says("start a transfer").says("Unknown Company").hears(
        "transfer/which_customer", "transfer/ask_transfer_customer"
    )

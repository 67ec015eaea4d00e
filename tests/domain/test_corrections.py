"""Reports of customers, transfers, partnerships and standings that were wrong: they stop counting,
and nothing is overwritten."""

from datetime import date

import pytest

from domain import correction
from domain.correction import Report, latest, take_back
from domain.customers import customer, customer_book, transfer, transfer_book
from domain.customers.customer_list import Row
from domain.customers.transfer import Kind, Refused, rule_of
from domain.machine import WITHDRAWN, NotAllowed, NotPossible, advance, effective, fold, stands
from domain.people import Person, Role
from domain.providers import invitation, partnership, providers
from domain.storage import audit
from domain.storage.store import Tx
from domain.tenant import reseller
from tests.conftest import TEAM

TODAY = date(2026, 11, 24)
MIRA = Person("mira", TEAM, "U01", "Mira", "contoso")
PETE = Person("pete", TEAM, "U05", "Pete", "contoso")
OLGA = Person("olga", TEAM, "U02", "Olga", "fabrikam", frozenset({Role.APPROVER}))
SAM = Person("sam", TEAM, "U04", "Sam", "contoso", frozenset({Role.SUPPORT}))
GUEST = Person("mira", TEAM, "U01", "Mira", "contoso", frozenset({Role.SUPPORT}), kind="guest")
SAID = {"day": TODAY, "today": TODAY, "partner": "contoso"}
LINK = (
    "https://partner.microsoft.com/dashboard/v2/invitation?id=22222222-3333-4444-8555-666666666666"
)


def move(tx: Tx, machine: str, subject: str, *events: str, implied: bool = False) -> str:
    more = {"implied": True} if implied else {}
    for event in events:
        advance(tx, correction.MACHINES[machine], subject, event, MIRA, **SAID, **more)  # type: ignore[arg-type]
    return stands(tx, correction.MACHINES[machine], subject).state


def one(tx: Tx, name: str = "Northwind", *events: str) -> str:
    id_ = customer_book.take(tx, MIRA, [Row(1, name, kind="new")], today=TODAY).ids[1]
    move(tx, "customer", id_, *events)
    return id_


def newest(tx: Tx, machine: str, subject: str) -> Report:
    return correction.about(tx, "contoso", [(machine, subject)], 9)[0]


def test_a_customer_that_did_not_accept_stands_where_it_stood_and_the_log_keeps_both(
    tx: Tx,
) -> None:
    id_ = one(tx, "Northwind", "has_tenant", "invited", "both_accepted")
    assert take_back(tx, MIRA, newest(tx, "customer", id_), "note").state == customer.State.INVITED
    log = audit.entries(tx, f"customer:{id_}")
    assert [e.action for e in log] == [
        "named_new",
        "has_tenant",
        "invited",
        "both_accepted",
        WITHDRAWN,
    ]
    assert log[-1].details["reason"] == "note"
    assert (
        fold(customer.MACHINE, effective(log)).state
        == stands(tx, customer.MACHINE, id_).state
        == "JointInvited"
    )
    assert [r.event for r in correction.about(tx, "contoso", [("customer", id_)], 9)] == [
        "invited",
        "has_tenant",
        "named_new",
    ]


def test_what_the_report_implied_goes_with_it(tx: Tx) -> None:
    id_ = one(tx)
    move(tx, "customer", id_, "has_tenant", "invited", implied=True)
    move(tx, "customer", id_, "both_accepted")
    assert take_back(tx, MIRA, newest(tx, "customer", id_), "n").state == customer.State.PROSPECT


def test_a_report_that_others_rest_on_stays_until_they_are_gone(tx: Tx) -> None:
    id_ = one(tx, "Northwind", "has_tenant", "invited", "both_accepted", "mca_missing")
    invited = next(
        r for r in correction.about(tx, "contoso", [("customer", id_)], 9) if r.event == "invited"
    )
    with pytest.raises(NotPossible):
        take_back(tx, MIRA, invited, "n")
    assert stands(tx, customer.MACHINE, id_).state == customer.State.AWAITING_MCA


@pytest.mark.parametrize(
    "by", [MIRA, SAM, Person("o", TEAM, "U3", "Otto", "contoso", frozenset({Role.APPROVER}))]
)
def test_whose_word_it_was_or_who_supports_or_approves_may(tx: Tx, by: Person) -> None:
    id_ = one(tx, "Northwind", "has_tenant")
    assert take_back(tx, by, newest(tx, "customer", id_), "n").state == customer.State.PROSPECT


@pytest.mark.parametrize("by", [PETE, GUEST])
def test_nobody_else_may(tx: Tx, by: Person) -> None:
    id_ = one(tx, "Northwind", "has_tenant")
    report = newest(tx, "customer", id_)
    if by is GUEST:
        report = Report(**{**report.__dict__, "by": "somebody"})
    with pytest.raises(NotAllowed):
        take_back(tx, by, report, "n")
    assert stands(tx, customer.MACHINE, id_).state == customer.State.CAN_INVITE


def test_another_partners_reports_are_not_seen(tx: Tx) -> None:
    id_ = one(tx, "Northwind", "has_tenant")
    assert correction.about(tx, OLGA.partner, [("customer", id_)], 9) == []
    assert latest(tx, OLGA.partner, 9) == []
    assert latest(tx, "", 9) == []
    assert [r.event for r in latest(tx, "contoso", 1)] == ["has_tenant"]


def asked(tx: Tx, customer_id: str, said: str) -> str:
    row = customer_book.by_id(tx, "contoso", customer_id)
    return transfer_book.request(
        tx, MIRA, row, Kind.NEW_COMMERCE, [said], rule_of("v2"), today=TODAY
    )


def test_a_transfer_that_was_not_closed_holds_its_subscriptions_again(tx: Tx) -> None:
    of = one(tx, "Northwind", "has_tenant", "invited", "both_accepted")
    id_ = asked(tx, of, "E3")
    for event in ("created", "rejected"):
        transfer_book.report(tx, MIRA, id_, event, day=TODAY, today=TODAY)
    assert [i.held for i in transfer_book.items_of(tx, id_)] == [None]
    assert take_back(tx, MIRA, newest(tx, "transfer", id_), "n").state == transfer.State.ACTIVE
    assert [bool(i.held) for i in transfer_book.items_of(tx, id_)] == [True]
    assert take_back(tx, MIRA, newest(tx, "transfer", id_), "n").state == transfer.State.DRAFT
    assert (
        correction.about(tx, "contoso", [("transfer", id_)], 9) == []
    )  # that it was asked for is nobody's report


def test_not_while_another_request_has_the_subscription(tx: Tx) -> None:
    of = one(tx, "Northwind", "has_tenant", "invited", "both_accepted")
    id_ = asked(tx, of, "E3")
    for event in ("created", "completed"):
        transfer_book.report(tx, MIRA, id_, event, day=TODAY, today=TODAY)
    asked(tx, of, "E3")
    with pytest.raises(Refused):
        take_back(tx, MIRA, newest(tx, "transfer", id_), "n")


def test_an_invitation_that_was_not_accepted_may_be_brought_once_more(tx: Tx) -> None:
    provider = providers.note(tx, "contoso", "Fabrikam")
    move(tx, "partnership", provider, "link_received", "form_right")
    invitation.close(tx, invitation.add(tx, "contoso", provider, LINK, MIRA))
    move(tx, "partnership", provider, "accepted", "seen_in_list")
    assert invitation.known(tx, "contoso", LINK)
    for expected in ("AcceptedReported", "FormValidated"):
        assert take_back(tx, MIRA, newest(tx, "partnership", provider), "n").state == expected
    assert not invitation.known(tx, "contoso", LINK)
    assert correction.about(tx, "contoso", [("partnership", provider)], 9) == []


def test_a_suspension_that_was_none(tx: Tx) -> None:
    move(tx, "reseller", "tenant", "first_year_over", implied=True)
    move(tx, "reseller", "tenant", "suspended")
    assert take_back(tx, MIRA, newest(tx, "reseller", "tenant"), "n").state == reseller.State.NEW


def test_those_who_were_told_hear_of_it(tx: Tx) -> None:
    provider = providers.note(tx, "contoso", "Fabrikam")
    move(tx, "partnership", provider, "seen_in_list")
    assert correction.audience(tx, newest(tx, "partnership", provider), "contoso") == ([], True)
    assert newest(tx, "partnership", provider).event == partnership.Event.SEEN_IN_LIST

"""Customers: consent comes first, a list is taken whole and once, and nobody sees another
partner's."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select

from domain.customers import customer_book, customer_names
from domain.customers.customer import MACHINE, MUST_ACT, STUCK_FIRST, Event, State
from domain.customers.customer_list import Row, parse
from domain.machine import Doubtful, NotAllowed, NotPossible, advance, stands
from domain.people import Person, Role
from domain.providers import providers
from domain.storage import audit
from domain.storage.store import Tx, table
from domain.tables import Audit, Customer
from tests.conftest import TEAM

TODAY = date(2026, 11, 24)
MIRA = Person("mira", TEAM, "U01", "Mira", "contoso")
OTHER = Person("other", TEAM, "U02", "Olga", "fabrikam", frozenset({Role.SUPPORT}))
GUEST = Person("guest", TEAM, "U09", "Gast", "contoso", kind="guest")
GUID = "aaaaaaaa-bbbb-4ccc-8ddd-{:012x}"


def take(tx: Tx, text: str, by: Person = MIRA, provider: str = "") -> customer_book.Taken:
    parsed = parse(text)
    return customer_book.take(
        tx, by, parsed.rows, today=TODAY, provider=provider, wrong=parsed.wrong
    )


def one(tx: Tx, name: str = "Northwind", kind: str = "direct") -> str:
    return customer_book.take(tx, MIRA, [Row(1, name, kind=kind)], today=TODAY).ids[1]


def move(tx: Tx, id_: str, *events: str, day: date = TODAY) -> str:
    for said in events:
        advance(tx, MACHINE, id_, said, MIRA, day=day, today=TODAY, partner="contoso")
    return stands(tx, MACHINE, id_).state


def test_no_road_leads_a_direct_customer_on_but_through_its_consent() -> None:
    before = {State.DIRECT, State.DECLINED, State.ENDED}
    for state in before:
        assert MACHINE.reachable_from(state, without=[Event.CONSENTED]) <= before


@pytest.mark.parametrize("said", [Event.EXTENDED, Event.INVITED, Event.BOTH_ACCEPTED])
@pytest.mark.parametrize(
    "by",
    [
        MIRA,
        OTHER,
        Person(
            "ga", TEAM, "U03", "Grace", "contoso", frozenset({Role.GLOBAL_ADMIN, Role.APPROVER})
        ),
    ],
)
def test_without_a_dated_consent_nothing_is_extended_or_invited_whoever_asks(
    tx: Tx, said: str, by: Person
) -> None:
    id_ = one(tx)
    with pytest.raises(NotPossible) as refused:
        advance(tx, MACHINE, id_, said, by, day=TODAY, today=TODAY)
    assert refused.value.reasons == ("X-CONSENT-FIRST",)
    assert stands(tx, MACHINE, id_).state == State.DIRECT


def test_the_consent_is_not_younger_than_what_rests_on_it(tx: Tx) -> None:
    id_ = one(tx)
    move(tx, id_, Event.CONSENTED)
    with pytest.raises(Doubtful):
        move(tx, id_, Event.EXTENDED, day=TODAY - timedelta(days=1))
    assert move(tx, id_, Event.EXTENDED) == State.BOTH


def test_a_customer_that_was_direct_stays_so_under_another_name_of_the_same_thing(tx: Tx) -> None:
    for name in ("P1", "P2"):
        providers.note(tx, "contoso", name)
    take(tx, f"name,tenant,kind,provider\nNorthwind,{GUID.format(1)},direct,P1\n")
    again = take(tx, f"name,tenant,kind,provider\nNorthwind Traders,{GUID.format(1)},new,P2\n")
    assert stands(tx, MACHINE, again.ids[2]).state == State.DIRECT
    assert take(tx, f"name,tenant,kind\nNorthwind T.,{GUID.format(1)},new\n").new == []


def test_guests_move_nothing(tx: Tx) -> None:
    with pytest.raises(NotAllowed):
        customer_book.take(tx, GUEST, [Row(1, "X")], today=TODAY)
    id_ = one(tx)
    with pytest.raises(NotAllowed):
        advance(tx, MACHINE, id_, Event.CONSENTED, GUEST, day=TODAY, today=TODAY)


def test_every_state_has_somebody_who_must_act_and_a_place_in_the_order() -> None:
    assert set(MUST_ACT) == set(STUCK_FIRST) == set(State)


LIST = f"name,tenant\nNorthwind,{GUID.format(1)}\nContoso Ltd,contoso.onmicrosoft.com\nAdatum,\n"


def test_a_second_upload_of_the_same_list_changes_nothing(tx: Tx) -> None:
    assert len(take(tx, LIST).new) == 3
    log = tx.db.execute(select(func.count()).select_from(table(Audit))).scalar()
    again = take(tx, LIST)
    assert (len(again.new), len(again.completed), len(again.known)) == (0, 0, 3)
    assert tx.db.execute(select(func.count()).select_from(table(Audit))).scalar() == log
    assert tx.db.execute(select(func.count()).select_from(table(Customer))).scalar() == 3


def test_what_was_not_known_of_a_customer_is_added_once(tx: Tx) -> None:
    take(tx, LIST)
    again = take(tx, f"name,tenant\nAdatum,{GUID.format(3)}\n")
    assert [r.name for r in again.completed] == ["Adatum"]
    (found,) = customer_book.search(tx, "contoso", GUID.format(3))
    assert found.name == "Adatum"
    assert [r.name for r in take(tx, f"name,tenant\nAdatum,{GUID.format(3)}\n").known] == ["Adatum"]


def test_a_provider_that_nobody_named_is_a_bad_row_not_a_new_provider(tx: Tx) -> None:
    taken = take(tx, "name,provider\nNorthwind,Unknown Inc\nAdatum,\n")
    assert [(w.line, w.why) for w in taken.wrong] == [(2, "unknown_provider")]
    assert len(taken.new) == 1


def test_another_partners_customers_are_never_seen(tx: Tx) -> None:
    id_ = one(tx, "Northwind")
    assert customer_book.by_id(tx, "fabrikam", id_) is None
    assert customer_book.search(tx, "fabrikam", "Northwind") == []
    assert customer_names.in_text(tx, "fabrikam", "Northwind agreed") == []
    assert customer_book.counts(tx, "fabrikam") == {}
    assert customer_book.page(tx, "fabrikam") == []
    assert len(take(tx, "name\nNorthwind\n", by=OTHER).new) == 1
    kept = customer_book.keep_list(tx, MIRA, take(tx, "name\nX\n,y\n"), 0)
    assert customer_book.list_of(tx, "fabrikam", kept) is None


def test_a_name_is_found_in_what_people_say(tx: Tx) -> None:
    take(tx, "name\nContoso GmbH\nContoso Ltd\nWide World Importers\nWide World\n")
    assert [
        r.name for r in customer_names.in_text(tx, "contoso", "Wide World Importers accepted!")
    ] == ["Wide World Importers"]
    assert [r.name for r in customer_names.in_text(tx, "contoso", "contoso accepted")] == [
        "Contoso GmbH",
        "Contoso Ltd",
    ]
    assert [r.name for r in customer_book.search(tx, "contoso", "world")] == [
        "Wide World",
        "Wide World Importers",
    ]
    assert customer_book.search(tx, "contoso", "100%_") == []


def test_the_stuck_ones_come_first_and_within_a_state_the_longest_waiting(tx: Tx) -> None:
    a, b, c = (one(tx, name, "new") for name in ("A", "B", "C"))
    one(tx, "D")
    for id_, days in ((a, 1), (b, 3)):
        move(tx, id_, Event.HAS_TENANT, Event.INVITED, day=TODAY - timedelta(days=days))
    move(tx, c, Event.HAS_TENANT, Event.INVITED, Event.ONLY_PROVIDER_ACCEPTED)
    assert [e.name for e in customer_book.page(tx, "contoso")] == ["C", "B", "A", "D"]
    assert [e.name for e in customer_book.page(tx, "contoso", first=1, most=2)] == ["B", "A"]
    assert [e.name for e in customer_book.page(tx, "contoso", state=State.INVITED)] == ["B", "A"]
    assert list(customer_book.counts(tx, "contoso").items()) == [
        ("ResellerMissing", 1),
        ("JointInvited", 2),
        ("DirectCustomer", 1),
    ]


@pytest.mark.parametrize("many", [100, 10_000])
def test_ten_thousand_customers_are_taken_and_shown_with_as_few_queries_as_a_hundred(
    tx: Tx, many: int
) -> None:
    said: list[str] = []
    event.listen(tx.db, "before_cursor_execute", lambda *a: said.append(a[2]))
    taken = take(
        tx, "name;tenant\n" + "\n".join(f"Customer {n};{GUID.format(n)}" for n in range(many))
    )
    assert len(taken.new) == many
    assert len(said) <= 12
    said.clear()
    assert customer_book.counts(tx, "contoso") == {"DirectCustomer": many}
    assert len(customer_book.page(tx, "contoso", first=many - 8)) == 8
    assert len(said) == 3


def test_the_log_of_a_long_list_is_whole(tx: Tx) -> None:
    take(tx, "name\n" + "\n".join(f"Customer {n}" for n in range(300)))
    one(tx, "One more")
    assert list(audit.faults(tx.db, tx.key)) == []

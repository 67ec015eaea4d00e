"""Transfers: after the customer, one open request per subscription, by the version in force."""

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from domain.customers import customer, customer_book, transfer_book
from domain.customers.customer_list import Row
from domain.customers.transfer import (
    MACHINE,
    MUST_ACT,
    RULES,
    Event,
    Kind,
    Refused,
    State,
    is_open,
    rule_of,
)
from domain.knowledge.facts import Facts
from domain.machine import NotAllowed, NotPossible, advance, stands
from domain.people import CLOCK, Person
from domain.storage.store import Tx, table
from domain.tables import TransferItem
from tests.conftest import TEAM

TODAY = date(2026, 11, 24)
MIRA = Person("mira", TEAM, "U01", "Mira", "contoso")
OLGA = Person("olga", TEAM, "U02", "Olga", "fabrikam")
ID = "aaaaaaaa-bbbb-4ccc-8ddd-000000000001"
TO_BOTH = ("has_tenant", "invited", "both_accepted")


def named(
    tx: Tx, name: str = "Northwind", events: tuple[str, ...] = TO_BOTH, by: Person = MIRA
) -> object:
    id_ = customer_book.take(tx, by, [Row(1, name, kind="new")], today=TODAY).ids[1]
    for event in events:
        advance(tx, customer.MACHINE, id_, event, by, day=TODAY, today=TODAY, partner=by.partner)
    return customer_book.by_id(tx, by.partner, id_)


def ask(
    tx: Tx,
    of: object,
    *said: str,
    kind: Kind = Kind.NEW_COMMERCE,
    version: str = "v2",
    by: Person = MIRA,
) -> str:
    return transfer_book.request(tx, by, of, kind, said, rule_of(version), today=TODAY)


def refused(tx: Tx, of: object, *said: str, **more: object) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(Refused) as refusal:
        ask(tx, of, *said, **more)  # type: ignore[arg-type]
    return refusal.value.why, refusal.value.which


def test_the_customer_comes_first(tx: Tx) -> None:
    assert refused(tx, named(tx, events=("has_tenant", "invited")), ID) == ("customer_first", ())


def test_a_second_open_request_for_a_subscription_is_refused_in_every_open_state(tx: Tx) -> None:
    of = named(tx)
    first = ask(tx, of, ID, "E3 annual")
    for event in (None, Event.CREATED, Event.ACCEPTED):
        if event:
            transfer_book.report(tx, MIRA, first, event, day=TODAY, today=TODAY)
        assert is_open(stands(tx, MACHINE, first).state)
        assert refused(tx, of, ID.upper()) == ("open_already", (ID.upper(),))
        assert refused(tx, of, "other", "e3 ANNUAL")[0] == "open_already"
    assert refused(tx, named(tx, "Adatum"), ID)[0] == "open_already"
    assert ask(tx, named(tx, "Tailspin"), "E3 annual")


def test_the_database_refuses_a_second_one_too(tx: Tx) -> None:
    of = named(tx)
    ask(tx, of, ID)
    second = ask(tx, of, "another")
    held = table(TransferItem)
    with pytest.raises(IntegrityError), tx.db.begin_nested():
        tx.db.execute(update(held).where(held.c.transfer == second).values(held=f"contoso|{ID}"))


def test_a_closed_request_lets_go_and_may_be_redone_only_while_nobody_else_holds_it(tx: Tx) -> None:
    of = named(tx)
    first = ask(tx, of, ID)
    transfer_book.report(tx, MIRA, first, Event.CANCELLED, day=TODAY, today=TODAY)
    second = ask(tx, of, ID)
    with pytest.raises(Refused), tx.db.begin_nested():
        transfer_book.report(tx, MIRA, first, Event.REDONE, day=TODAY, today=TODAY)
    assert stands(tx, MACHINE, first).state == State.CLOSED
    transfer_book.report(tx, MIRA, second, Event.CANCELLED, day=TODAY, today=TODAY)
    transfer_book.report(tx, MIRA, first, Event.REDONE, day=TODAY, today=TODAY)
    assert refused(tx, of, ID)[0] == "open_already"


@pytest.mark.parametrize(
    "kind", [Kind.AZURE_PLAN, Kind.RESERVATION, Kind.SAVINGS_PLAN, Kind.AZURE_PAYG]
)
def test_what_still_runs_on_azure_moves_and_is_not_bought_twice(tx: Tx, kind: Kind) -> None:
    id_ = ask(tx, named(tx), ID, kind=kind)
    assert stands(tx, MACHINE, id_).state == State.DRAFT
    assert State.MUST_REBUY not in {m.to for m in MACHINE.moves if m.event != Event.NOT_MOVABLE}


@pytest.mark.parametrize("kind", [Kind.SOFTWARE, Kind.MARKETPLACE])
def test_nothing_is_bought_again_before_the_provider_said_no(tx: Tx, kind: Kind) -> None:
    of = named(tx)
    id_ = ask(tx, of, ID, kind=kind)
    assert stands(tx, MACHINE, id_).state == State.ASK_PROVIDER
    with pytest.raises(NotPossible):
        transfer_book.report(tx, MIRA, id_, Event.BOUGHT_ANEW, day=TODAY, today=TODAY)
    transfer_book.report(tx, MIRA, id_, Event.NOT_MOVABLE, day=TODAY, today=TODAY)
    assert stands(tx, MACHINE, id_).state == State.MUST_REBUY
    assert ask(tx, of, ID)


def test_what_the_provider_says_moves_is_held_from_then_on(tx: Tx) -> None:
    of = named(tx)
    id_ = ask(tx, of, ID, kind=Kind.SOFTWARE)
    transfer_book.report(tx, MIRA, id_, Event.MAY_MOVE, day=TODAY, today=TODAY)
    assert stands(tx, MACHINE, id_).state == State.DRAFT
    assert refused(tx, of, ID)[0] == "open_already"


def test_an_unanswered_request_lapses_after_thirty_days_and_lets_go(tx: Tx) -> None:
    of = named(tx)
    id_ = ask(tx, of, ID)
    transfer_book.report(tx, MIRA, id_, Event.CREATED, day=TODAY, today=TODAY)
    day = rule_of("v2").lapses_on(Kind.NEW_COMMERCE, TODAY)
    assert day == date(2026, 12, 24)
    transfer_book.report(tx, CLOCK, id_, Event.LAPSED, day=day, today=day, of=MIRA.partner)
    assert not is_open(stands(tx, MACHINE, id_).state)
    assert ask(tx, of, ID)


def test_what_was_accepted_in_time_is_recorded_though_the_clock_was_first(tx: Tx) -> None:
    id_ = ask(tx, named(tx), ID)
    day = date(2026, 12, 24)
    transfer_book.report(tx, MIRA, id_, Event.CREATED, day=TODAY, today=TODAY)
    transfer_book.report(tx, CLOCK, id_, Event.LAPSED, day=day, today=day, of=MIRA.partner)
    with pytest.raises(NotAllowed):
        transfer_book.report(tx, CLOCK, id_, Event.ACCEPTED, day=day, today=day, of=MIRA.partner)
    transfer_book.report(tx, MIRA, id_, Event.ACCEPTED, day=day, today=day)
    assert stands(tx, MACHINE, id_).state == State.COMPLETING


def test_the_source_starts_for_legacy_licenses_and_the_provider_for_all_else() -> None:
    rule = rule_of("v2")
    assert {k for k in Kind if rule.starter(k) == "us"} == {Kind.LEGACY}
    assert (rule.approver(Kind.LEGACY), rule.approver(Kind.AZURE_PLAN)) == ("provider", "us")
    assert rule.lapses_on(Kind.LEGACY, TODAY) is None
    assert rule_of("v1").lapses_on(Kind.LEGACY, TODAY) is None


def test_the_versions_differ_in_who_starts_and_what_moves(tx: Tx) -> None:
    assert [(RULES[v].starts, RULES[v].approves) for v in ("v1", "v1b", "v2")] == [
        ("us", "provider"),
        ("us", "provider"),
        ("provider", "us"),
    ]
    of = named(tx)
    assert stands(tx, MACHINE, ask(tx, of, "a", version="v1b")).state == State.ASK_PROVIDER
    assert (
        stands(tx, MACHINE, ask(tx, of, "b", kind=Kind.LEGACY, version="v1b")).state == State.DRAFT
    )


def test_every_version_of_the_facts_has_a_rule() -> None:
    facts = Facts.load()
    assert {f.version for f in facts.versions("P-TRANSFER")} == set(RULES)
    assert facts.in_force("P-TRANSFER", TODAY).version == "v2"


def test_twenty_five_in_one_request_and_no_more(tx: Tx) -> None:
    of = named(tx)
    assert refused(tx, of, *(f"s{n}" for n in range(26))) == ("too_many", ())
    assert ask(tx, of, *(f"s{n}" for n in range(25)))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        (" ,\n;", "nothing"),
        ("E3, e3", "twice"),
        (f"{ID}\n{ID.upper()}", "twice"),
        (",".join(map(str, range(201))), "too_many"),
    ],
)
def test_what_is_no_list_of_subscriptions(text: str, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        transfer_book.subscriptions_in(text)
    assert refusal.value.why == why


def test_completed_is_not_undone_and_verified_on_both_sides() -> None:
    assert all(
        MACHINE.move(s, Event.COMPLETED).irreversible for s in (State.ACTIVE, State.COMPLETING)
    )
    assert not MACHINE.reachable_from(State.COMPLETED) & {State.DRAFT, State.ACTIVE, State.CLOSED}
    assert State.VERIFIED not in MACHINE.reachable_from(
        State.COMPLETED, without=[Event.SOURCE_SEEN]
    )
    assert State.VERIFIED not in MACHINE.reachable_from(
        State.COMPLETED, without=[Event.TARGET_SEEN]
    )
    assert set(MUST_ACT) == set(State)


def test_another_partners_requests_are_never_seen(tx: Tx) -> None:
    of = named(tx)
    id_ = ask(tx, of, ID)
    assert transfer_book.by_id(tx, "fabrikam", id_) is None
    assert transfer_book.of_customer(tx, "fabrikam", of.id) == []  # type: ignore[attr-defined]
    assert ask(tx, named(tx, by=OLGA), ID, by=OLGA)

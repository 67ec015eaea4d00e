"""`audit verify`: what was only noted about a subject is no fault; a state without its report, or
the other way round, is one."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert

from bot import schema
from bot.cli import backup, seed
from bot.cli.audit import verify
from dialogs.engine.context import Assistant
from dialogs.engine.turn import handle
from dialogs.inputs import ButtonPress, Inbound, Message, Origin
from domain import people
from domain.machine import Machine, advance
from domain.machines import MACHINES
from domain.people import CLOCK
from domain.storage import audit
from domain.storage.store import Store, Tx, table
from domain.tables import Lifecycle
from domain.tenant import enrollment
from tests.conftest import DESCRIPTION, KEY, NOON, TEAM, emptied, member

DM = Origin("DU01MIRA")
TODAY = date(2026, 11, 24)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def accepted(request: pytest.FixtureRequest, assistant: Assistant, tmp_path: Path) -> Any:
    """A migrated database with a workspace whose agreement is accepted."""
    store = Store(f"sqlite:///{tmp_path}/one.db", KEY)
    if request.param == "postgresql":
        url = request.getfixturevalue("pg_url")
        emptied(url)
        store = Store(url, KEY)
    schema.upgrade(store)
    path = tmp_path / "contoso.toml"
    path.write_text(DESCRIPTION, "utf-8")
    with store.turn(TEAM, NOON) as tx:
        seed.plant(tx, seed.read(path))
        mira = people.meet(tx, "U01MIRA")
        (tenant,) = people.tenants_of(tx, mira.partner)
        said = {"day": TODAY, "today": TODAY, "partner": mira.partner}
        advance(tx, enrollment.MACHINE, tenant.id, "acceptance_reported", mira, **said)
    yield store
    store.close()


def look_at_the_reseller_standing(assistant: Assistant, store: Store) -> None:
    """The three ordinary questions, as they are asked and pressed."""
    heard: list[Inbound] = [
        Message(("k1",), "U01MIRA", "is our standing as reseller in order?", DM),
        Message(("k2",), "U01MIRA", "today", DM),
    ]
    for each in heard:
        with store.turn(TEAM, NOON) as tx:
            handle(assistant, tx, each)
    for n, action in enumerate(("reseller.floor.reached", "reseller.security_items.present")):
        with store.turn(TEAM, NOON) as tx:
            offer = open_offer(tx)
            handle(assistant, tx, ButtonPress((f"p{n}",), "U01MIRA", action, offer, DM))


def open_offer(tx: Tx) -> str:
    from dialogs.engine.conversation_store import conversation_of

    person = people.seen(tx, "U01MIRA")
    assert person
    question = conversation_of(tx, person).open
    assert question
    return question.offer


def test_after_a_look_at_the_reseller_standing_the_log_verifies_and_can_be_backed_up_and_restored(
    accepted: Store, assistant: Assistant, tmp_path: Path
) -> None:
    look_at_the_reseller_standing(assistant, accepted)
    with accepted.turn(TEAM, NOON) as tx:
        (tenant,) = people.tenants_of(tx, people.meet(tx, "U01MIRA").partner)
        assert [e.action for e in audit.entries(tx, f"reseller:{tenant.id}")] == [
            "reseller_looked_at"
        ]
    assert verify(accepted).lines == []
    entries = backup.save(accepted, tmp_path / "kept")
    new = Store(f"sqlite:///{tmp_path}/two.db", KEY)
    assert backup.load(tmp_path / "kept", new) == entries
    assert verify(new).lines == []
    new.close()


@pytest.fixture
def store() -> Any:
    store = Store("sqlite://", KEY)
    store.create()
    yield store
    store.close()


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.name)
def test_a_note_about_a_subject_that_never_moved_is_no_fault(
    store: Store, machine: Machine
) -> None:
    with store.turn(TEAM, NOON) as tx:
        audit.append(tx, "mira", "looked_at", f"{machine.name}:t1", {"verdict": "in_order"})
    assert verify(store).lines == []
    first_move(store, machine)
    assert verify(store).lines == []
    with store.turn(TEAM, NOON) as tx:
        audit.append(tx, "mira", "looked_at", f"{machine.name}:t1", {"verdict": "in_order"})
    assert verify(store).lines == []


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.name)
def test_a_state_that_nobody_reported_is_a_fault_also_beside_a_note(
    store: Store, machine: Machine
) -> None:
    with store.turn(TEAM, NOON) as tx:
        audit.append(tx, "mira", "looked_at", f"{machine.name}:t1", {"verdict": "in_order"})
        row = {
            "team": TEAM,
            "machine": machine.name,
            "subject": "t1",
            "partner": "",
            "day": "",
            "seq": 1,
        }
        tx.db.execute(insert(table(Lifecycle)), row | {"state": next(m.to for m in machine.moves)})
    assert len(verify(store).lines) == 1


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.name)
def test_a_report_whose_state_was_taken_away_is_a_fault(store: Store, machine: Machine) -> None:
    first_move(store, machine)
    with store.writing() as db:
        db.execute(delete(table(Lifecycle)))
    assert len(verify(store).lines) == 1


def first_move(store: Store, machine: Machine) -> None:
    move = next(m for m in machine.moves if m.state == machine.start)
    with store.turn(TEAM, NOON) as tx:
        by = CLOCK if people.may(CLOCK, move.who) else person_who_may(tx, move.who)
        advance(tx, machine, "t1", move.event, by, day=TODAY, today=TODAY)


def person_who_may(tx: Tx, roles: Any) -> Any:
    person = member(tx, "U01MIRA")
    people.change(
        tx, person, partner="contoso", roles=set(roles) - {people.Role.STAFF, people.Role.CLOCK}
    )
    return people.by_id(tx, person.id)

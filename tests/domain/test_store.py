"""The database: the same promises on SQLite and on PostgreSQL, from an empty file to the newest
schema."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from bot import schema
from bot.cli.audit import verify
from domain import people
from domain.approvals import approval
from domain.machine import NotAllowed, NotPossible, advance, stands
from domain.people import Role
from domain.storage import audit, leases, outbox
from domain.storage.store import AuditKey, Busy, Locked, OldSchema, Store, table
from domain.tables import Approval, Audit, AuditHead, Lifecycle
from domain.tenant import enrollment
from domain.tenant.enrollment import Event
from tests.conftest import KEY, NOON, TEAM, Workspace, emptied, member
from tests.domain.test_machines import GRACE, TODAY


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A migrated database, on both."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/t.db"
    else:
        url = request.getfixturevalue("pg_url")
        emptied(url)
    store = Store(url, KEY, pool_size=8)
    schema.upgrade(store)
    yield store
    store.close()


def test_the_migrated_schema_is_the_declared_one(both: Store) -> None:
    assert schema.is_current(both)
    found = inspect(both.engine)
    for name, declared in SQLModel.metadata.tables.items():
        assert {c["name"] for c in found.get_columns(name)} == {c.name for c in declared.columns}, (
            name
        )
        assert {
            i["name"] for i in found.get_indexes(name) if not i.get("duplicates_constraint")
        } >= {i.name for i in declared.indexes}, name


def test_the_audit_log_can_only_grow(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        audit.append(tx, "a", "happened", "x:1", {})
    for change in ("UPDATE audit SET action = 'other'", "DELETE FROM audit"):
        with pytest.raises((DBAPIError, Busy)), both.turn(TEAM, NOON) as tx:
            tx.db.execute(text(change))


def test_a_turn_is_all_or_nothing(both: Store) -> None:
    with pytest.raises(ZeroDivisionError), both.turn(TEAM, NOON) as tx:
        advance(tx, enrollment.MACHINE, "t", Event.PROFILE_CHECKED, GRACE, day=TODAY, today=TODAY)
        raise ZeroDivisionError
    with both.turn(TEAM, NOON) as tx:
        assert stands(tx, enrollment.MACHINE, "t").state == "NotStarted"
        assert audit.entries(tx, "enrollment:t") == []


def test_a_role_that_is_taken_away_is_gone_for_the_next_turn_of_the_same_commit(
    both: Store,
) -> None:
    with both.turn(TEAM, NOON) as tx:
        otto = member(tx, "U03OTTO", name="Otto")
        people.change(tx, otto, roles={Role.APPROVER})
        assert [p.name for p in people.with_role(tx, Role.APPROVER, otto.partner)] == ["Otto"]
        people.change(tx, otto, roles=())
        assert people.with_role(replace(tx, changed=set()), Role.APPROVER, otto.partner) == []


def test_what_was_read_in_a_part_that_is_undone_is_read_anew(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        otto = member(tx, "U03OTTO", name="Otto")
        with pytest.raises(ZeroDivisionError), tx.savepoint():
            people.change(tx, otto, roles={Role.APPROVER})
            assert people.with_role(tx, Role.APPROVER, otto.partner)
            raise ZeroDivisionError
        assert people.with_role(tx, Role.APPROVER, otto.partner) == []


def test_what_one_workspace_is_known_as_says_nothing_of_another(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        otto = member(tx, "U03OTTO", name="Otto")
        people.change(tx, otto, roles={Role.APPROVER})
        assert people.with_role(tx, Role.APPROVER, otto.partner)
        assert people.with_role(replace(tx, team="T0OTHER"), Role.APPROVER, otto.partner) == []


def test_two_admins_at_once_one_decision(both: Store) -> None:
    for n in range(10):
        with both.turn(TEAM, NOON) as tx:
            who = {name: member(tx, f"{name}{n}") for name in ("grace", "otto", "olga")}
            for name, person in who.items():
                people.change(
                    tx,
                    person,
                    partner="contoso",
                    roles=["approver", "global_admin"] if name == "grace" else ["approver"],
                )
            grace = people.by_id(tx, who["grace"].id)
            assert grace is not None
            id_ = approval.ask(
                tx,
                approval.Kind.ACCEPT_AGREEMENT,
                f"t{n}",
                grace,
                partner="contoso",
                today=TODAY,
                shown="x",
                about={},
            )
        won: list[str] = []

        def decide(
            name: str, yes: bool, id_: str = id_, who: dict[str, Any] = who, won: list[str] = won
        ) -> None:
            for _ in range(5):
                try:
                    with both.turn(TEAM, NOON) as tx:
                        person = people.by_id(tx, who[name].id)
                        assert person is not None
                        approval.decide(tx, id_, yes, person, today=TODAY, shown="x")
                    won.append(name)
                    return
                except (NotPossible, NotAllowed):
                    return
                except Busy:
                    continue

        threads = [
            threading.Thread(target=decide, args=args) for args in (("otto", True), ("olga", False))
        ]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert len(won) == 1
        with both.turn(TEAM, NOON) as tx:
            assert approval.state_of(tx, id_) == ("Approved" if won == ["otto"] else "Declined")


def test_the_database_itself_refuses_one_person_for_two(both: Store) -> None:
    row = {
        "id": "x",
        "team": TEAM,
        "partner": "p",
        "kind": "accept_agreement",
        "subject": "t",
        "starter": "a",
        "requester": "b",
        "decided_by": "b",
        "about": {},
        "digest": "",
        "asked_at": 0,
        "expires_at": 0,
    }
    with pytest.raises((DBAPIError, Busy)), both.turn(TEAM, NOON) as tx:
        tx.db.execute(table(Approval).insert(), row)


def test_rows_that_another_sender_holds_are_skipped(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        for n in range(4):
            outbox.tell(tx, outbox.to_channel(f"C{n}"), [("x", {})], key=f"k{n}")
    with both.writing() as db:
        first = leases.lease(db, NOON, most=2)
    with both.writing() as db:
        second = leases.lease(db, NOON, most=10)
    assert len(first) == 2
    assert {r.key for r in first} | {r.key for r in second} == {"k0", "k1", "k2", "k3"}
    assert not {r.key for r in first} & {r.key for r in second}


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET details = '{}' WHERE seq = 3",
        "UPDATE audit SET actor = 'x' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 5",
        "UPDATE audit SET seq = 99 WHERE seq = 5",
        "UPDATE audit SET at = at + 1 WHERE seq = 1",
        "UPDATE audit SET action = 'approved' WHERE seq = 4",
        "UPDATE lifecycle SET state = 'Accepted'",
        "UPDATE audit_head SET hash = 'x'",
        "UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 1) WHERE seq = 2",
        "DELETE FROM lifecycle",
        "DELETE FROM audit_head",
    ],
)
def test_a_changed_log_is_noticed(both: Store, tampering: str) -> None:
    with both.turn(TEAM, NOON) as tx:
        for event in (
            Event.PROFILE_CHECKED,
            Event.DECIDED,
            Event.SUBMITTED,
            Event.NOT_INSTANT,
            Event.STILL_PENDING,
        ):
            advance(tx, enrollment.MACHINE, "t", event, GRACE, day=TODAY, today=TODAY)
    assert verify(both).lines == []
    with both.writing() as db:
        for trigger in ("audit_no_update", "audit_no_delete", "audit_no_change"):
            on = "" if both.is_sqlite else " ON audit"
            db.execute(text(f"DROP TRIGGER IF EXISTS {trigger}{on}"))
        db.execute(text(tampering))
    assert verify(both).lines != []


def test_an_unknown_key_is_noticed(both: Store) -> None:
    with both.turn(TEAM, NOON) as tx:
        audit.append(tx, "a", "happened", "x:1", {})
    with both.reading() as db:
        assert list(audit.faults(db, AuditKey({"other": b"z" * 32})))
        assert list(audit.faults(db, AuditKey({"new": b"z" * 32} | KEY.keys))) == []


def test_an_old_schema_is_refused_on_postgresql_and_mended_on_sqlite(
    tmp_path: Path, pg_url: str
) -> None:
    old = Store(f"sqlite:///{tmp_path}/old.db", KEY)
    schema.at_start(old)
    assert schema.is_current(old)
    old.close()
    emptied(pg_url)
    store = Store(pg_url, KEY)
    with pytest.raises(OldSchema, match="changeover migrate"):
        schema.at_start(store)
    store.close()


def test_a_locked_database_is_busy_and_nothing_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.storage.store.BUSY_MS", 50)
    one, other = (Store(f"sqlite:///{tmp_path}/l.db", KEY) for _ in range(2))
    schema.upgrade(one)
    with one.writing() as db:
        audit_rows = db.execute(select(table(Audit))).all()
        with pytest.raises(Busy), other.turn(TEAM, NOON) as tx:
            audit.append(tx, "a", "happened", "x:1", {})
    with other.turn(TEAM, NOON) as tx:
        assert tx.db.execute(select(table(Audit))).all() == audit_rows == []
    one.close()
    other.close()


def test_the_same_conversation_on_both(
    both: Store, assistant: Any, words: Any, tmp_path: Path
) -> None:
    from tests.dialogs.abilities.test_agreement import ask
    from tests.dialogs.abilities.test_enroll import approved

    workspace = Workspace(assistant, words, both, path=tmp_path / "c.toml")
    mira, grace, otto = (workspace.people[n] for n in ("Mira", "Grace", "Otto"))
    approved(mira)
    mira.clicks("enroll.agreement_seen.seen").clicks("agreement.second.not_now")
    ask(grace)
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    grace.clicks("accepted.accepted_on.today").hears("agreement/recorded")
    workspace.now += timedelta(days=4)
    workspace.send()
    assert workspace.case().go_ahead == "given"
    assert verify(both).lines == []
    with both.reading() as db:
        heads = db.execute(select(table(AuditHead))).all()
        states = db.execute(select(table(Lifecycle))).all()
    assert len(heads) == 1
    assert len(states) == 2


@pytest.mark.postgres
def test_a_worker_that_stalls_in_a_transaction_holds_the_others_up_no_longer_than_slack_waits(
    pg_url: str,
) -> None:
    emptied(pg_url)
    one, two = Store(pg_url, KEY), Store(pg_url, KEY)
    schema.upgrade(one)
    with one.turn(TEAM, NOON) as tx:
        audit.append(tx, "x", "seeded", "o:1", {})
    with one.turn(TEAM, NOON) as stalled:
        audit.append(stalled, "a", "stalled", "o:1", {})  # holds the workspace's audit row
        with pytest.raises(Locked), two.turn(TEAM, NOON) as tx:
            audit.append(tx, "b", "other", "o:1", {})
    with two.turn(TEAM, NOON) as tx:
        audit.append(tx, "b", "other", "o:1", {})
    for store in (one, two):
        store.close()

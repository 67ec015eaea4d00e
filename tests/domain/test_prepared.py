"""A prepared statement gives what the ordinary one gives, and what it refuses is undone like
everything else."""

import sqlite3

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.storage.prepared import Prepared
from domain.storage.store import Busy, Store, Tx, table
from domain.tables import Offer, Person
from tests.conftest import NOON

_people, _offers = table(Person), table(Offer)
COLUMNS = [c.name for c in _people.c]
ADD = Prepared(insert(_people), COLUMNS)
ROW = {
    "id": "p1",
    "team": "T01",
    "slack": "U1",
    "name": "Mira",
    "partner": "",
    "roles": "",
    "live": True,
    "kind": "member",
    "dm": "",
    "timezone": "",
    "slack_admin": False,
    "home_at": 0,
    "checked_at": 0,
}


def test_values_come_back_as_the_types_of_their_columns(tx: Tx) -> None:
    ADD.run(tx.db, ROW)
    here = select(_people).where(_people.c.id == bindparam("i"))
    (row,) = Prepared(here).all(tx.db, {"i": "p1"})
    assert tuple(row) == tuple(tx.db.execute(here, {"i": "p1"}).one())
    assert (row.live, row.slack_admin, row.name) == (True, False, "Mira")
    said = {"list": [1, "é", None], "nested": {"a": True}}
    made = {
        "id": "o1",
        "team": "T01",
        "person": "p1",
        "kind": "menu",
        "about": said,
        "expires_at": 5,
    }
    Prepared(insert(_offers), list(made)).run(tx.db, made)
    about = select(_offers.c.about).where(_offers.c.id == bindparam("i"))
    assert (
        Prepared(about).scalar(tx.db, {"i": "o1"})
        == said
        == tx.db.execute(about, {"i": "o1"}).scalar()
    )


def test_what_is_not_there_is_none_and_what_is_returned_is_read(tx: Tx) -> None:
    ADD.run(tx.db, ROW)
    here = _people.c.id == bindparam("i")
    assert Prepared(select(_people.c.name).where(here)).first(tx.db, {"i": "nobody"}) is None
    assert Prepared(select(_people.c.name).where(here)).scalar(tx.db, {"i": "nobody"}) is None
    named = Prepared(
        update(_people).where(here).values(name=bindparam("new")).returning(_people.c.slack)
    )
    assert named.scalar(tx.db, {"i": "p1", "new": "Mira B."}) == "U1"
    assert Prepared(select(_people.c.name).where(here)).scalar(tx.db, {"i": "p1"}) == "Mira B."


def test_a_value_that_was_forgotten_is_named(tx: Tx) -> None:
    with pytest.raises(Exception, match=r"\bi\b"):
        Prepared(select(_people).where(_people.c.id == bindparam("i"))).first(tx.db, {})


def test_a_part_that_fails_is_undone_and_the_turn_goes_on(tx: Tx) -> None:
    ADD.run(tx.db, ROW)
    with pytest.raises((sqlite3.IntegrityError, IntegrityError)), tx.savepoint():
        ADD.run(tx.db, ROW | {"id": "p2", "slack": "U2"})
        ADD.run(tx.db, ROW)
    with tx.savepoint(), tx.savepoint():
        ADD.run(tx.db, ROW | {"id": "p3", "slack": "U3"})
    assert tx.db.execute(select(_people.c.id).order_by(_people.c.id)).scalars().all() == [
        "p1",
        "p3",
    ]


def test_a_locked_file_is_busy_and_nothing_is_written(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.storage.store.BUSY_MS", 50)
    from tests.conftest import KEY

    store, other = (Store(f"sqlite:///{tmp_path}/x.db", KEY) for _ in range(2))
    store.create()
    with store.writing() as db:
        ADD.run(db, ROW)
        with pytest.raises(Busy), other.turn("T01", NOON) as tx:
            ADD.run(tx.db, ROW | {"id": "p2"})
    with store.reading() as db:
        assert db.execute(select(_people.c.id)).scalars().all() == ["p1"]
    store.close()
    other.close()


def test_what_was_done_is_remembered_when_it_was_committed_and_not_before(store: Store) -> None:
    with pytest.raises(ValueError, match="broken"), store.turn("T01", NOON) as tx:
        assert tx.once("a")
        raise ValueError("broken")
    with store.turn("T01", NOON) as tx:
        assert tx.once("a")
        with pytest.raises(ValueError, match="refused"), tx.savepoint():
            assert tx.once("b")
            raise ValueError("refused")
    with store.turn("T01", NOON) as tx:
        assert not tx.once("a")
        assert tx.once("b")

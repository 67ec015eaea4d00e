"""Several workers on one PostgreSQL: no wait without an end, leases by one clock, one migration at a
time."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot import schema
from bot.database_clock import DatabaseClock
from domain.storage import audit, leases, outbox, postgresql
from domain.storage.postgresql import BESIDE, TURN, Limits, limited
from domain.storage.store import Busy, Locked, OldSchema, Store
from tests.bench.chaos.proxy import Proxy
from tests.conftest import KEY, NOON, TEAM, emptied

pytestmark = pytest.mark.postgres
SOON = Limits(lock=200, statement=300, idle=300, answer=500)


@pytest.fixture
def pg(pg_url: str) -> Iterator[Store]:
    emptied(pg_url)
    store = Store(pg_url, KEY, 8, BESIDE)
    schema.upgrade(store)
    yield store
    store.close()


def shows(store: Store, name: str) -> str:
    with store.writing() as db:
        return str(db.execute(text("SELECT current_setting(:n)"), {"n": name}).scalar())


def test_each_wait_of_a_worker_has_an_end_and_a_turns_ends_before_slack_gives_up(
    pg: Store,
) -> None:
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    assert [shows(pg, name) for name in names] == ["2500ms", "20s", "30s"]
    with limited(TURN):
        assert [shows(pg, name) for name in names] == ["1800ms", "2200ms", "2500ms"]
    assert TURN.answer < 3_000
    assert [shows(pg, name) for name in names] == ["2500ms", "20s", "30s"]


def test_a_command_may_take_its_time(pg_url: str) -> None:
    store = Store(pg_url, KEY)
    assert shows(store, "statement_timeout") == "0"
    store.close()


@pytest.mark.parametrize("what", ["statement", "idle"])
def test_what_takes_too_long_is_undone_and_not_tried_again_at_once(pg: Store, what: str) -> None:
    with pytest.raises(Locked), limited(SOON), pg.turn(TEAM, NOON) as tx:
        audit.append(tx, "a", "happened", "o:1", {})
        if what == "idle":
            time.sleep(0.6)
        tx.db.execute(text("SELECT pg_sleep(0.6)"))
    with pg.turn(TEAM, NOON) as tx:
        assert audit.newest(tx) == 0


@pytest.fixture
def proxy(pg: Store, pg_url: str) -> Iterator[tuple[Store, Proxy]]:
    url = make_url(pg_url)
    folder = url.query.get("host")
    if not isinstance(folder, str):
        pytest.skip("the server of CHANGEOVER_TEST_POSTGRES is not reached by a socket in a folder")
    between = Proxy(f"{folder}/.s.PGSQL.5432")
    through = url.set(host="127.0.0.1", port=between.port, query={"sslmode": "disable"})
    store = Store(through.render_as_string(hide_password=False), KEY, 2, BESIDE)
    yield store, between
    store.close()
    between.stop()


@pytest.mark.parametrize("mode", ["stall", "half-open"])
def test_where_the_network_stalls_the_turn_ends_all_the_same(
    proxy: tuple[Store, Proxy], mode: str
) -> None:
    """The server cannot end what it never hears of."""
    store, between = proxy
    with store.turn(TEAM, NOON) as tx:
        audit.append(tx, "a", "happened", "o:1", {})
    between.mode = mode
    began = time.monotonic()
    with pytest.raises(Locked), limited(TURN), store.turn(TEAM, NOON) as tx:
        audit.append(tx, "a", "happened", "o:1", {})
    assert time.monotonic() - began < 60  # and not for ever
    between.mode = "pass"
    with store.turn(TEAM, NOON) as tx:
        assert audit.newest(tx) == 1


def test_a_connection_that_the_server_has_closed_is_not_used(pg: Store, pg_url: str) -> None:
    with pg.reading() as db:
        db.execute(text("SELECT 1"))
    other = Store(pg_url, KEY)
    with other.writing() as db:
        db.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            )
        )
    with pg.reading() as db:
        assert db.execute(text("SELECT 1")).scalar() == 1
    other.close()


def test_behind_a_pooler_nothing_is_kept_on_a_connection(pg_url: str) -> None:
    store = Store(pg_url, KEY, 2, BESIDE, pooler=True)
    for _ in range(8):
        assert shows(store, "statement_timeout") == "20s"
    with store.engine.connect() as db:
        assert db.execute(text("SHOW statement_timeout")).scalar() == "0"
        assert db.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar() == 0
    store.close()


# --- leases and the clock


def put(store: Store, *keys: str) -> None:
    with store.turn(TEAM, NOON) as tx:
        for key in keys:
            outbox.tell(tx, outbox.to_channel(f"C{key}"), [("x", {})], key=key)


def test_a_lease_is_not_taken_early_by_a_worker_whose_clock_is_ahead(pg: Store) -> None:
    put(pg, "one")
    with pg.writing() as db:
        assert len(leases.lease(db, NOON)) == 1
    for hours in (1, -1, 24):
        with pg.writing() as db:
            assert leases.lease(db, NOON + timedelta(hours=hours)) == []


def test_a_lease_that_is_over_is_taken_and_whoever_had_it_puts_nothing_off(pg: Store) -> None:
    put(pg, "one")
    with pg.writing() as db:
        (first,) = leases.lease(db, NOON, lease_ms=-1)
    with pg.writing() as db:
        (second,) = leases.lease(db, NOON)
        assert second.doubt
    with pg.writing() as db:
        leases.renew(db, [first], NOON, lease_ms=-1)
        outbox.later(db, first, NOON, "ratelimited", certain=True)
        assert leases.lease(db, NOON) == []
        assert not leases.is_held(db, first)
        assert leases.is_held(db, second)


def test_a_lease_that_is_renewed_lasts(pg: Store) -> None:
    put(pg, "one")
    with pg.writing() as db:
        (row,) = leases.lease(db, NOON, lease_ms=300)
        leases.renew(db, [row], NOON)
    time.sleep(0.4)
    with pg.writing() as db:
        assert leases.lease(db, NOON) == []
        outbox.sent(db, row)
        leases.renew(db, [row], NOON)
        assert leases.lease(db, NOON) == []


@pytest.mark.parametrize(
    "wrong", [timedelta(seconds=30), -timedelta(seconds=30), timedelta(days=400)]
)
def test_a_worker_takes_the_databases_time_for_its_own(pg: Store, wrong: timedelta) -> None:
    clock = DatabaseClock(pg, lambda: datetime.now(UTC) + wrong)
    clock.start()
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5
    assert abs(clock.off - wrong.total_seconds()) < 5


# --- the schema


def test_two_that_migrate_at_once_migrate_once(pg_url: str) -> None:
    emptied(pg_url)
    stores = [Store(pg_url, KEY) for _ in range(3)]
    with ThreadPoolExecutor(3) as many:
        list(many.map(_migrated, stores))
    assert all(schema.is_current(store) for store in stores)
    for store in stores:
        store.close()


def _migrated(store: Store) -> None:
    """In a process of its own: Alembic keeps what it works on in one place for all threads."""
    import subprocess
    import sys

    url = store.engine.url.render_as_string(hide_password=False)
    code = (
        "import sys; from bot import schema; from domain.storage.store import *;"
        "schema.upgrade(Store(sys.argv[1], AuditKey({'t': b'k'})))"
    )
    subprocess.run([sys.executable, "-c", code, url], check=True, capture_output=True)


def test_a_migration_that_finds_a_table_in_use_changes_nothing_and_says_so(
    pg: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pg.writing() as db:
        db.execute(text("DROP TABLE compatible"))
        db.execute(text("UPDATE alembic_version SET version_num = '0020'"))
    with pg.writing() as db:
        db.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(Busy, match="run it again"):
            schema.upgrade(pg)
    assert pg.version() == "0020"
    schema.upgrade(pg)
    assert schema.is_current(pg)


@pytest.mark.parametrize(
    ("here", "oldest", "fits"),
    [
        ("9999", "0020", True),
        ("9999", "9999", False),
        ("0020", "0020", False),
        ("", "", False),
    ],
)
def test_a_worker_goes_on_on_a_newer_schema_that_says_it_may(
    pg: Store, here: str, oldest: str, fits: bool
) -> None:
    with pg.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": here})
        db.execute(text("UPDATE compatible SET oldest = :v"), {"v": oldest})
    assert schema.fits(pg) is fits
    if fits:
        schema.at_start(pg)
    else:
        with pytest.raises(OldSchema):
            schema.at_start(pg)


def test_the_limits_of_a_turn_end_with_it(pg: Store) -> None:
    def on_another_thread(_: Any) -> str:
        return shows(pg, "lock_timeout")

    with limited(TURN), ThreadPoolExecutor(1) as one:
        assert list(one.map(on_another_thread, [0])) == ["2500ms"]
    with pytest.raises(ZeroDivisionError), limited(replace(TURN, lock=1)):
        raise ZeroDivisionError
    assert shows(pg, "lock_timeout") == "2500ms"
    with pg.reading() as db:
        assert abs(postgresql.clock(db) - time.time() * 1000) < 5_000

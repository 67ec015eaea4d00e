"""How long a list takes, and what Home, status and the progress view cost, for 100 and for 10,000
customers. Run as a script."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from dialogs.assistant import ABILITIES
from dialogs.engine import app_home
from domain import people
from domain.customers import customer_book
from domain.customers.customer_list import parse
from domain.storage.store import AuditKey, Store, Tx
from domain.tenant import case
from tests.asked import asked
from tests.conftest import DESCRIPTION, TEAM, Workspace

KEY, NOW, DAY = (
    AuditKey({"bench": b"k" * 32}),
    datetime(2026, 11, 24, 12, tzinfo=UTC),
    date(2026, 11, 24),
)
ROUNDS = 20


def measured(tx: Tx, what: Callable[[], object]) -> tuple[float, int]:
    """The median time in milliseconds, and how many queries one run takes."""
    with asked(tx.db) as said:
        what()
    spent = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        what()
        spent.append(time.perf_counter() - begun)
    return sorted(spent)[ROUNDS // 2] * 1000, len(said)


def run(many: int) -> None:
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/bench.db", KEY)
        store.create()
        path = Path(folder) / "contoso.toml"
        path.write_text(DESCRIPTION, "utf-8")
        Workspace.plant(_Planted(store), path)  # type: ignore[arg-type]
        text = "name;tenant\n" + "\n".join(
            f"Customer {n};customer{n}.onmicrosoft.com" for n in range(many)
        )
        with store.turn(TEAM, NOW) as tx:
            mira = people.meet(tx, "U01MIRA")
            begun = time.perf_counter()
            rows = parse(text).rows
            read = time.perf_counter() - begun
            customer_book.take(tx, mira, rows, today=DAY)
            print(
                f"{many:>6} customers: read {read * 1000:.0f} ms, taken {(time.perf_counter() - begun - read) * 1000:.0f} ms"
            )
            for name, what in (
                ("App Home", lambda: app_home.parts_of(ABILITIES, tx, mira)),
                ("status", lambda: (case.look(tx, mira), customer_book.summary(tx, mira.partner))),
                (
                    "progress",
                    lambda: (
                        customer_book.summary(tx, mira.partner),
                        customer_book.page(tx, mira.partner),
                    ),
                ),
                ("search", lambda: customer_book.search(tx, mira.partner, "customer 77")),
            ):
                spent, queries = measured(tx, what)
                print(f"        {name:<9} {spent:6.1f} ms, {queries} queries")
        store.close()


class _Planted:
    """What Workspace.plant needs of a workspace."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW


if __name__ == "__main__":
    for customers in (100, 10_000):
        run(customers)

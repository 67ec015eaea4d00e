"""App Home: how many customers are where, and for whom they wait. Counts only, one query whatever
their number."""

from typing import Any

from domain.customers import customer_book
from domain.people import Person
from domain.storage.store import Tx

PLACE = 30


def facts(tx: Tx, person: Person, today: str) -> dict[str, Any] | None:
    counted = customer_book.summary(tx, person.partner)
    return {"counts": counted} if counted["total"] else None

"""What one ability did that others may wait for. Whoever cares has a function of that name in dialogs/<ability>/news.py."""

import importlib
from functools import cache
from pathlib import Path
from typing import Any

from domain.people import Person
from domain.storage.store import Tx


def spread(tx: Tx, what: str, partner: str, by: Person) -> None:
    """Tell all abilities, in the caller's transaction: `agreement_accepted`, `admin_named`. Nothing is registered."""
    for module in _listeners():
        if heard := getattr(module, what, None):
            heard(tx, partner, by)


@cache
def _listeners() -> tuple[Any, ...]:
    found = sorted(Path(__file__).parent.glob("*/news.py"))
    return tuple(importlib.import_module(f"dialogs.{path.parent.name}.news") for path in found)

"""What the clock does when a timer fires. A timer that has become pointless says nothing. Words nothing.

A timer is called `<ability>.<name>` and is the function of that name in dialogs/<ability>/timers.py; nothing is registered.
`every.<name>` is that function in each ability that has one.
"""

import importlib
from pathlib import Path
from typing import Any

from dialogs.engine import app_home
from domain.storage.store import Tx


def fire(tx: Tx, name: str, subject: str, about: dict[str, Any]) -> None:
    """Run a timer in the caller's transaction: `about` is what it was set with. Raises LookupError for one that nobody knows."""
    ability, _, what = name.partition(".")
    if ability == "every":
        _fire_every(tx, what, subject, about)
        return app_home.show_anew(tx)
    try:
        timer = getattr(importlib.import_module(f"dialogs.{ability}.timers"), what)
    except (ImportError, AttributeError) as error:
        raise LookupError(f"there is no {what} in dialogs/{ability}/timers.py") from error
    timer(tx, subject, about)
    app_home.show_anew(tx)


def _fire_every(tx: Tx, what: str, subject: str, about: dict[str, Any]) -> None:
    for path in sorted(Path(__file__).parent.glob("*/timers.py")):
        if timer := getattr(importlib.import_module(f"dialogs.{path.parent.name}.timers"), what, None):
            timer(tx, subject, about)

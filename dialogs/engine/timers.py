"""Runs a timer when it is due. A timer that is no longer needed does nothing. Has no user texts.

A timer `<ability>.<function>` runs that function of the ability's declared `timers`.
`every.<happening>` tells all abilities that wait for it.
"""

from typing import Any

from dialogs.engine import app_home
from dialogs.engine.context import Ability, Happening, Timer, tell
from domain.storage.store import Tx

EVERY = "every"


def fire(
    abilities: tuple[Ability, ...], tx: Tx, name: str, subject: str, about: dict[str, Any]
) -> None:
    """Run a timer in the caller's transaction. `about`: the data it was set with. Raises
    LookupError for an unknown timer."""
    ability, _, what = name.partition(".")
    if ability == EVERY:
        tell(abilities, Happening(what), tx, subject, about)
    else:
        _timer(abilities, ability, what)(tx, subject, about)
    app_home.show_anew(tx)
    tell(abilities, Happening.TIMER_RAN, tx)


def _timer(abilities: tuple[Ability, ...], name: str, what: str) -> Timer:
    for ability in abilities:
        for timer in ability.timers if ability.name == name else ():
            if timer.__name__ == what:
                return timer
    raise LookupError(f"no ability {name!r} declares the timer {what!r}")

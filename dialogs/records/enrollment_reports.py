"""Recording what a person says has happened to the tenant's enrollment or its direct bill. The
rules are the tables'."""

from datetime import date
from typing import Any

from dialogs.engine import notifications
from dialogs.engine.context import Happening, Turn
from dialogs.records import taken_back
from domain import correction
from domain.machine import Doubtful, Move, advance, withdraw
from domain.people import Person
from domain.recorded import Entry
from domain.tenant import enrollment, standing
from domain.tenant.enrollment import State


def report(turn: Turn, tenant: str, event: str, day: date | None = None, **details: Any) -> Move:
    """Record what the person says has happened to the tenant's enrollment, and tell those whom the
    table names."""
    day = day or turn.today
    move = advance(
        turn.tx,
        enrollment.MACHINE,
        tenant,
        event,
        turn.person,
        day=day,
        today=turn.today,
        partner=turn.person.partner,
        **details,
    )
    notifications.notify_move(turn, move, tenant, day)
    if move.to == State.ACCEPTED != move.state:
        turn.assistant.tell(Happening.AGREEMENT_ACCEPTED, turn.tx, turn.person.partner, turn.person)
    return move


def report_standing(turn: Turn, tenant: str, event: str) -> None:
    """Record what direct bill is said to show today."""
    today, partner = turn.today, turn.person.partner
    advance(
        turn.tx,
        standing.MACHINE,
        tenant,
        event,
        turn.person,
        day=today,
        today=today,
        partner=partner,
    )


def advance_as_implied(turn: Turn, tenant: str, event: str, day: date) -> None:
    """A step that must have been taken, since a later one was."""
    today, partner = turn.today, turn.person.partner
    advance(
        turn.tx,
        enrollment.MACHINE,
        tenant,
        event,
        turn.person,
        day=day,
        today=today,
        partner=partner,
        implied=True,
    )


def doubtful(turn: Turn, day: date) -> Doubtful | None:
    """What is wrong with a day that is said to be a past step's: in the future, or more than a year
    ago."""
    if day > turn.today:
        return Doubtful("in_future", turn.today)
    return Doubtful("too_long_ago", turn.today) if (turn.today - day).days > 366 else None


def take_back(turn: Turn, tenant: str, seq: int, by: Person, reason: str, **details: Any) -> None:
    """The entry stops counting, and the messages that it caused say so. Raises NotPossible when a
    later report cannot stand without it."""
    name = enrollment.MACHINE.name
    said = correction.counting(turn.tx, Entry(name, tenant, seq, "", ""))
    withdraw(turn.tx, enrollment.MACHINE, tenant, seq, by, reason=reason, **details)
    if said:
        taken_back.say_so(turn, [correction.of(name, tenant, said)], by, later=True)

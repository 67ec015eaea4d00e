"""A transfer request that nobody answers: a reminder before the 30 days are over, and its end. Says
nothing where the request has moved on. Words nothing."""

from datetime import date
from typing import Any

from dialogs.engine import notifications
from domain import people
from domain.customers import transfer, transfer_book
from domain.customers.transfer import MACHINE, REMIND_BEFORE, Event, State, rule_of
from domain.machine import stands
from domain.people import CLOCK
from domain.storage import audit, outbox
from domain.storage.store import Tx
from domain.tenant import case

TIMER = "transfer.lapses"


def watch(tx: Tx, partner: str, id_: str, lapses_on: date) -> None:
    """Look again some days before a request lapses, and on the morning after."""
    cal = case.calendar_of(tx, partner)
    for day in (lapses_on - REMIND_BEFORE, cal.after(lapses_on, 1)):
        if day > cal.today(tx.now):
            outbox.set_timer(tx, TIMER, id_, cal.morning(day), {"partner": partner})


def lapses(tx: Tx, subject: str, about: dict[str, Any]) -> None:
    """Still unanswered? Who reported it last hears of it: before the day, and when it has passed.

    What the clock records is our arithmetic, and says so; a later report replaces it.
    """
    partner = str(about.get("partner", ""))
    row, here = transfer_book.by_id(tx, partner, subject), stands(tx, MACHINE, subject)
    if row is None or here.state != State.ACTIVE or here.day is None:
        return
    day = rule_of(row.version).lapses_on(row.kind, here.day)
    if day is None:
        return
    today = case.calendar_of(tx, partner).today(tx.now)
    log = audit.entries(tx, f"{MACHINE.name}:{subject}")
    teller = next((e.actor for e in reversed(log) if e.actor != CLOCK.id), "")
    if today > day:
        transfer_book.report(tx, CLOCK, subject, Event.LAPSED, day=day, today=today, of=partner)
    person = people.by_id(tx, teller)
    if person is None:
        return
    data = {
        "today": today.isoformat(),
        "name": person.name,
        "partner": "",
        "slots": {},
        "lapses_on": day.isoformat(),
        "lapsed": today > day,
        "kind": row.kind,
        "starter": rule_of(row.version).starter(row.kind),
    }
    named = transfer.describe(tx, subject)
    notifications.say(
        tx,
        person,
        "transfer/lapses",
        data | {"label": named.get("label", "")},
        key=f"transfer:lapses:{subject}:{today.isoformat()}",
        about=named.get("about", {}),
    )

"""The weekly digest: every Monday at nine, to each of support, in their direct messages. Words nothing."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dialogs import notices
from domain import outbox, people
from domain.calendar import calendar
from domain.insight import figures, nothing_in, week_before, zone_of
from domain.people import Role
from domain.store import Tx

NINE = time(9, 0)


def arm(tx: Tx) -> None:
    """Set the timer of the coming Monday, nine o'clock in the workspace's time zone; set twice it is one."""
    here = calendar("", "", zone_of(tx)).there(tx.now)
    monday = here.date() + timedelta(days=-here.weekday() % 7)
    due = datetime.combine(monday, NINE, here.tzinfo)
    if due <= here:
        due = datetime.combine(monday + timedelta(days=7), NINE, here.tzinfo)
    outbox.set_timer(tx, "report.digest", tx.team, due.astimezone(UTC))


def today(tx: Tx) -> date:
    return calendar("", "", zone_of(tx)).today(tx.now)


def send(tx: Tx) -> None:
    """The last seven days to everybody who is support now. A week in which nothing was asked and nobody waits says nothing."""
    day = today(tx)
    found = figures(tx, *week_before(day))
    if nothing_in(found):
        return
    for person in people.with_role(tx, Role.SUPPORT, ""):
        data = {"today": day.isoformat(), "partner": "", "figures": found, "weekly": True}
        key = f"digest:{day}:{person.id}"
        notices.say(tx, person, "report/figures", data, key=key)
        send_files(tx, outbox.to_person(person.id), found, key=key, today=day)


def send_files(tx: Tx, address: dict[str, str], found: dict[str, Any], *, key: str, today: date) -> None:
    """The picture and the table, drawn when they are sent."""
    data = {"today": today.isoformat(), "figures": found}
    outbox.tell(tx, address, [("report/files", data)], key=f"{key}:files", decision="command", kind=outbox.Out.FILES)

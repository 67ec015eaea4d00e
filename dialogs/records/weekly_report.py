"""The weekly digest: every Monday at nine, to each of support who has not muted it, in their direct
messages. Words nothing."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dialogs.engine import conversation_store, notifications
from domain import people
from domain.calendar import calendar
from domain.people import Person, Role
from domain.reporting import figures, nothing_in, week_before, zone_of
from domain.storage import outbox
from domain.storage.addresses import Address, FiguresAddress
from domain.storage.store import Tx

NINE = time(9, 0)


def arm(tx: Tx) -> None:
    """Set the timer of the coming Monday, nine o'clock in the workspace's time zone; set twice it
    is one."""
    here = calendar("", "", zone_of(tx)).there(tx.now)
    monday = here.date() + timedelta(days=-here.weekday() % 7)
    due = datetime.combine(monday, NINE, here.tzinfo)
    if due <= here:
        due = datetime.combine(monday + timedelta(days=7), NINE, here.tzinfo)
    outbox.set_timer(tx, "report.digest", tx.team, due.astimezone(UTC))


def today(tx: Tx) -> date:
    return calendar("", "", zone_of(tx)).today(tx.now)


def send(tx: Tx) -> None:
    """The last seven days to everybody who is support then. A week in which nothing was asked and
    nobody waits says nothing."""
    day = today(tx)
    since, until = week_before(day)
    ask_for(tx, since, until, key=f"digest:{day}")


def ask_for(
    tx: Tx,
    since: date,
    until: date,
    *,
    key: str,
    person: str = "",
    at: Address | None = None,
) -> None:
    """Figures of these days, counted beside the turns: for a person, else the digest for
    everybody."""
    address = FiguresAddress(
        since.isoformat(), until.isoformat(), key, today(tx).isoformat(), person, at
    )
    outbox.tell(tx, address, [], key=f"{key}:count", kind=outbox.Out.COUNT)


def count(tx: Tx, asked: FiguresAddress) -> dict[str, Any]:
    """The figures that were asked for. Takes a second where 100,000 questions were asked; writes
    nothing."""
    return figures(tx, date.fromisoformat(asked.since), date.fromisoformat(asked.until))


def counted(tx: Tx, asked: FiguresAddress, found: dict[str, Any]) -> None:
    """They are there: to who asked, else to everybody who is support now and has not muted the
    digest."""
    if asked.person:
        person = people.by_id(tx, asked.person)
        return (
            _tell(tx, person, found, asked, asked.key, weekly=False)
            if person and person.has(Role.SUPPORT)
            else None
        )
    for each in [] if nothing_in(found) else people.with_role(tx, Role.SUPPORT, ""):
        if not conversation_store.conversation_of(tx, each.id).digest_muted:
            _tell(tx, each, found, asked, f"{asked.key}:{each.id}", weekly=True)


def _tell(
    tx: Tx, person: Person, found: dict[str, Any], asked: FiguresAddress, key: str, *, weekly: bool
) -> None:
    at, muted = (
        asked.at or outbox.to_person(person.id),
        conversation_store.conversation_of(tx, person.id).digest_muted,
    )
    data = {
        "today": asked.day,
        "partner": "",
        "figures": found,
        "weekly": weekly,
        "muted": muted,
    }
    notifications.say(tx, person, "report/figures", data, key=key, at=at)
    files = {"today": asked.day, "figures": found}
    outbox.tell(
        tx,
        at,
        [("report/files", files)],
        key=f"{key}:files",
        decision="command",
        kind=outbox.Out.FILES,
    )

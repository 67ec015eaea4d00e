"""What is due to be brought up, to whom, and what has moved on meanwhile. Restarts and clock jumps
neither lose nor repeat one.

A sweep (once per partner and business day) turns waiting subjects into nudges; a delivery (once per
recipient and day) says all of them together. Both look at what is so *now*: an entry that is not
the last one any more is silence. Knows no words.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Table, and_, bindparam, delete, func, insert, or_, select, text, update

from domain import people
from domain.calendar import Calendar, calendar, zone_of
from domain.json_values import Values
from domain.people import Partner, Person, Role
from domain.providers import providers
from domain.reminders.recipients import Recipients, Waiting
from domain.reminders.reminder import BY_STATE, Reminder, wake
from domain.storage import outbox
from domain.storage.rows import Rows, made
from domain.storage.store import Tx, moment, ms, table
from domain.tables import Audit, Lifecycle, Reminded, clock, house

DELIVER = "remind.deliver"
# What makes a reminder pointless although nothing moved where it stands; of a partner, as it is
# now.
UNLESS: dict[str, Callable[[Tx, str], bool]] = {"provider_chosen": providers.any_chosen}
TOGETHER = 300_000  # ms: what becomes due within five minutes is said in one message
NEVER = "9999-12-31"

_life, _log, _said, _partners = (
    table(Lifecycle),
    table(Audit),
    table(Reminded),
    table(house.Partner),
)


class Matter(Protocol):
    """What is in a state of a machine."""

    @property
    def machine(self) -> str: ...

    @property
    def state(self) -> str: ...


@dataclass(frozen=True)
class Group:
    """How many matters of one partner are stuck in one state, and the first entry of the log."""

    partner: str
    machine: str
    state: str
    many: int
    seq: int


@dataclass(frozen=True)
class Nudge:
    """One matter for one recipient; the columns are described in domain/tables/clock.py."""

    recipient: str
    machine: str
    subject: str
    partner: str
    state: str
    seq: int
    since: str
    escalated: bool
    waiting: bool
    quiet_until: str


_NUDGES = Rows(Nudge, clock.Nudge)
_nudges = _NUDGES.table
_WAITING = (
    select(_life.c.machine, _life.c.subject, _life.c.state, _life.c.seq, _log.c.at, _log.c.actor)
    .join(_log, (_log.c.team == _life.c.team) & (_log.c.seq == _life.c.seq))
    .where(
        _life.c.team == bindparam("t"),
        _life.c.partner == bindparam("p"),
        or_(*(and_(_life.c.machine == m, _life.c.state == s) for m, s in BY_STATE)),
    )
    .order_by(_life.c.seq)
)
_STILL = (
    (_life.c.team == _nudges.c.team)
    & (_life.c.machine == _nudges.c.machine)
    & (_life.c.subject == _nudges.c.subject)
    & (_life.c.seq == _nudges.c.seq)
)
_STUCK = (
    select(
        _said.c.partner,
        _said.c.machine,
        _said.c.state,
        func.count().label("many"),
        func.min(_said.c.seq).label("seq"),
    )
    .where(_said.c.team == bindparam("t"), text("rounds > 1"))
    .group_by(_said.c.partner, _said.c.machine, _said.c.state)
)
_HERE = (
    select(_life.c.state, _life.c.seq, _log.c.at)
    .join(_log, (_log.c.team == _life.c.team) & (_log.c.seq == _life.c.seq))
    .where(
        _life.c.team == bindparam("t"),
        _life.c.machine == bindparam("m"),
        _life.c.subject == bindparam("s"),
    )
)
_HERS = (_nudges.c.team == bindparam("t"), _nudges.c.recipient == bindparam("r"))


def sweep(tx: Tx, partner: Partner) -> None:
    """Everything of a partner that has waited long enough becomes a nudge; the clock is set for
    what is still to come."""
    cal = calendar(partner.country, partner.subdivision, partner.timezone)
    today = cal.today(tx.now)
    before = {
        (r.machine, r.subject): r
        for r in tx.db.execute(
            select(_said).where(_said.c.team == tx.team, _said.c.partner == partner.id)
        )
    }
    due: list[tuple[Reminder, Waiting, int]] = []
    again: set[int] = set()
    for row in made(Waiting, tx.db.execute(_WAITING, {"t": tx.team, "p": partner.id})):
        rule, said = BY_STATE[row.machine, row.state], before.get((row.machine, row.subject))
        if is_pointless(tx, partner.id, row):
            continue
        rounds = said.rounds if said and said.seq == row.seq else 0
        last = date.fromisoformat(said.day) if said and rounds else None
        left = (rule.again if last else rule.after) - cal.passed(
            last or cal.today(moment(row.at)), today
        )
        if rounds < rule.rounds and left <= 0:
            due.append((rule, row, rounds))
            rounds, left = rounds + 1, rule.again
        if rounds < rule.rounds:
            again.add(left)
    _note(tx, partner.id, due, today)
    _nudge(tx, partner, due, cal)
    for days in again:
        wake(tx, partner.id, cal, days)


def is_pointless(tx: Tx, partner: str, row: Matter) -> bool:
    """Has its state no reminder (any more), or is what it waits for there already?"""
    rule = BY_STATE.get((row.machine, row.state))
    return rule is None or (bool(rule.unless) and UNLESS[rule.unless](tx, partner))


def _note(tx: Tx, partner: str, due: list[tuple[Reminder, Waiting, int]], today: date) -> None:
    same = {"team": tx.team, "partner": partner, "day": str(today)}
    rows = [
        same
        | {
            "machine": row.machine,
            "subject": row.subject,
            "state": row.state,
            "seq": row.seq,
            "rounds": n + 1,
        }
        for _, row, n in due
    ]
    _replace(tx, _said, ("machine", "subject"), rows)


def _nudge(
    tx: Tx, partner: Partner, due: list[tuple[Reminder, Waiting, int]], cal: Calendar
) -> None:
    """One nudge per matter and recipient; who has muted or put off this very matter keeps her
    peace."""
    look_up = Recipients(tx, partner.id)
    wanted: dict[tuple[str, str, str], Values] = {}
    for rule, row, rounds in due:
        escalated = rounds >= rule.most
        found = look_up.of(rule.then if escalated else rule.to, row) or look_up.of(rule.then, row)
        for recipient in found:
            wanted[recipient, row.machine, row.subject] = {
                "team": tx.team,
                "recipient": recipient,
                "machine": row.machine,
                "subject": row.subject,
                "partner": partner.id,
                "state": row.state,
                "seq": row.seq,
                "since": str(cal.today(moment(row.at))),
                "escalated": escalated,
                "waiting": True,
                "quiet_until": "",
            }
    for quiet in tx.db.execute(
        select(_nudges).where(
            _nudges.c.team == tx.team, _nudges.c.partner == partner.id, _nudges.c.quiet_until > ""
        )
    ):
        new = wanted.get((quiet.recipient, quiet.machine, quiet.subject))
        if new and new["seq"] == quiet.seq and quiet.quiet_until > str(cal.today(tx.now)):
            del wanted[quiet.recipient, quiet.machine, quiet.subject]
        elif new and new["seq"] == quiet.seq:  # put off until now: it comes as what was asked for
            new["quiet_until"] = quiet.quiet_until
    _replace(tx, _nudges, ("recipient", "machine", "subject"), list(wanted.values()))
    for recipient in sorted({key[0] for key in wanted}):
        deliver_later(tx, recipient, tx.now, partner.id)


@dataclass(frozen=True)
class Stuck:
    """So many matters of one kind of one partner (by name), the oldest since that day (ISO)."""

    partner: str
    template: str
    count: int
    since: str


def deliver_later(tx: Tx, recipient: str, when: datetime, partner: str) -> None:
    """Say what waits for a recipient at her next daytime from `when` on; what becomes due together
    goes together."""
    cal, person = _calendar(tx, partner), _person(tx, recipient)
    due = cal.daytime(when, person.timezone if person else "")
    together = moment(-(-ms(due) // TOGETHER) * TOGETHER)
    outbox.set_timer(tx, DELIVER, recipient, together, {"partner": partner})


def deliver(
    tx: Tx,
    recipient: str,
    partner: str,
    say: Callable[[Person | None, str, list[Nudge], str], None],
) -> None:
    """Hand what waits for a recipient, and is still so, to `say(person, channel, nudges, key)`;
    once a day, never at night."""
    cal, person = _calendar(tx, partner), _person(tx, recipient)
    if person is None and not recipient.startswith("#"):
        return
    zone = person.timezone if person else ""
    if cal.daytime(tx.now, zone) > tx.now:
        deliver_later(tx, recipient, tx.now, partner)
        return
    today = cal.today_in(tx.now, zone)
    key = f"remind:{recipient}:{today}"
    waiting = (*_HERS, _nudges.c.waiting, _nudges.c.quiet_until <= str(today))
    by_age = (_nudges.c.since, _nudges.c.seq)
    still = _NUDGES.select().join(_life, _STILL).where(*waiting).order_by(*by_age)
    found = [
        n
        for n in _NUDGES.all(tx.db, still, {"t": tx.team, "r": recipient})
        if not is_pointless(tx, n.partner, n)
    ]
    if found and outbox.where_sent(tx.db, tx.team, key) is not None:
        deliver_later(tx, recipient, cal.morning(cal.after(today, 1)), partner)
        return
    tx.db.execute(
        update(_nudges).where(*waiting).values(waiting=False), {"t": tx.team, "r": recipient}
    )
    if found:
        say(
            person,
            recipient.removeprefix("#") if recipient.startswith("#") else "",
            list(found),
            key,
        )


def stuck(tx: Tx, most: int) -> tuple[list[Stuck], int]:
    """Where partners are stuck: what was brought up twice or more and is still so, by partner and
    state, the oldest first; and how many such kinds there are. Counted from an index alone, and
    what has moved on has no row (`reminder.left`)."""
    groups = made(Group, tx.db.execute(_STUCK, {"t": tx.team}))
    found = [g for g in groups if not is_pointless(tx, g.partner, g)]
    shown = sorted(found, key=lambda g: g.seq)[:most]
    if not shown:
        return [], 0
    names = tx.db.execute(
        select(_partners.c.id, _partners.c.name).where(
            _partners.c.id.in_([g.partner for g in shown])
        )
    )
    since = tx.db.execute(
        select(_log.c.seq, _log.c.at).where(
            _log.c.team == tx.team, _log.c.seq.in_([g.seq for g in shown])
        )
    )
    named, at = (
        {r.id: r.name for r in names},
        {r.seq: moment(r.at).date().isoformat() for r in since},
    )
    return [
        Stuck(
            named.get(g.partner, ""),
            BY_STATE[g.machine, g.state].template,
            g.many,
            at.get(g.seq, ""),
        )
        for g in shown
    ], len(found)


def told(tx: Tx, person: str) -> list[Nudge]:
    """What a person was reminded of, or will be, that is still so."""
    wanted = _NUDGES.select().join(_life, _STILL).where(*_HERS).order_by(_nudges.c.seq)
    return _NUDGES.all(tx.db, wanted, {"t": tx.team, "r": person})


def snooze(
    tx: Tx, person: Person, matters: list[tuple[str, str]] | None, business_days: int, cal: Calendar
) -> str:
    """Put matters (all of hers where None) off by business days, or for good by 0. Returns the ISO
    day, "" for never again."""
    here = cal.today_in(tx.now, person.timezone)
    return snooze_until(
        tx, person, matters, cal.after(here, business_days) if business_days else None, cal
    )


def snooze_until(
    tx: Tx, person: Person, matters: list[tuple[str, str]] | None, until: date | None, cal: Calendar
) -> str:
    """The same until a day; None for good."""
    day = str(until) if until else NEVER
    for nudge in told(tx, person.id):
        if matters is not None and (nudge.machine, nudge.subject) not in matters:
            continue
        here = (*_HERS, _nudges.c.machine == nudge.machine, _nudges.c.subject == nudge.subject)
        change = {"quiet_until": day, "waiting": bool(until)}
        tx.db.execute(update(_nudges).where(*here).values(**change), {"t": tx.team, "r": person.id})
    if until:
        deliver_later(tx, person.id, cal.morning(until), person.partner)
    return day if until else ""


def keep_for(tx: Tx, person: Person, matters: Iterable[tuple[str, str]], cal: Calendar) -> None:
    """A person asks to be reminded of matters that wait for them on a card, before a reminder was
    due: from now on they count as told."""
    known = {(n.machine, n.subject) for n in told(tx, person.id)}
    for machine, subject in matters:
        life = tx.db.execute(_HERE, {"t": tx.team, "m": machine, "s": subject}).first()
        if life is None or (machine, subject) in known or (machine, life.state) not in BY_STATE:
            continue
        row = {
            "team": tx.team,
            "recipient": person.id,
            "machine": machine,
            "subject": subject,
            "partner": person.partner,
            "state": life.state,
            "seq": life.seq,
            "since": str(cal.today(moment(life.at))),
            "escalated": False,
            "waiting": False,
            "quiet_until": "",
        }
        _replace(tx, _nudges, ("recipient", "machine", "subject"), [row])


def due_at(tx: Tx, person: Person, day: date, cal: Calendar) -> datetime:
    """When a person is reminded on a day, as clocks show it where they are."""
    due, zone = cal.daytime(cal.morning(day), person.timezone), zone_of(person.timezone)
    return due.astimezone(zone) if zone else cal.there(due)


def _calendar(tx: Tx, partner: str) -> Calendar:
    row = people.partner_of(tx, partner)
    return calendar(row.country, row.subdivision, row.timezone) if row else calendar("", "", "UTC")


def _person(tx: Tx, recipient: str) -> Person | None:
    found = None if recipient.startswith("#") else people.by_id(tx, recipient)
    return found if found and found.has(Role.STAFF) else None


def _replace(tx: Tx, rows: Table, keys: tuple[str, ...], values: list[Values]) -> None:
    """Write rows, whatever stood under their keys before."""
    if values:
        here = [rows.c[key] == bindparam(f"_{key}") for key in keys]
        old = [{"t": v["team"]} | {f"_{key}": v[key] for key in keys} for v in values]
        tx.db.execute(delete(rows).where(rows.c.team == bindparam("t"), *here), old)
        tx.db.execute(insert(rows), values)

"""Reports that may be taken back, whatever they are about: which count, whose they were, and who
may. Knows no words.

A report that is taken back stays in the log beside the entry that takes it back; the state is the
fold without it. What was recorded only because the report implied it goes with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from domain import machines, people
from domain.customers import customer, transfer, transfer_book
from domain.json_values import Values
from domain.machine import (
    Machine,
    NotAllowed,
    NotPossible,
    Stands,
    advance,
    effective,
    stands,
    withdraw,
)
from domain.people import CLOCK, Person, Role
from domain.providers import invitation, partnership, providers
from domain.recorded import MOST, Entry
from domain.storage import audit
from domain.storage.store import Tx, table
from domain.tables import Audit, Lifecycle
from domain.tenant import enrollment, reseller, standing
from domain.tenant.case import short

MACHINES: dict[str, Machine] = {
    m.name: m
    for m in (
        customer.MACHINE,
        transfer.MACHINE,
        partnership.MACHINE,
        reseller.MACHINE,
        standing.MACHINE,
    )
}
# Reports of the enrollment are corrected by their reporter alone (dialogs/withdraw/reports.py).
EVERY_MACHINE = MACHINES | {enrollment.MACHINE.name: enrollment.MACHINE}
D, F = partnership.Event, transfer.Event
# What is recorded beside a report, or by the rule itself, and so is nobody's report.
NO_REPORT = {
    partnership.MACHINE.name: (
        D.LINK_RECEIVED,
        D.NEW_LINK,
        D.FORM_RIGHT,
        D.FORM_WRONG,
        D.AGREEMENT_MISSING,
        D.AGREEMENT_IN_FORCE,
    ),
    transfer.MACHINE.name: (F.REQUESTED, F.ASK_FIRST, F.NOT_MOVABLE),
}
# After these the link was not kept; if they were wrong, it may be brought once more.
CLOSED_THE_LINK = (D.ACCEPTED, D.NOT_OURS, D.LINK_DEAD)
_states, _log = table(Lifecycle), table(Audit)


@dataclass(frozen=True)
class Report:
    """A report that counts. `seq`: its number in the log; `rests_on`: the entries that it implied;
    `day`: ISO."""

    machine: str
    subject: str
    seq: int
    event: str
    day: str
    by: str
    before: str
    to: str
    rests_on: tuple[int, ...] = ()


def of(machine: str, subject: str, entry: audit.Entry, rests_on: tuple[int, ...] = ()) -> Report:
    """An entry of the log as a report."""
    said, day = entry.details, str(entry.details["day"])
    before, to = str(said.get("from", "")), str(said["to"])
    return Report(machine, subject, entry.seq, entry.action, day, entry.actor, before, to, rests_on)


def about(tx: Tx, partner: str, matters: Iterable[tuple[str, str]], most: int) -> list[Report]:
    """The reports about these matters (machine, subject) of the partner that count, the newest
    first."""
    ours = [m for m in matters if m[0] in MACHINES and _is_ours(tx, partner, m)]
    found = [
        r
        for machine, subject in ours
        for r in _reports(machine, subject, audit.entries(tx, f"{machine}:{subject}"))
    ]
    return sorted(found, key=lambda r: -r.seq)[:most]


def numbered(tx: Tx, partner: str, seq: int) -> Report | None:
    """The report of the partner with that number in the log, while it counts; None otherwise."""
    here = (_log.c.team == tx.team, _log.c.seq == seq)
    machine, _, subject = str(
        tx.db.execute(select(_log.c.object).where(*here)).scalar() or ""
    ).partition(":")
    if machine not in MACHINES or not _is_ours(tx, partner, (machine, subject)):
        return None
    found = _reports(machine, subject, audit.entries(tx, f"{machine}:{subject}"))
    return next((r for r in found if r.seq == seq), None)


def latest(
    tx: Tx, partner: str, most: int, machines: Sequence[str] = tuple(MACHINES)
) -> list[Report]:
    """The newest reports that count, of the matters that moved last; in two queries and one per
    matter, `most` matters at most."""
    here = (
        _states.c.team == tx.team,
        _states.c.partner == partner,
        _states.c.machine.in_(machines),
        _states.c.seq > 0,
    )
    moved = (
        select(_states.c.machine, _states.c.subject)
        .where(*here)
        .order_by(_states.c.seq.desc())
        .limit(most)
    )
    return about(tx, partner, [(r.machine, r.subject) for r in tx.db.execute(moved)], most)


def may_take_back(person: Person, report: Report) -> bool:
    """Whose word it was, or who supports or approves."""
    return report.by == person.id or person.has(Role.SUPPORT) or person.has(Role.APPROVER)


def take_back(tx: Tx, by: Person, report: Report, reason: str) -> Stands:
    """The report stops counting, and what it implied with it. `reason`: the id of a note. Returns
    where the matter stands then.

    Raises NotAllowed (not_yours_to_correct), NotPossible when a later report rests on it, and
    transfer.Refused when the subscriptions that it lets return to a request are in another one by
    now.
    """
    if not may_take_back(by, report):
        raise NotAllowed("not_yours_to_correct")
    machine, known = MACHINES[report.machine], {"reported_by": report.by}
    now = withdraw(tx, machine, report.subject, report.seq, by, reason=reason, **known)
    for seq in reversed(report.rests_on):
        now = withdraw(
            tx, machine, report.subject, seq, by, reason=reason, goes_with=report.seq, **known
        )
    _settle(tx, machine, report.subject, report.event, now)
    return now


def _settle(tx: Tx, machine: Machine, subject: str, event: str, now: Stands) -> None:
    """What rests on a report that does not count any more is set right."""
    if machine is transfer.MACHINE:
        transfer_book.hold(tx, subject, now.state)
    if machine is partnership.MACHINE and event in CLOSED_THE_LINK:
        invitation.forget(tx, subject)
    if machine is partnership.MACHINE and event == D.AGREEMENT_IN_FORCE:
        invitation.wait_again(tx, subject)


def can_be_undone(entries: Sequence[Entry]) -> bool:
    """Are these the reports of one turn, and not so many that they are a list? What only notes that
    something came (a link, a request) is corrected where it came from."""
    beside = [e for e in entries if e.event in NO_REPORT.get(e.machine, ())]
    return len(beside) < len(entries) <= MOST and all(
        e.event == D.AGREEMENT_IN_FORCE for e in beside
    )


def reports_among(entries: Iterable[Entry]) -> list[Entry]:
    """Those that somebody said: not implied by another, nor noted beside it."""
    return [e for e in entries if not e.implied and e.event not in NO_REPORT.get(e.machine, ())]


def counting(tx: Tx, entry: Entry) -> audit.Entry | None:
    """The entry as it is in the log; None where it was taken back."""
    log = effective(audit.entries(tx, f"{entry.machine}:{entry.subject}"))
    return next((e for e in log if e.seq == entry.seq), None)


def undo(tx: Tx, by: Person, entries: Sequence[Entry]) -> None:
    """What one turn recorded stops counting, the newest first; nothing is overwritten.

    Raises NotAllowed (not_yours_to_correct) for somebody else's entry, NotPossible when a later
    report rests on one of them or none of them counts any more, and transfer.Refused as `take_back`
    does.
    """
    if not _withdraw_all(tx, by, entries):
        last = entries[-1]
        raise NotPossible(last.machine, "", last.event)
    for entry in reversed(entries):
        machine = EVERY_MACHINE[entry.machine]
        _settle(tx, machine, entry.subject, entry.event, stands(tx, machine, entry.subject))


def redate(tx: Tx, by: Person, entries: Sequence[Entry], day: date, today: date) -> None:
    """What one turn recorded counts with another day: it is taken back and recorded once more.

    Raises what `undo` and `machine.advance` raise; then the caller has to roll back.
    """
    said = _withdraw_all(tx, by, entries)
    if len(said) < len(entries):
        raise NotPossible(entries[-1].machine, "", entries[-1].event)
    new, before = day.isoformat(), reports_among(entries)[-1].day
    for entry, was in zip(entries, reversed(said), strict=True):
        more = {k: v for k, v in was.details.items() if k not in ("from", "to", "day")}
        on = new if entry.day == before else min(entry.day, new)
        advance(
            tx,
            EVERY_MACHINE[entry.machine],
            entry.subject,
            entry.event,
            by,
            day=date.fromisoformat(on),
            today=today,
            partner=by.partner,
            **more,
        )


def _withdraw_all(tx: Tx, by: Person, entries: Sequence[Entry]) -> list[audit.Entry]:
    """Take back those that count, the newest first; returns what the log said of each."""
    found = []
    for entry in reversed(entries):
        if (said := counting(tx, entry)) is None:
            continue
        if said.actor != by.id:
            raise NotAllowed("not_yours_to_correct")
        machine = EVERY_MACHINE[entry.machine]
        withdraw(
            tx, machine, entry.subject, entry.seq, by, reason="", undone=True, reported_by=by.id
        )
        found.append(said)
    return found


def label(tx: Tx, partner: str, machine: str, subject: str) -> str:
    """What a matter is called: the customer, the request, the provider, the tenant."""
    if machine == partnership.MACHINE.name:
        row = providers.get(tx, partner, subject)
        return row.name if row else ""
    if machine in (reseller.MACHINE.name, standing.MACHINE.name):
        return next((short(t.guid) for t in people.tenants_of(tx, partner) if t.id == subject), "")
    return str(machines.describe(tx, machine, subject).get("label", ""))


def _is_ours(tx: Tx, partner: str, matter: tuple[str, str]) -> bool:
    here = (
        _states.c.team == tx.team,
        _states.c.machine == matter[0],
        _states.c.subject == matter[1],
    )
    return tx.db.execute(select(_states.c.partner).where(*here)).scalar() == partner != ""


def _reports(machine: str, subject: str, log: list[audit.Entry]) -> list[Report]:
    found: list[Report] = []
    implied: list[int] = []
    for e in effective(log):
        if e.details.get("implied"):
            implied.append(e.seq)
            continue
        if e.actor != CLOCK.id and e.action not in NO_REPORT.get(machine, ()):
            found.append(of(machine, subject, e, tuple(implied)))
        implied = []
    return found


def audience(tx: Tx, report: Report, partner: str) -> tuple[list[Person], bool]:
    """Who should hear that it does not count any more: whose word it was, and those whom its row
    had told. And the channel?"""
    told = MACHINES[report.machine].move(report.before, report.event).tells
    ids: Values = {report.by: None}
    if "global_admin" in told:
        ids |= dict.fromkeys(p.id for p in people.with_role(tx, Role.GLOBAL_ADMIN, partner))
    if "asker" in told and (row := invitation.latest_of(tx, report.subject)):
        ids[row.brought_by] = None
    found = [people.by_id(tx, id_) for id_ in ids]
    return [p for p in found if p and p.has(Role.STAFF)], "admins" in told

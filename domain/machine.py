"""The transition tables: state and event -> next state, who may report it, who is notified. Has no
user texts and no clock.

An event without a row raises and changes nothing. The state of a subject is computed from its log
without the withdrawn entries; nothing is ever overwritten.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import bindparam, insert, select, update

from domain.people import Person, Role, may
from domain.recorded import MOST, Entry
from domain.reminders import reminder
from domain.storage import audit
from domain.storage.prepared import Prepared
from domain.storage.store import Tx, table
from domain.tables import Lifecycle

WITHDRAWN = "report_withdrawn"
_rows = table(Lifecycle)
_HERE = (
    _rows.c.team == bindparam("t"),
    _rows.c.machine == bindparam("m"),
    _rows.c.subject == bindparam("s"),
)
_STANDS = Prepared(select(_rows.c.state, _rows.c.day, _rows.c.seq).where(*_HERE).with_for_update())
_MOVE = Prepared(
    update(_rows)
    .where(*_HERE)
    .values(state=bindparam("new_state"), day=bindparam("new_day"), seq=bindparam("new_seq"))
    .returning(_rows.c.partner)
)


class NotPossible(Exception):
    """The table has no row for this event in this state. `reasons`: the fact ids that say why, if
    any."""

    def __init__(self, machine: str, state: str, event: str, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(f"{machine}: {event} is not possible in {state}")
        self.machine, self.state, self.event, self.reasons = machine, state, event, reasons


class NotAllowed(Exception):
    """This person may not do this now. `why`: a stable word such as `role`, `own_request`,
    `two_people`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Doubtful(Exception):
    """What was reported cannot be true. `why`: `in_future`, `before_previous`; `day`: the limit, if
    there is one."""

    def __init__(self, why: str, day: date | None = None) -> None:
        super().__init__(why)
        self.why, self.day = why, day


@dataclass(frozen=True)
class Move:
    """One row. `who` may report it; `tells`: who else is notified; `source`: the fact ids it rests
    on. `dated`: later steps cannot be dated before it (preparations on our side are not dated)."""

    state: str
    event: str
    to: str
    who: frozenset[Role]
    tells: tuple[str, ...] = ()
    irreversible: bool = False
    needs: str = ""
    source: str = ""
    dated: bool = True


@dataclass(frozen=True)
class Machine:
    """A transition table. Raises ValueError if two rows have the same state and event.

    `reports`: its entries are what people say has happened, so they can turn out to be wrong: a
    turn knows them (`Tx.recorded`).
    """

    name: str
    states: type[StrEnum]
    events: type[StrEnum]
    start: str
    moves: tuple[Move, ...]
    refused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reports: bool = False
    _by: dict[tuple[str, str], Move] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by = {(m.state, m.event): m for m in self.moves}
        if len(by) != len(self.moves):
            raise ValueError(f"{self.name}: two rows for one event in one state")
        object.__setattr__(self, "_by", by)

    def move(self, state: str, event: str) -> Move:
        """The row for this event in this state. Raises NotPossible if there is none."""
        found = self._by.get((state, event))
        if found is None:
            raise NotPossible(self.name, state, event, self.refused.get(event, ()))
        return found

    def events_in(self, state: str) -> list[str]:
        return [m.event for m in self.moves if m.state == state]

    def way_to(self, state: str) -> list[Move]:
        """The fewest moves that lead to a state from the start. Raises KeyError where none do."""
        ways: dict[str, list[Move]] = {self.start: []}
        todo = [self.start]
        while todo and state not in ways:
            here = todo.pop(0)
            for move in self.moves:
                if move.state == here and move.to not in ways:
                    ways[move.to] = [*ways[here], move]
                    todo.append(move.to)
        return ways[state]

    def reachable_from(self, state: str, without: Iterable[str] = ()) -> set[str]:
        """Every state that some sequence of events leads to, `state` included."""
        left_out, seen, todo = set(without), {state}, [state]
        while todo:
            here = todo.pop()
            nexts = {m.to for m in self.moves if m.state == here and m.event not in left_out} - seen
            seen |= nexts
            todo += nexts
        return seen


@dataclass(frozen=True)
class Stands:
    """The current state of a subject: state, the reported day of the last step, the number of its
    entry (-1: never)."""

    state: str
    day: date | None = None
    seq: int = -1


def stands(tx: Tx, machine: Machine, subject: str) -> Stands:
    """The current state of the subject; the start state if nothing was ever reported. Locks the row
    for this turn."""
    row = _STANDS.first(tx.db, {"t": tx.team, "m": machine.name, "s": subject})
    if row is None:
        return Stands(machine.start)
    return Stands(row.state, date.fromisoformat(row.day) if row.day else None, row.seq)


def states_of(tx: Tx, machine: Machine, subjects: list[str]) -> dict[str, str]:
    """subject -> state of several subjects, in one query, without locks."""
    here = (_rows.c.team == tx.team, _rows.c.machine == machine.name, _rows.c.subject.in_(subjects))
    found = {
        row.subject: str(row.state)
        for row in tx.db.execute(select(_rows.c.subject, _rows.c.state).where(*here))
    }
    return {subject: found.get(subject, machine.start) for subject in subjects}


def advance(
    tx: Tx,
    machine: Machine,
    subject: str,
    event: str,
    by: Person,
    *,
    day: date,
    today: date,
    partner: str = "",
    **details: object,
) -> Move:
    """Move the subject by what `by` reports to have happened on `day`; writes state and log,
    returns the row.

    Raises NotPossible (no such row), NotAllowed (role), Doubtful (a day in the future or before the
    step before). A row that leads back to its own state is recorded and changes nothing else.
    """
    now = stands(tx, machine, subject)
    move = machine.move(now.state, event)
    if not may(by, move.who):
        raise NotAllowed("role")
    if day > today:
        raise Doubtful("in_future", today)
    if move.dated and now.day and day < now.day:
        raise Doubtful("before_previous", now.day)
    said = {"from": now.state, "to": move.to, "day": day.isoformat()} | details
    seq = audit.append(tx, by.id, event, f"{machine.name}:{subject}", said)
    tx.changed.add(partner or by.partner)
    _note(tx, machine, [subject], [seq], event, day, bool(details.get("implied")))
    _write(
        tx,
        machine,
        subject,
        Stands(move.to, day if move.dated else now.day, seq),
        partner,
        first=now.seq < 0,
    )
    return move


def begin(
    tx: Tx,
    machine: Machine,
    subjects: Sequence[str],
    event: str,
    by: Person,
    *,
    day: date,
    today: date,
    partner: str,
    **details: object,
) -> Move:
    """The first move of many new subjects at once, in a few statements whatever their number.

    Raises what `advance` raises. The caller must pass only subjects that have no state yet.
    """
    move = machine.move(machine.start, event)
    if not may(by, move.who):
        raise NotAllowed("role")
    if day > today:
        raise Doubtful("in_future", today)
    said = {"from": machine.start, "to": move.to, "day": day.isoformat()} | details
    numbers = audit.append_all(tx, by.id, event, [f"{machine.name}:{s}" for s in subjects], said)
    same = {
        "team": tx.team,
        "machine": machine.name,
        "partner": partner,
        "state": move.to,
        "day": day.isoformat() if move.dated else "",
    }
    if subjects:
        tx.db.execute(
            insert(_rows),
            [same | {"subject": s, "seq": n} for s, n in zip(subjects, numbers, strict=True)],
        )
    _note(tx, machine, subjects, numbers, event, day)
    return move


def withdraw(
    tx: Tx, machine: Machine, subject: str, seq: int, by: Person, *, reason: str, **details: object
) -> Stands:
    """Withdraw the report number `seq`: writes a new entry and computes the state again.

    Raises NotPossible if there is no such effective report, or if a later one depends on it.
    """
    log = effective(audit.entries(tx, f"{machine.name}:{subject}"))
    if seq not in {e.seq for e in log}:
        raise NotPossible(machine.name, stands(tx, machine, subject).state, WITHDRAWN)
    folded = fold(machine, [e for e in log if e.seq != seq])
    details |= {"withdraws": seq, "to": folded.state, "reason": reason}
    audit.append(tx, by.id, WITHDRAWN, f"{machine.name}:{subject}", details)
    tx.changed.add(by.partner)
    _write(tx, machine, subject, folded, "", first=False)
    return folded


def effective(log: Iterable[audit.Entry]) -> list[audit.Entry]:
    """The entries that count: moves that no later entry withdrew."""
    log = list(log)
    gone = {e.details["withdraws"] for e in log if e.action == WITHDRAWN}
    return [e for e in log if e.action != WITHDRAWN and is_move(e) and e.seq not in gone]


def is_move(entry: audit.Entry) -> bool:
    """Did this entry set a state? Other entries only note something about the subject: a look, a
    question, to whom a request was passed on (`to` is a list of people then)."""
    return isinstance(entry.details.get("to"), str)


def fold(machine: Machine, log: Iterable[audit.Entry]) -> Stands:
    """The state that a list of entries leads to. Raises NotPossible if one does not follow from
    those before it."""
    here = Stands(machine.start, seq=0)
    for entry in log:
        move = machine.move(here.state, entry.action)
        here = Stands(
            move.to, date.fromisoformat(entry.details["day"]) if move.dated else here.day, entry.seq
        )
    return here


def _note(
    tx: Tx,
    machine: Machine,
    subjects: Sequence[str],
    numbers: Sequence[int],
    event: str,
    day: date,
    implied: bool = False,
) -> None:
    """The turn remembers what it recorded; of very many only so many that it is seen to be too
    many."""
    if machine.reports:
        found = zip(subjects[: MOST + 1], numbers[: MOST + 1], strict=True)
        tx.recorded.extend(
            Entry(machine.name, s, n, event, day.isoformat(), implied) for s, n in found
        )


def _write(
    tx: Tx, machine: Machine, subject: str, to: Stands, partner: str, *, first: bool
) -> None:
    day = to.day.isoformat() if to.day else ""
    if first:
        row = {"team": tx.team, "machine": machine.name, "subject": subject, "partner": partner}
        tx.db.execute(insert(_rows), row | {"state": to.state, "day": day, "seq": to.seq})
    else:
        where = {"t": tx.team, "m": machine.name, "s": subject}
        reminder.left(tx, machine.name, subject)
        partner = _MOVE.scalar(
            tx.db, where | {"new_state": to.state, "new_day": day, "new_seq": to.seq}
        )
    reminder.entered(tx, machine.name, partner, to.state)

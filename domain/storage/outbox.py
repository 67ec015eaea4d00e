"""The only way to send anything: rows for messages and timers, written in the turn that causes
them. Names templates, contains no texts.

A row's `key` makes it unique in its workspace, its `lane` keeps the order within one channel. Where
it goes: domain/storage/addresses.py. Parts are [template, data] pairs that make one message
together.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.json_values import Json, Values
from domain.storage.addresses import Address, Destination, TimerAddress
from domain.storage.prepared import Prepared
from domain.storage.store import Tx, ms, table
from domain.tables import Outbox

LONGEST_WAIT = timedelta(minutes=15)  # nothing but a timer is put off for longer
UNSENT = "unsent: "  # how the error of a row begins that waits and is certainly not at Slack
APPROVALS = "approvals"  # the lane in which nothing is slowed down
_rows = table(Outbox)
_GIVEN = [c.name for c in _rows.c if c.name != "id"]
_INSERT = {
    name: Prepared(
        dialect.insert(_rows).on_conflict_do_nothing(index_elements=["team", "key"]), _GIVEN
    )
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
# What was taken away while it was being sent (somebody was erased) stays away.
_ROW = update(_rows).where(_rows.c.id == bindparam("row"), _rows.c.state == "waiting")
_SENT = Prepared(
    _ROW.values(state="sent", channel=bindparam("to"), ts=bindparam("stands"), leased_until=0)
)
# What is put off is put off by who has it: each lease counts one more try.
_MINE = _ROW.where(_rows.c.attempts == bindparam("tries"))
_LATER = Prepared(_MINE.values(due_at=bindparam("due"), error=bindparam("why"), leased_until=0))
_IN_DOUBT = Prepared(
    _MINE.values(
        due_at=bindparam("due"), error=bindparam("why"), leased_until=0, address=bindparam("to")
    )
)
_CERTAINLY_LATER = Prepared(
    _MINE.values(due_at=bindparam("due"), error=bindparam("why"), leased_until=0, attempts=0)
)
_AHEAD = update(_rows).where(
    _rows.c.state == "waiting", _rows.c.kind != "timer", _rows.c.due_at > bindparam("than")
)
_NEXT_DUE = Prepared(
    select(_rows.c.due_at).where(_rows.c.state == "waiting").order_by(_rows.c.due_at).limit(1)
)


class Out(StrEnum):
    """What a row does: send a message, change a sent one, publish App Home, suggest prompts, ask
    Slack who somebody is, download a file from Slack, upload files to Slack, count figures beside
    the turns, or run a timer."""

    MESSAGE = "message"
    UPDATE = "update"
    HOME = "home"
    PROMPTS = "prompts"
    WHO = "who"
    FETCH = "fetch"
    TIMER = "timer"
    FILES = "files"
    COUNT = "count"


@dataclass(frozen=True)
class Row:
    """A leased row. `stored`: its address as it is in the database; that of a timer, a file or
    figures is read by the class of its kind."""

    id: int
    team: str
    key: str
    kind: str
    lane: str
    stored: Values
    parts: list[Json]
    decision: str
    due_at: int
    attempts: int
    channel: str
    ts: str
    doubt: bool = False  # it may be at Slack already

    @cached_property
    def address(self) -> Address:
        """The place in Slack that it goes to."""
        return Address.from_row(self.stored)

    @property
    def since(self) -> int:
        """When the doubt began (ms UTC): what is at Slack already is not older."""
        return int(self.stored.get("since") or self.due_at)


def to_person(person: str) -> Address:
    return Address(person=person)


def to_channel(channel: str, thread: str = "") -> Address:
    return Address(channel=channel, thread=thread)


@dataclass(frozen=True)
class Sent:
    """Where a row is in Slack, "" where it did not go out yet, and its state."""

    channel: str
    ts: str
    state: str


def tell(
    tx: Tx,
    address: Destination,
    parts: Iterable[tuple[str, Values]],
    *,
    key: str,
    decision: str = "",
    kind: Out = Out.MESSAGE,
    due: datetime | None = None,
    lane: str = "",
) -> None:
    """Put one message on its way, in this turn's transaction. A key that is there already says
    nothing again.

    `lane`: a lane of its own beside the recipient's (APPROVALS), so that what waits there does not
    hold it up.
    """
    beside = lane or (
        str(kind) if kind in (Out.HOME, Out.WHO, Out.PROMPTS, Out.FETCH, Out.COUNT) else ""
    )
    lane = f"{tx.team}:{address.recipient}" + (f":{beside}" if beside else "")
    _put(tx, key, kind, lane, address, [list(p) for p in parts], decision, due)


def set_timer(tx: Tx, name: str, subject: str, due: datetime, about: Values | None = None) -> None:
    """Wake the domain at a moment. What is pointless by then says nothing. One timer per (name,
    subject, moment)."""
    key = f"timer:{name}:{subject}:{ms(due)}"
    _put(
        tx,
        key,
        Out.TIMER,
        f"{tx.team}:{key}",
        TimerAddress(name, subject),
        [about or {}],
        "",
        due,
    )


def _put(
    tx: Tx,
    key: str,
    kind: Out,
    lane: str,
    address: Destination,
    parts: list[Json],
    decision: str,
    due: datetime | None,
) -> None:
    due_at = ms(due) if due else tx.at
    _write(tx.db, tx.team, key, kind, lane, address, parts, decision, due_at, tx.cause)


def _write(
    db: Connection,
    team: str,
    key: str,
    kind: Out,
    lane: str,
    address: Destination,
    parts: list[Json],
    decision: str,
    due_at: int,
    cause: int = 0,
) -> None:
    row = {
        "team": team,
        "key": key,
        "kind": str(kind),
        "lane": lane,
        "address": address.to_row(),
        "parts": parts,
        "decision": decision,
        "state": "waiting",
        "due_at": due_at,
        "leased_until": 0,
        "attempts": 0,
        "channel": "",
        "ts": "",
        "error": "",
        "cause": cause,
    }
    _INSERT[db.dialect.name].run(db, row)


def sent(db: Connection, row: Row, channel: str = "", ts: str = "") -> None:
    """Done. The place is stored, so that the message can be changed later and is never sent
    twice."""
    _SENT.run(db, {"row": row.id, "to": channel, "stands": ts})


def later(
    db: Connection,
    row: Row,
    due: datetime,
    error: str,
    *,
    certain: bool = False,
    unsent: bool = False,
) -> None:
    """Not now: the lane waits until `due`. Without `certain` or `unsent` the row may have reached
    Slack: it is looked for before it is sent again.

    `certain`: it is not at Slack, and its tries are counted from zero (Slack named a time to wait).
    `unsent`: it is not at Slack, and this was one of its tries.
    """
    said = {
        "row": row.id,
        "tries": row.attempts,
        "due": ms(due),
        "why": ((UNSENT if unsent else "") + error)[:200],
    }
    if certain:
        _CERTAINLY_LATER.run(db, said)
    elif unsent:
        _LATER.run(db, said)
    else:
        _IN_DOUBT.run(db, said | {"to": row.stored | {"since": row.since}})


def set_back(db: Connection, now: datetime, by: timedelta) -> None:
    """The clock was set back: due times of waiting rows, except timers, are moved back by as
    much."""
    db.execute(
        _AHEAD.values(due_at=_rows.c.due_at - int(by.total_seconds() * 1000)), {"than": ms(now)}
    )


def pull_in(db: Connection, now: datetime) -> None:
    """A row that is due later than anything is ever delayed was written by a wrong clock: it is due
    now. Except timers."""
    db.execute(_AHEAD.values(due_at=ms(now)), {"than": ms(now + LONGEST_WAIT)})


def failed(db: Connection, row: Row, error: str) -> None:
    """Failed for good: Slack refused it. The lane continues; the row stays for people to see, and
    if its address names a timer as `if_failed`, that timer is run for the row's subject."""
    db.execute(_ROW.values(state="failed", leased_until=0, error=error[:200]), {"row": row.id})
    if timer := row.address.if_failed:
        key, address = f"failed:{row.key}", TimerAddress(timer, row.key)
        about = {"error": error[:200]}
        _write(db, row.team, key, Out.TIMER, f"{row.team}:{key}", address, [about], "", row.due_at)


def needless(tx: Tx, key: str) -> bool:
    """What waits under this key is no longer needed. False where it is on its way, or out."""
    here = (
        _rows.c.team == tx.team,
        _rows.c.key == key,
        _rows.c.state == "waiting",
        _rows.c.leased_until == 0,
    )
    gone = tx.db.execute(update(_rows).where(*here).values(state="sent").returning(_rows.c.id))
    return gone.first() is not None


@dataclass(frozen=True)
class Caused:
    """What was sent because of a report. `message`: the key of the message in Slack, which is the
    row's own or that of the message it changes."""

    key: str
    kind: str
    lane: str
    address: Address
    parts: list[Json]
    message: str


def caused_by(tx: Tx, reports: Iterable[int]) -> list[Caused]:
    """The messages that went out, or wait, because of these reports (numbers in the log), each
    message once, as it was written last."""
    columns = (_rows.c[name] for name in ("key", "kind", "lane", "address", "parts"))
    here = (
        _rows.c.team == tx.team,
        _rows.c.cause > 0,
        _rows.c.cause.in_(list(reports)),
        _rows.c.kind.in_((Out.MESSAGE, Out.UPDATE)),
    )
    found: dict[str, Caused] = {}
    for r in tx.db.execute(select(*columns).where(*here).order_by(_rows.c.id)):
        address = Address.from_row(r.address)
        message = address.updates if r.kind == Out.UPDATE else r.key
        found[message] = Caused(r.key, r.kind, r.lane, address, r.parts, message)
    return list(found.values())


def overwrite(tx: Tx, row: Caused, parts: Iterable[tuple[str, Values]], key: str) -> None:
    """The message says something else from now on. The change takes the lane of the message, so it
    never comes before it."""
    address = replace(row.address, updates=row.message)
    _put(tx, key, Out.UPDATE, row.lane, address, [list(p) for p in parts], "command", None)


def move(db: Connection, row: Row, address: Address) -> None:
    """The row goes to a person instead, by the usual way and now."""
    lane = f"{row.team}:{address.person}"
    moved = {"address": address.to_row(), "lane": lane, "attempts": 0, "leased_until": 0}
    db.execute(_ROW.values(**moved), {"row": row.id})


def where_sent(db: Connection, team: str, key: str) -> Sent | None:
    """What went out under a key, None when there is none."""
    row = db.execute(
        select(_rows.c.channel, _rows.c.ts, _rows.c.state).where(
            _rows.c.team == team, _rows.c.key == key
        )
    ).first()
    return Sent(*row) if row else None


def next_due(db: Connection) -> int | None:
    """The moment (ms UTC) at which the next row is due; None if nothing waits."""
    found = _NEXT_DUE.scalar(db, {})
    return int(found) if found is not None else None

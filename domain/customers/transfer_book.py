"""The partner's transfer requests: asking for one, reporting on it, finding it. A subscription is
in one open request at most.

The database holds that rule too: `held` is unique while a request is open (X-TRANSFER-ONE). Knows
no words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, insert, select, update

from domain.customers import customer, transfer
from domain.customers.customer_book import Customer
from domain.customers.customer_list import clean
from domain.customers.transfer import DONE, MACHINE, OPEN, Event, Kind, Refused, Rule, is_open
from domain.machine import Move, advance, stands
from domain.people import Person
from domain.storage.rows import Rows, made
from domain.storage.store import Tx, new_id, table
from domain.tables import Lifecycle, customers

MOST_SAID, MOST_NAME = 200, 150


@dataclass(frozen=True)
class Request:
    """A request to move subscriptions; the columns are described in domain/tables/customers.py."""

    id: str
    partner: str
    customer: str
    version: str
    kind: str
    number: int


@dataclass(frozen=True)
class RequestInState(Request):
    """The same with its state, and since which day (ISO) it is in it."""

    state: str
    day: str


@dataclass(frozen=True)
class Item:
    """A subscription in a request; `held` while the request is open."""

    key: str
    said: str
    held: str | None


_REQUESTS, _ITEM = Rows(Request, customers.Transfer), Rows(Item, customers.TransferItem)
_rows, _items, _states = _REQUESTS.table, _ITEM.table, table(Lifecycle)
_MINE = (_rows.c.team == bindparam("t"), _rows.c.partner == bindparam("p"))
_BY_ID = _REQUESTS.select().where(*_MINE, _rows.c.id == bindparam("i"))
_ITEMS = (
    _ITEM.select()
    .where(_items.c.team == bindparam("t"), _items.c.transfer == bindparam("i"))
    .order_by(_items.c.said)
)
_OF_CUSTOMER = (
    select(*_REQUESTS.columns, _states.c.state, _states.c.day)
    .join(
        _states,
        (_states.c.team == _rows.c.team)
        & (_states.c.machine == MACHINE.name)
        & (_states.c.subject == _rows.c.id),
    )
    .where(*_MINE, _rows.c.customer == bindparam("c"))
    .order_by(_rows.c.number.desc())
)
_HELD = select(_items.c.held, _items.c.transfer).where(
    _items.c.team == bindparam("t"), _items.c.held.in_(bindparam("keys", expanding=True))
)
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def subscriptions_in(text: str) -> list[str]:
    """The subscriptions that a text names, one a line or between commas. Raises Refused: nothing,
    twice, too_many."""
    said = [clean(part) for part in re.split(r"[\n,;]+", text)]
    said = [part[:MOST_NAME] for part in said if part]
    if not said:
        raise Refused("nothing")
    if len(said) > MOST_SAID:
        raise Refused("too_many")
    known: set[str] = set()
    twice = [s for s in said if _bare(s) in known or known.add(_bare(s))]  # type: ignore[func-returns-value]
    if twice:
        raise Refused("twice", twice)
    return said


def request(
    tx: Tx, by: Person, of: Customer, kind: Kind, said: Sequence[str], rule: Rule, *, today: date
) -> str:
    """A new request about subscriptions of one kind of a customer; returns its id. What the rule in
    force does not name is recorded as to be asked of the provider first. Raises Refused:
    customer_first (X-TRANSFER-ORDER), too_many, open_already (X-TRANSFER-ONE)."""
    if not customer.is_with_provider(stands(tx, customer.MACHINE, of.id).state):
        raise Refused("customer_first")
    if rule.most and len(said) > rule.most:
        raise Refused("too_many")
    moves = kind in rule.moves
    keys = {_key(by.partner, of.id, s): s for s in said}
    if moves:
        _refuse_second(tx, list(keys), keys)
    id_ = new_id()
    number = (
        tx.db.execute(
            select(func.max(_rows.c.number)).where(*_MINE), {"t": tx.team, "p": by.partner}
        ).scalar()
        or 0
    ) + 1
    row = {
        "id": id_,
        "team": tx.team,
        "partner": by.partner,
        "customer": of.id,
        "version": rule.version,
        "kind": str(kind),
    }
    tx.db.execute(insert(_rows), row | {"number": number})
    items = [
        {"transfer": id_, "key": k, "team": tx.team, "said": s, "held": k if moves else None}
        for k, s in keys.items()
    ]
    tx.db.execute(insert(_items), items)
    event = Event.REQUESTED if moves else Event.ASK_FIRST
    advance(tx, MACHINE, id_, event, by, day=today, today=today, partner=by.partner)
    return id_


def report(
    tx: Tx, by: Person, id_: str, event: str, *, day: date, today: date, of: str = ""
) -> Move:
    """What `by` reports of a request. A closed one lets its subscriptions go; redone it holds them
    again, or raises Refused. `of`: the partner, where `by` is the clock."""
    move = advance(tx, MACHINE, id_, event, by, day=day, today=today, partner=of or by.partner)
    hold(tx, id_, move.to)
    return move


def hold(tx: Tx, id_: str, state: str) -> None:
    """An open request holds its subscriptions, a closed one lets them go. Raises Refused where
    another request holds one."""
    mine = (_items.c.team == tx.team, _items.c.transfer == id_)
    if not is_open(state):
        tx.db.execute(update(_items).where(*mine).values(held=None))
    elif free := {i.key: i.said for i in items_of(tx, id_) if i.held is None}:
        _refuse_second(tx, list(free), free)
        tx.db.execute(update(_items).where(*mine).values(held=_items.c.key))


def by_id(tx: Tx, partner: str, id_: str) -> Request | None:
    """A request, None where this partner has none of that id."""
    return _REQUESTS.first(tx.db, _BY_ID, {"t": tx.team, "p": partner, "i": id_})


def items_of(tx: Tx, id_: str) -> list[Item]:
    return _ITEM.all(tx.db, _ITEMS, {"t": tx.team, "i": id_})


def of_customer(
    tx: Tx, partner: str, customer_id: str, *, under_way: bool = True
) -> list[RequestInState]:
    """The customer's requests, the newest first; `under_way`: only those that go on."""
    rows = tx.db.execute(_OF_CUSTOMER, {"t": tx.team, "p": partner, "c": customer_id})
    found = made(RequestInState, rows)
    goes_on = (
        *OPEN,
        *DONE[:-1],
        transfer.State.ASK_PROVIDER,
        transfer.State.MUST_REBUY,
        transfer.State.CLOSED,
        transfer.State.LAPSED,
    )
    return [r for r in found if not under_way or r.state in goes_on]


def _refuse_second(tx: Tx, keys: list[str], said: dict[str, str]) -> None:
    held = [r.held for r in tx.db.execute(_HELD, {"t": tx.team, "keys": keys})]
    if held:
        raise Refused("open_already", [said[k] for k in held])


def _key(partner: str, customer_id: str, said: str) -> str:
    """What a subscription is known by: its id wherever it is named, else its name within the
    customer."""
    bare = _bare(said)
    return f"{partner}|{bare}" if _GUID.fullmatch(bare) else f"{partner}|{customer_id}|{bare}"


def _bare(said: str) -> str:
    found = _GUID.search(said.casefold())
    return found[0] if found else said.casefold()

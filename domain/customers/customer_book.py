"""The partner's customers: naming, finding, counting. Every query is of one workspace and one
partner. Knows no words.

Counts come from an index and take the same few queries for ten customers and for ten thousand.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, case, func, insert, select, update

from domain import machine, people
from domain.customers import customer_list
from domain.customers.customer import MACHINE, MUST_ACT, STUCK_FIRST, Event, State
from domain.customers.customer_list import Row, Wrong, key_of, sought
from domain.identifiers import WrongIdentifier
from domain.json_values import Json, Values
from domain.people import Person
from domain.providers import providers
from domain.storage import audit
from domain.storage.rows import Rows
from domain.storage.store import Tx, new_id, table
from domain.tables import Lifecycle, customers


@dataclass(frozen=True)
class Customer:
    """One customer on the way to one provider; the columns are described in
    domain/tables/customers.py."""

    id: str
    partner: str
    provider: str
    name: str
    sought: str
    key: str
    guid: str
    domain: str


@dataclass(frozen=True)
class KeptList:
    """What became of a list that was handed in: how many of what, and each row."""

    id: str
    person: str
    at: int
    counts: dict[str, int]
    rows: list[Json]


CUSTOMERS, _LISTS = Rows(Customer, customers.Customer), Rows(KeptList, customers.CustomerList)
_rows, _states, _lists = CUSTOMERS.table, table(Lifecycle), _LISTS.table
_MINE = (_rows.c.team == bindparam("t"), _rows.c.partner == bindparam("p"))
_STATES = (
    _states.c.team == bindparam("t"),
    _states.c.machine == MACHINE.name,
    _states.c.partner == bindparam("p"),
)
_BY_ID = CUSTOMERS.select().where(*_MINE, _rows.c.id == bindparam("i"))
_ALL = CUSTOMERS.select().where(*_MINE)
_NAMED = (
    CUSTOMERS.select()
    .where(*_MINE, _rows.c.sought.in_(bindparam("names", expanding=True)))
    .order_by(_rows.c.name)
    .limit(20)
)
_LIKE = (
    CUSTOMERS.select()
    .where(*_MINE, _rows.c.sought.like(bindparam("said"), escape="/"))
    .order_by(_rows.c.name)
    .limit(20)
)
_COUNTS = select(_states.c.state, func.count()).where(*_STATES).group_by(_states.c.state)
_RANK = case({state: n for n, state in enumerate(STUCK_FIRST)}, value=_states.c.state)
_IN_TURN = (
    select(_states.c.subject, _states.c.state, _states.c.day)
    .where(*_STATES)
    .order_by(_RANK, _states.c.day, _states.c.subject)
)
_COMPLETE = (
    update(_rows)
    .where(_rows.c.id == bindparam("i"))
    .values(guid=bindparam("new_guid"), domain=bindparam("new_domain"), key=bindparam("new_key"))
)
# Of whom it is sure that they were no direct customers: the rest, named for another provider, is
# asked for consent.
NEVER_DIRECT = (State.PROSPECT, State.TENANT_TO_COME, State.CAN_INVITE)


@dataclass
class Taken:
    """What became of a list: `new`, `known` (nothing changed), `completed` (a tenant id or domain
    was added), `wrong` by line."""

    new: list[Row] = field(default_factory=list)
    known: list[Row] = field(default_factory=list)
    completed: list[Row] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    ids: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One line of the progress view; `day`: since when, ISO or ""."""

    id: str
    name: str
    state: str
    day: str
    provider: str


def by_id(tx: Tx, partner: str, id_: str) -> Customer | None:
    """A customer, None where this partner has none of that id."""
    return CUSTOMERS.first(tx.db, _BY_ID, {"t": tx.team, "p": partner, "i": id_})


def search(tx: Tx, partner: str, said: str) -> list[Customer]:
    """The customers whose name, tenant id or domain contains what was said; at most twenty, by
    name."""
    try:
        column, value = customer_list.tenant_said(said)
    except WrongIdentifier:
        like = re.sub(r"([/%_])", r"/\1", sought(said))
        wanted = {"t": tx.team, "p": partner, "said": f"%{like}%"}
        return CUSTOMERS.all(tx.db, _LIKE, wanted) if like else []
    query = CUSTOMERS.select().where(
        *_MINE, (_rows.c.guid if column == "guid" else _rows.c.domain) == bindparam("v")
    )
    return CUSTOMERS.all(tx.db, query, {"t": tx.team, "p": partner, "v": value})


def like(tx: Tx, partner: str, row: Row) -> list[Customer]:
    """Who is probably meant by a name with or without a tenant: of that tenant, else of that name,
    else whose name contains it."""
    for mark in filter(None, (row.guid, row.domain)):
        if found := search(tx, partner, mark):
            return found
    wanted = {"t": tx.team, "p": partner, "names": [sought(row.name)]}
    named = CUSTOMERS.all(tx.db, _NAMED, wanted)
    if row.guid or row.domain:
        return [c for c in named if not (c.guid or c.domain)]
    return named or search(tx, partner, row.name)


def give_provider(tx: Tx, by: Person, row: Customer, provider: str) -> None:
    """From now on the customer is on the way to that provider; nothing when it is on the way there
    by another row already."""
    there = (
        _rows.c.team == tx.team,
        _rows.c.partner == row.partner,
        _rows.c.provider == provider,
        _rows.c.key == row.key,
    )
    if tx.db.execute(select(_rows.c.id).where(*there)).first() is None:
        tx.db.execute(
            update(_rows)
            .where(_rows.c.team == tx.team, _rows.c.id == row.id)
            .values(provider=provider)
        )
        audit.append(
            tx, by.id, "customer_given", f"{MACHINE.name}:{row.id}", {"provider": provider}
        )


def counts(tx: Tx, partner: str) -> dict[str, int]:
    """How many customers stand in each state that any stands in, the stuck ones first. One
    query."""
    found = {r.state: int(r[1]) for r in tx.db.execute(_COUNTS, {"t": tx.team, "p": partner})}
    return {str(state): found[state] for state in STUCK_FIRST if state in found}


def summary(tx: Tx, partner: str) -> Values:
    """Counts as plain values for words: `total`, `done`, `by` state (the stuck first), who must act
    for how many. One query."""
    found = counts(tx, partner) if partner else {}
    acts = {
        who: sum(n for state, n in found.items() if MUST_ACT[State(state)] == who)
        for who in ("us", "customer", "provider")
    }
    by = [{"state": state, "many": many} for state, many in found.items()]
    return {"total": sum(found.values()), "by": by, "done": found.get(State.ACTIVE, 0)} | acts


def page(tx: Tx, partner: str, *, state: str = "", first: int = 0, most: int = 8) -> list[Entry]:
    """A page of customers, the stuck ones first, within a state the longest waiting; two queries
    whatever their number."""
    query: Select[Any] = _IN_TURN.where(_states.c.state == state) if state else _IN_TURN
    found = list(tx.db.execute(query.offset(first).limit(most), {"t": tx.team, "p": partner}))
    return _entries(tx, partner, found)


def entries_of(tx: Tx, partner: str, found: Iterable[Customer]) -> list[Entry]:
    """The same lines for customers that were looked for."""
    ids = [c.id for c in found]
    return _entries(
        tx,
        partner,
        list(
            tx.db.execute(_IN_TURN.where(_states.c.subject.in_(ids)), {"t": tx.team, "p": partner})
        ),
    )


def _entries(tx: Tx, partner: str, found: Sequence[Any]) -> list[Entry]:
    ids = [r.subject for r in found]
    rows = {
        r.id: r
        for r in CUSTOMERS.all(
            tx.db,
            CUSTOMERS.select().where(*_MINE, _rows.c.id.in_(ids)),
            {"t": tx.team, "p": partner},
        )
    }
    return [
        Entry(r.subject, rows[r.subject].name, r.state, r.day, rows[r.subject].provider)
        for r in found
        if r.subject in rows
    ]


def take(
    tx: Tx,
    by: Person,
    rows: Iterable[Row],
    *,
    today: date,
    provider: str = "",
    wrong: Iterable[Wrong] = (),
) -> Taken:
    """Take every row that is new, in the caller's transaction; what is known stays as it is, but
    for a tenant that was not known.

    `provider`: whose customers they are to become where the row does not say. Who is a direct
    customer already stays one, whatever the row says (X-CONSENT-FIRST).
    """
    known = _Known(tx, by.partner, provider)
    taken = Taken(wrong=list(wrong))
    fresh: list[Values] = []
    for row in rows:
        known.sort(row, taken, fresh)
    if fresh:
        tx.db.execute(insert(_rows), [{k: v for k, v in f.items() if k != "kind"} for f in fresh])
    for kind, event in (("direct", Event.NAMED_DIRECT), ("new", Event.NAMED_NEW)):
        subjects = [f["id"] for f in fresh if f["kind"] == kind]
        machine.begin(tx, MACHINE, subjects, event, by, day=today, today=today, partner=by.partner)
    taken.wrong.sort(key=lambda w: w.line)
    return taken


def keep_list(tx: Tx, by: Person, taken: Taken, empty: int) -> str:
    """Keep what became of a list, every row of it ([line, what became of it, why, what was said,
    name]); returns its id."""
    id_ = new_id()
    numbers = {
        "new": len(taken.new),
        "known": len(taken.known),
        "completed": len(taken.completed),
        "wrong": len(taken.wrong),
        "empty": empty,
    }
    fine = (("new", taken.new), ("known", taken.known), ("completed", taken.completed))
    good = [[r.line, became, "", r.name, r.name] for became, them in fine for r in them]
    rows: list[list[Any]] = sorted(
        [*([w.line, "wrong", w.why, w.what, w.name] for w in taken.wrong), *good]
    )
    tx.db.execute(
        insert(_lists),
        {
            "id": id_,
            "team": tx.team,
            "partner": by.partner,
            "person": by.id,
            "at": tx.at,
            "counts": numbers,
            "rows": rows,
        },
    )
    return id_


def odd_rows(rows: Iterable[list[Any]]) -> list[list[Any]]:
    """Of a list that was kept, the rows that were not simply taken."""
    return [row for row in rows if row[2]]


def list_of(tx: Tx, partner: str, id_: str) -> KeptList | None:
    """A list that was handed in, None where this partner has none of that id."""
    mine = (_lists.c.team == tx.team, _lists.c.partner == partner)
    return _LISTS.first(tx.db, _LISTS.select().where(*mine, _lists.c.id == id_))


def not_customers(tx: Tx, partner: str) -> dict[str, str]:
    """Tenant ids that are no customer's -> why: the partner's own, and those of its confirmed
    providers."""
    of_providers = {p.guid: "providers_tenant" for p in providers.of_partner(tx, partner) if p.guid}
    return of_providers | {t.guid: "own_tenant" for t in people.tenants_of(tx, partner) if t.guid}


class _Known:
    """The partner's customers by everything that they can be known by, read once."""

    def __init__(self, tx: Tx, partner: str, provider: str) -> None:
        self.tx, self.partner, self.provider = tx, partner, provider
        known = providers.of_partner(tx, partner)
        self.providers = {p.key: p.id for p in known}
        self.not_customers = not_customers(tx, partner)
        self.ids: dict[str, list[Customer]] = {}
        for row in CUSTOMERS.all(tx.db, _ALL, {"t": tx.team, "p": partner}):
            for mark in (row.guid, row.domain, f"name:{row.name.casefold()}"):
                if mark:
                    self.ids.setdefault(mark, []).append(row)
        states = tx.db.execute(
            select(_states.c.subject, _states.c.state).where(*_STATES), {"t": tx.team, "p": partner}
        )
        self.states = {r.subject: r.state for r in states}

    def sort(self, row: Row, taken: Taken, fresh: list[Values]) -> None:
        provider = (
            self.providers.get(providers.key_of(row.provider), "")
            if row.provider
            else self.provider
        )
        if row.provider and not provider:
            taken.wrong.append(Wrong(row.line, "unknown_provider", row.provider[:60], row.name))
            return
        if row.guid in self.not_customers:
            taken.wrong.append(Wrong(row.line, self.not_customers[row.guid], row.guid, row.name))
            return
        same = self._same(row)
        here = next((c for c in same if not row.provider or c.provider in ("", provider)), None)
        if here is not None:
            taken.ids[row.line] = here.id
            (taken.completed if self._complete(here, row) else taken.known).append(row)
            return
        id_ = taken.ids[row.line] = new_id()
        key = key_of(row.name, row.guid, row.domain)
        kind = row.kind if all(self.states.get(c.id) in NEVER_DIRECT for c in same) else "direct"
        fresh.append(
            {
                "id": id_,
                "team": self.tx.team,
                "partner": self.partner,
                "provider": provider,
                "name": row.name,
                "sought": sought(row.name),
                "key": key,
                "guid": row.guid,
                "domain": row.domain,
                "kind": kind,
            }
        )
        taken.new.append(row)

    def _same(self, row: Row) -> list[Customer]:
        """Who is there already: of the same tenant, or of the same name where one of the two has no
        tenant."""
        for mark in (row.guid, row.domain):
            if mark and mark in self.ids:
                return self.ids[mark]
        marked = bool(row.guid or row.domain)
        named = self.ids.get(f"name:{row.name.casefold()}", [])
        return [c for c in named if not marked or not (c.guid or c.domain)]

    def _complete(self, here: Customer, row: Row) -> bool:
        guid, domain = here.guid or row.guid, here.domain or row.domain
        if (guid, domain) == (here.guid, here.domain):
            return False
        new = {"new_guid": guid, "new_domain": domain, "new_key": key_of(row.name, guid, domain)}
        self.tx.db.execute(_COMPLETE, {"i": here.id} | new)
        return True

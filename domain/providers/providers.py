"""The providers of a partner: those that people spoke of, and those whose tenant id was confirmed
beforehand. Ranks none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import normalize

from sqlalchemy import bindparam, insert, select, update

from domain.naming.mentions import mentions
from domain.providers import partnership
from domain.providers.partnership import State
from domain.storage.rows import Rows
from domain.storage.store import Tx, new_id, table
from domain.tables import Lifecycle, journey


@dataclass(frozen=True)
class Provider:
    """A provider that the partner spoke of; `guid` is its tenant, "" where no admin named it."""

    id: str
    partner: str
    name: str
    key: str
    guid: str


_PROVIDERS = Rows(Provider, journey.Provider)
_rows, _states = _PROVIDERS.table, table(Lifecycle)
_OF_PARTNER = (
    _PROVIDERS.select()
    .where(_rows.c.team == bindparam("t"), _rows.c.partner == bindparam("p"))
    .order_by(_rows.c.name)
)
_STATES = select(_states.c.subject, _states.c.state).where(
    _states.c.team == bindparam("t"),
    _states.c.machine == partnership.MACHINE.name,
    _states.c.partner == bindparam("p"),
)
_AT_MOST, SHORTEST = 80, 4
UNDECIDED = (State.CONSIDERED, State.SHORTLISTED, State.REMOVED)


def key_of(name: str) -> str:
    """How two spellings of one name are known to be the same: letters and digits alone, in small
    letters."""
    return re.sub(r"[\W_]+", "", normalize("NFKC", name)).casefold()


def short_names(name: str) -> tuple[str, ...]:
    """What people call it for short: the first word of its name, where it is long enough to mean
    nothing else."""
    first = name.split()[0] if name.split()[1:] else ""
    return (first,) if len(key_of(first)) >= SHORTEST else ()


def named_in(rows: Iterable[Provider], text: str) -> list[Provider]:
    """Those whose name stands in a text: the whole of it, however it is spaced, a distinctive part
    of it, or one with a typo."""
    rows, whole = list(rows), key_of(text)
    named = {m.name for m in mentions([row.name for row in rows], text)}
    if not named:
        return [row for row in rows if row.key and row.key in whole]
    return [row for n, row in enumerate(rows) if n in named]


def of_partner(tx: Tx, partner: str) -> list[Provider]:
    """The partner's providers, by name."""
    return _PROVIDERS.all(tx.db, _OF_PARTNER, {"t": tx.team, "p": partner}) if partner else []


def get(tx: Tx, partner: str, id_: str) -> Provider | None:
    """One of them, None where there is none of that id."""
    return next((row for row in of_partner(tx, partner) if row.id == id_), None)


def called(tx: Tx, partner: str, name: str) -> Provider | None:
    """The provider of that name, None where nobody spoke of it yet."""
    return next((row for row in of_partner(tx, partner) if row.key == key_of(name)), None)


def note(tx: Tx, partner: str, name: str) -> str:
    """The id of the provider of that name, known from now on. Raises ValueError for a name without
    a letter."""
    if not key_of(name):
        raise ValueError("a provider's name needs a letter")
    if row := called(tx, partner, name):
        return str(row.id)
    return _add(tx, partner, name, "")


def confirm(tx: Tx, partner: str, name: str, guid: str) -> str:
    """A provider whose tenant id an admin named: only such an id is expected in a customer link."""
    known = of_partner(tx, partner)
    row = next((r for r in known if r.guid == guid), None) or next(
        (r for r in known if r.key == key_of(name)), None
    )
    if row is None:
        return _add(tx, partner, name, guid)
    here = (_rows.c.team == tx.team, _rows.c.id == row.id)
    tx.db.execute(update(_rows).where(*here).values(name=name, key=key_of(name), guid=guid))
    return str(row.id)


def states(tx: Tx, partner: str) -> dict[str, str]:
    """Provider id -> state of the partnership, for those that anything was reported of; one
    query."""
    return (
        {row.subject: row.state for row in tx.db.execute(_STATES, {"t": tx.team, "p": partner})}
        if partner
        else {}
    )


def in_state(tx: Tx, partner: str, wanted: Iterable[str] = (State.LISTED,)) -> list[Provider]:
    """The providers whose partnership stands in one of these states."""
    found, wanted = states(tx, partner), set(wanted)
    return [row for row in of_partner(tx, partner) if found.get(row.id, State.CONSIDERED) in wanted]


def any_chosen(tx: Tx, partner: str) -> bool:
    """Has the partner decided for a provider, as far as it was reported, whatever became of its
    invitation since?"""
    return any(state not in UNDECIDED for state in states(tx, partner).values())


def _add(tx: Tx, partner: str, name: str, guid: str) -> str:
    id_ = new_id()
    row = {
        "id": id_,
        "team": tx.team,
        "partner": partner,
        "name": " ".join(name.split())[:_AT_MOST],
        "key": key_of(name),
        "guid": guid,
    }
    tx.db.execute(insert(_rows), row)
    return id_

"""The providers that a workspace brings along for its partners to look at: as the file says, by
name. Ranks none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import bindparam, delete, insert, select

from domain.providers.providers import key_of
from domain.storage.store import Tx, table
from domain.tables import CatalogueEntry

_rows = table(CatalogueEntry)
_ALL = select(_rows).where(_rows.c.team == bindparam("t")).order_by(_rows.c.key)


@dataclass(frozen=True)
class Entry:
    """`notes`: criterion -> text; `tenant` among them is a tenant id as the file says it, not a
    confirmed one."""

    name: str
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return key_of(self.name)


def plant(tx: Tx, entries: Iterable[Entry]) -> None:
    """The file is the whole truth: what is not in it any more is gone. What partners took over from
    it stays theirs."""
    tx.db.execute(delete(_rows).where(_rows.c.team == tx.team))
    rows = [
        {"team": tx.team, "key": e.key, "name": e.name, "notes": dict(e.notes)} for e in entries
    ]
    if rows:
        tx.db.execute(insert(_rows), rows)


def entries(tx: Tx) -> list[Entry]:
    return [Entry(r.name, r.notes) for r in tx.db.execute(_ALL, {"t": tx.team})]


def called(tx: Tx, name: str) -> Entry | None:
    return next((e for e in entries(tx) if e.key == key_of(name)), None)

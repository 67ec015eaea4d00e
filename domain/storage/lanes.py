"""What was written to some lanes of the outbox: messages and their edits. Writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from domain.json_values import Json
from domain.storage.addresses import Address
from domain.storage.outbox import Caused, Out
from domain.storage.store import Tx, table
from domain.tables import Outbox

_rows = table(Outbox)


@dataclass(frozen=True)
class Written(Caused):
    """A message or an edit. `number`: rows that were written later have a higher one."""

    number: int = 0

    @property
    def data(self) -> Json:
        """The data of its first part."""
        return self.parts[0][1]


def in_lanes(tx: Tx, lanes: Iterable[str]) -> list[Written]:
    """The messages of these lanes and their edits, in the order in which they were written."""
    columns = (_rows.c[name] for name in ("key", "kind", "lane", "address", "parts", "id"))
    here = (
        _rows.c.team == tx.team,
        _rows.c.lane.in_(list(lanes)),
        _rows.c.kind.in_((Out.MESSAGE, Out.UPDATE)),
    )
    found = []
    for r in tx.db.execute(select(*columns).where(*here).order_by(_rows.c.id)):
        address = Address.from_row(r.address)
        message = address.updates if r.kind == Out.UPDATE else r.key
        found.append(Written(r.key, r.kind, r.lane, address, r.parts, message, r.id))
    return found

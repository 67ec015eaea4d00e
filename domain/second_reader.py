"""The second reader's switch and budget, per workspace. Knows no message and asks no one."""

from sqlalchemy import bindparam, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.storage import audit
from domain.storage.prepared import Prepared
from domain.storage.store import Tx, table
from domain.tables import SecondReaderUse

EVERYWHERE = ""  # the team of the row that counts for all workspaces
SWITCHED = "second_reader_switched"
_rows = table(SecondReaderUse)
_OFF = Prepared(
    select(_rows.c.team).where(
        or_(_rows.c.team == EVERYWHERE, _rows.c.team == bindparam("t")), _rows.c.is_off
    )
)
_INSERT = {
    "sqlite": sqlite.insert(_rows).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_rows).on_conflict_do_nothing(),
}


def is_off(tx: Tx) -> bool:
    """Is it switched off, for this workspace or for all?"""
    return _OFF.first(tx.db, {"t": tx.team}) is not None


def is_off_here(tx: Tx) -> bool:
    """Is it switched off for this workspace itself (for all, where the team is EVERYWHERE)?"""
    here = select(_rows.c.is_off).where(_rows.c.team == tx.team)
    return bool(tx.db.execute(here).scalar())


def switch(tx: Tx, by: str, *, on: bool) -> bool:
    """Switch it on or off for this workspace (for all, where the team is EVERYWHERE), from the next
    message on, in every process. False if nothing changed; a change is in the log."""
    if is_off_here(tx) is not on:
        return False
    _begin(tx)
    tx.db.execute(update(_rows).where(_rows.c.team == tx.team).values(is_off=not on))
    note(tx, by, on=on)
    return True


def note(tx: Tx, by: str, *, on: bool) -> None:
    """The switch in a workspace's log."""
    if tx.team != EVERYWHERE:
        audit.append(tx, by, SWITCHED, f"workspace:{tx.team}", {"on": on})


def spend(tx: Tx, budget: int) -> bool:
    """Count one message of today (UTC), unless `budget` of them were counted already: then False.
    Several processes share the count."""
    _begin(tx)
    today = _today(tx)
    counted = tx.db.execute(
        update(_rows)
        .where(_rows.c.team == tx.team, or_(_rows.c.day != today, _rows.c.asked < budget))
        .values(day=today, asked=case((_rows.c.day == today, _rows.c.asked + 1), else_=1))
    )
    return budget > 0 and counted.rowcount == 1


def asked_today(tx: Tx) -> int:
    """How many messages of this workspace were counted today (UTC)."""
    here = select(_rows.c.asked).where(_rows.c.team == tx.team, _rows.c.day == _today(tx))
    return int(tx.db.execute(here).scalar() or 0)


def _today(tx: Tx) -> str:
    return tx.now.date().isoformat()


def _begin(tx: Tx) -> None:
    row = {"team": tx.team, "is_off": False, "day": "", "asked": 0}
    tx.db.execute(_INSERT[tx.db.dialect.name], row)

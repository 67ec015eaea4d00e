"""The figures that people told us about their own business: one of each kind per person, with the
day. Knows no rule.

They stand in a table of their own, so that they can be shown back, corrected and removed; the audit
log holds only their ids.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, delete, insert, select

from domain.json_values import Json
from domain.people import Person
from domain.storage import audit
from domain.storage.store import Tx, new_id, table
from domain.tables import Figure as FigureRow

_rows = table(FigureRow)
_OF_PARTNER = (
    select(_rows)
    .where(_rows.c.team == bindparam("t"), _rows.c.partner == bindparam("p"))
    .order_by(_rows.c.day, _rows.c.at)
)


@dataclass(frozen=True)
class Figure:
    """What one person said: `value` is plain JSON, `day` the day on which it was said."""

    id: str
    person: str
    name: str
    value: Json
    day: date


def of_partner(tx: Tx, partner: str) -> list[Figure]:
    """Everything that the people of one partner said, oldest first. Of nobody else's."""
    if not partner:
        return []
    rows = tx.db.execute(_OF_PARTNER, {"t": tx.team, "p": partner})
    return [Figure(r.id, r.person, r.name, r.value["is"], date.fromisoformat(r.day)) for r in rows]


def latest(tx: Tx, partner: str) -> dict[str, Figure]:
    """The newest figure of each name, whoever of the partner said it."""
    return {f.name: f for f in of_partner(tx, partner)}


def own(tx: Tx, person: Person) -> dict[str, Figure]:
    return {f.name: f for f in of_partner(tx, person.partner) if f.person == person.id}


def say(tx: Tx, by: Person, name: str, value: Json, today: date) -> None:
    """Keep what a person says; the same word again changes nothing, another one takes the place of
    hers, and of nobody else's."""
    before = own(tx, by).get(name)
    if before and before.value == value:
        return
    if before:
        tx.db.execute(delete(_rows).where(_rows.c.team == tx.team, _rows.c.id == before.id))
    id_ = new_id()
    row = {
        "id": id_,
        "team": tx.team,
        "partner": by.partner,
        "person": by.id,
        "name": name,
        "at": tx.at,
    }
    tx.db.execute(insert(_rows), row | {"value": {"is": value}, "day": today.isoformat()})
    audit.append(
        tx,
        by.id,
        "figure_said",
        f"figure:{id_}",
        {"name": name} | ({"replaces": before.id} if before else {}),
    )


def forget(tx: Tx, by: Person) -> int:
    """Remove everything that this person said; how many it were."""
    mine = own(tx, by)
    for figure in mine.values():
        tx.db.execute(delete(_rows).where(_rows.c.team == tx.team, _rows.c.id == figure.id))
        audit.append(tx, by.id, "figure_removed", f"figure:{figure.id}", {"name": figure.name})
    return len(mine)


def forget_person(tx: Tx, person: str) -> None:
    """She is erased: her figures go; the log keeps their ids."""
    tx.db.execute(delete(_rows).where(_rows.c.team == tx.team, _rows.c.person == person))

"""Who hears of a milestone, and how: in person, in the admins' channel, or not at all. A choice of
each admin; knows no words."""

from enum import StrEnum

from sqlalchemy import delete, insert, select

from domain import people
from domain.people import Person, Role
from domain.storage import audit
from domain.storage.store import Tx, table
from domain.tables import Hears
from domain.tenant.enrollment import Event

# The channel itself, where a choice is about it and not about a person.
CHANNEL = ""
ADMINS = (Role.GLOBAL_ADMIN, Role.APPROVER)
EVENTS = frozenset(
    {
        Event.SUBMITTED,
        Event.APPROVED,
        Event.BECAME_OVERDUE,
        Event.AGREEMENT_ACCEPTED,
        Event.ACCEPTANCE_REPORTED,
    }
)
# What only informs the Global admin and can be muted; the rest asks something of her, or is an
# alarm.
INFORMS = frozenset({Event.BECAME_OVERDUE})
_rows = table(Hears)


class How(StrEnum):
    PERSON = "person"
    CHANNEL = "channel"
    MUTED = "muted"


def choose(tx: Tx, by: Person, how: How, *, channel: bool = False) -> None:
    """Her own choice, or the channel's."""
    who = CHANNEL if channel else by.id
    tx.db.execute(delete(_rows).where(_rows.c.team == tx.team, _rows.c.person == who))
    tx.db.execute(insert(_rows), {"team": tx.team, "person": who, "how": str(how)})
    audit.append(
        tx,
        by.id,
        "milestones_chosen",
        f"person:{who}" if who else f"workspace:{tx.team}",
        {"how": str(how)},
    )


def chosen(tx: Tx) -> dict[str, str]:
    """person -> how, of everybody in this workspace who has chosen; CHANNEL for the channel
    itself."""
    return {
        row.person: row.how for row in tx.db.execute(select(_rows).where(_rows.c.team == tx.team))
    }


def is_admin(person: Person) -> bool:
    return any(person.has(role) for role in ADMINS)


def audience(tx: Tx, partner: str) -> tuple[list[Person], bool]:
    """Which admins of a partner are told in person, and whether the admins' channel is. Without a
    choice: the channel where there is one, else in person."""
    workspace, how = people.workspace(tx), chosen(tx)
    has_channel = bool(workspace and workspace.admins_channel)
    usual = How.CHANNEL if has_channel else How.PERSON
    admins = {p.id: p for role in ADMINS for p in people.with_role(tx, role, partner)}
    in_person = [p for p in admins.values() if how.get(p.id, usual) == How.PERSON]
    return in_person, has_channel and how.get(CHANNEL) != How.MUTED

"""Who is a member of the workspace, as Slack says it. Until it has answered an account is UNKNOWN.
Knows no payload of Slack's."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from domain import people
from domain.people import Kind, Person
from domain.storage.store import Tx, table
from domain.tables import Person as PersonRow

_people = table(PersonRow)


def is_checked(db: Connection, team: str, slack: str) -> bool:
    """Has Slack ever said who this account is?"""
    here = (_people.c.team == team, _people.c.slack == slack, _people.c.checked_at > 0)
    return db.execute(select(_people.c.id).where(*here)).first() is not None


def kinds(db: Connection, team: str, slack: Iterable[str]) -> dict[str, str]:
    """Slack id -> kind of account, of the live ones of whom Slack has said it."""
    here = (
        _people.c.team == team,
        _people.c.slack.in_(list(slack)),
        _people.c.checked_at > 0,
        _people.c.live,
    )
    return {
        row.slack: row.kind
        for row in db.execute(select(_people.c.slack, _people.c.kind).where(*here))
    }


def answered(
    tx: Tx, person: Person, asked_at: int, kind: Kind, *, live: bool, **told: object
) -> None:
    """Slack's answer to a question asked at that moment (ms UTC). It restricts a known person and
    settles who an unknown one is; an older answer than the last change that Slack reported says
    nothing."""
    if person.checked_at > asked_at:
        return
    settles = person.kind == Kind.UNKNOWN or kind != Kind.MEMBER
    changed(tx, person, kind if settles else Kind(person.kind), live=live and person.live, **told)


def changed(tx: Tx, person: Person, kind: Kind, *, live: bool, **told: object) -> None:
    """Slack reports what an account is now; only a live member administers the workspace."""
    if kind != Kind.MEMBER or not live:
        told["slack_admin"] = False
    people.change(tx, person, kind=str(kind), live=live, checked_at=tx.at, **told)

"""Where the app is installed: kept, renewed, gone, back. What Slack gave stands here sealed;
nothing here can open it.

For a workspace that is gone nothing leaves and no timer fires (domain/storage/outbox.py); no row of
it is lost.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.storage.rows import Rows
from domain.tables import installation


@dataclass(frozen=True)
class Installation:
    """One workspace; the columns are described in domain/tables/installation.py."""

    team: str
    via: str
    name: str
    bot_user: str
    sealed: str
    expires_at: int
    rotating_until: int
    installed_at: int
    gone_at: int


_INSTALLATIONS = Rows(Installation, installation.Installation)
_rows = _INSTALLATIONS.table


def keep(db: Connection, team: str, at: int, **fields: object) -> None:
    """Installed, or installed again: what is given counts from now on (name, bot_user, sealed,
    expires_at, via)."""
    new = {"via": "", "name": "", "bot_user": "", "sealed": "", "expires_at": 0} | fields
    new |= {"rotating_until": 0, "installed_at": at, "gone_at": 0}
    made = (
        {"sqlite": sqlite, "postgresql": postgresql}[db.dialect.name]
        .insert(_rows)
        .values(team=team, **new)
    )
    db.execute(made.on_conflict_do_update(index_elements=["team"], set_=new))
    db.execute(update(_rows).where(_rows.c.via == team).values(gone_at=0))


def get(db: Connection, team: str) -> Installation | None:
    """That of a workspace, None where it was never installed. What stands for an organisation's
    is that of the organisation."""
    row = _INSTALLATIONS.first(db, _INSTALLATIONS.select().where(_rows.c.team == team))
    return get(db, row.via) if row and row.via and not row.gone_at else row


def renew(db: Connection, team: str, sealed: str, expires_at: int) -> None:
    """Another token of the same installation."""
    new = {"sealed": sealed, "expires_at": expires_at, "rotating_until": 0}
    db.execute(update(_rows).where(_rows.c.team == team, _rows.c.gone_at == 0).values(**new))


def may_renew(db: Connection, team: str, at: int, for_ms: int) -> bool:
    """Is it ours to get a new token now? One at a time: Slack takes each refresh token once."""
    free = (_rows.c.team == team, _rows.c.rotating_until < at, _rows.c.gone_at == 0)
    taken = db.execute(
        update(_rows).where(*free).values(rotating_until=at + for_ms).returning(_rows.c.team)
    )
    return taken.first() is not None


def remove(db: Connection, team: str, at: int) -> bool:
    """It is gone since `at` (ms UTC), and what it gave us goes at once; with an organisation's all
    workspaces that stand for it. False where it was installed anew after that: the word was
    late."""
    for_good = {"sealed": "", "expires_at": 0, "rotating_until": 0, "gone_at": at}
    row = db.execute(select(_rows.c.installed_at).where(_rows.c.team == team)).first()
    if row is None:
        keep(db, team, at)
    elif row.installed_at > at:
        return False
    db.execute(
        update(_rows).where(or_(_rows.c.team == team, _rows.c.via == team)).values(**for_good)
    )
    return True


def back(db: Connection, team: str) -> None:
    """Slack let us in there just now: whatever was said before, it is there."""
    db.execute(update(_rows).where(_rows.c.team == team).values(gone_at=0))


def sealed_rows(db: Connection) -> list[Installation]:
    """Every installation that holds something sealed."""
    return _INSTALLATIONS.all(db, _INSTALLATIONS.select().where(_rows.c.sealed != ""))


def reseal(db: Connection, team: str, before: str, sealed: str) -> None:
    """The same under another key, unless somebody changed it meanwhile."""
    db.execute(
        update(_rows).where(_rows.c.team == team, _rows.c.sealed == before).values(sealed=sealed)
    )

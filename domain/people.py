"""People and their roles. Roles are looked up at the moment they are needed, never taken from a
message.

`global_admin` is a claim (a Slack role is not a Partner Center role); `approver` and `support` are
granted.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from domain.json_values import Values
from domain.storage import audit, outbox
from domain.storage.addresses import AccountAddress
from domain.storage.prepared import Prepared
from domain.storage.rows import Rows
from domain.storage.store import Tx, new_id, table
from domain.tables import house


@dataclass(frozen=True)
class Partner:
    """A partner: what it is called, and where its days begin and which are holidays."""

    id: str
    team: str
    name: str
    partner_id: str
    country: str
    subdivision: str
    timezone: str


@dataclass(frozen=True)
class Tenant:
    """A tenant of a partner; `guid` is "" for a new one whose id nobody has told us yet."""

    id: str
    partner: str
    guid: str
    position: int


@dataclass(frozen=True)
class Workspace:
    """A workspace that was set up."""

    team: str
    support_channel: str
    admins_channel: str
    retention_days: int


_people = table(house.Person)
PARTNERS, _TENANTS = Rows(Partner, house.Partner), Rows(Tenant, house.Tenant)
_WORKSPACES = Rows(Workspace, house.Workspace)
_partners, _tenants, _workspaces = PARTNERS.table, _TENANTS.table, _WORKSPACES.table
_BY_SLACK = Prepared(
    select(_people).where(_people.c.team == bindparam("t"), _people.c.slack == bindparam("s"))
)
_BY_ID = Prepared(
    select(_people).where(_people.c.team == bindparam("t"), _people.c.id == bindparam("i"))
)
_OF_TEAM = (
    select(_people).where(_people.c.team == bindparam("t"), _people.c.live).order_by(_people.c.name)
)
_WITH_ROLES = Prepared(_OF_TEAM.where(_people.c.roles > ""))
_NAMES = select(_people.c.id, _people.c.name).where(
    _people.c.team == bindparam("t"), _people.c.id.in_(bindparam("ids", expanding=True))
)
_NAMED = _OF_TEAM.where(
    _people.c.partner == bindparam("p"),
    (func.lower(_people.c.name).like(bindparam("n")))
    | (func.lower(_people.c.slack) == bindparam("s")),
)
_PARTNER = PARTNERS.prepared(
    PARTNERS.select().where(_partners.c.team == bindparam("t"), _partners.c.id == bindparam("i"))
)
_OF_PARTNER = (
    _TENANTS.select()
    .where(_tenants.c.team == bindparam("t"), _tenants.c.partner == bindparam("p"))
    .order_by(_tenants.c.position)
)
_WORKSPACE = _WORKSPACES.prepared(_WORKSPACES.select().where(_workspaces.c.team == bindparam("t")))


class Role(StrEnum):
    STAFF = "staff"
    GLOBAL_ADMIN = "global_admin"
    APPROVER = "approver"
    SUPPORT = "support"
    CLOCK = "clock"


class Kind(StrEnum):
    """The kind of an account, as Slack says it; UNKNOWN until it has said so. Only members may act;
    the others can read public answers."""

    UNKNOWN = "unknown"
    MEMBER = "member"
    GUEST = "guest"
    BOT = "bot"
    OUTSIDER = "outsider"


MAY_BE_MEMBER = (
    Kind.MEMBER,
    Kind.UNKNOWN,
)  # a role given to the latter counts once Slack has said so


@dataclass(frozen=True)
class Person:
    """One account of a workspace. `id` is ours and random; `slack` is Slack's; `partner` is "" if
    unknown.

    `slack_admin`: Slack said that they administer the workspace; it is asked again before it
    counts. `checked_at`: when Slack last said who this account is (ms UTC), 0 for never.
    """

    id: str
    team: str
    slack: str
    name: str = ""
    partner: str = ""
    roles: frozenset[str] = frozenset()
    live: bool = True
    kind: str = Kind.MEMBER
    dm: str = ""
    timezone: str = ""
    slack_admin: bool = False
    home_at: int = 0
    checked_at: int = 0

    def has(self, role: Role) -> bool:
        return self.live and self.kind == Kind.MEMBER and (role == Role.STAFF or role in self.roles)


def only_supports(person: Person) -> bool:
    """Does this person answer the questions of others, without a part in the move itself?"""
    acts = person.has(Role.GLOBAL_ADMIN) or person.has(Role.APPROVER)
    return person.has(Role.SUPPORT) and not acts


CLOCK = Person("clock", "", "", roles=frozenset({Role.CLOCK}))


def may(person: Person, who: Iterable[Role]) -> bool:
    """Is one of these roles hers, now? Guests, bots, outsiders and the deactivated never may."""
    return any(person.has(role) for role in who) if person is not CLOCK else Role.CLOCK in who


def public(person: Person) -> Person:
    """The person as the conversation may know them: only a confirmed member belongs to a
    partner."""
    return person if person.has(Role.STAFF) else replace(person, partner="")


def meet(tx: Tx, slack: str, *, name: str = "", outsider: bool = False) -> Person:
    """The person with a Slack id, created if new. New people belong to the workspace's only
    partner, and are UNKNOWN until Slack has said who they are. `outsider`: the account belongs to
    another workspace."""
    row = _BY_SLACK.first(tx.db, {"t": tx.team, "s": slack})
    kind = Kind.OUTSIDER if outsider else Kind.UNKNOWN
    if row is not None:
        person = _person(row)
        if (outsider and person.kind != kind) or (name and not person.name):
            change(
                tx, person, kind=str(kind if outsider else person.kind), name=person.name or name
            )
            return by_id(tx, person.id) or person
        return person
    partners = (
        tx.db.execute(select(_partners.c.id).where(_partners.c.team == tx.team).limit(2))
        .scalars()
        .all()
    )
    person = Person(
        new_id(), tx.team, slack, name, partners[0] if len(partners) == 1 else "", kind=kind
    )
    tx.db.execute(insert(_people), _values(person))
    outbox.tell(
        tx,
        AccountAddress(person.id, slack),
        [],
        key=f"who:{person.id}",
        kind=outbox.Out.WHO,
    )
    return person


def seen(tx: Tx, slack: str) -> str:
    """Our id of a known person, "" for an unknown one; creates nobody."""
    row = _BY_SLACK.first(tx.db, {"t": tx.team, "s": slack})
    return str(row.id) if row else ""


def by_id(tx: Tx, id_: str) -> Person | None:
    """The person with our id; None for an unknown id and for "", without a query."""
    row = _BY_ID.first(tx.db, {"t": tx.team, "i": id_}) if id_ else None
    return _person(row) if row else None


def by_name(tx: Tx, said: str, partner: str) -> list[Person]:
    """Active members of a partner by name or Slack id; an exact match goes before a match of the
    beginning."""
    said = said.strip().lower()
    if not said:
        return []
    like = said.split()[0].replace("%", "").replace("_", "") + "%"
    rows = tx.db.execute(_NAMED, {"t": tx.team, "p": partner, "n": like, "s": said})
    people = [p for p in map(_person, rows) if p.kind == Kind.MEMBER and p.name]
    exact = [p for p in people if said in (p.name.lower(), p.slack.lower())]
    return exact or [p for p in people if p.name.lower().split()[0] == said.split()[0]]


def named_in(people: Iterable[Person], text: str) -> list[Person]:
    """Those of these people whom a text names: by the whole name, the first name alone, or Slack's
    mention."""
    said = text.lower()
    return [
        p
        for p in people
        if p.slack.lower() in re.findall(r"<@(\w+)", said)
        or (p.name and re.search(rf"\b{re.escape(p.name.lower().split()[0])}\b", said))
    ]


def everybody(tx: Tx) -> list[Person]:
    """All active people of the workspace, by name."""
    return [_person(row) for row in tx.db.execute(_OF_TEAM, {"t": tx.team})]


def with_role(tx: Tx, role: Role, partner: str) -> list[Person]:
    """Active members with this role: of this partner; support of the whole workspace."""
    return with_roles(tx, partner, role)[0]


def with_roles(tx: Tx, partner: str, *roles: Role) -> list[list[Person]]:
    """The same for several roles, in one query."""
    found = tx.cached(
        "roles", lambda: [_person(row) for row in _WITH_ROLES.all(tx.db, {"t": tx.team})]
    )
    return [
        [p for p in found if p.has(role) and (p.partner == partner or role == Role.SUPPORT)]
        for role in roles
    ]


def names(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """id -> name of the people with these ids."""
    wanted = sorted(set(ids))
    return (
        {row.id: row.name for row in tx.db.execute(_NAMES, {"t": tx.team, "ids": wanted})}
        if wanted
        else {}
    )


def change(tx: Tx, person: Person, **fields: Any) -> None:
    """Write fields of a person; `roles` are a collection of names. When roles change, every ability
    with a timer `people_changed` handles what that means for open matters."""
    if weighs := {k: v for k, v in fields.items() if k in ("roles", "live", "kind", "partner")}:
        _tell_of_change(tx, person, replace(person, **weighs))
    if "roles" in fields:
        fields["roles"] = _stored(fields["roles"])
    tx.db.execute(
        update(_people).where(_people.c.team == tx.team, _people.c.id == person.id).values(**fields)
    )
    tx.known.clear()


def _tell_of_change(tx: Tx, before: Person, after: Person) -> None:
    had, has = ({r for r in p.roles if p.has(Role(r))} for p in (before, after))
    if (had, before.partner) != (has, after.partner) and had | has:
        for partner in {before.partner, after.partner}:
            about = {
                "partner": partner,
                "person": before.id,
                "lost": sorted(had - has if after.partner == partner else had),
            }
            outbox.set_timer(tx, "every.people_changed", new_id(), tx.now, about)


def learn(db: Connection, team: str, id_: str, *, name: str = "", **fields: object) -> None:
    """What the door found out about a person (dm, kind, live); a name only where nobody has named
    her yet."""
    here = (_people.c.team == team, _people.c.id == id_)
    if name:
        db.execute(update(_people).where(*here, _people.c.name == "").values(name=name))
    if fields:
        db.execute(update(_people).where(*here).values(**fields))


def slack_of(db: Connection, team: str, id_: str) -> tuple[str, str]:
    """Slack's id of a person and of their direct messages ("" if they were never opened)."""
    row = _BY_ID.first(db, {"t": team, "i": id_})
    return (row.slack, row.dm) if row else ("", "")


def claim_global_admin(tx: Tx, who: Person, by: Person) -> Person:
    """Record that `by` says that `who` is the Global admin. A claim: it is not verified."""
    if Role.GLOBAL_ADMIN not in who.roles:
        change(tx, who, roles=who.roles | {Role.GLOBAL_ADMIN})
        audit.append(tx, by.id, "global_admin_claimed", f"person:{who.id}", {})
    return by_id(tx, who.id) or who


def partner_of(tx: Tx, partner: str) -> Partner | None:
    """A partner, None where there is none of this id."""
    if not partner:
        return None
    return tx.cached(
        f"partner:{partner}", lambda: _PARTNER.first(tx.db, {"t": tx.team, "i": partner})
    )


def known_partner(tx: Tx, partner: str) -> Partner:
    """A partner that is there. Raises LookupError where it is not."""
    if (found := partner_of(tx, partner)) is None:
        raise LookupError(f"no partner {partner!r}")
    return found


def tenants_of(tx: Tx, partner: str) -> list[Tenant]:
    """The partner's tenants in the order in which they were told."""
    return _TENANTS.all(tx.db, _OF_PARTNER, {"t": tx.team, "p": partner})


def new_tenant(tx: Tx, partner: str) -> str:
    """A tenant that the partner will create and whose id is not known yet; at most one per
    partner."""
    known = tenants_of(tx, partner)
    for tenant in known:
        if not tenant.guid:
            return str(tenant.id)
    id_ = new_id()
    tx.db.execute(
        insert(_tenants),
        {"id": id_, "team": tx.team, "partner": partner, "guid": "", "position": len(known)},
    )
    return id_


def workspace(tx: Tx) -> Workspace | None:
    """The workspace, None where it was never set up."""
    return _WORKSPACE.first(tx.db, {"t": tx.team})


def _person(row: Any) -> Person:
    return Person(
        row.id,
        row.team,
        row.slack,
        row.name,
        row.partner,
        frozenset(row.roles.split()),
        row.live,
        row.kind,
        row.dm,
        row.timezone,
        row.slack_admin,
        row.home_at,
        row.checked_at,
    )


def _values(person: Person) -> Values:
    return {
        "id": person.id,
        "team": person.team,
        "slack": person.slack,
        "name": person.name,
        "partner": person.partner,
        "roles": _stored(person.roles),
        "live": person.live,
        "kind": str(person.kind),
        "dm": person.dm,
        "timezone": person.timezone,
        "slack_admin": person.slack_admin,
        "home_at": 0,
        "checked_at": 0,
    }


def _stored(roles: Iterable[str]) -> str:
    return "".join(f" {role}" for role in sorted(roles)) + " " if roles else ""

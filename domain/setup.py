"""What a Slack workspace admin describes of a workspace: partner, tenants, calendar, channels, who
approves, who supports.

Roles are granted here (and by `seed`), never by an answer in a dialog. Every change is in the log,
ids only. No words.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select, update

from domain import people
from domain.calendar import calendar
from domain.machine import NotAllowed
from domain.people import Person, Role
from domain.questions import terms
from domain.questions.terms import Terms
from domain.reminders.reminder import wake
from domain.storage import audit
from domain.storage.store import Tx, new_id, table
from domain.tables import Lifecycle, Partner, Tenant, Workspace

_workspaces, _partners, _tenants, _life = (
    table(Workspace),
    table(Partner),
    table(Tenant),
    table(Lifecycle),
)


@dataclass(frozen=True)
class Description:
    """Checked values. `approvers`, `support`: Slack ids; tenants in their order, lower case."""

    name: str
    tenants: tuple[str, ...]
    partner_id: str
    country: str
    subdivision: str
    timezone: str
    approvers: tuple[str, ...]
    support: tuple[str, ...]
    support_channel: str = ""
    admins_channel: str = ""


def describe(tx: Tx, by: Person, partner: str, plan: Description) -> tuple[str, list[str]]:
    """Write a description over what is there; `partner` "" makes a new one. Returns the partner's
    id and what changed.

    Raises NotAllowed("slack_admin") unless Slack says, now, that `by` administers the workspace.
    """
    if not by.slack_admin or not by.has(Role.STAFF):
        raise NotAllowed("slack_admin")
    changed = _channels(tx, plan)
    new = not partner
    partner, fields = _partner(tx, partner, plan)
    changed += fields
    if _tenants_of(tx, partner, plan.tenants):
        changed.append("tenants")
    if new:
        _welcome(tx, partner)
    if _grant(tx, by, Role.APPROVER, partner, plan.approvers):
        changed.append("approvers")
    if _grant(tx, by, Role.SUPPORT, partner, plan.support):
        changed.append("support")
    audit.append(tx, by.id, "setup_changed", f"partner:{partner}", {"fields": changed})
    tx.changed.add(partner)
    wake(tx, partner, calendar(plan.country, plan.subdivision, plan.timezone), 1)
    return partner, changed


def agree(tx: Tx, by: Person, plan: Terms, retention_days: int) -> list[str]:
    """The terms of support, and for how many days texts are kept; what changed. Raises
    NotAllowed("slack_admin") as above."""
    if not by.slack_admin or not by.has(Role.STAFF):
        raise NotAllowed("slack_admin")
    workspace = people.workspace(tx)
    before, kept = terms.of(tx), workspace.retention_days if workspace else retention_days
    terms.agree(tx, plan)
    tx.db.execute(
        update(_workspaces)
        .where(_workspaces.c.team == tx.team)
        .values(retention_days=retention_days)
    )
    new, old = asdict(plan), asdict(before)
    said = {"country": "support_country", "timezone": "support_timezone"}
    changed = [said.get(name, name) for name in new if new[name] != old[name]] + [
        "retention_days"
    ] * (kept != retention_days)
    if changed:
        audit.append(tx, by.id, "setup_changed", f"workspace:{tx.team}", {"fields": changed})
    return changed


def partners(tx: Tx) -> list[people.Partner]:
    """Every partner of the workspace, by name."""
    wanted = people.PARTNERS.select().where(_partners.c.team == tx.team).order_by(_partners.c.name)
    return people.PARTNERS.all(tx.db, wanted)


def in_use(tx: Tx, tenant: str) -> bool:
    """Is anything recorded about this tenant? Then it stays."""
    return (
        tx.db.execute(
            select(_life.c.seq).where(_life.c.team == tx.team, _life.c.subject == tenant)
        ).first()
        is not None
    )


def slack_admins(tx: Tx) -> list[str]:
    """The names of those who, as far as we know, administer the Slack workspace."""
    return [p.name for p in people.everybody(tx) if p.slack_admin and p.has(Role.STAFF) and p.name]


def _channels(tx: Tx, plan: Description) -> list[str]:
    new = {"support_channel": plan.support_channel, "admins_channel": plan.admins_channel}
    old = people.workspace(tx)
    if old is None:
        tx.db.execute(insert(_workspaces), {"team": tx.team} | new)
        return [name for name, value in new.items() if value]
    tx.db.execute(update(_workspaces).where(_workspaces.c.team == tx.team).values(**new))
    return [name for name, value in new.items() if value != getattr(old, name)]


def _partner(tx: Tx, id_: str, plan: Description) -> tuple[str, list[str]]:
    names = ("name", "partner_id", "country", "subdivision", "timezone")
    new = {name: getattr(plan, name) for name in names}
    old = people.partner_of(tx, id_)
    tx.known.clear()
    if old is None:
        id_ = new_id()
        tx.db.execute(insert(_partners), {"id": id_, "team": tx.team} | new)
        return id_, [name for name in names if new[name]]
    tx.db.execute(
        update(_partners).where(_partners.c.team == tx.team, _partners.c.id == id_).values(**new)
    )
    return id_, [name for name in names if new[name] != getattr(old, name)]


def _tenants_of(tx: Tx, partner: str, guids: Iterable[str]) -> bool:
    """Bring the tenants into this order; one that is gone leaves only while nothing is recorded
    about it."""
    known = {t.guid: t for t in people.tenants_of(tx, partner) if t.guid}
    wanted = list(dict.fromkeys(guids))
    for position, guid in enumerate(wanted):
        if guid in known:
            tx.db.execute(
                update(_tenants).where(_tenants.c.id == known[guid].id).values(position=position)
            )
        else:
            row = {
                "id": new_id(),
                "team": tx.team,
                "partner": partner,
                "guid": guid,
                "position": position,
            }
            tx.db.execute(insert(_tenants), row)
    for guid in known.keys() - set(wanted):
        if not in_use(tx, known[guid].id):
            tx.db.execute(
                delete(_tenants).where(_tenants.c.team == tx.team, _tenants.c.id == known[guid].id)
            )
    return [g for g, t in known.items()] != wanted


def _welcome(tx: Tx, partner: str) -> None:
    """The first partner of a workspace is everybody's who has none."""
    if len(partners(tx)) == 1:
        for person in people.everybody(tx):
            if not person.partner:
                people.change(tx, person, partner=partner)


def _grant(tx: Tx, by: Person, role: Role, partner: str, slack: Iterable[str]) -> bool:
    """These people have the role and nobody else has: approvers within the partner, support in the
    whole workspace."""
    wanted = {p.id: p for p in (people.meet(tx, s) for s in slack)}
    # whoever Slack has not confirmed yet loses a role like everybody else
    had = {
        p.id: p
        for p in people.everybody(tx)
        if role in p.roles and (p.partner == partner or role == Role.SUPPORT)
    }
    for person in [
        *(wanted[i] for i in wanted.keys() - had.keys()),
        *(had[i] for i in had.keys() - wanted.keys()),
    ]:
        given = person.id in wanted
        here = people.by_id(tx, person.id) or person
        roles = here.roles | {str(role)} if given else here.roles - {str(role)}
        home = {"partner": partner} if given and role == Role.APPROVER and not here.partner else {}
        people.change(tx, here, roles=roles, **home)
        audit.append(
            tx,
            by.id,
            "role_granted" if given else "role_revoked",
            f"person:{person.id}",
            {"role": str(role), "partner": partner},
        )
    return wanted.keys() != had.keys()

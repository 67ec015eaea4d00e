"""`changeover seed FILE`: a workspace description into the database. Upsert, repeatable; unknown
keys are errors.

A person missing from the file stays, but loses roles. Roles are granted here, never by an answer in
a dialog.
"""

import argparse
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from bot.cli import database, seed_catalogue
from bot.inbound.turns import utc_now
from dialogs.engine.answers import look_tonight
from dialogs.records import weekly_report
from domain import people
from domain.calendar import NoCalendar, calendar
from domain.people import CLOCK, Person, Role
from domain.privacy.retention import DEFAULT_DAYS, MOST_DAYS
from domain.providers import providers
from domain.providers.catalogue import Entry
from domain.providers.catalogue import plant as plant_catalogue
from domain.questions import terms
from domain.questions.terms import Terms
from domain.storage import audit
from domain.storage.store import Tx, new_id, table
from domain.tables import Partner, Tenant, Workspace
from domain.unusable import Unusable

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ROLES = (Role.GLOBAL_ADMIN, Role.APPROVER, Role.SUPPORT)
TOP = ("team", "channels", "support", "people", "partners", "retention_days", "catalogue")
PARTNER = ("partner", "tenant", "partner_id", "country", "subdivision", "timezone", "providers")


class BadSeed(Unusable):
    """The description cannot be taken. The message names the file and what is wrong."""


@dataclass(frozen=True)
class PersonPlan:
    slack: str
    name: str
    roles: tuple[str, ...] = ()
    partner: str = ""


@dataclass(frozen=True)
class PartnerPlan:
    name: str
    tenants: tuple[str, ...] = ()
    partner_id: str = ""
    country: str = ""
    subdivision: str = ""
    timezone: str = "UTC"
    providers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Plan:
    team: str
    support: str = ""
    admins: str = ""
    partners: tuple[PartnerPlan, ...] = ()
    people: tuple[PersonPlan, ...] = field(default=())
    terms: Terms | None = None
    retention_days: int = DEFAULT_DAYS
    catalogue: tuple[Entry, ...] | None = None


def read(path: Path) -> Plan:
    """The description in a TOML file, checked. Raises BadSeed."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        return _plan(raw)
    except OSError as error:
        raise BadSeed(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, NoCalendar, ValueError) as error:
        raise BadSeed(f"{path}: {error}") from error


def plant(tx: Tx, plan: Plan) -> None:
    """Write it, in the caller's transaction."""
    told = {
        "support_channel": plan.support,
        "admins_channel": plan.admins,
        "retention_days": plan.retention_days,
    }
    _upsert(tx, Workspace, {"team": plan.team}, told)
    if plan.terms:
        terms.agree(tx, plan.terms)
    if plan.catalogue is not None:
        plant_catalogue(tx, plan.catalogue)
    look_tonight(tx)
    ids = {p.name: _plant_partner(tx, p) for p in plan.partners}
    only = next(iter(ids.values())) if len(ids) == 1 else ""
    for planned in plan.people:
        _plant_person(tx, planned, ids.get(planned.partner, only))
    listed = {p.slack for p in plan.people}
    for person in people.everybody(tx):
        if person.slack not in listed and (person.roles or (only and not person.partner)):
            people.change(tx, person, roles=[], partner=person.partner or only)
    weekly_report.arm(tx)
    audit.append(
        tx,
        CLOCK.id,
        "workspace_described",
        f"workspace:{plan.team}",
        {"people": len(plan.people), "partners": len(ids)},
    )


def _plan(raw: dict[str, Any]) -> Plan:
    _only(raw, "", *TOP, *PARTNER)
    long_form = raw.get("partners", [])
    if long_form and any(key in raw for key in PARTNER):
        raise ValueError("give either `partner` and its keys at the top or [[partners]], not both")
    partners = [_partner(p) for p in long_form] or [_partner(_short(raw))]
    channels = raw.get("channels", {})
    _only(channels, "channels", "support", "admins")
    known = [_person(p, {p.name for p in partners}) for p in raw.get("people", [])]
    if len({p.slack for p in known}) != len(known):
        raise ValueError("people: somebody stands there twice")
    return Plan(
        _text(raw, "team", needed=True),
        _text(channels, "support"),
        _text(channels, "admins"),
        tuple(partners),
        tuple(known),
        _terms(raw["support"]) if "support" in raw else None,
        _retention(raw),
        seed_catalogue.read(raw["catalogue"]) if "catalogue" in raw else None,
    )


def _retention(raw: dict[str, Any]) -> int:
    days = raw.get("retention_days", DEFAULT_DAYS)
    if type(days) is not int or not 1 <= days <= MOST_DAYS:
        raise ValueError(
            f"retention_days: how long texts are kept is a number of days from 1 to {MOST_DAYS}, "
            f"not {days!r}"
        )
    return days


def _short(raw: dict[str, Any]) -> dict[str, Any]:
    partner = {k: v for k, v in raw.items() if k in PARTNER and k not in ("partner", "tenant")}
    return partner | {
        "name": raw.get("partner", ""),
        "tenants": [{"tenant": raw["tenant"]}] if "tenant" in raw else [],
    }


def _partner(raw: dict[str, Any]) -> PartnerPlan:
    _only(
        raw,
        "partners",
        "name",
        "partner",
        "tenants",
        "tenant",
        "partner_id",
        "country",
        "subdivision",
        "timezone",
        "providers",
    )
    name = _text(raw, "name") or _text(raw, "partner")
    if not name:
        raise ValueError("partner: its name is missing")
    tenants = [_tenant(t) for t in raw.get("tenants", [])] + (
        [_guid(raw["tenant"], "tenant")] if "tenant" in raw else []
    )
    named = [_provider(p) for p in raw.get("providers", [])]
    if len({providers.key_of(n) for n, _ in named}) != len(named) or len(
        {g for _, g in named}
    ) != len(named):
        raise ValueError("providers: one stands there twice")
    calendar(_text(raw, "country"), _text(raw, "subdivision"), _text(raw, "timezone") or "UTC")
    return PartnerPlan(
        name,
        tuple(tenants),
        _text(raw, "partner_id"),
        _text(raw, "country"),
        _text(raw, "subdivision"),
        _text(raw, "timezone") or "UTC",
        tuple(named),
    )


def _tenant(raw: Any) -> str:
    if isinstance(raw, str):
        return _guid(raw, "tenants")
    _only(raw, "partners.tenants", "tenant", "id")
    return _guid(raw.get("tenant") or raw.get("id"), "partners.tenants")


def _provider(raw: dict[str, Any]) -> tuple[str, str]:
    _only(raw, "providers", "name", "tenant")
    return _text(raw, "name", needed=True), _guid(raw.get("tenant"), "providers")


def _person(raw: dict[str, Any], partners: set[str]) -> PersonPlan:
    _only(raw, "people", "slack", "name", "roles", "partner")
    roles = raw.get("roles", [])
    if not isinstance(roles, list) or any(r not in ROLES for r in roles):
        raise ValueError(f"people: roles are {', '.join(ROLES)}, not {roles!r}")
    partner = _text(raw, "partner")
    if partner and partner not in partners:
        raise ValueError(f"people: there is no partner {partner!r}")
    return PersonPlan(
        _text(raw, "slack", needed=True), _text(raw, "name", needed=True), tuple(roles), partner
    )


def _terms(raw: Any) -> Terms:
    _only(
        raw,
        "support",
        "answer_hours",
        "nudge_hours",
        "opens",
        "closes",
        "country",
        "timezone",
        "escalate_to",
    )
    for key, value in raw.items():
        if not isinstance(value, int if key.endswith("_hours") else str) or isinstance(value, bool):
            raise ValueError(
                f"support.{key} must be a {'whole number' if key.endswith('_hours') else 'text'}"
            )
    return Terms(**raw)


def _only(raw: Any, where: str, *allowed: str) -> None:
    if not isinstance(raw, dict):
        raise ValueError(f"{where or 'the file'} must be a table")
    for key in raw:
        if key not in allowed:
            raise ValueError(f"unknown key {where + '.' if where else ''}{key}")


def _text(raw: dict[str, Any], key: str, *, needed: bool = False) -> str:
    value = raw.get(key, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise ValueError(
            f"{key} must be a text" + (" and is missing" if needed and not value else "")
        )
    return value.strip()


def _guid(value: Any, where: str) -> str:
    if not isinstance(value, str) or not GUID.fullmatch(value.strip().lower()):
        raise ValueError(
            f"{where}: a tenant id looks like 11111111-2222-4333-8444-555555555555, not {value!r}"
        )
    return value.strip().lower()


def _plant_partner(tx: Tx, plan: PartnerPlan) -> str:
    fields = {
        "partner_id": plan.partner_id,
        "country": plan.country,
        "subdivision": plan.subdivision,
        "timezone": plan.timezone,
    }
    id_ = _upsert(tx, Partner, {"team": tx.team, "name": plan.name}, fields)
    for position, guid in enumerate(plan.tenants):
        _upsert(tx, Tenant, {"team": tx.team, "partner": id_, "guid": guid}, {"position": position})
    for name, guid in plan.providers:
        providers.confirm(tx, id_, name, guid)
    return id_


def _plant_person(tx: Tx, plan: PersonPlan, partner: str) -> None:
    """The operator's word makes a member until Slack has been asked; what Slack has said before
    stays."""
    person: Person = people.meet(tx, plan.slack, name=plan.name)
    trusted = {} if person.checked_at else {"live": True, "kind": str(people.Kind.MEMBER)}
    people.change(tx, person, name=plan.name, roles=plan.roles, partner=partner, **trusted)


def _upsert(tx: Tx, model: Any, key: dict[str, Any], fields: dict[str, Any]) -> str:
    """Write or change the row with this key; returns its id ("" for a table without one)."""
    rows = table(model)
    here = [rows.c[name] == value for name, value in key.items()]
    found = tx.db.execute(select(rows).where(*here)).first()
    if found is not None:
        if fields:
            tx.db.execute(update(rows).where(*here).values(**fields))
        return str(getattr(found, "id", ""))
    id_ = {"id": new_id()} if "id" in rows.c else {}
    tx.db.execute(insert(rows), id_ | key | fields)
    return id_.get("id", "")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def run(args: argparse.Namespace) -> int:
    plan = read(args.file)
    with database.of_this_version() as store, store.turn(plan.team, utc_now()) as tx:
        plant(tx, plan)
    print(f"workspace {plan.team}: {len(plan.partners)} partner(s), {len(plan.people)} people")
    return 0

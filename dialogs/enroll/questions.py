"""The questions of the enrollment: what they offer, and which answers hold."""

from datetime import date

from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.records.enrollment_reports import doubtful
from domain import people
from domain.people import Role
from domain.tenant import case


def action_ask_tenant(turn: Turn, slots: Slots) -> Outcome:
    """The partner's tenants, and a new one."""
    result = Outcome()
    known = [t for t in people.tenants_of(turn.tx, turn.person.partner) if t.guid]
    options = [
        {"value": _option(n), "label": case.short(t.guid), "id": t.guid, "new": False}
        for n, t in enumerate(known)
    ]
    options.append({"value": "new", "label": "", "id": "", "new": True})
    result.show({"options": options})
    return result


def validate_tenant(turn: Turn, slots: Slots) -> Outcome:
    """The tenant behind the option; a new one gets a row of its own."""
    result = Outcome()
    known = [t for t in people.tenants_of(turn.tx, turn.person.partner) if t.guid]
    chosen = {_option(n): t.id for n, t in enumerate(known)}.get(slots["tenant"])
    if slots["tenant"] == "new":
        chosen = people.new_tenant(turn.tx, turn.person.partner)
    if chosen is None:
        result.say("enroll/which_tenant")
        return result.fill(tenant=None)
    return result.fill(tenant_id=chosen)


def action_ask_admin(turn: Turn, slots: Slots) -> Outcome:
    """Who is said to be Global admin already, and the person herself."""
    result = Outcome()
    known = people.with_role(turn.tx, Role.GLOBAL_ADMIN, turn.person.partner)
    options = [{"value": p.id, "label": p.name, "me": p.id == turn.person.id} for p in known[:4]]
    if turn.person.id not in {p.id for p in known}:
        options.append({"value": turn.person.id, "label": turn.person.name, "me": True})
    offered = {option["value"] for option in options}
    colleagues = people.with_role(turn.tx, Role.STAFF, turn.person.partner)
    named = [{"value": p.id, "label": p.name} for p in colleagues if p.id not in offered]
    result.show({"options": options, "named": named})
    return result


def validate_admin(turn: Turn, slots: Slots) -> Outcome:
    """A live colleague of the same partner, by button, name or Slack id."""
    result = Outcome()
    said = str(slots["admin"]).strip()
    if said.lower() in ("me", "i am", "myself", "it is me", "that is me"):
        return result.fill(admin=turn.person.id)
    person = people.by_id(turn.tx, said)
    if person and person.partner == turn.person.partner and person.has(Role.STAFF):
        return result
    found = people.by_name(
        turn.tx, said.removeprefix("<@").removesuffix(">").lstrip("@"), turn.person.partner
    )
    if len(found) == 1:
        return result.fill(admin=found[0].id)
    result.say("enroll/which_admin", {"found": len(found)})
    return result.fill(admin=None)


def action_ask_submitted_on(turn: Turn, slots: Slots) -> Outcome:
    """Who signs in, and on which tenant."""
    result = Outcome()
    admin = people.by_id(turn.tx, str(slots["admin"] or ""))
    me = bool(admin and admin.id == turn.person.id)
    told = bool(slots["told"])  # then it was submitted already
    result.show({"admin": admin.name if admin else "", "me": me, "told": told})
    return result


def validate_submitted_on(turn: Turn, slots: Slots) -> Outcome:
    """A day that was, and not before the step before it."""
    result = Outcome()
    said = slots["submitted_on"]
    if said == "not_yet":
        return result
    doubt = doubtful(turn, date.fromisoformat(said))
    if doubt is None:
        return result
    result.say("enroll/doubtful_day", {"why": doubt.why, "day": said})
    return result.fill(submitted_on=None)


def option_for(turn: Turn, tenant: str) -> str:
    """The option that stands for a tenant of the partner; one without an id yet is the new one."""
    known = [t.id for t in people.tenants_of(turn.tx, turn.person.partner) if t.guid]
    return _option(known.index(tenant)) if tenant in known else "new"


def _option(n: int) -> str:
    return "this" if n == 0 else f"t{n + 1}"

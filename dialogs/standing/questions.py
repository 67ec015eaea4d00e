"""The questions of the yearly check: what they offer, and which answers hold."""

from datetime import date
from typing import Any

from dialogs.engine.context import Filled, Outcome, Slots, Turn
from dialogs.nlu.dates import MONTHS, month_said
from domain import people
from domain.amounts import Amount, NotAnAmount, amount_said
from domain.identifiers import WrongIdentifier, tenant_id
from domain.tenant import case
from domain.tenant.eligibility import Demand, day_that_counts, demands_on

UNKNOWN, REACHED, BELOW = "unknown", "reached", "below"
NO_TENANT = "none"  # the partner has told none yet; revenue can be judged all the same


def month_of(said: Any) -> int:
    """1..12, 0 where the anniversary month is not known."""
    return MONTHS.index(said) + 1 if said in MONTHS else 0


def check_of(turn: Turn, slots: Slots) -> tuple[date, int]:
    """The day that counts, and the revenue bar in force on it (0: none)."""
    day = day_that_counts(month_of(slots["anniversary"]), turn.today)
    return day, next(
        (r.bar for r in demands_on(day, turn.assistant.facts) if r.demand is Demand.REVENUE), 0
    )


def amount_in(slot: Any) -> Amount | None:
    """The amount that a slot holds, None for "unknown" and for nothing."""
    return Amount(slot["low"], slot["high"], slot["about"]) if isinstance(slot, dict) else None


def action_ask_standing_tenant(turn: Turn, slots: Slots) -> Outcome:
    """The partner's tenants: standing is a tenant's, revenue the whole partner's."""
    result = Outcome()
    options = [{"value": t.id, "label": case.short(t.guid)} for t in tenants(turn)]
    result.show({"options": options})
    return result


def validate_standing_tenant(turn: Turn, slots: Slots) -> Outcome:
    """One of the partner's own, by button or by its id."""
    result = Outcome()
    known, said = tenants(turn), str(slots["standing_tenant"])
    if said in {t.id for t in known} | {NO_TENANT}:
        return result.fill(tenant_id=said)
    try:
        guid = tenant_id(said)
    except WrongIdentifier:
        guid = ""
    if found := [t.id for t in known if t.guid == guid]:
        return result.fill(standing_tenant=found[0], tenant_id=found[0])
    result.say("standing/which_tenant")
    return result.fill(standing_tenant=None)


def tenants(turn: Turn) -> list[people.Tenant]:
    return [t for t in people.tenants_of(turn.tx, turn.person.partner) if t.guid]


def validate_anniversary(turn: Turn, slots: Slots) -> Outcome:
    """One month, or that it is not known."""
    result = Outcome()
    said = str(slots["anniversary"])
    if said == UNKNOWN or said in MONTHS:
        return result
    if month := month_said(said):
        return result.fill(anniversary=month)
    result.say("standing/which_month")
    return result.fill(anniversary=None)


def action_ask_csp_revenue(turn: Turn, slots: Slots) -> Outcome:
    """The bar that counts; where a rough figure lies about it, the two sides of it."""
    result = Outcome()
    return result.fill(_ask_amount(result, slots, turn))


def action_ask_direct_part(turn: Turn, slots: Slots) -> Outcome:
    """The same bar, for the part that is beyond doubt."""
    result = Outcome()
    return result.fill(_ask_amount(result, slots, turn))


def _ask_amount(result: Outcome, slots: Slots, turn: Turn) -> Filled:
    check, bar = check_of(turn, slots)
    straddles = slots["straddles"] is not None
    values = [REACHED, BELOW, UNKNOWN] if straddles and bar else [UNKNOWN]
    is_dated = month_of(slots["anniversary"]) > 0
    said = {
        "options": [{"value": v} for v in values],
        "bar": bar,
        "check": check.isoformat()[:7],
        "is_dated": is_dated,
    }
    result.show(said | {"straddles": straddles, "whole": slots["csp_revenue"]})
    return []


def validate_csp_revenue(turn: Turn, slots: Slots) -> Outcome:
    """One amount of US dollars; a rough one that lies about the bar is asked for a bound, once."""
    result = Outcome()
    return result.fill(_read("csp_revenue", result, slots, turn))


def validate_direct_part(turn: Turn, slots: Slots) -> Outcome:
    """As the whole, and no larger than it."""
    result = Outcome()
    events = _read("direct_part", result, slots, turn)
    part = amount_in(events[0][1]) if events else amount_in(slots["direct_part"])
    whole = amount_in(slots["csp_revenue"])
    if part and whole and whole.high is not None and part.low > whole.high:
        result.say("standing/part_too_large", {"whole": slots["csp_revenue"]})
        return result.fill(direct_part=None)
    return result.fill(events)


def _read(slot: str, result: Outcome, slots: Slots, turn: Turn) -> Filled:
    said = slots[slot]
    if isinstance(said, dict) or said == UNKNOWN:
        return []
    _, bar = check_of(turn, slots)
    try:
        amount = {REACHED: Amount(bar, None), BELOW: Amount(0, max(bar - 1, 0))}.get(
            str(said)
        ) or amount_said(str(said))
    except NotAnAmount as refusal:
        result.say("repair/wrong_amount", {"why": refusal.why, "what": refusal.what})
        return [(slot, None)]
    value = {"low": amount.low, "high": amount.high, "about": amount.about}
    if bar and amount.is_at_least(bar) is None and slots["straddles"] is None:
        result.say("standing/straddles", {"figure": value, "bar": bar})
        return [(slot, None), ("straddles", slot)]
    return [(slot, value), ("straddles", None)]

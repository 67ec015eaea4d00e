"""The questions of the yearly check: what they offer, and which answers hold."""

from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine.turn import Turn
from dialogs.nlu.dates import MONTHS, month_said
from domain import people
from domain.amounts import Amount, NotAnAmount, amount_said
from domain.identifiers import WrongIdentifier, tenant_id
from domain.tenant import case
from domain.tenant.eligibility import Demand, day_that_counts, demands_on

Events = list[dict[str, Any]]
UNKNOWN, REACHED, BELOW = "unknown", "reached", "below"
NO_TENANT = "none"  # the partner has told none yet; revenue can be judged all the same


def month_of(said: Any) -> int:
    """1..12, 0 where the anniversary month is not known."""
    return MONTHS.index(said) + 1 if said in MONTHS else 0


def check_of(turn: Turn, tracker: Tracker) -> tuple[date, int]:
    """The day that counts, and the revenue bar in force on it (0: none)."""
    day = day_that_counts(month_of(tracker.get_slot("anniversary")), turn.today)
    return day, next((r.bar for r in demands_on(day, turn.assistant.facts) if r.demand is Demand.REVENUE), 0)


def amount_in(slot: Any) -> Amount | None:
    """The amount that a slot holds, None for "unknown" and for nothing."""
    return Amount(slot["low"], slot["high"], slot["about"]) if isinstance(slot, dict) else None


class AskStandingTenant(Action):  # type: ignore[misc]
    """The partner's tenants: standing is a tenant's, revenue the whole partner's."""

    def name(self) -> str:
        return "action_ask_standing_tenant"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        options = [{"value": t.id, "label": case.short(t.guid)} for t in tenants(domain["turn"])]
        dispatcher.utter_message(json_message={"options": options})
        return []


class ValidateStandingTenant(Action):  # type: ignore[misc]
    """One of the partner's own, by button or by its id."""

    def name(self) -> str:
        return "validate_standing_tenant"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        known, said = tenants(domain["turn"]), str(tracker.get_slot("standing_tenant"))
        if said in {t.id for t in known} | {NO_TENANT}:
            return [SlotSet("tenant_id", said)]
        try:
            guid = tenant_id(said)
        except WrongIdentifier:
            guid = ""
        if found := [t.id for t in known if t.guid == guid]:
            return [SlotSet("standing_tenant", found[0]), SlotSet("tenant_id", found[0])]
        dispatcher.utter_message(response="standing/which_tenant")
        return [SlotSet("standing_tenant", None)]


def tenants(turn: Turn) -> list[Any]:
    return [t for t in people.tenants_of(turn.tx, turn.person.partner) if t.guid]


class ValidateAnniversary(Action):  # type: ignore[misc]
    """One month, or that it is not known."""

    def name(self) -> str:
        return "validate_anniversary"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        said = str(tracker.get_slot("anniversary"))
        if said == UNKNOWN or said in MONTHS:
            return []
        if month := month_said(said):
            return [SlotSet("anniversary", month)]
        dispatcher.utter_message(response="standing/which_month")
        return [SlotSet("anniversary", None)]


class AskCspRevenue(Action):  # type: ignore[misc]
    """The bar that counts; where a rough figure lies about it, the two sides of it."""

    def name(self) -> str:
        return "action_ask_csp_revenue"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        return _ask_amount(dispatcher, tracker, domain["turn"])


class AskDirectPart(Action):  # type: ignore[misc]
    """The same bar, for the part that is beyond doubt."""

    def name(self) -> str:
        return "action_ask_direct_part"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        return _ask_amount(dispatcher, tracker, domain["turn"])


def _ask_amount(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> Events:
    check, bar = check_of(turn, tracker)
    straddles = tracker.get_slot("straddles") is not None
    values = [REACHED, BELOW, UNKNOWN] if straddles and bar else [UNKNOWN]
    is_dated = month_of(tracker.get_slot("anniversary")) > 0
    said = {"options": [{"value": v} for v in values], "bar": bar, "check": check.isoformat()[:7], "is_dated": is_dated}
    dispatcher.utter_message(json_message=said | {"straddles": straddles, "whole": tracker.get_slot("csp_revenue")})
    return []


class ValidateCspRevenue(Action):  # type: ignore[misc]
    """One amount of US dollars; a rough one that lies about the bar is asked for a bound, once."""

    def name(self) -> str:
        return "validate_csp_revenue"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        return _read("csp_revenue", dispatcher, tracker, domain["turn"])


class ValidateDirectPart(Action):  # type: ignore[misc]
    """As the whole, and no larger than it."""

    def name(self) -> str:
        return "validate_direct_part"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        events = _read("direct_part", dispatcher, tracker, domain["turn"])
        part = amount_in(events[0]["value"]) if events else amount_in(tracker.get_slot("direct_part"))
        whole = amount_in(tracker.get_slot("csp_revenue"))
        if part and whole and whole.high is not None and part.low > whole.high:
            dispatcher.utter_message(response="standing/part_too_large", json_message={"whole": tracker.get_slot("csp_revenue")})
            return [SlotSet("direct_part", None)]
        return events


def _read(slot: str, dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> Events:
    said = tracker.get_slot(slot)
    if isinstance(said, dict) or said == UNKNOWN:
        return []
    _, bar = check_of(turn, tracker)
    try:
        amount = {REACHED: Amount(bar, None), BELOW: Amount(0, max(bar - 1, 0))}.get(str(said)) or amount_said(str(said))
    except NotAnAmount as refusal:
        dispatcher.utter_message(response="repair/wrong_amount", json_message={"why": refusal.why, "what": refusal.what})
        return [SlotSet(slot, None)]
    value = {"low": amount.low, "high": amount.high, "about": amount.about}
    if bar and amount.is_at_least(bar) is None and tracker.get_slot("straddles") is None:
        dispatcher.utter_message(response="standing/straddles", json_message={"figure": value, "bar": bar})
        return [SlotSet(slot, None), SlotSet("straddles", slot)]
    return [SlotSet(slot, value), SlotSet("straddles", None)]

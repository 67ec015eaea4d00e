"""The questions of the enrollment: what they offer, and which answers hold."""

from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine.turn import Turn
from domain import people
from domain.machine import Doubtful
from domain.people import Role
from domain.tenant import case

Events = list[dict[str, Any]]


class AskTenant(Action):  # type: ignore[misc]
    """The partner's tenants, and a new one."""

    def name(self) -> str:
        return "action_ask_tenant"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        known = [t for t in people.tenants_of(turn.tx, turn.person.partner) if t.guid]
        options = [{"value": _option(n), "label": case.short(t.guid), "new": False} for n, t in enumerate(known)]
        options.append({"value": "new", "label": "", "new": True})
        dispatcher.utter_message(json_message={"options": options})
        return []


class ValidateTenant(Action):  # type: ignore[misc]
    """The tenant behind the option; a new one gets a row of its own."""

    def name(self) -> str:
        return "validate_tenant"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        known = [t for t in people.tenants_of(turn.tx, turn.person.partner) if t.guid]
        chosen = {_option(n): t.id for n, t in enumerate(known)}.get(tracker.get_slot("tenant"))
        if tracker.get_slot("tenant") == "new":
            chosen = people.new_tenant(turn.tx, turn.person.partner)
        if chosen is None:
            dispatcher.utter_message(response="enroll/which_tenant")
            return [SlotSet("tenant", None)]
        return [SlotSet("tenant_id", chosen)]


class AskAdmin(Action):  # type: ignore[misc]
    """Who is said to be Global admin already, and the person herself."""

    def name(self) -> str:
        return "action_ask_admin"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        known = people.with_role(turn.tx, Role.GLOBAL_ADMIN, turn.person.partner)
        options = [{"value": p.id, "label": p.name, "me": p.id == turn.person.id} for p in known[:4]]
        if turn.person.id not in {p.id for p in known}:
            options.append({"value": turn.person.id, "label": turn.person.name, "me": True})
        dispatcher.utter_message(json_message={"options": options})
        return []


class ValidateAdmin(Action):  # type: ignore[misc]
    """A live colleague of the same partner, by button, name or Slack id."""

    def name(self) -> str:
        return "validate_admin"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = str(tracker.get_slot("admin")).strip()
        if said.lower() in ("me", "i am", "myself", "it is me", "that is me"):
            return [SlotSet("admin", turn.person.id)]
        person = people.by_id(turn.tx, said)
        if person and person.partner == turn.person.partner and person.has(Role.STAFF):
            return []
        found = people.by_name(turn.tx, said.removeprefix("<@").removesuffix(">").lstrip("@"), turn.person.partner)
        if len(found) == 1:
            return [SlotSet("admin", found[0].id)]
        dispatcher.utter_message(response="enroll/which_admin", json_message={"found": len(found)})
        return [SlotSet("admin", None)]


class AskSubmittedOn(Action):  # type: ignore[misc]
    """Who signs in, and on which tenant."""

    def name(self) -> str:
        return "action_ask_submitted_on"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        admin = people.by_id(turn.tx, str(tracker.get_slot("admin") or ""))
        me = bool(admin and admin.id == turn.person.id)
        told = bool(tracker.get_slot("told"))  # then it was submitted already
        dispatcher.utter_message(json_message={"admin": admin.name if admin else "", "me": me, "told": told})
        return []


class ValidateSubmittedOn(Action):  # type: ignore[misc]
    """A day that was, and not before the step before it."""

    def name(self) -> str:
        return "validate_submitted_on"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = tracker.get_slot("submitted_on")
        if said == "not_yet":
            return []
        doubt = doubtful(turn, date.fromisoformat(said))
        if doubt is None:
            return []
        dispatcher.utter_message(response="enroll/doubtful_day", json_message={"why": doubt.why, "day": said})
        return [SlotSet("submitted_on", None)]


def doubtful(turn: Turn, day: date) -> Doubtful | None:
    """What is wrong with a day that is said to be a past step's: in the future, or more than a year ago."""
    if day > turn.today:
        return Doubtful("in_future", turn.today)
    return Doubtful("too_long_ago", turn.today) if (turn.today - day).days > 366 else None


def option_for(turn: Turn, tenant: str) -> str:
    """The option that stands for a tenant of the partner; one without an id yet is the new one."""
    known = [t.id for t in people.tenants_of(turn.tx, turn.person.partner) if t.guid]
    return _option(known.index(tenant)) if tenant in known else "new"


def _option(n: int) -> str:
    return "this" if n == 0 else f"t{n + 1}"

"""After the move: the guided look at the reseller's standing, and what is reported of it. Thin: slots in, domain, slots out."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine import notifications
from dialogs.engine.turn import Turn
from dialogs.nlu.dates import day_said
from domain import people
from domain.machine import advance, stands
from domain.people import Role
from domain.storage import audit, outbox
from domain.tenant import case, reseller
from domain.tenant.reseller import MACHINE, Event, State

Events = list[dict[str, Any]]
HAPPENED = {
    "report_reseller_warned": "warned", "report_reseller_suspended": "suspended", "report_reseller_deauthorized": "deauthorized",
}  # fmt: skip
FLOOR = {"reached": "yes", "below": "no", "unknown": "unknown"}
ITEMS = {"present": "yes", "absent": "no", "unknown": "unknown"}
OLDEST_YEARS = 15


def version_in_force(turn: Turn) -> str:
    return turn.assistant.facts.in_force("P-IR-REVENUE", turn.today).version


class LookAtReseller(Action):  # type: ignore[misc]
    """Is the tenant a reseller's, and is there a standing to check?"""

    def name(self) -> str:
        return "action_look_at_reseller"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        here = case.look(turn.tx, turn.person)
        state = stands(turn.tx, MACHINE, here.tenant).state if here.tenant else State.NEW
        over = state in (State.SUSPENDED, State.DEAUTHORIZED)
        stage = "over" if over else "checked" if here.accepted_on else "not_yet"
        return [SlotSet("reseller_tenant", here.tenant), SlotSet("reseller_stage", stage), SlotSet("reseller_state", state)]


class AskOnboarded(Action):  # type: ignore[misc]
    """The day of acceptance, if it was reported, as one answer: who was in CSP before has an older anniversary."""

    def name(self) -> str:
        return "action_ask_onboarded"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        accepted = case.look(turn.tx, turn.person, str(tracker.get_slot("reseller_tenant") or "")).accepted_on
        dispatcher.utter_message(json_message={"options": [{"value": accepted}] if accepted else []})
        return []


class ValidateOnboarded(Action):  # type: ignore[misc]
    """A day that was, within living memory of CSP."""

    def name(self) -> str:
        return "validate_onboarded"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = day_said(str(tracker.get_slot("onboarded")), turn.today)
        if said and said <= turn.today and said.year >= turn.today.year - OLDEST_YEARS:
            return [SlotSet("onboarded", said.isoformat())]
        dispatcher.utter_message(response="reseller/which_day")
        return [SlotSet("onboarded", None)]


class ShowOutlook(Action):  # type: ignore[misc]
    """What the next check would find; who said so is kept in the log, and reminders are set for the warning days."""

    def name(self) -> str:
        return "action_show_outlook"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        tenant, version = str(tracker.get_slot("reseller_tenant")), version_in_force(turn)
        said = {"floor": FLOOR[tracker.get_slot("floor")], "items": ITEMS[tracker.get_slot("security_items")]}
        onboarded = date.fromisoformat(tracker.get_slot("onboarded"))
        found = reseller.outlook(version, onboarded, turn.today, said["floor"], said["items"])
        about = said | {"onboarded": onboarded.isoformat(), "verdict": str(found.verdict)}
        audit.append(turn.tx, turn.person.id, "reseller_looked_at", f"{MACHINE.name}:{tenant}", about)
        for day in found.warnings:
            if day > turn.today:
                due = datetime.combine(day, time(9), ZoneInfo(turn.calendar.timezone)).astimezone(UTC)
                told = {"partner": turn.person.partner, "checked": found.checked.isoformat(), "days": (found.checked - day).days}
                outbox.set_timer(turn.tx, "reseller.anniversary", tenant, due, told)
        warnings = [{"day": d.isoformat(), "days": (found.checked - d).days, "past": d <= turn.today} for d in found.warnings]
        shown = {
            "verdict": str(found.verdict), "checked": found.checked.isoformat()[:7], "free_until": found.free_until.isoformat(),
            "warnings": warnings, "free": turn.today < found.free_until, "state": tracker.get_slot("reseller_state"),
        }  # fmt: skip
        dispatcher.utter_message(response="reseller/outlook", json_message=shown)
        return []


class ShowReseller(Action):  # type: ignore[misc]
    """Suspended or de-authorised: what is gone, and when it may come back."""

    def name(self) -> str:
        return "action_show_reseller"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        here = stands(turn.tx, MACHINE, str(tracker.get_slot("reseller_tenant")))
        day = here.day or turn.today
        told = {"state": here.state, "since": day.isoformat(), "again_on": reseller.may_enroll_again(day).isoformat()}
        dispatcher.utter_message(response="reseller/stands", json_message=told)
        return []


class LookAtHappening(Action):  # type: ignore[misc]
    """What is reported, and for which day, as far as the words say it."""

    def name(self) -> str:
        return "action_look_at_happening"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        intent = tracker.latest_message["intent"]["name"] or ""
        tenant = case.look(turn.tx, turn.person).tenant
        said = day_said(turn.text, turn.today) if intent in HAPPENED else None
        events = [SlotSet("reseller_tenant", tenant), SlotSet("happening_on", said.isoformat() if said else None)]
        return [*events, SlotSet("happening", HAPPENED[intent])] if intent in HAPPENED else events


class NoteHappening(Action):  # type: ignore[misc]
    """Recorded as reported; the Global admin and the admins' channel hear of what takes something away."""

    def name(self) -> str:
        return "action_note_happening"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        tenant, event = str(tracker.get_slot("reseller_tenant")), str(tracker.get_slot("happening"))
        day, partner = date.fromisoformat(tracker.get_slot("happening_on")), turn.person.partner
        before = stands(turn.tx, MACHINE, tenant)
        if before.state == State.NEW and event in (Event.DEAUTHORIZED, Event.CHECK_PASSED):  # the first year must be over
            advance(
                turn.tx,
                MACHINE,
                tenant,
                Event.FIRST_YEAR_OVER,
                turn.person,
                day=day,
                today=turn.today,
                partner=partner,
                implied=True,
            )
        move = advance(turn.tx, MACHINE, tenant, event, turn.person, day=day, today=turn.today, partner=partner)
        again = reseller.may_enroll_again(before.day or day) if event == Event.ENROLLED_AGAIN else reseller.may_enroll_again(day)
        told: dict[str, Any] = {
            "event": event, "day": day.isoformat(), "again_on": again.isoformat(), "by": turn.person.name,
            "early": event == Event.ENROLLED_AGAIN and day < again,
        }  # fmt: skip
        turn.about["wrong_about"] = f"{MACHINE.name}:{tenant}"
        dispatcher.utter_message(response="reseller/recorded", json_message=told)
        if move.tells:
            for admin in people.with_role(turn.tx, Role.GLOBAL_ADMIN, partner):
                if admin.id != turn.person.id:
                    notifications.to_person(turn, admin, "reseller/notice", tenant, **told)
            notifications.to_admins(turn.tx, "reseller/notice", turn.data(**told), key=f"reseller:{turn.key}")
        return []

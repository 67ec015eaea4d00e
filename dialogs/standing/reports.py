"""What people report about direct bill: recorded with who and when, as hearsay, whatever we thought before."""

import re
from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine import notifications
from dialogs.engine.turn import Turn
from dialogs.nlu.dates import day_said
from dialogs.standing.actions import restricted, the_only_tenant
from dialogs.standing.questions import NO_TENANT
from domain import people
from domain.machine import NotPossible, advance, stands
from domain.people import Role
from domain.tenant import standing
from domain.tenant.standing import Event

Events = list[dict[str, Any]]
MEANT = {
    "report_notice": Event.NOTICE_SENT, "report_restricted": Event.RESTRICTED_SHOWN, "report_suspended": Event.SUSPENDED,
    "report_restricted_on_request": Event.RESTRICTED_ON_REQUEST, "report_revoked": Event.REVOKED,
    "report_leaving": Event.LEAVING_ANNOUNCED, "report_requirements_met": Event.REQUIREMENTS_MET,
    "report_check_passed": Event.CHECK_PASSED, "report_active_again": Event.ACTIVE_SHOWN,
    "report_direct_ended": Event.LAST_SUBSCRIPTION_GONE,
}  # fmt: skip
# In "a notice that we will be restricted on 3 March" the day is not that of the notice: then it is asked for.
_ANOTHER_DAY = re.compile(r"\b(?:will|would|going to|about to|by|from|as of|until|restrict\w*|suspen\w*|revok\w*)\b", re.I)


class LookAtStandingReport(Action):  # type: ignore[misc]
    """What is reported, and for which day, as far as the words say it."""

    def name(self) -> str:
        return "action_look_at_standing_report"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        events, meant = the_only_tenant(turn, tracker), MEANT.get(tracker.latest_message["intent"]["name"])
        if meant is None or tracker.get_slot("standing_event"):
            return events
        events.append(SlotSet("standing_event", str(meant)))
        said = day_said(turn.text, turn.today)
        if said and not (meant is Event.NOTICE_SENT and _ANOTHER_DAY.search(turn.text)):
            events.append(SlotSet("standing_day", said.isoformat()))
        return events


class ValidateStandingDay(Action):  # type: ignore[misc]
    """A day that has come."""

    def name(self) -> str:
        return "validate_standing_day"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = str(tracker.get_slot("standing_day"))
        if date.fromisoformat(said) <= turn.today:
            return []
        dispatcher.utter_message(response="standing/doubtful_day", json_message={"day": said})
        return [SlotSet("standing_day", None)]


class RecordStanding(Action):  # type: ignore[misc]
    """Recorded as reported; those whom the table names hear of it; then what it means."""

    def name(self) -> str:
        return "action_record_standing"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        tenant, event = str(tracker.get_slot("tenant_id")), str(tracker.get_slot("standing_event"))
        if tenant == NO_TENANT:
            dispatcher.utter_message(response="standing/no_tenant")
            return []
        day, state = date.fromisoformat(str(tracker.get_slot("standing_day"))), stands(turn.tx, standing.MACHINE, tenant).state
        try:
            self._record(turn, tenant, standing.steps_of(state, event), day)
        except NotPossible:
            dispatcher.utter_message(response="standing/does_not_fit", json_message={"state": state, "event": event})
            return []
        said = restricted(turn, tracker) | {"event": event, "day": day.isoformat(), "before": state}
        turn.about["wrong_about"] = f"{standing.MACHINE.name}:{tenant}"
        dispatcher.utter_message(response="standing/recorded", json_message=said)
        return []

    def _record(self, turn: Turn, tenant: str, steps: tuple[str, ...], day: date) -> None:
        by = turn.person
        now: dict[str, Any] = {"day": day, "today": turn.today, "partner": by.partner}
        for step in steps[:-1]:
            advance(turn.tx, standing.MACHINE, tenant, step, by, **now, implied=True)
        move = advance(turn.tx, standing.MACHINE, tenant, steps[-1], by, **now)
        tell(turn, move.tells, tenant, move.event, day)


def tell(turn: Turn, names: tuple[str, ...], tenant: str, event: str, day: date) -> None:
    """A notice to those whom the row names, but not to the person whose word it was."""
    data = turn.data(case=turn.case(), by=turn.person.name, day=day.isoformat(), event=event)
    seq = stands(turn.tx, standing.MACHINE, tenant).seq
    if "global_admin" in names:
        for person in people.with_role(turn.tx, Role.GLOBAL_ADMIN, turn.person.partner):
            if person.id != turn.person.id:
                key = f"notice:standing:{tenant}:{seq}:{person.id}"
                notifications.say(turn.tx, person, "notices/standing_changed", data, key=key, about={"tenant_id": tenant})
    if "admins" in names:
        notifications.to_admins(turn.tx, "notices/standing_changed", data, key=f"notice:standing:{tenant}:{seq}:admins")

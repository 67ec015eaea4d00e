"""Enrollment, step by step: the deeds behind dialogs/enroll/flow.yml. Thin: slots in, domain, slots and names of messages out."""

from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine import news, notifications
from dialogs.engine.turn import Turn
from dialogs.enroll.reported import OUTCOME, SEEN, against_record
from dialogs.enroll.resume import taken_up
from dialogs.nlu.dates import day_said, kept_day
from domain import people
from domain.machine import Move, advance, stands
from domain.storage import outbox
from domain.tenant import case, enrollment, standing
from domain.tenant.enrollment import Event, State

Events = list[dict[str, Any]]

STAGE = {
    State.SUBMITTED: "submitted", State.PENDING: "waiting", State.OVERDUE: "waiting", State.DECLINED: "declined",
    State.APPROVED: "approved", State.OFFERED: "approved", State.MISSING: "approved", State.ACCEPTED: "accepted",
}  # fmt: skip


def report(turn: Turn, tenant: str, event: str, day: date | None = None, **details: Any) -> Move:
    """Record what the person says has happened to the tenant's enrollment, and tell those whom the table names."""
    day = day or turn.today
    move = advance(
        turn.tx, enrollment.MACHINE, tenant, event, turn.person, day=day, today=turn.today, partner=turn.person.partner, **details
    )  # fmt: skip
    notifications.notify_move(turn, move, tenant, day)
    if move.to == State.ACCEPTED != move.state:
        news.spread(turn.tx, "agreement_accepted", turn.person.partner, turn.person)
    return move


def report_standing(turn: Turn, tenant: str, event: str) -> None:
    """Record what direct bill is said to show today."""
    today, partner = turn.today, turn.person.partner
    advance(turn.tx, standing.MACHINE, tenant, event, turn.person, day=today, today=today, partner=partner)


class LookAtEnrollment(Action):  # type: ignore[misc]
    """Where does the tenant stand? So that people go on at the right place, whatever they did elsewhere."""

    def name(self) -> str:
        return "action_look_at_enrollment"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        here = case.look(turn.tx, turn.person, str(tracker.get_slot("tenant_id") or ""))
        stage = STAGE.get(State(here.enrollment), "before")
        intent = tracker.latest_message["intent"]["name"]
        stage, known, first = against_record(turn, intent, stage)
        events = [SlotSet("tenant_id", here.tenant), *(SlotSet(name, value) for name, value in known.items())]
        if first:
            dispatcher.utter_message(response="enroll/not_on_record", json_message={"told": intent, "first": first})
        if first == "contradicted":
            events += [SlotSet("wrong_about", f"{enrollment.MACHINE.name}:{here.tenant}"), SlotSet("reason", turn.text.strip())]
        if stage == "before" and (intent == "report_submitted" or tracker.get_slot("submitted_on")):
            stage = "ready_to_submit"
            said = day_said(turn.text, turn.today)
            if said and intent == "report_submitted":
                events.append(SlotSet("submitted_on", said.isoformat()))
        if stage == "before" and intent != "restart":
            stage, before = taken_up(turn, here)
            events += [e for e in before if tracker.get_slot(e["name"]) is None]
            if before and not any(tracker.get_slot(slot) for slot in turn.assistant.flows["enroll"].collects):
                dispatcher.utter_message(response="enroll/taken_up", json_message={"stage": stage})
        return [*events, SlotSet("stage", stage)]


class NoteReadiness(Action):  # type: ignore[misc]
    """The profile is current, and what direct bill shows: does the tenant rule warn?"""

    def name(self) -> str:
        return "action_note_readiness"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        tenant, shown = tracker.get_slot("tenant_id"), tracker.get_slot("standing")
        if stands(turn.tx, enrollment.MACHINE, tenant).state == State.WITHDRAWN:
            report(turn, tenant, Event.REOPENED)
        if stands(turn.tx, enrollment.MACHINE, tenant).state == State.NOT_STARTED:
            report(turn, tenant, Event.PROFILE_CHECKED)
        if tracker.get_slot("tenant") == "new" or shown is None:
            return [SlotSet("rule", "holds")]
        seen = {"restricted": standing.Event.RESTRICTED_SHOWN, "active": standing.Event.ACTIVE_SHOWN}.get(shown)
        if seen and seen in standing.MACHINE.events_in(stands(turn.tx, standing.MACHINE, tenant).state):
            report_standing(turn, tenant, seen)
        if shown == "restricted":
            return [SlotSet("rule", "holds")]
        if stands(turn.tx, enrollment.MACHINE, tenant).state == State.READY:
            report(turn, tenant, Event.TENANT_RULE_APPLIES)
        return [SlotSet("rule", "warns")]


class LeaveTenantRule(Action):  # type: ignore[misc]
    """The tenant rule warns, it never traps: three ways on."""

    def name(self) -> str:
        return "action_leave_tenant_rule"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        tenant, way = tracker.get_slot("tenant_id"), tracker.get_slot("tenant_rule")
        events = {
            "restricted_shown": Event.RESTRICTED_SHOWN,
            "new_tenant": Event.NEW_TENANT_CHOSEN,
            "offered_anyway": Event.ENROLL_OFFERED_ANYWAY,
        }
        report(turn, tenant, events[way])
        if way == "restricted_shown":
            report_standing(turn, tenant, standing.Event.RESTRICTED_SHOWN)
        if way != "new_tenant":
            return []
        new = people.new_tenant(turn.tx, turn.person.partner)
        if stands(turn.tx, enrollment.MACHINE, new).state == State.NOT_STARTED:
            report(turn, new, Event.PROFILE_CHECKED)
        return [SlotSet("tenant", "new"), SlotSet("tenant_id", new)]


class NoteDecision(Action):  # type: ignore[misc]
    """The business needs were weighed: who says so, and when."""

    def name(self) -> str:
        return "action_note_decision"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        report(turn, tracker.get_slot("tenant_id"), Event.DECIDED)
        return []


class NameAdmin(Action):  # type: ignore[misc]
    """Record the claim, and let the admin know what will be asked of her."""

    def name(self) -> str:
        return "action_name_admin"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        admin = people.by_id(turn.tx, tracker.get_slot("admin"))
        assert admin is not None, "validate_admin lets only known people through"
        people.claim_global_admin(turn.tx, admin, turn.person)
        news.spread(turn.tx, "admin_named", turn.person.partner, turn.person)
        if admin.id != turn.person.id:
            notifications.to_person(turn, admin, "notices/admin_named", tracker.get_slot("tenant_id"))
        return []


class SubmitEnrollment(Action):  # type: ignore[misc]
    """ "We submitted it": recorded with its day. The steps before it are taken as done, for it happened."""

    def name(self) -> str:
        return "action_submit_enrollment"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        tenant, day = tracker.get_slot("tenant_id"), date.fromisoformat(tracker.get_slot("submitted_on"))
        for state, event in (
            (State.WITHDRAWN, Event.REOPENED),
            (State.NOT_STARTED, Event.PROFILE_CHECKED),
            (State.BLOCKED, Event.ENROLL_OFFERED_ANYWAY),
        ):
            if stands(turn.tx, enrollment.MACHINE, tenant).state == state:
                advance_as_implied(turn, tenant, event, day)
        report(turn, tenant, Event.SUBMITTED, day)
        watch(turn, tenant, day)
        last = turn.calendar.last_day_in_time(day).isoformat()
        dispatcher.utter_message(response="enroll/submitted", json_message={"day": day.isoformat(), "last_day": last})
        return [SlotSet("stage", "submitted"), SlotSet("outcome", OUTCOME.get(tracker.get_slot("told")))]


def advance_as_implied(turn: Turn, tenant: str, event: str, day: date) -> None:
    """A step that must have been taken, since a later one was."""
    today, partner = turn.today, turn.person.partner
    advance(turn.tx, enrollment.MACHINE, tenant, event, turn.person, day=day, today=today, partner=partner, implied=True)


def watch(turn: Turn, tenant: str, submitted: date, *, at_once: bool = False) -> None:
    """Look again when five business days have passed. If they have already, the next morning will do, for the outcome is being
    asked; `at_once`: it was told that it is pending."""
    due = turn.calendar.overdue_notice(submitted)
    if due <= turn.tx.now and not at_once:
        due = turn.calendar.morning(turn.calendar.after(turn.today, 1))
    outbox.set_timer(turn.tx, "enroll.overdue", tenant, due, {"partner": turn.person.partner})


class NoteOutcome(Action):  # type: ignore[misc]
    """What Microsoft is said to have answered; while it is pending, a timer watches the business days."""

    def name(self) -> str:
        return "action_note_outcome"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        tenant, outcome = tracker.get_slot("tenant_id"), tracker.get_slot("outcome")
        state = stands(turn.tx, enrollment.MACHINE, tenant).state
        if outcome in ("approved", "rejected"):
            event = Event.APPROVED if outcome == "approved" else Event.REJECTED
            report(turn, tenant, event, kept_day(tracker.get_slot("happened_on")))
            return [SlotSet("happened_on", None), SlotSet("agreement_seen", SEEN.get(tracker.get_slot("told")))]
        report(turn, tenant, Event.NOT_INSTANT if state == State.SUBMITTED else Event.STILL_PENDING)
        here = case.look(turn.tx, turn.person, tenant)
        watch(turn, tenant, date.fromisoformat(here.submitted_on), at_once=True)
        dispatcher.utter_message(response="enroll/waiting", json_message={"case": here.values()})
        return []


class NoteAppeal(Action):  # type: ignore[misc]
    """Documents were uploaded: it is pending again."""

    def name(self) -> str:
        return "action_note_appeal"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        report(turn, tracker.get_slot("tenant_id"), Event.APPEALED)
        dispatcher.utter_message(response="enroll/appealed", json_message={"case": turn.case()})
        return []


class NoteAgreement(Action):  # type: ignore[misc]
    """Is the agreement on the screen after signing in again?"""

    def name(self) -> str:
        return "action_note_agreement"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        seen = tracker.get_slot("agreement_seen") == "seen"
        event = Event.AGREEMENT_SEEN if seen else Event.AGREEMENT_NOT_VISIBLE
        report(turn, tracker.get_slot("tenant_id"), event, kept_day(tracker.get_slot("happened_on")))
        return []

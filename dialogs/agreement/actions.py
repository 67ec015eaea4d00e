"""The one-way door: the second person's go-ahead, and what was accepted. Thin: the rule is domain/approvals/approval.py's."""

from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.agreement.cards import ask, cancel_all, put_before_approvers
from dialogs.agreement.consequences import alarm_support
from dialogs.engine import notifications
from dialogs.engine.turn import Turn, address_of
from dialogs.enroll.actions import advance_as_implied, report
from dialogs.enroll.questions import doubtful
from dialogs.nlu.dates import day_said
from domain import people
from domain.approvals import approval
from domain.approvals.approval import Kind
from domain.machine import NotPossible, stands
from domain.people import Role
from domain.storage import outbox
from domain.tenant import case, enrollment
from domain.tenant.enrollment import Event, State

Events = list[dict[str, Any]]


class LookAtAgreement(Action):  # type: ignore[misc]
    """How far is the go-ahead for this tenant?"""

    def name(self) -> str:
        return "action_look_at_agreement"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        here = case.look(turn.tx, turn.person, str(tracker.get_slot("tenant_id") or ""))
        return [SlotSet("tenant_id", here.tenant), SlotSet("agreement_stage", stage(turn, here))]


def stage(turn: Turn, here: case.Case) -> str:
    """Where the go-ahead stands, as the flow's slot names it."""
    if here.enrollment == State.ACCEPTED:
        return "accepted"
    if here.stage != "approved":
        return "too_early"
    waiting = approval.live_one(turn.tx, Kind.ACCEPT_AGREEMENT, here.tenant)
    if waiting is None:
        return "to_ask"
    state = approval.state_of(turn.tx, waiting.id)
    if state == approval.State.NEEDS_ADMIN:
        return "mine_to_confirm" if turn.person.has(Role.GLOBAL_ADMIN) else "needs_admin"
    return "go_ahead" if state == approval.State.APPROVED else "open"


class SayWhereAgreementStands(Action):  # type: ignore[misc]
    """One message per stage."""

    def name(self) -> str:
        return "action_say_where_agreement_stands"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = {"case": turn.case(), "mine": turn.person.has(Role.GLOBAL_ADMIN)}
        dispatcher.utter_message(response=f"agreement/{tracker.get_slot('agreement_stage')}", json_message=said)
        return []


class AskSecond(Action):  # type: ignore[misc]
    """What is lost, and who could decide."""

    def name(self) -> str:
        return "action_ask_second"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        admins = [] if turn.person.has(Role.GLOBAL_ADMIN) else people.with_role(turn.tx, Role.GLOBAL_ADMIN, turn.person.partner)[:1]
        others = [p.name for p in approval.approvers_for(turn.tx, turn.person.partner, turn.person.id, *(a.id for a in admins))]
        dispatcher.utter_message(json_message={"case": turn.case(), "others": others, "mine": turn.person.has(Role.GLOBAL_ADMIN)})
        return []


class AskConfirm(Action):  # type: ignore[misc]
    """The admin sees who started it."""

    def name(self) -> str:
        return "action_ask_confirm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        waiting = approval.live_one(turn.tx, Kind.ACCEPT_AGREEMENT, str(tracker.get_slot("tenant_id")))
        starter = people.by_id(turn.tx, waiting.starter) if waiting else None
        dispatcher.utter_message(json_message={"case": turn.case(), "by": starter.name if starter else ""})
        return []


class AskSecondPerson(Action):  # type: ignore[misc]
    """Ask for the go-ahead: at once if the Global admin asks, else the admin is asked to make it hers."""

    def name(self) -> str:
        return "action_ask_second_person"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        turn.lane = outbox.APPROVALS
        tenant = tracker.get_slot("tenant_id")
        admins = people.with_role(turn.tx, Role.GLOBAL_ADMIN, turn.person.partner)
        if not turn.person.has(Role.GLOBAL_ADMIN) and not admins:
            dispatcher.utter_message(response="agreement/no_admin", json_message={"case": turn.case()})
            return []
        starters = (turn.person.id,) if turn.person.has(Role.GLOBAL_ADMIN) else (turn.person.id, *(a.id for a in admins[:1]))
        if not approval.approvers_for(turn.tx, turn.person.partner, *starters):
            notifications.to_admins(turn.tx, "notices/no_approver", turn.data(case=turn.case()), key=f"no_approver:{turn.key}")
            dispatcher.utter_message(response="agreement/no_approver", json_message={"case": turn.case()})
            return []
        id_ = ask(turn, Kind.ACCEPT_AGREEMENT, tenant)
        if turn.person.has(Role.GLOBAL_ADMIN):
            put_before_approvers(turn, id_)
            dispatcher.utter_message(response="agreement/open", json_message={"case": turn.case(), "mine": True})
            return []
        for admin in admins:
            notifications.to_person(turn, admin, "notices/confirm_request", tenant, key=f"confirm:{id_}:{admin.id}")
        dispatcher.utter_message(response="agreement/needs_admin", json_message={"case": turn.case(), "mine": False})
        return []


class ConfirmRequest(Action):  # type: ignore[misc]
    """The Global admin makes the request hers; then the approvers see it."""

    def name(self) -> str:
        return "action_confirm_request"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        turn.lane = outbox.APPROVALS
        waiting = approval.live_one(turn.tx, Kind.ACCEPT_AGREEMENT, str(tracker.get_slot("tenant_id")))
        if waiting is None:
            raise NotPossible(approval.MACHINE.name, approval.State.EXPIRED, approval.Event.CONFIRMED)
        approval.confirm(turn.tx, waiting.id, turn.person, today=turn.today)
        at = waiting.about.get("at", {}) | {turn.person.id: address_of(turn)}
        approval.note_about(turn.tx, waiting, at=at)
        put_before_approvers(turn, waiting.id)
        dispatcher.utter_message(response="agreement/open", json_message={"case": turn.case(), "mine": True})
        return []


class LookAtAcceptance(Action):  # type: ignore[misc]
    """Accepted already? And did the report name its day?"""

    def name(self) -> str:
        return "action_look_at_acceptance"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        here = case.look(turn.tx, turn.person, str(tracker.get_slot("tenant_id") or ""))
        events = [SlotSet("tenant_id", here.tenant), SlotSet("agreement_stage", stage(turn, here))]
        said = day_said(turn.text, turn.today) if turn.intent == "report_accepted" else None
        return [*events, SlotSet("accepted_on", said.isoformat())] if said else events


class ValidateAcceptedOn(Action):  # type: ignore[misc]
    """A day that was, and not before the approval."""

    def name(self) -> str:
        return "validate_accepted_on"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = tracker.get_slot("accepted_on")
        if said == "not_yet":
            return []
        day = date.fromisoformat(said)
        doubt, before = doubtful(turn, day), stands(turn.tx, enrollment.MACHINE, tracker.get_slot("tenant_id")).day
        if doubt is None and (before is None or day >= before):
            return []
        said_wrong = {"why": doubt.why if doubt else "before_previous", "day": said, "border": before.isoformat() if before else ""}
        dispatcher.utter_message(response="agreement/doubtful_day", json_message=said_wrong)
        return [SlotSet("accepted_on", None)]


class RecordAcceptance(Action):  # type: ignore[misc]
    """It happened: recorded at once. Without our go-ahead it is alarmed, and a second person is asked whether it is known."""

    def name(self) -> str:
        return "action_record_acceptance"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        tenant, day = tracker.get_slot("tenant_id"), date.fromisoformat(tracker.get_slot("accepted_on"))
        go_ahead = approval.go_ahead(turn.tx, tenant)
        if go_ahead and turn.person.id == go_ahead.requester:
            if stands(turn.tx, enrollment.MACHINE, tenant).state != State.OFFERED:
                advance_as_implied(turn, tenant, Event.AGREEMENT_SEEN, day)
            report(turn, tenant, Event.AGREEMENT_ACCEPTED, day, go_ahead="given", approval=go_ahead.id)
            approval.note_use(turn.tx, go_ahead.id, turn.person, today=turn.today)
        elif go_ahead:
            report(turn, tenant, Event.ACCEPTANCE_REPORTED, day, go_ahead="given", approval=go_ahead.id)
            approval.note_use(turn.tx, go_ahead.id, turn.person, today=turn.today)
        else:
            report(turn, tenant, Event.ACCEPTANCE_REPORTED, day, go_ahead="none")
            cancel_all(turn, tenant)
            put_before_approvers(turn, ask(turn, Kind.KNOWN_ACCEPTANCE, tenant))
            alarm_support(turn)
        if go_ahead and go_ahead.starter not in ("", turn.person.id) and (starter := people.by_id(turn.tx, go_ahead.starter)):
            notifications.to_person(turn, starter, "notices/accepted_now", tenant)
        dispatcher.utter_message(response="agreement/recorded", json_message={"case": turn.case(), "go_ahead": bool(go_ahead)})
        return []

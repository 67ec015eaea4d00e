"""Taking back: our record of an enrollment, or one wrong report. Never what was accepted at Microsoft (F-ROLLBACK-NONE)."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import insert

from dialogs.agreement.cards import ask, cancel_all, put_before_approvers
from dialogs.enroll.actions import report
from dialogs.turn import Turn
from domain import approval, audit, case, enrollment, machine, people
from domain.approval import Kind
from domain.enrollment import Event, State
from domain.machine import NotAllowed, NotPossible
from domain.people import Person
from domain.store import new_id, table
from domain.tables import Note

Events = list[dict[str, Any]]
MAX_REASON = 1_000
REPORTS = 4
DIRECT = (State.NOT_STARTED, State.WITHDRAWN)


class LookAtWithdrawal(Action):  # type: ignore[misc]
    """Is there a record that could be stopped?"""

    def name(self) -> str:
        return "action_look_at_withdrawal"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        here = case.look(turn.tx, turn.person, str(tracker.get_slot("tenant_id") or ""))
        stage = "nothing" if here.enrollment in DIRECT else "accepted" if here.enrollment == State.ACCEPTED else "possible"
        return [SlotSet("tenant_id", here.tenant), SlotSet("withdraw_stage", stage)]


class LookAtReports(Action):  # type: ignore[misc]
    """Is there a report that could be corrected?"""

    def name(self) -> str:
        return "action_look_at_reports"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        here = case.look(turn.tx, turn.person, str(tracker.get_slot("tenant_id") or ""))
        stage = "possible" if here.tenant and reports(turn, here.tenant) else "nothing"
        return [SlotSet("tenant_id", here.tenant), SlotSet("withdraw_stage", stage)]


class AskReport(Action):  # type: ignore[misc]
    """The latest reports that count, newest first."""

    def name(self) -> str:
        return "action_ask_report"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        found = reports(turn, str(tracker.get_slot("tenant_id")))
        names = people.names(turn.tx, (e.actor for e in found))
        options = [{"value": f"n{e.seq}", "event": e.action, "day": e.details["day"], "by": names.get(e.actor, "")} for e in found]
        dispatcher.utter_message(json_message={"options": options})
        return []


class ValidateReport(Action):  # type: ignore[misc]
    """One of the reports that were offered."""

    def name(self) -> str:
        return "validate_report"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        known = {f"n{e.seq}" for e in reports(turn, str(tracker.get_slot("tenant_id")))}
        if tracker.get_slot("report") in known:
            return []
        dispatcher.utter_message(response="withdraw/which_report")
        return [SlotSet("report", None)]


class ValidateReason(Action):  # type: ignore[misc]
    """Some words, and not too many."""

    def name(self) -> str:
        return "validate_reason"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        said = str(tracker.get_slot("reason")).strip()
        if 3 <= len(said) <= MAX_REASON:
            return []
        dispatcher.utter_message(response="withdraw/bad_reason", json_message={"most": MAX_REASON, "long": len(said) > MAX_REASON})
        return [SlotSet("reason", None)]


class WithdrawEnrollment(Action):  # type: ignore[misc]
    """Our record stops; requests that waited for it are taken back."""

    def name(self) -> str:
        return "action_withdraw_enrollment"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        tenant = tracker.get_slot("tenant_id")
        submitted = case.look(turn.tx, turn.person, tenant).submitted_on
        report(turn, tenant, Event.WITHDRAWN, reason=note(turn, str(tracker.get_slot("reason"))))
        cancel_all(turn, tenant)
        dispatcher.utter_message(response="withdraw/withdrawn", json_message={"case": turn.case(), "submitted": bool(submitted)})
        return []


class WithdrawReport(Action):  # type: ignore[misc]
    """A wrong report stops counting: by the reporter; for an acceptance a second approver has to agree."""

    def name(self) -> str:
        return "action_withdraw_report"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        tenant, seq = str(tracker.get_slot("tenant_id")), int(str(tracker.get_slot("report"))[1:])
        entry = next(e for e in reports(turn, tenant) if e.seq == seq)
        if entry.actor != turn.person.id:
            raise NotAllowed("not_your_report")
        reason = note(turn, str(tracker.get_slot("reason")))
        if entry.details["to"] != State.ACCEPTED:
            return self._at_once(turn, dispatcher, tenant, entry, reason)
        cancel_all(turn, tenant)
        if not approval.approvers_for(turn.tx, turn.person.partner, turn.person.id):
            raise NotAllowed("no_second_person")
        put_before_approvers(turn, ask(turn, Kind.WITHDRAW_ACCEPTANCE, tenant, {"seq": seq, "note": reason}))
        dispatcher.utter_message(response="withdraw/second_person_asked", json_message={"case": turn.case()})
        return []

    def _at_once(self, turn: Turn, dispatcher: CollectingDispatcher, tenant: str, entry: audit.Entry, reason: str) -> Events:
        try:
            take_back(turn, tenant, entry.seq, turn.person, reason)
        except NotPossible:
            dispatcher.utter_message(response="withdraw/later_first")
            return []
        dispatcher.utter_message(response="withdraw/corrected", json_message={"case": turn.case(), "event": entry.action})
        return []


def take_back(turn: Turn, tenant: str, seq: int, by: Person, reason: str, **details: Any) -> None:
    """The entry stops counting. Raises NotPossible when a later report cannot stand without it."""
    machine.withdraw(turn.tx, enrollment.MACHINE, tenant, seq, by, reason=reason, **details)


def reports(turn: Turn, tenant: str) -> list[audit.Entry]:
    """The latest effective reports about the tenant's enrollment, newest first."""
    log = machine.effective(audit.entries(turn.tx, f"{enrollment.MACHINE.name}:{tenant}"))
    return [e for e in reversed(log) if not e.details.get("implied")][:REPORTS]


def note(turn: Turn, text: str) -> str:
    """Keep what a person wrote beside the log, which holds only the id."""
    id_ = new_id()
    turn.tx.db.execute(insert(table(Note)), {"id": id_, "team": turn.tx.team, "person": turn.person.id, "text": text})
    return id_

"""Taking back our record of an enrollment. Never what was accepted at Microsoft (F-ROLLBACK-NONE)."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import insert

from dialogs.agreement.cards import cancel_all
from dialogs.engine.turn import Turn
from dialogs.enroll.actions import report
from domain.storage.store import new_id, table
from domain.tables import Note
from domain.tenant import case
from domain.tenant.enrollment import Event, State

Events = list[dict[str, Any]]
MAX_REASON = 1_000
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


def note(turn: Turn, text: str) -> str:
    """Keep what a person wrote beside the log, which holds only the id."""
    id_ = new_id()
    turn.tx.db.execute(insert(table(Note)), {"id": id_, "team": turn.tx.team, "person": turn.person.id, "text": text})
    return id_

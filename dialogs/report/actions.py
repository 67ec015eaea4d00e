"""The report, on request. Thin: domain/reporting.py counts."""

from datetime import timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine.turn import Turn, address_of
from dialogs.report import weekly
from domain.people import Role
from domain.storage import audit


class ShowReport(Action):  # type: ignore[misc]
    """The last seven days, today included; figures here, picture and table behind it. For support, and never in front of others."""

    def name(self) -> str:
        return "action_show_report"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn: Turn = domain["turn"]
        turn.private = True
        if not turn.person.has(Role.SUPPORT):
            dispatcher.utter_message(response="report/not_for_you")
            return []
        today = weekly.today(turn.tx)
        since, key, at = today - timedelta(days=6), f"report:{turn.key}", address_of(turn)
        weekly.ask_for(turn.tx, since, today, key=key, person=turn.person.id, at=at)
        weekly.arm(turn.tx)
        return []


class ChooseDigest(Action):  # type: ignore[misc]
    """Each for herself; in the log, as every choice of who hears of what."""

    def name(self) -> str:
        return "action_choose_digest"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn: Turn = domain["turn"]
        turn.private = True
        if not turn.person.has(Role.SUPPORT):
            dispatcher.utter_message(response="report/not_for_you")
            return []
        turn.state[weekly.MUTED] = muted = tracker.get_slot("weekly") == "mute"
        audit.append(turn.tx, turn.person.id, "digest_chosen", f"person:{turn.person.id}", {"muted": muted})
        weekly.arm(turn.tx)
        dispatcher.utter_message(response="report/digest_chosen", json_message={"muted": muted})
        return []

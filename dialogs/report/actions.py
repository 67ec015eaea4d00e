"""The report, on request. Thin: domain/insight.py counts."""

from datetime import timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogs.report import weekly
from dialogs.turn import Turn, address_of
from domain.insight import figures
from domain.people import Role


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
        found = figures(turn.tx, today - timedelta(days=6), today)
        dispatcher.utter_message(response="report/figures", json_message={"figures": found, "weekly": False})
        weekly.send_files(turn.tx, address_of(turn), found, key=f"report:{turn.key}", today=turn.today)
        weekly.arm(turn.tx)
        return []

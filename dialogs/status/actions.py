"""Where are we: the case as it stands now. Computed, never remembered."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogs.turn import Turn


class ShowStatus(Action):  # type: ignore[misc]
    """State, next step, who must act, since when, by when."""

    def name(self) -> str:
        return "action_show_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn: Turn = domain["turn"]
        dispatcher.utter_message(response="status/where_we_are", json_message={"case": turn.case()})
        return []

"""A person, please: the question leaves for the support channel."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogs import repair
from dialogs.turn import Turn


class HandOver(Action):  # type: ignore[misc]
    """What was last not understood, or the words with which a person was asked for."""

    def name(self) -> str:
        return "action_hand_over"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn: Turn = domain["turn"]
        repair.hand_over(turn, "asked_for")
        return []

"""Putting reminders off: slots in, domain/reminders/reminding.py, a day out."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine.turn import Turn
from domain.reminders import reminding

Events = list[dict[str, Any]]
BUSINESS_DAYS = {"tomorrow": 1, "three_days": 3, "mute": 0}


def meant(turn: Turn, said: Any) -> list[tuple[str, str]]:
    """The matters that a button was about, all of hers where none was named, as far as they are still so."""
    hers = [(n.machine, n.subject) for n in reminding.told(turn.tx, turn.person.id)]
    return [m for m in hers if list(m) in said] if isinstance(said, list) else hers


class LookAtReminders(Action):  # type: ignore[misc]
    """Is there anything to put off?"""

    def name(self) -> str:
        return "action_look_at_reminders"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        found = meant(domain["turn"], tracker.get_slot("reminders"))
        return [SlotSet("waiting", "something" if found else "nothing")]


class AskUntil(Action):  # type: ignore[misc]
    """How many matters it is about."""

    def name(self) -> str:
        return "action_ask_until"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(json_message={"count": len(meant(domain["turn"], tracker.get_slot("reminders")))})
        return []


class Snooze(Action):  # type: ignore[misc]
    """Quiet for this person; the others who are asked still hear of it."""

    def name(self) -> str:
        return "action_snooze"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        found = meant(turn, tracker.get_slot("reminders"))
        until = reminding.snooze(turn.tx, turn.person, found, BUSINESS_DAYS[tracker.get_slot("until")], turn.calendar)
        dispatcher.utter_message(response="remind/snoozed", json_message={"until": until, "count": len(found)})
        return []

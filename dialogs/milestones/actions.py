"""Who hears of milestones, chosen by a word or a press. Thin: domain/reminders/milestones.py."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine.turn import Turn
from domain.people import Role
from domain.reminders import milestones
from domain.reminders.milestones import How


class Mute(Action):  # type: ignore[misc]
    """One choice; only admins hear of milestones at all."""

    flow, how, channel = "mute", How.MUTED, False

    def name(self) -> str:
        return f"action_{self.flow}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn: Turn = domain["turn"]
        turn.private = turn.private or not self.channel
        if not milestones.is_admin(turn.person):
            dispatcher.utter_message(response="milestones/not_for_you", json_message={"digest": turn.person.has(Role.SUPPORT)})
            return []
        milestones.choose(turn.tx, turn.person, self.how, channel=self.channel)
        dispatcher.utter_message(response="milestones/chosen", json_message={"how": str(self.how), "channel": self.channel})
        return []


class Follow(Mute):
    flow, how = "follow", How.PERSON


class Unmute(Mute):
    flow, how = "unmute", How.PERSON


class MuteChannel(Mute):
    flow, channel = "mute_channel", True


class UnmuteChannel(Mute):
    flow, how, channel = "unmute_channel", How.CHANNEL, True

"""Where are we: the case as it stands now. Computed, never remembered."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine.turn import Turn
from domain import people
from domain.customers import customer_book
from domain.storage import outbox
from domain.tenant import case


class ShowStatus(Action):  # type: ignore[misc]
    """State, next step, who must act, since when, by when."""

    def name(self) -> str:
        return "action_show_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn: Turn = domain["turn"]
        counted = customer_book.summary(turn.tx, turn.person.partner)
        dispatcher.utter_message(response="status/where_we_are", json_message={"case": turn.case(), "customers": counted})
        return []


class ShareStatus(Action):  # type: ignore[misc]
    """A card for a channel. The outbox asks Slack, just before it is posted, whether only our own people read there."""

    def name(self) -> str:
        return "action_share_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn: Turn = domain["turn"]
        turn.private = True
        here, workspace = case.look(turn.tx, turn.person), people.workspace(turn.tx)
        said = "" if turn.where.direct else turn.where.channel
        channel = str(tracker.get_slot("share_in") or said or getattr(workspace, "admins_channel", ""))
        if turn.where.shared or not channel or not here.tenant:
            why = "shared" if turn.where.shared else "no_channel" if here.tenant else "nothing"
            dispatcher.utter_message(response="status/not_shared", json_message={"why": why})
            return []
        to = outbox.to_channel(channel) | {"inside": "yes", "instead": turn.person.id, "say": "status/not_here"}
        card = turn.data(case=here.values(), by=turn.person.name, offer="")
        outbox.tell(turn.tx, to, [("status/card", card)], key=f"share:{turn.key}", decision="command")
        dispatcher.utter_message(response="status/shared")
        return []

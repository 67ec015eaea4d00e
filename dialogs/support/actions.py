"""A person, please: what support will see is shown first; then the question leaves for the support channel. Thin."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine import history
from dialogs.engine.turn import Turn
from dialogs.nlu.normalise import normal
from dialogs.support import asking, cards, relay
from domain import people
from domain.questions import question, thread_log

Events = list[dict[str, Any]]
MOST_OPEN = 10


class LookAtQuestion(Action):  # type: ignore[misc]
    """Is there anybody to ask, and what is the question?"""

    def name(self) -> str:
        return "action_look_at_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        why = str(tracker.get_slot("handover_why") or "asked_for")
        stage = "nobody"
        found: list[dict[str, Any]] = []
        if not asking.channel(turn.tx):
            dispatcher.utter_message(response="support/nobody_there", json_message={"why": why})
        elif len(question.live_of(turn.tx, turn.person.id)) >= MOST_OPEN:
            dispatcher.utter_message(response="support/too_many", json_message={"most": MOST_OPEN})
        else:
            found = asking.wordings(turn, tracker.get_slot(history.ASKED))
            stage = "preview" if found else "words"
        return [SlotSet("handover_stage", stage), SlotSet("wordings", found), SlotSet("handover_why", why)]


class AskWords(Action):  # type: ignore[misc]
    """Which question? The last one can be taken with a button."""

    def name(self) -> str:
        return "action_ask_words"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        last = asking.last(turn)
        dispatcher.utter_message(json_message={"last": last["text"][:200] if last else ""})
        return []


class TakeWords(Action):  # type: ignore[misc]
    """What she wrote belongs to the question."""

    def name(self) -> str:
        return "action_take_words"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        kept = list(tracker.get_slot("wordings") or [])
        said = next((str(s) for s in (tracker.get_slot("words"), tracker.get_slot("more"), tracker.get_slot("send")) if s), "")
        last = asking.last(turn)
        new = asking.wording(last) if said == "last" and last else asking.wording(asking.as_line(turn, said))
        events = [SlotSet(slot, None) for slot in ("words", "more", "send")]
        return [*events, SlotSet("wordings", [*kept, new][-asking.MOST :])]


class AskSend(Action):  # type: ignore[misc]
    """What support will see, who answers and by when."""

    def name(self) -> str:
        return "action_ask_send"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        before = asking.before(turn, tracker.get_slot("wordings") or [])
        supporters = [p.name for p in people.with_role(turn.tx, people.Role.SUPPORT, "") if p.id != turn.person.id and p.name]
        dispatcher.utter_message(
            json_message={
                "why": tracker.get_slot("handover_why"), "wordings": [w["text"][:600] for w in tracker.get_slot("wordings") or []],
                "case": turn.case(), "before": len(before), "supporters": supporters[:3], "others": max(0, len(supporters) - 3),
                **asking.due(turn),
            }
        )  # fmt: skip
        return []


class SendQuestion(Action):  # type: ignore[misc]
    """The question leaves. The same question twice is asked once."""

    def name(self) -> str:
        return "action_send_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        found = tracker.get_slot("wordings") or []
        turn.state["unclear"] = []
        for row in question.live_of(turn.tx, turn.person.id):
            said = {normal(line.text) for line in thread_log.of(turn.tx, row.id, thread_log.Kind.QUESTION)}
            if said == {normal(w["text"]) for w in found}:
                dispatcher.utter_message(response="support/asked_already", json_message=cards.when(turn.tx, row))
                return []
        row = asking.send(turn, found, str(tracker.get_slot("handover_why")))
        dispatcher.utter_message(response="support/handed_over", json_message=relay.data(turn.tx, row, **cards.when(turn.tx, row)))
        return []


class KeepQuestion(Action):  # type: ignore[misc]
    """Nothing is sent."""

    def name(self) -> str:
        return "action_keep_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        turn.state["unclear"] = []
        dispatcher.utter_message(response="support/kept")
        return []

"""An approver goes away and comes back. Thin: domain/approvals/away.py rules; nobody becomes an approver here."""

from datetime import date, timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.agreement.cards import deal
from dialogs.engine import notifications
from dialogs.engine.turn import Turn
from dialogs.nlu.dates import day_ahead
from domain import people
from domain.approvals import approval, away
from domain.people import Role

Events = list[dict[str, Any]]
OFFERED = 20
WEEKS = (1, 2, 3)


class LookAtAway(Action):  # type: ignore[misc]
    """Is she an approver, is there another one, and did she name the day already?"""

    def name(self) -> str:
        return "action_look_at_away"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        if not turn.person.has(Role.APPROVER):
            return [SlotSet("away_stage", "no_approver")]
        others = away.could_stand_in(turn.tx, turn.person)
        if not others:
            return [SlotSet("away_stage", "alone")]
        only = [SlotSet("stand_in", others[0].id)] if len(others) == 1 else []
        said = day_ahead(turn.text, turn.today)
        day = [SlotSet("away_until", said.isoformat())] if said else []
        return [SlotSet("away_stage", "possible"), *only, *day]


class AskStandIn(Action):  # type: ignore[misc]
    """The other approvers."""

    def name(self) -> str:
        return "action_ask_stand_in"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        options = [{"value": p.id, "label": p.name} for p in away.could_stand_in(turn.tx, turn.person)[:OFFERED]]
        dispatcher.utter_message(json_message={"options": options})
        return []


class ValidateStandIn(Action):  # type: ignore[misc]
    """One of the other approvers, by press or by name."""

    def name(self) -> str:
        return "validate_stand_in"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = str(tracker.get_slot("stand_in"))
        could = {p.id: p for p in away.could_stand_in(turn.tx, turn.person)}
        if said in could:
            return []
        named = [p for p in people.by_name(turn.tx, said, turn.person.partner) if p.id in could]
        if len(named) == 1:
            return [SlotSet("stand_in", named[0].id)]
        dispatcher.utter_message(response="away/not_an_approver")
        return [SlotSet("stand_in", None)]


class AskAwayUntil(Action):  # type: ignore[misc]
    """Some days to choose from; any other can be written."""

    def name(self) -> str:
        return "action_ask_away_until"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        friday = turn.today + timedelta(days=(4 - turn.today.weekday()) % 7)
        days = dict.fromkeys([turn.today, friday, *(friday + timedelta(weeks=n) for n in WEEKS)])
        dispatcher.utter_message(json_message={"options": [{"value": d.isoformat()} for d in days]})
        return []


class ValidateAwayUntil(Action):  # type: ignore[misc]
    """A day from today on, not too far: "Friday" is the coming one here."""

    def name(self) -> str:
        return "validate_away_until"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        day = date.fromisoformat(str(tracker.get_slot("away_until")))
        if day < turn.today and (meant := day_ahead(turn.text, turn.today)):
            day = meant
        why = "in_past" if day < turn.today else "too_far" if day > turn.today + away.LONGEST else ""
        if not why:
            return [SlotSet("away_until", day.isoformat())]
        dispatcher.utter_message(response="away/bad_day", json_message={"why": why, "day": day.isoformat()})
        return [SlotSet("away_until", None)]


class GoAway(Action):  # type: ignore[misc]
    """The stand-in hears it and gets the cards that wait; what she asked for herself stays with the one who is away."""

    def name(self) -> str:
        return "action_go_away"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        until = date.fromisoformat(str(tracker.get_slot("away_until")))
        other = away.leave(turn.tx, turn.person, str(tracker.get_slot("stand_in")), until, turn.today)
        waiting = approval.open_for(turn.tx, turn.person)
        own = [row for row in waiting if other.id in (row.starter, row.requester)]
        for row in waiting:
            deal(turn.tx, row.id, turn.today)
        said = {"until": until.isoformat(), "stand_in": other.name, "waiting": len(waiting) - len(own), "own": len(own)}
        data = turn.data(by=turn.person.name, **said)
        notifications.say(turn.tx, other, "notices/stands_in", data, key=f"stands_in:{turn.key}")
        dispatcher.utter_message(response="away/gone", json_message=said)
        return []


class ComeBack(Action):  # type: ignore[misc]
    """She is asked again, from the cards on that wait now."""

    def name(self) -> str:
        return "action_come_back"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        was = away.back(turn.tx, turn.person)
        waiting = approval.open_for(turn.tx, turn.person) if turn.person.has(Role.APPROVER) else []
        for row in waiting:
            deal(turn.tx, row.id, turn.today)
        dispatcher.utter_message(response="away/back", json_message={"was": was, "waiting": len(waiting)})
        return []

"""A built-in fact is put under review by two supporters, and lifted by two. Thin: the rule is domain/knowledge/suspension.py's."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine import notifications
from dialogs.engine.turn import Turn
from dialogs.knowledge.actions import only_support
from dialogs.knowledge.cards import seconds
from domain import people
from domain.knowledge import suspension
from domain.knowledge.facts import Fact
from domain.knowledge.suspension import State
from domain.machine import NotPossible
from domain.questions.basis import Wrong, official
from domain.storage import outbox

Events = list[dict[str, Any]]


class MaySuspend(Action):  # type: ignore[misc]
    """Only support."""

    def name(self) -> str:
        return "action_may_suspend"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        only_support(domain["turn"])
        return []


class ValidateFactId(Action):  # type: ignore[misc]
    """An id as it stands in an answer's small print or in the weekly list; a version after it does not matter."""

    def name(self) -> str:
        return "validate_fact_id"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = str(tracker.get_slot("fact_id")).strip().upper().partition("@")[0]
        known = said in turn.assistant.facts and not said.startswith("G-")
        if known and suspension.state_of(turn.tx, said) == State.IN_FORCE:
            return [SlotSet("fact_id", said)]
        why = "suspended_already" if known else "unknown_fact"
        dispatcher.utter_message(response="knowledge/wrong", json_message={"why": why, "what": said[:40]})
        return [SlotSet("fact_id", None)]


class ValidateOfficialPage(Action):  # type: ignore[misc]
    """Nothing but Microsoft's own page suspends what rests on Microsoft's own page."""

    def name(self) -> str:
        return "validate_official_page"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        try:
            return [SlotSet("official_page", official(str(tracker.get_slot("official_page"))))]
        except Wrong as wrong:
            dispatcher.utter_message(response="knowledge/wrong", json_message={"why": wrong.why, "what": wrong.what[:200]})
            return [SlotSet("official_page", None)]


class AskSuspension(Action):  # type: ignore[misc]
    """A second supporter decides; until then the fact counts."""

    def name(self) -> str:
        return "action_ask_suspension"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        fact, page = str(tracker.get_slot("fact_id")), str(tracker.get_slot("official_page"))
        suspension.ask(turn.tx, fact, page, turn.person, today=turn.today)
        dispatcher.utter_message(response="suspend/asked", json_message=put_before_others(turn, fact))
        return []


class ListSuspended(Action):  # type: ignore[misc]
    """What is under review or waits for a second supporter, for support."""

    def name(self) -> str:
        return "action_list_suspended"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        only_support(turn)
        rows = [card(turn, fact) for fact in suspension.open_or_suspended(turn.tx)]
        dispatcher.utter_message(response="suspend/list", json_message={"rows": rows})
        return []


class AskSuspendedFact(Action):  # type: ignore[misc]
    """Which of them counts again?"""

    def name(self) -> str:
        return "action_ask_suspended_fact"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        names = [f for f in suspension.open_or_suspended(turn.tx) if suspension.state_of(turn.tx, f) == State.SUSPENDED]
        dispatcher.utter_message(json_message={"options": [{"value": name, "says": says(turn, name)} for name in names]})
        return []


class AskToLift(Action):  # type: ignore[misc]
    """It stays under review until a second supporter agrees."""

    def name(self) -> str:
        return "action_ask_to_lift"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        fact = str(tracker.get_slot("suspended_fact"))
        suspension.ask_to_lift(turn.tx, fact, turn.person, today=turn.today)
        dispatcher.utter_message(response="suspend/asked", json_message=put_before_others(turn, fact))
        return []


class DecideSuspension(Action):  # type: ignore[misc]
    """The second supporter's word. One decision wins; everybody of support hears it."""

    def name(self) -> str:
        return "action_decide_suspension"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        fact, asked_at = str(tracker.get_slot("doubted") or ""), int(tracker.get_slot("asked_at") or 0)
        row, yes = suspension.get(turn.tx, fact), tracker.get_slot("suspension_verdict") == "approve"
        if row is None:
            raise NotPossible(suspension.MACHINE.name, State.IN_FORCE, suspension.Event.SUSPENDED)
        try:
            suspension.decide(turn.tx, fact, yes, turn.person, today=turn.today, asked_at=asked_at)
        except NotPossible:
            dispatcher.utter_message(response="suspend/decided_before", json_message=card(turn, fact))
            return []
        data = card(turn, fact) | {"decider": turn.person.name}
        for person in people.with_role(turn.tx, people.Role.SUPPORT, ""):
            if person.id != turn.person.id:
                notifications.say(turn.tx, person, "suspend/decided", data, key=f"suspend:{fact}:{turn.key}:{person.id}")
        _close(turn, fact, asked_at, data)
        dispatcher.utter_message(response="suspend/decided", json_message=data)
        return []


def put_before_others(turn: Turn, fact: str) -> dict[str, Any]:
    """The card to every other supporter; returns what it says, with their names."""
    row = suspension.get(turn.tx, fact)
    others = seconds(turn.tx, row.asker)
    data = card(turn, fact)
    for person in others:
        key = f"suspend:{fact}:{row.at}:card:{person.id}"
        notifications.say(turn.tx, person, "suspend/card", data, key=key, about={"doubted": fact, "asked_at": row.at})
    return data | {"others": [p.name for p in others]}


def card(turn: Turn, fact: str) -> dict[str, Any]:
    """The fact, what is asked about it, by whom, on which page."""
    row = suspension.get(turn.tx, fact)
    return turn.data(
        fact=fact, says=says(turn, fact), source=row.source, state=suspension.state_of(turn.tx, fact),
        by=people.names(turn.tx, (row.asker,)).get(row.asker, ""), decider="",
    ) | {"slots": {}}  # fmt: skip


def says(turn: Turn, fact: str) -> str:
    row = turn.assistant.facts.get(fact, turn.today)
    return row.text if isinstance(row, Fact) else ""


def _close(turn: Turn, fact: str, asked_at: int, data: dict[str, Any]) -> None:
    begin = f"suspend:{fact}:{asked_at}:card:"
    for key in outbox.keys_like(turn.tx, begin):
        whose = key.removeprefix(begin)
        if ":" not in whose:
            said = [("suspend/card", data | {"offer": ""})]
            address = outbox.to_person(whose) | {"updates": key}
            outbox.tell(turn.tx, address, said, key=f"{key}:{data['state']}", decision="command", kind=outbox.Out.UPDATE)

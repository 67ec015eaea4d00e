"""The buttons: what support does with a card, and the asker's word on an answer. Who may is the table's business. Thin."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine import history
from dialogs.engine.turn import Turn
from dialogs.inputs import Message, Origin
from dialogs.support import asker, cards, relay, supporter, timers
from domain.machine import NotAllowed, NotPossible
from domain.people import Role
from domain.questions import question
from domain.questions.question import Event, State

Events = list[dict[str, Any]]
NEAREST = 8
DEEDS = {"claim": Event.CLAIMED, "unclaim": Event.UNCLAIMED, "close": Event.CLOSED, "reopen": Event.REOPENED}


class DoWithQuestion(Action):  # type: ignore[misc]
    """Claim, give back, close, reopen: the card shows it, nothing else is said but to the asker whose question was closed."""

    def name(self) -> str:
        return "action_do_with_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row, deed = question.get(turn.tx, str(tracker.get_slot("question") or "")), str(tracker.get_slot("deed"))
        if row is None:
            raise NotPossible(question.MACHINE.name, State.NEW, deed)
        if deed == "duplicate":
            return _which(turn, row, dispatcher)
        if (done := _moved(turn, row, DEEDS[deed], dispatcher)) is None:
            return []
        if deed == "close":
            key = f"question:{row.id}:closed:{turn.key}"
            relay.to_asker(turn.tx, done, "support/closed", key=key, who=turn.person.name, silent=False)
        if deed == "reopen":
            timers.start(turn.tx, done)
        cards.update(turn.tx, row.id)
        return []


def _which(turn: Turn, row: Any, dispatcher: CollectingDispatcher) -> Events:
    """Of which other question? The nearest in time, as buttons."""
    if not turn.person.has(Role.SUPPORT):
        raise NotAllowed("role")
    question.MACHINE.move(row.state, Event.MARKED_DUPLICATE)
    others = [r for r in question.queue(turn.tx, question.Show.OPEN, "", 200) if r.id != row.id]
    others += [r for r in question.queue(turn.tx, question.Show.WAITING, "", 200) if r.id != row.id]
    nearest = sorted(others, key=lambda r: abs(r.asked_at - row.asked_at))[:NEAREST]
    options = [{"id": r.id, "text": cards.first_words(turn.tx, r.id, 60)} for r in nearest]
    turn.about["question"] = row.id
    dispatcher.utter_message(response="support/ask_duplicate_of", json_message={"options": options})
    return []


def _moved(turn: Turn, row: Any, event: Event, dispatcher: CollectingDispatcher) -> Any:
    """The row after the event; None when somebody was faster, which is said."""
    try:
        return question.move(turn.tx, row, event, turn.person)
    except NotPossible:
        if not turn.person.has(Role.SUPPORT):
            raise NotAllowed("role") from None
        dispatcher.utter_message(
            response="support/told", json_message=relay.data(turn.tx, row, why="moved_on", who=turn.person.name, most=0)
        )
    return None


class MarkDuplicate(Action):  # type: ignore[misc]
    """The same as another: its asker gets the answer of that one."""

    def name(self) -> str:
        return "action_mark_duplicate"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row = question.get(turn.tx, str(tracker.get_slot("question") or ""))
        other = question.get(turn.tx, str(tracker.get_slot("duplicate_of") or ""))
        if row is None or other is None or other.id == row.id or other.state not in question.LIVE:
            raise NotPossible(question.MACHINE.name, State.NEW, Event.MARKED_DUPLICATE)
        if (row := _moved(turn, row, Event.MARKED_DUPLICATE, dispatcher)) is None:
            return []
        question.change(turn.tx, row.id, duplicate_of=other.id)
        for each in question.duplicates_of(turn.tx, row.id):
            question.change(turn.tx, each.id, duplicate_of=other.id)
        relay.to_asker(turn.tx, row, "support/same_as", key=f"question:{row.id}:same:{turn.key}")
        cards.update(turn.tx, row.id)
        return []


class SettleQuestion(Action):  # type: ignore[misc]
    """The asker's button under an answer."""

    def name(self) -> str:
        return "action_settle_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row = question.get(turn.tx, str(tracker.get_slot("question") or ""))
        if row is None:
            raise NotPossible(question.MACHINE.name, State.NEW, Event.SOLVED)
        if row.asker != turn.person.id:
            raise NotAllowed("not_your_question")
        solved = tracker.get_slot("verdict") == "solved"
        if not supporter.possible(row, Event.SOLVED if solved else Event.NOT_SOLVED):
            dispatcher.utter_message(response="support/settled_before", json_message=relay.data(turn.tx, row))
            return []
        asker.settle(turn, row, solved=solved)
        return []


class PassOn(Action):  # type: ignore[misc]
    """What the asker said elsewhere belongs to her open question."""

    def name(self) -> str:
        return "action_pass_reply_on"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row = question.get(turn.tx, str(tracker.get_slot("question") or ""))
        line = history.line_of(turn, tracker.get_slot(history.ASKED))
        if row is None or line is None or not supporter.possible(row, Event.REPLIED):
            raise NotPossible(question.MACHINE.name, State.NEW, Event.REPLIED)
        turn.state.update(unclear=[], missed=0)
        asker.hear(turn, row, Message((turn.key,), turn.person.slack, line["text"], Origin(line["channel"]), ts=line["ts"]))
        dispatcher.utter_message(response="support/passed_on")
        return []

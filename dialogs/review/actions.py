"""Support looks at what was not understood, one message at a time. Thin: what is kept and how long is domain/knowledge/review.py's."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine.answers import look_tonight
from dialogs.engine.turn import Turn
from dialogs.knowledge.weighing import called
from dialogs.nlu.normalise import normal
from dialogs.nlu.types import Intent, Kind, is_report
from dialogs.nlu.workspace_model import MODEL, keeper_of
from domain.knowledge import phrases, review
from domain.knowledge.own_answers import LONGEST_TITLE, OWN
from domain.knowledge.phrases import Wording

Events = list[dict[str, Any]]
GUESSES = 3
NO_ENTRY = ("other", "topic", "ignore", "next")


class NextUnheard(Action):  # type: ignore[misc]
    """The message that has waited longest. Raises NotAllowed("role")."""

    def name(self) -> str:
        return "action_next_unheard"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row = review.next_one(turn.tx, turn.person)
        look_tonight(turn.tx)
        return [SlotSet("unheard", row.id if row else None)]


class AskSettle(Action):  # type: ignore[misc]
    """The message, and what it may have meant, the likeliest first."""

    def name(self) -> str:
        return "action_ask_settle"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row = review.get(turn.tx, str(tracker.get_slot("unheard") or ""))
        names = _guesses(turn, row) if row else []
        options = [{"value": name, **called(turn, name)} for name in names]
        options += [{"value": value, "title": "", "label": ""} for value in NO_ENTRY]
        here = {"text": row.text if row else "", "why": row.why if row else "", "left": review.left(turn.tx), "options": options}
        dispatcher.utter_message(json_message=here)
        return []


def _guesses(turn: Turn, row: Any) -> list[str]:
    ranked = turn.understanding.judge(row.text).ranked
    likely = [row.chosen, *(m.entry.name for m in ranked), *row.guesses]
    wrong = row.guesses if row.why == "not_asked" else ()
    return [n for n in dict.fromkeys(likely) if n and n not in wrong and entry_of(turn, n)][:GUESSES]


def entry_of(turn: Turn, name: str) -> Intent | None:
    """The entry of that name, if a wording may be assigned to it: no report, no option of a question, no word of repair."""
    found = turn.assistant.understanding.entries.get(name)
    if found is None:
        kind = Kind.ANSWER if name in turn.own.answers else Kind.ELSEWHERE
        return Intent(name, kind, ()) if name in turn.own.answers or name in turn.own.topics else None
    fits = found.kind in (Kind.ANSWER, Kind.ELSEWHERE) or (found.kind is Kind.COMMAND and found.name in turn.assistant.intents)
    return None if not fits or found.name.startswith("report_") else found


class ValidateMeant(Action):  # type: ignore[misc]
    """An entry by its name or by how people ask it."""

    def name(self) -> str:
        return "validate_meant"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = str(tracker.get_slot("meant")).strip()
        own = {row.name: name for name, row in turn.own.answers.items()}
        own |= {normal(title): name for name, title in turn.own.topics.items()}
        name = own.get(said) or own.get(normal(said)) or said
        if not entry_of(turn, name):
            ranked = [m for m in turn.understanding.judge(said).ranked if m.sure and not is_report(m)]
            name = ranked[0].entry.name if ranked else ""
        if entry_of(turn, name):
            return [SlotSet("meant", name)]
        dispatcher.utter_message(response="review/no_such_entry", json_message={"said": said[:LONGEST_TITLE]})
        return [SlotSet("meant", None)]


class ValidateTopicTitle(Action):  # type: ignore[misc]
    """Short, for it is said back to whoever brings the topic up."""

    def name(self) -> str:
        return "validate_topic_title"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        said = " ".join(str(tracker.get_slot("topic_title")).split())
        if len(said) <= LONGEST_TITLE and any(c.isalnum() for c in said):
            return [SlotSet("topic_title", said)]
        dispatcher.utter_message(response="knowledge/wrong", json_message={"why": "title_too_long", "what": str(LONGEST_TITLE)})
        return [SlotSet("topic_title", None)]


class Settle(Action):  # type: ignore[misc]
    """What support said of one message is done, and counts at once."""

    def name(self) -> str:
        return "action_settle"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        chosen, row = str(tracker.get_slot("settle")), review.get(turn.tx, str(tracker.get_slot("unheard") or ""))
        done = [SlotSet(slot, None) for slot in ("unheard", "settle", "meant", "topic_title")]
        if row is None:
            dispatcher.utter_message(response="review/gone", json_message={})
        elif chosen == "next":
            review.put_off(turn.tx, row.id, turn.person)
        elif chosen == "ignore":
            review.settle(turn.tx, row.id, turn.person, "ignored")
            dispatcher.utter_message(response="review/ignored", json_message={})
        elif chosen == "topic":
            topic = OWN + phrases.new_topic(turn.tx, str(tracker.get_slot("topic_title")), turn.person)
            self._assign(turn, dispatcher, row, Intent(topic, Kind.ELSEWHERE, ()), "topic")
        else:
            entry = entry_of(turn, str(tracker.get_slot("meant") if chosen == "other" else chosen))
            if entry:
                self._assign(turn, dispatcher, row, entry, "assigned")
        return done

    def _assign(self, turn: Turn, dispatcher: CollectingDispatcher, row: Any, entry: Intent, state: str) -> None:
        judge = turn.assistant.understanding
        said, vector = normal(row.text), judge.vector(judge.spelled(row.text))
        keeper = keeper_of(judge, said, vector, entry) if said else None
        if said and not keeper:
            wording = Wording(row.text, said, vector.astype("<f4").tobytes(), row.person)
            phrases.assign(turn.tx, entry.name, wording, turn.person, MODEL)
        if keeper:
            dispatcher.utter_message(response="review/stays", json_message=_named(called(turn, keeper.entry.name)))
            return
        review.settle(turn.tx, row.id, turn.person, state, entry.name)
        title = called(turn, entry.name) if state == "assigned" else {"title": "", "label": ""}
        dispatcher.utter_message(response="review/assigned", json_message=_named(title))


def _named(found: dict[str, str]) -> dict[str, str]:
    return {"label": found["label"], "title_of": found["title"]}

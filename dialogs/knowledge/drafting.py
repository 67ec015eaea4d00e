"""What a new answer starts from: a question that was answered, a declined draft, a message; and is each field in order?"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dialogs.engine.context import Turn
from dialogs.nlu.normalise import normal
from domain.knowledge import own_answers, phrases
from domain.knowledge.own_answers import LONGEST_TEXT, LONGEST_TITLE, OWN
from domain.people import Role
from domain.questions import question, thread_log
from domain.questions.basis import LONGEST_PHRASE, MOST_PHRASES, Wrong, basis_of, phrases_in

LIVES = {"month": 30, "quarter": 91, "year": 365}


@dataclass(frozen=True)
class Drafted:
    """Slot -> what is known already; `askers`: whose words a phrase is."""

    values: dict[str, str] = field(default_factory=dict)
    askers: dict[str, str] = field(default_factory=dict)


def drafted(turn: Turn, slots: dict[str, Any]) -> Drafted:
    """For support only: others see nothing of a question. A question in other people's words keeps whose they were."""
    if not turn.person.has(Role.SUPPORT):
        return Drafted()
    if row := own_answers.get(turn.tx, str(slots.get("from_answer") or "")):
        said = phrases.of(turn.tx, OWN + row.id)
        basis = "\n".join([*row.facts, row.source]).strip()
        values = {"answer_title": row.title, "answer_text": row.text, "rests_on": basis}
        return Drafted(values | {"answer_phrases": "\n".join(p.text for p in said)}, {p.text: p.asker for p in said})
    if row := question.get(turn.tx, str(slots.get("question") or "")):
        return _of_question(turn, row, str(slots.get("from_text") or ""))
    return Drafted({"answer_text": str(slots.get("from_text") or "")[:LONGEST_TEXT]})


def _of_question(turn: Turn, row: Any, text: str) -> Drafted:
    same = [row, *question.duplicates_of(turn.tx, row.id)]
    asked = [line for q in same for line in thread_log.of(turn.tx, q.id, thread_log.Kind.QUESTION)]
    askers = {" ".join(line.text.split())[:LONGEST_PHRASE]: line.person for line in asked if normal(line.text)}
    said = [line.text for line in thread_log.of(turn.tx, row.id, thread_log.Kind.ANSWER)]
    text = text or "\n".join(
        [line for line in said if not line.rstrip().endswith("?")] or said[-1:]
    )  # what was asked back is no answer
    return Drafted({"answer_text": text[:LONGEST_TEXT], "answer_phrases": "\n".join(list(askers)[:MOST_PHRASES])}, askers)


class Prefilled(Action, ABC):  # type: ignore[misc]
    """What a field holds when the form opens."""

    @property
    @abstractmethod
    def slot(self) -> str:
        """The field."""

    def name(self) -> str:
        return f"action_ask_{self.slot}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        known = drafted(domain["turn"], tracker.slots).values
        dispatcher.utter_message(json_message={"first": known.get(self.slot, "")})
        return []


class AskAnswerText(Prefilled):
    slot = "answer_text"


class AskAnswerTitle(Prefilled):
    slot = "answer_title"


class AskAnswerPhrases(Prefilled):
    slot = "answer_phrases"


class AskRestsOn(Prefilled):
    slot = "rests_on"


def first_end(turn: Turn) -> str:
    """The last day that the form begins with."""
    return (turn.today + timedelta(days=LIVES["quarter"])).isoformat()


class AskExpiresOn(Prefilled):
    slot = "expires_on"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(json_message={"first": first_end(domain["turn"])})
        return []


class Checked(Action, ABC):  # type: ignore[misc]
    """A field that does not hold is said why, and asked again."""

    slot = ""

    def name(self) -> str:
        return f"validate_{self.slot}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        try:
            said = self.check(str(tracker.get_slot(self.slot)).strip(), domain["turn"])
        except Wrong as wrong:
            dispatcher.utter_message(response="knowledge/wrong", json_message={"why": wrong.why, "what": wrong.what})
            return [SlotSet(self.slot, None)]
        return [SlotSet(self.slot, said)]

    @abstractmethod
    def check(self, said: str, turn: Turn) -> str:
        """The value as it is taken. Raises Wrong."""


class ValidateAnswerText(Checked):
    slot = "answer_text"

    def check(self, said: str, turn: Turn) -> str:
        if len(said) > LONGEST_TEXT or not any(c.isalnum() for c in said):
            raise Wrong("text_too_long" if said else "no_text", str(LONGEST_TEXT))
        return said


class ValidateAnswerTitle(Checked):
    slot = "answer_title"

    def check(self, said: str, turn: Turn) -> str:
        said = " ".join(said.split())
        if len(said) > LONGEST_TITLE or not any(c.isalnum() for c in said):
            raise Wrong("title_too_long", str(LONGEST_TITLE))
        return said


class ValidateAnswerPhrases(Checked):
    slot = "answer_phrases"

    def check(self, said: str, turn: Turn) -> str:
        if empty := next((p for p in phrases_in(said) if not normal(p)), ""):
            raise Wrong("says_nothing", empty[:LONGEST_TITLE])
        return said


class ValidateRestsOn(Checked):
    slot = "rests_on"

    def check(self, said: str, turn: Turn) -> str:
        basis_of(said, turn.assistant.facts)
        return said


class ValidateExpiresOn(Checked):
    slot = "expires_on"

    def check(self, said: str, turn: Turn) -> str:
        day = turn.today + timedelta(days=LIVES[said]) if said in LIVES else date.fromisoformat(said)
        if day < turn.today:
            raise Wrong("in_the_past", day.isoformat())
        return day.isoformat()

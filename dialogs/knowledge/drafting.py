"""What a new answer starts from: a question that was answered, a declined draft, a message; and is
each field in order?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import wraps

from dialogs.engine.context import Action, Outcome, Slots, Turn
from dialogs.nlu.normalise import normal
from domain.knowledge import own_answers, phrases
from domain.knowledge.own_answers import LONGEST_TEXT, LONGEST_TITLE, OWN
from domain.people import Role
from domain.questions import question, thread_log
from domain.questions.basis import LONGEST_PHRASE, MOST_PHRASES, Wrong, basis_of, phrases_in
from domain.questions.question import Question

LIVES = {"month": 30, "quarter": 91, "year": 365}


@dataclass(frozen=True)
class Drafted:
    """Slot -> what is known already; `askers`: whose words a phrase is."""

    values: dict[str, str] = field(default_factory=dict)
    askers: dict[str, str] = field(default_factory=dict)


def drafted(turn: Turn, slots: Slots) -> Drafted:
    """For support only: others see nothing of a question. A question in other people's words keeps
    whose they were."""
    if not turn.person.has(Role.SUPPORT):
        return Drafted()
    if row := own_answers.get(turn.tx, str(slots["from_answer"] or "")):
        said = phrases.of(turn.tx, OWN + row.id)
        basis = "\n".join([*row.facts, row.source]).strip()
        values = {"answer_title": row.title, "answer_text": row.text, "rests_on": basis}
        return Drafted(
            values | {"answer_phrases": "\n".join(p.text for p in said)},
            {p.text: p.asker for p in said},
        )
    if asked := question.get(turn.tx, str(slots["question"] or "")):
        return _of_question(turn, asked, str(slots["from_text"] or ""))
    return Drafted({"answer_text": str(slots["from_text"] or "")[:LONGEST_TEXT]})


def _of_question(turn: Turn, row: Question, text: str) -> Drafted:
    same = [row, *question.duplicates_of(turn.tx, row.id)]
    asked = [line for q in same for line in thread_log.of(turn.tx, q.id, thread_log.Kind.QUESTION)]
    askers = {
        " ".join(line.text.split())[:LONGEST_PHRASE]: line.person
        for line in asked
        if normal(line.text)
    }
    said = [line.text for line in thread_log.of(turn.tx, row.id, thread_log.Kind.ANSWER)]
    text = text or "\n".join(
        [line for line in said if not line.rstrip().endswith("?")] or said[-1:]
    )  # what was asked back is no answer
    return Drafted(
        {
            "answer_text": text[:LONGEST_TEXT],
            "answer_phrases": "\n".join(list(askers)[:MOST_PHRASES]),
        },
        askers,
    )


def _prefilled(turn: Turn, slots: Slots, slot: str) -> Outcome:
    """What a field holds when the form opens."""
    return Outcome().show({"first": drafted(turn, slots).values.get(slot, "")})


def action_ask_answer_text(turn: Turn, slots: Slots) -> Outcome:
    return _prefilled(turn, slots, "answer_text")


def action_ask_answer_title(turn: Turn, slots: Slots) -> Outcome:
    return _prefilled(turn, slots, "answer_title")


def action_ask_answer_phrases(turn: Turn, slots: Slots) -> Outcome:
    return _prefilled(turn, slots, "answer_phrases")


def action_ask_rests_on(turn: Turn, slots: Slots) -> Outcome:
    return _prefilled(turn, slots, "rests_on")


def action_ask_expires_on(turn: Turn, slots: Slots) -> Outcome:
    return Outcome().show({"first": first_end(turn)})


def first_end(turn: Turn) -> str:
    """The last day that the form begins with."""
    return (turn.today + timedelta(days=LIVES["quarter"])).isoformat()


def _checked(check: Callable[[str, Turn], str]) -> Action:
    """An action `validate_<slot>` out of a function of that name. A field that does not hold is
    said why, and asked again."""
    slot = check.__name__.removeprefix("validate_")

    @wraps(check)
    def action(turn: Turn, slots: Slots) -> Outcome:
        try:
            return Outcome().fill([(slot, check(str(slots[slot]).strip(), turn))])
        except Wrong as wrong:
            return (
                Outcome()
                .say("knowledge/wrong", {"why": wrong.why, "what": wrong.what})
                .fill([(slot, None)])
            )

    return action


@_checked
def validate_answer_text(said: str, turn: Turn) -> str:
    if len(said) > LONGEST_TEXT or not any(c.isalnum() for c in said):
        raise Wrong("text_too_long" if said else "no_text", str(LONGEST_TEXT))
    return said


@_checked
def validate_answer_title(said: str, turn: Turn) -> str:
    said = " ".join(said.split())
    if len(said) > LONGEST_TITLE or not any(c.isalnum() for c in said):
        raise Wrong("title_too_long", str(LONGEST_TITLE))
    return said


@_checked
def validate_answer_phrases(said: str, turn: Turn) -> str:
    if empty := next((p for p in phrases_in(said) if not normal(p)), ""):
        raise Wrong("says_nothing", empty[:LONGEST_TITLE])
    return said


@_checked
def validate_rests_on(said: str, turn: Turn) -> str:
    basis_of(said, turn.assistant.facts)
    return said


@_checked
def validate_expires_on(said: str, turn: Turn) -> str:
    day = turn.today + timedelta(days=LIVES[said]) if said in LIVES else date.fromisoformat(said)
    if day < turn.today:
        raise Wrong("in_the_past", day.isoformat())
    return day.isoformat()

"""Support looks at what was not understood, one message at a time. Thin: what is kept and how long
is domain/knowledge/review.py's."""

from dialogs.calibration import judging
from dialogs.engine.answers import look_tonight
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.nlu.normalise import normal
from dialogs.nlu.types import Intent, Kind, is_report
from dialogs.nlu.workspace_model import MODEL, keeper_of
from dialogs.records.support_reviews import called
from domain.knowledge import phrases, review
from domain.knowledge.calibration import Source
from domain.knowledge.own_answers import LONGEST_TITLE, OWN
from domain.knowledge.phrases import Wording
from domain.knowledge.review import Unheard

GUESSES = 3
NO_ENTRY = ("other", "topic", "ignore", "next")


def action_next_unheard(turn: Turn, slots: Slots) -> Outcome:
    """The message that has waited longest. Raises NotAllowed("role")."""
    row = review.next_one(turn.tx, turn.person)
    look_tonight(turn.tx)
    return Outcome().fill(unheard=row.id if row else None)


def action_ask_settle(turn: Turn, slots: Slots) -> Outcome:
    """The message, and what it may have meant, the likeliest first."""
    result = Outcome()
    row = review.get(turn.tx, str(slots["unheard"] or ""))
    names = _guesses(turn, row) if row else []
    options = [{"value": name, **called(turn, name)} for name in names]
    options += [{"value": value, "title": "", "label": ""} for value in NO_ENTRY]
    here = {
        "text": row.text if row else "",
        "why": row.why if row else "",
        "left": review.left(turn.tx),
        "options": options,
    }
    result.show(here)
    return result


def _guesses(turn: Turn, row: Unheard) -> list[str]:
    ranked = turn.understanding.judge(row.text).ranked
    likely = [row.chosen, *(m.entry.name for m in ranked), *row.guesses]
    wrong = row.guesses if row.why == "not_asked" else ()
    return [n for n in dict.fromkeys(likely) if n and n not in wrong and entry_of(turn, n)][
        :GUESSES
    ]


def entry_of(turn: Turn, name: str) -> Intent | None:
    """The entry of that name, if a wording may be assigned to it: no report, no option of a
    question, no word of repair."""
    found = turn.assistant.understanding.entries.get(name)
    if found is None:
        kind = Kind.ANSWER if name in turn.own.answers else Kind.ELSEWHERE
        return (
            Intent(name, kind, ()) if name in turn.own.answers or name in turn.own.topics else None
        )
    fits = found.kind in (Kind.ANSWER, Kind.ELSEWHERE) or (
        found.kind is Kind.COMMAND and found.name in turn.assistant.intents
    )
    return None if not fits or found.name.startswith("report_") else found


def validate_meant(turn: Turn, slots: Slots) -> Outcome:
    """An entry by its name or by how people ask it."""
    result = Outcome()
    said = str(slots["meant"]).strip()
    own = {row.name: name for name, row in turn.own.answers.items()}
    own |= {normal(title): name for name, title in turn.own.topics.items()}
    name = own.get(said) or own.get(normal(said)) or said
    if not entry_of(turn, name):
        ranked = [m for m in turn.understanding.judge(said).ranked if m.sure and not is_report(m)]
        name = ranked[0].entry.name if ranked else ""
    if entry_of(turn, name):
        return result.fill(meant=name)
    result.say("review/no_such_entry", {"said": said[:LONGEST_TITLE]})
    return result.fill(meant=None)


def validate_topic_title(turn: Turn, slots: Slots) -> Outcome:
    """Short, for it is said back to whoever brings the topic up."""
    result = Outcome()
    said = " ".join(str(slots["topic_title"]).split())
    if len(said) <= LONGEST_TITLE and any(c.isalnum() for c in said):
        return result.fill(topic_title=said)
    result.say("knowledge/wrong", {"why": "title_too_long", "what": str(LONGEST_TITLE)})
    return result.fill(topic_title=None)


def action_settle(turn: Turn, slots: Slots) -> Outcome:
    """What support said of one message is done, and counts at once."""
    result = Outcome()
    chosen, row = str(slots["settle"]), review.get(turn.tx, str(slots["unheard"] or ""))
    done = [(slot, None) for slot in ("unheard", "settle", "meant", "topic_title")]
    if row is None:
        result.say("review/gone", {})
    elif chosen == "next":
        review.put_off(turn.tx, row.id, turn.person)
    elif chosen == "ignore":
        review.settle(turn.tx, row.id, turn.person, "ignored")
        result.say("review/ignored", {})
    elif chosen == "topic":
        topic = OWN + phrases.new_topic(turn.tx, str(slots["topic_title"]), turn.person)
        _assign(turn, result, row, Intent(topic, Kind.ELSEWHERE, ()), "topic")
    else:
        entry = entry_of(turn, str(slots["meant"] if chosen == "other" else chosen))
        if entry:
            _assign(turn, result, row, entry, "assigned")
    return result.fill(done)


def _assign(turn: Turn, result: Outcome, row: Unheard, entry: Intent, state: str) -> None:
    judge = turn.assistant.understanding
    said, vector = normal(row.text), judge.vector(judge.spelled(row.text))
    keeper = keeper_of(judge, said, vector, entry) if said else None
    if said and not keeper:
        wording = Wording(row.text, said, vector.astype("<f4").tobytes(), row.person)
        phrases.assign(turn.tx, entry.name, wording, turn.person, MODEL)
    if keeper:
        result.say("review/stays", _named(called(turn, keeper.entry.name)))
        return
    judging.meant(turn, row.text, (entry.name,), Source.REVIEW, row.person)
    review.settle(turn.tx, row.id, turn.person, state, entry.name)
    title = called(turn, entry.name) if state == "assigned" else {"title": "", "label": ""}
    result.say("review/assigned", _named(title))


def _named(found: dict[str, str]) -> dict[str, str]:
    return {"label": found["label"], "title_of": found["title"]}

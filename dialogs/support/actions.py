"""A person, please: what support will see is shown first; then the question leaves for the support
channel. Thin."""

from typing import Any

from dialogs.engine import history
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.nlu.normalise import normal
from dialogs.support import asking, cards, draft, relay
from domain import people
from domain.questions import question, thread_log

MOST_OPEN = 10


def action_look_at_question(turn: Turn, slots: Slots) -> Outcome:
    """Is there anybody to ask, and what is the question?"""
    result = Outcome()
    why = str(slots["handover_why"] or "asked_for")
    stage = "nobody"
    found: list[dict[str, Any]] = []
    if not asking.channel(turn.tx):
        result.say("support/nobody_there", {"why": why})
    elif len(question.live_of(turn.tx, turn.person.id)) >= MOST_OPEN:
        result.say("support/too_many", {"most": MOST_OPEN})
    else:
        found = slots["wordings"] or asking.wordings(turn, slots[history.ASKED])
        stage = "preview" if found else "words"
    return result.fill(handover_stage=stage, wordings=found, handover_why=why)


def action_ask_words(turn: Turn, slots: Slots) -> Outcome:
    """Which question? The last one can be taken with a button."""
    result = Outcome()
    draft.note_shown(turn)
    last = asking.last(turn)
    result.show({"last": last.text[:200] if last else ""})
    return result


def action_ask_more(turn: Turn, slots: Slots) -> Outcome:
    """What is to be added?"""
    draft.note_shown(turn)
    return Outcome()


def action_take_words(turn: Turn, slots: Slots) -> Outcome:
    """What was asked for belongs to the question."""
    kept = list(slots["wordings"] or [])
    said = str(slots["words"] or slots["more"] or "")
    last = asking.last(turn)
    line = last if slots["words"] == "last" and last else asking.as_line(turn, said)
    kept = [*kept, asking.wording(turn, line)][-asking.MOST :]
    return Outcome().fill(wordings=kept, words=None, more=None, send=None, unadded=None)


def action_ask_send(turn: Turn, slots: Slots) -> Outcome:
    """What support will see, who answers and by when."""
    result = Outcome()
    # below a line that was left out, "yes" may mean that line
    again = any(name == draft.NOT_ADDED for name, _ in turn.parts)
    draft.note_shown(turn, whole=not again)
    before = asking.before(turn, slots["wordings"] or [])
    supporters = [
        p.name
        for p in people.with_role(turn.tx, people.Role.SUPPORT, "")
        if p.id != turn.person.id and p.name
    ]
    result.show(
        {
            "why": slots["handover_why"],
            "wordings": [w["text"][:600] for w in slots["wordings"] or []],
            "options": draft.options_of(turn),
            "unadded": bool(slots["unadded"]),
            "again": again,
            "case": turn.case(),
            "before": len(before),
            "supporters": supporters[:3],
            "others": max(0, len(supporters) - 3),
            **asking.due(turn),
        }
    )
    return result


def action_send_question(turn: Turn, slots: Slots) -> Outcome:
    """The question leaves. The same question twice is asked once."""
    result = Outcome()
    found = slots["wordings"] or []
    turn.note(unclear=())
    for row in question.live_of(turn.tx, turn.person.id):
        said = {
            normal(line.text) for line in thread_log.of(turn.tx, row.id, thread_log.Kind.QUESTION)
        }
        if said == {normal(w["text"]) for w in found}:
            result.say("support/asked_already", cards.when(turn.tx, row))
            return result
    row = asking.send(turn, found, str(slots["handover_why"]))
    result.say("support/handed_over", relay.data(turn.tx, row, **cards.when(turn.tx, row)))
    return result


def action_keep_question(turn: Turn, slots: Slots) -> Outcome:
    """Nothing is sent."""
    result = Outcome()
    turn.note(unclear=())
    result.say("support/kept")
    return result

"""The buttons: what support does with a card, and the asker's word on an answer. Who may is the
table's business. Thin."""

from dialogs.engine import history
from dialogs.engine.context import Filled, Outcome, Slots, Turn
from dialogs.inputs import Message, Origin
from dialogs.support import asker, cards, relay, supporter, timers
from domain.machine import NotAllowed, NotPossible
from domain.people import Role
from domain.questions import question
from domain.questions.question import Event, Question, State

NEAREST = 8
DEEDS = {
    "claim": Event.CLAIMED,
    "unclaim": Event.UNCLAIMED,
    "close": Event.CLOSED,
    "reopen": Event.REOPENED,
}


def action_do_with_question(turn: Turn, slots: Slots) -> Outcome:
    """Claim, give back, close, reopen: the card shows it, nothing else is said but to the asker
    whose question was closed."""
    result = Outcome()
    row, deed = question.get(turn.tx, str(slots["question"] or "")), str(slots["deed"])
    if row is None:
        raise NotPossible(question.MACHINE.name, State.NEW, deed)
    if deed == "duplicate":
        return result.fill(_which(turn, row, result))
    if deed == "show":
        return _shown(turn, row, result)
    if (done := _moved(turn, row, DEEDS[deed], result)) is None:
        return result
    if deed == "close":
        key = f"question:{row.id}:closed:{turn.key}"
        relay.to_asker(turn.tx, done, "support/closed", key=key, who=turn.person.name, silent=False)
    if deed == "reopen":
        timers.start(turn.tx, done)
    cards.update(turn.tx, row.id)
    if deed == "claim" and turn.where.channel != cards.channel_of(turn.tx, done):
        result.say("support/claimed", relay.data(turn.tx, done))
    return result


def _shown(turn: Turn, row: Question, result: Outcome) -> Outcome:
    """A copy of the card for one supporter, in their direct messages."""
    if not turn.person.has(Role.SUPPORT):
        raise NotAllowed("role")
    turn.private = True
    return result.say("support/card", cards.facts(turn.tx, row) | {"copy": True})


def _which(turn: Turn, row: Question, result: Outcome) -> Filled:
    """Of which other question? The nearest in time, as buttons."""
    if not turn.person.has(Role.SUPPORT):
        raise NotAllowed("role")
    question.MACHINE.move(row.state, Event.MARKED_DUPLICATE)
    others = [r for r in question.queue(turn.tx, question.Show.OPEN, "", 200) if r.id != row.id]
    others += [r for r in question.queue(turn.tx, question.Show.WAITING, "", 200) if r.id != row.id]
    nearest = sorted(others, key=lambda r: abs(r.asked_at - row.asked_at))[:NEAREST]
    options = [{"id": r.id, "text": cards.first_words(turn.tx, r.id, 60)} for r in nearest]
    turn.about["question"] = row.id
    result.say("support/ask_duplicate_of", {"options": options})
    return []


def _moved(turn: Turn, row: Question, event: Event, result: Outcome) -> Question | None:
    """The row after the event; None when somebody was faster, which is said."""
    try:
        return question.move(turn.tx, row, event, turn.person)
    except NotPossible:
        if not turn.person.has(Role.SUPPORT):
            raise NotAllowed("role") from None
        result.say(
            "support/told", relay.data(turn.tx, row, why="moved_on", who=turn.person.name, most=0)
        )
    return None


def action_mark_duplicate(turn: Turn, slots: Slots) -> Outcome:
    """The same as another: its asker gets the answer of that one."""
    result = Outcome()
    row = question.get(turn.tx, str(slots["question"] or ""))
    other = question.get(turn.tx, str(slots["duplicate_of"] or ""))
    if row is None or other is None or other.id == row.id or other.state not in question.LIVE:
        raise NotPossible(question.MACHINE.name, State.NEW, Event.MARKED_DUPLICATE)
    if (row := _moved(turn, row, Event.MARKED_DUPLICATE, result)) is None:
        return result
    question.change(turn.tx, row.id, duplicate_of=other.id)
    for each in question.duplicates_of(turn.tx, row.id):
        question.change(turn.tx, each.id, duplicate_of=other.id)
    relay.to_asker(turn.tx, row, "support/same_as", key=f"question:{row.id}:same:{turn.key}")
    cards.update(turn.tx, row.id)
    return result


def action_settle_question(turn: Turn, slots: Slots) -> Outcome:
    """The asker's button under an answer."""
    result = Outcome()
    row = question.get(turn.tx, str(slots["question"] or ""))
    if row is None:
        raise NotPossible(question.MACHINE.name, State.NEW, Event.SOLVED)
    if row.asker != turn.person.id:
        raise NotAllowed("not_your_question")
    solved = slots["verdict"] == "solved"
    if not supporter.possible(row, Event.SOLVED if solved else Event.NOT_SOLVED):
        result.say("support/settled_before", relay.data(turn.tx, row))
        return result
    asker.settle(turn, row, solved=solved)
    return result


def action_pass_reply_on(turn: Turn, slots: Slots) -> Outcome:
    """What the asker said elsewhere belongs to her open question."""
    result = Outcome()
    row = question.get(turn.tx, str(slots["question"] or ""))
    line = history.line_of(turn, slots[history.ASKED])
    if row is None or line is None or not supporter.possible(row, Event.REPLIED):
        raise NotPossible(question.MACHINE.name, State.NEW, Event.REPLIED)
    turn.note(unclear=(), missed=0)
    asker.hear(
        turn,
        row,
        Message((turn.key,), turn.person.slack, line.text, Origin(line.channel), ts=line.ts),
    )
    result.say("support/passed_on")
    return result

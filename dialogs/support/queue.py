"""The questions that wait, for support: counted, oldest first, in few queries however many there
are. No words."""

from typing import Any

from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.nlu.normalise import normal
from domain import people
from domain.machine import NotAllowed
from domain.people import Person, Role
from domain.questions import question, thread_log
from domain.questions.question import Question, Show, State
from domain.storage import outbox
from domain.storage.addresses import AccountAddress
from domain.storage.store import Tx, moment

MOST = 10


def facts(tx: Tx, person: Person, show: str, most: int = MOST) -> dict[str, Any]:
    """What the queue shows: how many there are of each, and the oldest of those chosen. Four
    queries."""
    show = show if show in tuple(Show) else Show.OPEN
    rows = question.queue(tx, show, person.id, most)
    texts = thread_log.first_wordings(tx, [r.id for r in rows])
    names = people.names(tx, [p for r in rows for p in (r.asker, r.claimed_by) if p])
    counts = question.counts(tx, person.id)
    return {
        "show": str(show),
        "counts": counts,
        "rows": [_row(tx, r, texts, names) for r in rows],
        "more": max(0, counts[show] - len(rows)),
    }


def _row(tx: Tx, row: Question, texts: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    return {
        "offer": row.about.get("offer", ""),
        "free": row.state in (State.OPEN, State.REOPENED) and not row.claimed_by,
        "text": (texts.get(row.id) or "")[:150],
        "asker": names.get(row.asker, ""),
        "whose": names.get(row.claimed_by, ""),
        "state": row.state,
        "late": row.state in question.TO_DO and row.due_at < tx.at,
        "due_day": moment(row.due_at).date().isoformat(),
        "asked_day": moment(row.asked_at).date().isoformat(),
    }


def action_show_queue(turn: Turn, slots: Slots) -> Outcome:
    """In a message, where she asked."""
    result = Outcome()
    if not turn.person.has(Role.SUPPORT):
        raise NotAllowed("role")
    said = set(normal(turn.text).split())
    show = str(slots["show"] or next((s for s in Show if s in said), Show.OPEN))
    result.say("support/queue", facts(turn.tx, turn.person, show))
    return result


def action_narrow_queue(turn: Turn, slots: Slots) -> Outcome:
    """In App Home, which is written anew at once."""
    if not turn.person.has(Role.SUPPORT):
        raise NotAllowed("role")
    turn.note(queue=str(slots["narrow"]))
    outbox.tell(
        turn.tx,
        AccountAddress(turn.person.id, turn.person.slack),
        [],
        key=f"home:{turn.key}",
        kind=outbox.Out.HOME,
    )
    return Outcome()

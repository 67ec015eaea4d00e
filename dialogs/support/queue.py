"""The questions that wait, for support: counted, oldest first, in few queries however many there are. No words."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogs.turn import Turn
from domain import lines, outbox, people, question, terms
from domain.machine import NotAllowed
from domain.people import Person, Role
from domain.question import Show
from domain.store import Tx, moment

Events = list[dict[str, Any]]
MOST = 10
NARROWED = "queue"


def facts(tx: Tx, person: Person, show: str) -> dict[str, Any]:
    """What the queue shows: how many there are of each, and the oldest of those chosen. Six queries."""
    show = show if show in tuple(Show) else Show.OPEN
    rows = question.queue(tx, show, person.id, MOST)
    texts = lines.first_wordings(tx, [r.id for r in rows])
    names = people.names(tx, [p for r in rows for p in (r.asker, r.claimed_by) if p])
    places = outbox.places(tx, [question.card_key(r.id) for r in rows])
    zone = terms.of(tx).timezone
    return {
        "show": str(show), "counts": question.counts(tx, person.id),
        "rows": [_row(tx, r, texts, names, places, zone) for r in rows],
    }  # fmt: skip


def _row(tx: Tx, row: Any, texts: dict[str, str], names: dict[str, str], places: dict[str, Any], zone: str) -> dict[str, Any]:
    due = moment(row.due_at)
    place = places.get(question.card_key(row.id))
    return {
        "text": (texts.get(row.id) or "")[:150], "asker": names.get(row.asker, ""), "whose": names.get(row.claimed_by, ""),
        "state": row.state, "late": row.state in question.TO_DO and row.due_at < tx.at, "due_day": due.date().isoformat(),
        "asked_day": moment(row.asked_at).date().isoformat(), "place": f"{place.channel}/{place.ts}" if place else "", "zone": zone,
    }  # fmt: skip


def home(tx: Tx, person: Person, state: dict[str, Any] | None) -> dict[str, Any] | None:
    """The section of App Home for support, narrowed as she chose last; None for everybody else."""
    if not person.has(Role.SUPPORT):
        return None
    return facts(tx, person, str((state or {}).get(NARROWED, Show.OPEN)))


class ShowQueue(Action):  # type: ignore[misc]
    """In a message, where she asked."""

    def name(self) -> str:
        return "action_show_queue"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        if not turn.person.has(Role.SUPPORT):
            raise NotAllowed("role")
        dispatcher.utter_message(
            response="support/queue", json_message=facts(turn.tx, turn.person, str(tracker.get_slot("show") or "open"))
        )
        return []


class NarrowQueue(Action):  # type: ignore[misc]
    """In App Home, which the door writes anew after a press there."""

    def name(self) -> str:
        return "action_narrow_queue"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        if not turn.person.has(Role.SUPPORT):
            raise NotAllowed("role")
        turn.state[NARROWED] = str(tracker.get_slot("narrow"))
        return []

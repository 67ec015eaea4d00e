"""A supporter's answer becomes the workspace's own. Thin: the rule is domain/knowledge/own_answers.py's, what it changes weighing.py's."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine import notifications
from dialogs.engine.answers import look_tonight
from dialogs.engine.turn import Turn
from dialogs.knowledge import cards
from dialogs.knowledge.drafting import drafted, first_end
from domain import people
from domain.knowledge import own_answers, phrases
from domain.knowledge.own_answers import OWN, Draft, State
from domain.machine import NotAllowed, NotPossible
from domain.people import Role
from domain.questions.basis import basis_of, phrases_in
from domain.storage import notes, outbox

Events = list[dict[str, Any]]
LISTED = 8


def only_support(turn: Turn) -> None:
    """Raises NotAllowed("role")."""
    if not turn.person.has(Role.SUPPORT):
        raise NotAllowed("role")


class TakeOverQuestion(Action):  # type: ignore[misc]
    """Only support; what the question behind it, or the draft before it, says already is not asked again."""

    def name(self) -> str:
        return "action_take_over_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        only_support(turn)
        look_tonight(turn.tx)
        known = drafted(turn, tracker.slots).values
        if tracker.get_slot("risk"):  # from the form: a date that it showed and nobody touched is not sent by every server
            known |= {"expires_on": first_end(turn)}
        return [SlotSet(slot, value) for slot, value in known.items() if value and not tracker.get_slot(slot)]


class HandInAnswer(Action):  # type: ignore[misc]
    """It waits for a second supporter, who sees what it would change."""

    def name(self) -> str:
        return "action_hand_in_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = phrases_in(str(tracker.get_slot("answer_phrases")))
        ends = date.fromisoformat(str(tracker.get_slot("expires_on")))
        draft = Draft(
            str(tracker.get_slot("answer_title")).strip(), str(tracker.get_slot("answer_text")).strip(), said,
            basis_of(str(tracker.get_slot("rests_on")), turn.assistant.facts), str(tracker.get_slot("risk")), ends,
            str(tracker.get_slot("question") or ""),
        )  # fmt: skip
        id_ = own_answers.hand_in(turn.tx, draft, turn.person, today=turn.today)
        cards.keep(turn, id_, said, drafted(turn, tracker.slots).askers)
        over = datetime.combine(ends + timedelta(days=1), datetime.min.time(), UTC)
        outbox.set_timer(turn.tx, "knowledge.expires", id_, over)
        others = cards.put_before_others(turn, id_)
        here = cards.card(turn, own_answers.get(turn.tx, id_))
        dispatcher.utter_message(response="knowledge/handed_in", json_message=here | {"others": [p.name for p in others]})
        return []


class AskVerdict(Action):  # type: ignore[misc]
    """The card, where somebody asked to see it."""

    def name(self) -> str:
        return "action_ask_verdict"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        only_support(turn)
        row = own_answers.get(turn.tx, str(tracker.get_slot("answer_id") or ""))
        if row is None:
            raise NotPossible(own_answers.MACHINE.name, State.REVOKED, own_answers.Event.APPROVED)
        dispatcher.utter_message(json_message=cards.card(turn, row))
        return []


class DecideAnswer(Action):  # type: ignore[misc]
    """The second supporter's word. One decision wins; the author hears it, every copy of the card shows it."""

    def name(self) -> str:
        return "action_decide_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        id_, yes = str(tracker.get_slot("answer_id") or ""), tracker.get_slot("verdict") == "approve"
        row, reason = own_answers.get(turn.tx, id_), str(tracker.get_slot("why_not") or "")
        if row is None:
            raise NotPossible(own_answers.MACHINE.name, State.REVOKED, own_answers.Event.APPROVED)
        kept = note(turn, reason) if reason else ""
        shown = str(tracker.get_slot("shown") or "")
        try:
            row = own_answers.decide(turn.tx, id_, yes, turn.person, today=turn.today, shown=shown, reason=kept)
        except NotPossible:
            dispatcher.utter_message(response="knowledge/decided_before", json_message=cards.card(turn, row))
            return []
        cards.close(turn, row, turn.person.name)
        here = cards.card(turn, row) | {"decider": turn.person.name, "reason": reason}
        if author := people.by_id(turn.tx, row.author):
            key = f"answer:{id_}:{turn.key}:author"
            notifications.say(turn.tx, author, "knowledge/decided", here | {"mine": True}, key=key, about={"from_answer": id_})
        dispatcher.utter_message(response="knowledge/decided", json_message=here | {"mine": False})
        return []


def note(turn: Turn, text: str) -> str:
    """Keep what a person wrote beside the log, which holds only the id."""
    return notes.keep(turn.tx, turn.person, text)


class ListOwnAnswers(Action):  # type: ignore[misc]
    """What the workspace has of its own, the newest first, with buttons to take it back or to look at it."""

    def name(self) -> str:
        return "action_list_own_answers"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        only_support(turn)
        rows = own_answers.with_state(turn.tx, State.LIVE, State.AWAITING)
        names = people.names(turn.tx, (r.author for r in rows))
        own = [
            {
                "id": r.id, "headline": r.title, "by": names.get(r.author, ""), "until": r.expires_on, "state": r.state,
                "mine": r.author == turn.person.id, "offer": self._offer(turn, r),
            }
            for r in rows[:LISTED]
        ]  # fmt: skip
        topics = [{"id": t.id, "headline": t.title} for t in reversed(phrases.topics(turn.tx))]
        assigned = [p for p in reversed(phrases.everything(turn.tx)) if not p.entry.startswith(OWN)]
        said = {
            "own": own, "more": max(0, len(rows) - LISTED), "topics": topics[:LISTED],
            "wordings": [{"id": p.id, "text": p.text} for p in assigned[:LISTED]],
        }  # fmt: skip
        dispatcher.utter_message(response="knowledge/list", json_message=said)
        return []

    def _offer(self, turn: Turn, row: Any) -> str:
        from dialogs.engine.conversation_store import MENU_LIVES, offer_to

        if row.state != State.AWAITING or row.author == turn.person.id:
            return ""
        return offer_to(
            turn.tx, turn.person.id, "menu", {"answer_id": row.id, "shown": own_answers.digest(turn.tx, row)}, MENU_LIVES
        )


class Revoke(Action):  # type: ignore[misc]
    """An own answer, an assigned wording or a topic counts no more."""

    def name(self) -> str:
        return "action_revoke"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        only_support(turn)
        id_ = str(tracker.get_slot("own_thing") or "")
        if own_answers.get(turn.tx, id_):
            row = own_answers.revoke(turn.tx, id_, turn.person, today=turn.today)
            dispatcher.utter_message(response="knowledge/revoked", json_message={"headline": row.title})
        elif phrases.take_away(turn.tx, id_, turn.person):
            dispatcher.utter_message(response="knowledge/revoked", json_message={"headline": ""})
        else:
            raise NotPossible(own_answers.MACHINE.name, State.REVOKED, own_answers.Event.REVOKED)
        return []

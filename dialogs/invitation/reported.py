"""What became of an invitation, told in words: of which provider, by whom, and through the invitation's own table. Thin."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine.turn import Turn
from dialogs.invitation import relay
from dialogs.invitation.outcomes import OUTCOMES, SEEN, note_outcome, note_seen
from domain.people import Role
from domain.providers import invitation, providers
from domain.providers.partnership import MACHINE, State

Events = list[dict[str, Any]]
S = State
INTENTS = {
    "report_invite_accepted": "accepted", "report_invite_not_ours": "not_ours", "report_invite_dead": "link_dead",
    "report_provider_listed": "in_list", "report_provider_missing": "not_in_list",
}  # fmt: skip
# Where a partnership may stand for the outcome to be told of it; of several it is asked which.
FITS: dict[str, tuple[State, ...]] = {
    "accepted": (S.VALIDATED, S.WAITING, S.RECEIVED, S.LINK_DEAD), "not_ours": (S.VALIDATED, S.WAITING, S.RECEIVED),
    "link_dead": (S.VALIDATED, S.WAITING), "in_list": (S.ACCEPTED, S.UNCONFIRMED, S.VALIDATED, S.WAITING, S.CHOSEN, S.LINK_DEAD),
    "not_in_list": (S.ACCEPTED, S.UNCONFIRMED),
}  # fmt: skip
MOST = 8


def meant(turn: Turn, outcome: str) -> list[Any]:
    """The providers of whom it may be told: the one whose name was said, else those whose invitation stands so that it fits."""
    states = providers.states(turn.tx, turn.person.partner)
    known = providers.of_partner(turn.tx, turn.person.partner)
    fits = [p for p in known if states.get(p.id, S.CONSIDERED) in FITS[outcome]]
    named = [] if turn.pressed else providers.named_in(known, turn.text)
    return named[:1] if len(named) == 1 and (named[0] in fits or outcome == "in_list") else fits


class LookForOutcome(Action):  # type: ignore[misc]
    """What is told, and of which provider."""

    def name(self) -> str:
        return "action_look_for_outcome"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        outcome = tracker.get_slot("told_outcome") or INTENTS.get(tracker.latest_message["intent"]["name"])
        if not outcome:  # a forged press: no button of ours starts this without an outcome
            return [SlotSet("told_stage", "nothing")]
        found = meant(turn, outcome)
        stage = "nothing" if not found and outcome != "in_list" else "something"
        chosen = found[0].id if len(found) == 1 else None
        return [SlotSet("told_outcome", outcome), SlotSet("told_stage", stage), SlotSet("told_of", chosen)]


class AskToldOf(Action):  # type: ignore[misc]
    """The providers that may be meant; another one is written."""

    def name(self) -> str:
        return "action_ask_told_of"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        outcome = str(tracker.get_slot("told_outcome"))
        found = meant(turn, outcome)[:MOST]
        dispatcher.utter_message(json_message={"options": [{"value": p.id, "label": p.name} for p in found], "outcome": outcome})
        return []


class ValidateToldOf(Action):  # type: ignore[misc]
    """A provider that is known; one that shows in the list may be new to us."""

    def name(self) -> str:
        return "validate_told_of"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said, partner = str(tracker.get_slot("told_of")).strip(), turn.person.partner
        if providers.get(turn.tx, partner, said):
            return []
        if row := providers.called(turn.tx, partner, said):
            return [SlotSet("told_of", row.id)]
        if tracker.get_slot("told_outcome") == "in_list" and providers.key_of(said) and len(said) <= 80 and "://" not in said:
            return [SlotSet("told_of", providers.note(turn.tx, partner, said))]
        dispatcher.utter_message(response="invitation/which_provider")
        return [SlotSet("told_of", None)]


class WeighOutcome(Action):  # type: ignore[misc]
    """The Global admin's own word is recorded at once; anybody else's is repeated to her first."""

    def name(self) -> str:
        return "action_weigh_outcome"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        return [SlotSet("outcome_sure", "sure" if turn.person.has(Role.GLOBAL_ADMIN) else None)]


class AskOutcomeSure(Action):  # type: ignore[misc]
    """What would be recorded, of whom."""

    def name(self) -> str:
        return "action_ask_outcome_sure"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row = providers.get(turn.tx, turn.person.partner, str(tracker.get_slot("told_of")))
        told = {"outcome": tracker.get_slot("told_outcome"), "provider": row.name if row else ""}
        dispatcher.utter_message(json_message=told)
        return []


class NoteToldOutcome(Action):  # type: ignore[misc]
    """Through the table, as the buttons do it."""

    def name(self) -> str:
        return "action_note_told_outcome"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        provider, outcome = str(tracker.get_slot("told_of")), str(tracker.get_slot("told_outcome"))
        latest = invitation.latest_of(turn.tx, provider)
        row = latest if latest is not None and latest.partner == turn.person.partner else None
        if outcome in SEEN:
            note_seen(turn, dispatcher, provider, row, outcome)
            return []
        if row is None:
            relay.move(turn.tx, provider, OUTCOMES[outcome], turn.person, turn.person.partner)
            known = providers.get(turn.tx, turn.person.partner, provider)
            turn.about["wrong_about"] = f"{MACHINE.name}:{provider}"
            said = {"outcome": outcome, "provider": known.name if known else "", "by": "", "mine": False, "case": turn.case()}
            dispatcher.utter_message(response="invitation/noted", json_message=said)
            return []
        note_outcome(turn, dispatcher, row, outcome)
        return [SlotSet("invitation", row.id)]

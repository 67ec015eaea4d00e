"""What takes a customer back on its road: a relationship that was removed, a consent taken back, a customer that left. Thin."""

from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine import flow_runner
from dialogs.engine.turn import Turn
from dialogs.nlu.dates import day_said
from domain.customers import customer_book, customer_names, transfer_book
from domain.customers.customer import MACHINE, RELATED, Event, State
from domain.machine import NotPossible, advance, stands
from domain.providers import providers

Events = list[dict[str, Any]]
S, E = State, Event
INTENTS = {"report_customer_left": "left", "report_customer_consent_back": "consent_taken_back", "report_customer_removed": None}
# What may be reported in which states, and as which event. Who takes a yes back while an invitation is out has said no to it.
EVENTS: dict[str, dict[State, Event]] = {
    "provider_removed": dict.fromkeys(RELATED, E.PROVIDER_REMOVED),
    "reseller_removed": dict.fromkeys(RELATED, E.RESELLER_REMOVED),
    "consent_taken_back": {S.CONSENTED: E.CONSENT_TAKEN_BACK}
    | dict.fromkeys((S.INVITED, S.PROVIDER_MISSING, S.RESELLER_MISSING), E.INVITATION_DECLINED),
    "left": dict.fromkeys((s for s in S if s is not S.ENDED), E.LEFT),
}


class LookForChange(Action):  # type: ignore[misc]
    """Of whom does the person speak, what has changed, and when?"""

    def name(self) -> str:
        return "action_look_for_change"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        intent = tracker.latest_message["intent"]["name"] or ""
        events = []
        if not turn.pressed and intent in INTENTS:
            said = day_said(turn.text, turn.today)
            events += [SlotSet("changed", INTENTS[intent]), SlotSet("changed_on", said.isoformat() if said else None)]
        if tracker.get_slot("changed_customer") is None:
            found = customer_names.in_text(turn.tx, turn.person.partner, turn.text) if intent else []
            given = tracker.get_slot("customer") if turn.pressed else None
            events.append(SlotSet("changed_customer", found[0].id if len(found) == 1 else given))
        return events


class ValidateChangedCustomer(Action):  # type: ignore[misc]
    """A customer that is on the list, by name, tenant id or domain."""

    def name(self) -> str:
        return "validate_changed_customer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said, partner = str(tracker.get_slot("changed_customer")), turn.person.partner
        row = customer_book.by_id(turn.tx, partner, said)
        found = [row] if row else customer_book.search(turn.tx, partner, said[:200])
        if len(found) != 1:
            dispatcher.utter_message(response="customer_change/which_customer", json_message={"found": [c.name for c in found[:5]]})
            return [SlotSet("changed_customer", None)]
        return [SlotSet("changed_customer", found[0].id), SlotSet("changed_name", found[0].name)]


def possible(turn: Turn, customer: str) -> dict[str, Event]:
    """What may have changed with it, as it stands: the answer -> the event that it reports."""
    state = State(stands(turn.tx, MACHINE, customer).state)
    return {changed: events[state] for changed, events in EVENTS.items() if state in events}


class LookAtChange(Action):  # type: ignore[misc]
    """Is there anything that could have changed? Of a customer that left, nothing."""

    def name(self) -> str:
        return "action_look_at_change"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        id_ = str(tracker.get_slot("changed_customer"))
        turn.about.update(customer=id_, changed_customer=id_, wrong_about=f"{MACHINE.name}:{id_}")
        return [SlotSet("change_stage", "possible" if possible(turn, id_) else "nothing")]


class AskChanged(Action):  # type: ignore[misc]
    """What fits where the customer stands."""

    def name(self) -> str:
        return "action_ask_changed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        found = possible(turn, str(tracker.get_slot("changed_customer")))
        dispatcher.utter_message(json_message={"options": [{"value": changed} for changed in found]})
        return []


class ValidateChanged(Action):  # type: ignore[misc]
    """Something that can be so by what was reported before."""

    def name(self) -> str:
        return "validate_changed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        id_, changed = str(tracker.get_slot("changed_customer")), str(tracker.get_slot("changed"))
        if changed in possible(turn, id_):
            return []
        said = {"customer": tracker.get_slot("changed_name"), "changed": changed, "state": stands(turn.tx, MACHINE, id_).state}
        dispatcher.utter_message(response="customer_change/does_not_fit", json_message=said)
        return [SlotSet("changed", None)]


class AskSureChanged(Action):  # type: ignore[misc]
    """What follows from it, before it is recorded."""

    def name(self) -> str:
        return "action_ask_sure_changed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        id_ = str(tracker.get_slot("changed_customer"))
        row = customer_book.by_id(turn.tx, turn.person.partner, id_)
        provider = providers.get(turn.tx, turn.person.partner, row.provider) if row and row.provider else None
        moved = len(transfer_book.of_customer(turn.tx, turn.person.partner, id_))
        told = {"customer": tracker.get_slot("changed_name"), "changed": tracker.get_slot("changed"), "moved": moved}
        dispatcher.utter_message(json_message=told | {"provider": provider.name if provider else ""})
        return []


class NoteChange(Action):  # type: ignore[misc]
    """Recorded as reported, for its day; what is open about the customer goes on from where it stands now."""

    def name(self) -> str:
        return "action_note_change"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        id_, name = str(tracker.get_slot("changed_customer")), tracker.get_slot("changed_name")
        changed, day = str(tracker.get_slot("changed")), date.fromisoformat(str(tracker.get_slot("changed_on")))
        event = possible(turn, id_).get(changed)
        if event is None:  # a colleague reported something meanwhile
            raise NotPossible(MACHINE.name, stands(turn.tx, MACHINE, id_).state, changed)
        advance(turn.tx, MACHINE, id_, event, turn.person, day=day, today=turn.today, partner=turn.person.partner)
        turn.about.update(customer=id_, changed_customer=id_, wrong_about=f"{MACHINE.name}:{id_}")
        flow_runner.look_again(turn)
        here, row = stands(turn.tx, MACHINE, id_), customer_book.by_id(turn.tx, turn.person.partner, id_)
        provider = providers.get(turn.tx, turn.person.partner, row.provider) if row.provider else None
        dispatcher.utter_message(
            response="customer/recorded", json_message={"event": event, "day": day.isoformat(), "customer": name}
        )
        shown = {
            "customer": name, "state": here.state, "since": here.day.isoformat() if here.day else "",
            "provider": provider.name if provider else "",
        }  # fmt: skip
        dispatcher.utter_message(response="customer/stands", json_message=shown)
        return []

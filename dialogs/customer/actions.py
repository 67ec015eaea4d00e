"""A customer's road, step by step: the deeds behind dialogs/customer/flow.yml. Thin: slots in, domain, slots and messages out."""

from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.customer.questions import one_row
from dialogs.customer.steps import ANSWERED, ANSWERS, EVENTS, IMPLIED, STAGE
from dialogs.engine.turn import Turn
from dialogs.nlu.dates import day_said, kept_day
from dialogs.nlu.types import REPORT
from domain.customers import customer_book, customer_list, customer_names
from domain.customers.customer import MACHINE, Event
from domain.machine import advance, stands
from domain.providers import providers

Events = list[dict[str, Any]]
INTENT = f"{REPORT}customer_"


def report(turn: Turn, customer: str, event: str, day: date | None = None, **details: Any) -> None:
    """Record what the person says has happened with one of her partner's customers."""
    today, partner = turn.today, turn.person.partner
    advance(turn.tx, MACHINE, customer, event, turn.person, day=day or today, today=today, partner=partner, **details)


class LookForCustomer(Action):  # type: ignore[misc]
    """Of whom does the person speak? What she reports in words, and for which day, is kept for the question that asks it."""

    def name(self) -> str:
        return "action_look_for_customer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        intent = tracker.latest_message["intent"]["name"] or ""
        events = []
        if intent.startswith(INTENT):
            said = day_said(turn.text, turn.today)
            day = said.isoformat() if said else None
            events = [SlotSet("reported", intent.removeprefix(INTENT)), SlotSet("happened_on", day)]
        if tracker.get_slot("customer") is None and intent:
            found = customer_names.in_text(turn.tx, turn.person.partner, turn.text)
            events.append(SlotSet("customer", found[0].id if len(found) == 1 else None))
            events.append(SlotSet("customer_said", found[0].name if len(found) > 1 else None))
        if intent == "move_customer":
            events.append(SlotSet("relation", "direct"))
        return events


class NameCustomer(Action):  # type: ignore[misc]
    """The customer is on the list from now on."""

    def name(self) -> str:
        return "action_name_customer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row = one_row(str(tracker.get_slot("customer_said")))
        assert not isinstance(row, str), "validate_customer lets only whole rows through"
        chosen = str(tracker.get_slot("customer_provider"))
        row = customer_list.Row(1, row.name, row.guid, row.domain, str(tracker.get_slot("relation")))
        provider = "" if chosen == "none" else chosen
        taken = customer_book.take(turn.tx, turn.person, [row], today=turn.today, provider=provider)
        return [SlotSet("customer", taken.ids[1])]


class LookAtCustomer(Action):  # type: ignore[misc]
    """Where the customer stands; what was reported in words fills the answer that the state asks for."""

    def name(self) -> str:
        return "action_look_at_customer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        id_, reported = str(tracker.get_slot("customer")), str(tracker.get_slot("reported") or "")
        row = customer_book.by_id(turn.tx, turn.person.partner, id_)
        assert row is not None, "validate_customer lets only customers of the partner through"
        turn.about["customer"] = id_
        day = kept_day(tracker.get_slot("happened_on")) or turn.today
        here = stands(turn.tx, MACHINE, id_)
        for implied in IMPLIED.get(reported, {}).get(here.state, ()):
            report(turn, id_, implied, max(day, here.day or day), implied=True)
        state = stands(turn.tx, MACHINE, id_).state
        provider = provider_of(turn, row)
        events = [
            SlotSet("customer_name", row.name), SlotSet("customer_stage", STAGE[state]),
            SlotSet("provider_name", provider.name if provider else ""), SlotSet("lacks", lacking(turn, provider)),
        ]  # fmt: skip
        if STAGE[state] == "prospect" and (row.guid or row.domain) and not reported:
            events.append(SlotSet("has_tenant", "has"))
        if filled := ANSWERED.get(reported, {}).get(state):
            events.append(SlotSet(*filled))
            events.append(SlotSet("way", "joint" if filled == ("invited", "sent") else None))
            if filled == ("consent", "given"):
                events.append(SlotSet("consent_on", tracker.get_slot("happened_on")))
            events.append(SlotSet("reported", None))
        elif reported and STAGE[state] == "direct":
            dispatcher.utter_message(response="customer/consent_first", json_message={"customer": row.name})
        return events


def provider_of(turn: Turn, row: Any) -> Any:
    """The customer's provider; where none was chosen and one alone is in the list, it is that one from now on."""
    if row.provider:
        return providers.get(turn.tx, turn.person.partner, row.provider)
    listed = providers.in_state(turn.tx, turn.person.partner)
    if len(listed) == 1:
        customer_book.give_provider(turn.tx, turn.person, row, listed[0].id)
        return listed[0]
    return None


def lacking(turn: Turn, provider: Any) -> str:
    """What Microsoft wants before a customer can come to the provider: said with the next step, never a trap."""
    if turn.case()["enrollment"] != "Accepted":
        return "agreement"
    listed = {p.id for p in providers.in_state(turn.tx, turn.person.partner)}
    return "nothing" if provider is not None and provider.id in listed else "provider"


class NoteCustomerStep(Action):  # type: ignore[misc]
    """The answer to the question of the state, recorded as an event of its day; what is for later changes nothing."""

    def name(self) -> str:
        return "action_note_customer_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        id_ = str(tracker.get_slot("customer"))
        answered = next(((s, str(tracker.get_slot(s))) for s in ANSWERS if (s, tracker.get_slot(s)) in EVENTS), ("", ""))
        cleared = [SlotSet(slot, None) for slot in (*ANSWERS, "consent_on", "way", "happened_on", "reported", "drafted")]
        event = EVENTS.get(answered, "")
        if not event:
            return [*cleared, SlotSet("customer_stage", "later")]
        day = kept_day(tracker.get_slot("consent_on" if event == Event.CONSENTED else "happened_on")) or turn.today
        report(turn, id_, event, day)
        told = {"event": event, "day": day.isoformat(), "customer": tracker.get_slot("customer_name")}
        dispatcher.utter_message(response="customer/recorded", json_message=told)
        kept = ("happened_on", "reported") if event == Event.CONSENTED and tracker.get_slot("reported") else ()
        return [*(c for c in cleared if c["name"] not in kept), *_ended(event)]


def _ended(event: str) -> Events:
    """After a no there is nothing to ask at once."""
    return [SlotSet("customer_stage", "later")] if event in (Event.CONSENT_REFUSED, Event.INVITATION_DECLINED) else []


class ShowCustomer(Action):  # type: ignore[misc]
    """Where the customer stands, who must act, and by which button it goes on."""

    def name(self) -> str:
        return "action_show_customer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        id_ = str(tracker.get_slot("customer"))
        here = stands(turn.tx, MACHINE, id_)
        turn.about.update(customer=id_, wrong_about=f"{MACHINE.name}:{id_}")
        shown = {
            "customer": tracker.get_slot("customer_name"), "state": here.state, "since": here.day.isoformat() if here.day else "",
            "provider": tracker.get_slot("provider_name") or "",
        }  # fmt: skip
        dispatcher.utter_message(response="customer/stands", json_message=shown)
        return []


class DraftConsent(Action):  # type: ignore[misc]
    """Words with which the partner may ask for consent; then the question stands again."""

    def name(self) -> str:
        return "action_draft_consent"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(response="customer/draft_consent", json_message=named(tracker))
        return [SlotSet("consent", None), SlotSet("drafted", True)]


class DraftInvitation(Action):  # type: ignore[misc]
    """Words around the invitation link; then the question stands again."""

    def name(self) -> str:
        return "action_draft_invitation"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(response="customer/draft_invitation", json_message=named(tracker))
        return [SlotSet("invited", None), SlotSet("drafted", True)]


def named(tracker: Tracker) -> dict[str, str]:
    return {"customer": str(tracker.get_slot("customer_name")), "provider": str(tracker.get_slot("provider_name") or "")}

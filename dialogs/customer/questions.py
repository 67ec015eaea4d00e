"""Which customer, and through which provider: what the questions offer, and which answers hold."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine.turn import Turn
from domain.customers import customer_book, customer_list
from domain.customers.delimited import BadList
from domain.providers import providers

Events = list[dict[str, Any]]


class AskCustomer(Action):  # type: ignore[misc]
    """Those whose name was said, where there is more than one."""

    def name(self) -> str:
        return "action_ask_customer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = tracker.get_slot("customer_said")
        row = one_row(said) if said else ""
        found = [] if isinstance(row, str) else customer_book.search(turn.tx, turn.person.partner, row.name)[:5]
        options = [{"value": c.id, "label": c.name, "domain": c.domain} for c in found]
        if options and tracker.get_slot("customer_name"):
            options.append({"value": "new", "label": "", "domain": ""})
        dispatcher.utter_message(json_message={"options": options})
        return []


class ValidateCustomer(Action):  # type: ignore[misc]
    """A customer by button or by name; a name that nobody gave before is a new one."""

    def name(self) -> str:
        return "validate_customer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = str(tracker.get_slot("customer"))
        if said == "new" and tracker.get_slot("customer_said"):
            return []
        if customer_book.by_id(turn.tx, turn.person.partner, said) is not None:
            return []
        row = one_row(said)
        if not isinstance(row, str) and row.guid:
            row = customer_book.not_customers(turn.tx, turn.person.partner).get(row.guid, row)
        if isinstance(row, str):
            dispatcher.utter_message(response="customer/bad_name", json_message={"why": row, "most": customer_list.MOST_NAME})
            return [SlotSet("customer", None), SlotSet("customer_said", None)]
        found = customer_book.like(turn.tx, turn.person.partner, row)
        kept = [SlotSet("customer_said", said), SlotSet("customer_name", row.name)]
        sure = not found or (len(found) == 1 and is_named(found[0], row))
        if not sure:
            dispatcher.utter_message(response="customer/several")
            return [SlotSet("customer", None), *kept]
        return [SlotSet("customer", found[0].id if found else "new"), *kept]


def is_named(known: Any, row: customer_list.Row) -> bool:
    """Is this customer meant beyond doubt: the tenant is the same, or the name is?"""
    same = (row.guid and row.guid == known.guid) or (row.domain and row.domain == known.domain)
    return bool(same or customer_list.sought(row.name) == known.sought)


def one_row(said: str) -> customer_list.Row | str:
    """The one customer that a text names, as a row of a list; else what is wrong with it."""
    try:
        parsed = customer_list.parse(said)
    except BadList as bad:
        return "no_name" if bad.why == "empty" else bad.why
    if len(parsed.rows) + len(parsed.wrong) > 1:
        return "several"
    return parsed.rows[0] if parsed.rows else parsed.wrong[0].why


class LookAtProviders(Action):  # type: ignore[misc]
    """With one provider in the list there is nothing to choose; with none it stays open for now."""

    def name(self) -> str:
        return "action_look_at_providers"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        listed = providers.in_state(turn.tx, turn.person.partner)
        chosen = {0: "none", 1: listed[0].id if listed else ""}.get(len(listed))
        return [SlotSet("customer_provider", chosen)]


class AskCustomerProvider(Action):  # type: ignore[misc]
    """The providers in the partner's list."""

    def name(self) -> str:
        return "action_ask_customer_provider"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        listed = providers.in_state(turn.tx, turn.person.partner)
        dispatcher.utter_message(json_message={"options": [{"value": p.id, "label": p.name} for p in listed[:20]]})
        return []


class ValidateCustomerProvider(Action):  # type: ignore[misc]
    """One of the partner's own, by button or by name."""

    def name(self) -> str:
        return "validate_customer_provider"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said, partner = str(tracker.get_slot("customer_provider")), turn.person.partner
        if said == "none" or providers.get(turn.tx, partner, said) is not None:
            return []
        named = providers.called(turn.tx, partner, said)
        if named is None:
            dispatcher.utter_message(response="customer/which_provider")
        return [SlotSet("customer_provider", named.id if named else None)]

"""Transfers of subscriptions, step by step: the deeds behind dialogs/transfer/flow.yml. Thin: slots in, domain, slots out."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine.turn import Turn
from dialogs.nlu.dates import day_said, kept_day
from dialogs.transfer.steps import ANSWERED, ANSWERS, EVENTS, REPORTED, STAGE
from domain.customers import customer, customer_book, customer_names, transfer_book
from domain.customers.transfer import MACHINE, Kind, Refused, Rule, rule_of
from domain.machine import stands

Events = list[dict[str, Any]]
MOST_OFFERED = 8


def rule_in_force(turn: Turn) -> Rule:
    return rule_of(turn.assistant.facts.in_force("P-TRANSFER", turn.today).version)


class LookForTransfer(Action):  # type: ignore[misc]
    """Whose subscriptions? And what is reported, for which day."""

    def name(self) -> str:
        return "action_look_for_transfer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        intent = tracker.latest_message["intent"]["name"] or ""
        found = customer_names.in_text(turn.tx, turn.person.partner, turn.text) if intent else []
        named = tracker.get_slot("transfer_customer") or (found[0].id if len(found) == 1 else None)
        said = day_said(turn.text, turn.today) if intent in REPORTED else None
        return [
            SlotSet("transfer_customer", named), SlotSet("transfer_reported", REPORTED.get(intent)),
            SlotSet("transfer_on", said.isoformat() if said else None),
        ]  # fmt: skip


class ValidateTransferCustomer(Action):  # type: ignore[misc]
    """A customer that is on the list, by button, name, tenant id or domain."""

    def name(self) -> str:
        return "validate_transfer_customer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said, partner = str(tracker.get_slot("transfer_customer")), turn.person.partner
        row = customer_book.by_id(turn.tx, partner, said)
        if row is not None:
            return [SlotSet("moved_customer", row.name)]
        found = customer_book.search(turn.tx, partner, said[:200])
        if len(found) == 1:
            return [SlotSet("transfer_customer", found[0].id), SlotSet("moved_customer", found[0].name)]
        shown = [{"value": c.id, "label": c.name} for c in found[:MOST_OFFERED]]
        dispatcher.utter_message(response="transfer/which_customer", json_message={"found": shown})
        return [SlotSet("transfer_customer", None)]


class AskTransferCustomer(Action):  # type: ignore[misc]
    """Customers that the provider has already: the ones whose subscriptions may move."""

    def name(self) -> str:
        return "action_ask_transfer_customer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        ready = [e for s in customer.RELATED for e in customer_book.page(turn.tx, turn.person.partner, state=s, most=MOST_OFFERED)]
        dispatcher.utter_message(json_message={"options": [{"value": e.id, "label": e.name} for e in ready[:MOST_OFFERED]]})
        return []


class LookAtTransfers(Action):  # type: ignore[misc]
    """Is the customer with the provider (X-TRANSFER-ORDER), and are requests of it under way?"""

    def name(self) -> str:
        return "action_look_at_transfers"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        id_ = str(tracker.get_slot("transfer_customer"))
        turn.about.update(customer=id_, transfer_customer=id_)
        under_way = transfer_book.of_customer(turn.tx, turn.person.partner, id_)
        if not under_way:
            ready = customer.is_with_provider(stands(turn.tx, customer.MACHINE, id_).state)
            return [SlotSet("transfer", "new"), SlotSet("transfer_stage", None if ready else "customer_first")]
        chosen = under_way[0].id if tracker.get_slot("transfer_reported") and len(under_way) == 1 else None
        return [SlotSet("transfer", tracker.get_slot("transfer") or chosen), SlotSet("transfer_stage", None)]


class AskTransfer(Action):  # type: ignore[misc]
    """The requests under way, and a new one."""

    def name(self) -> str:
        return "action_ask_transfer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        found = transfer_book.of_customer(turn.tx, turn.person.partner, str(tracker.get_slot("transfer_customer")))
        options = [{"value": r.id, "number": r.number, "kind": r.kind, "state": r.state} for r in found[:MOST_OFFERED]]
        options.append({"value": "new", "number": 0, "kind": "", "state": ""})
        dispatcher.utter_message(json_message={"options": options})
        return []


class ValidateTransfer(Action):  # type: ignore[misc]
    """One of the customer's own, or a new one."""

    def name(self) -> str:
        return "validate_transfer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = str(tracker.get_slot("transfer"))
        row = None if said == "new" else transfer_book.by_id(turn.tx, turn.person.partner, said)
        fits = said == "new" or (row is not None and row.customer == tracker.get_slot("transfer_customer"))
        return [] if fits else [SlotSet("transfer", None)]


class ValidateSubscriptions(Action):  # type: ignore[misc]
    """Names or ids, each once, not more than one request holds."""

    def name(self) -> str:
        return "validate_subscriptions"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        most = rule_in_force(turn).most
        try:
            said = transfer_book.subscriptions_in(str(tracker.get_slot("subscriptions")))
            if most and len(said) > most:
                raise Refused("too_many")
        except Refused as refusal:
            dispatcher.utter_message(response="transfer/refused", json_message=refused(refusal, most))
            return [SlotSet("subscriptions", None)]
        return []


def refused(refusal: Refused, most: int) -> dict[str, Any]:
    return {"why": refusal.why, "which": list(refusal.which[:10]), "most": most}


class RequestTransfer(Action):  # type: ignore[misc]
    """The request is on record. What the tool does not move is told at once, with what remains."""

    def name(self) -> str:
        return "action_request_transfer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        of = customer_book.by_id(turn.tx, turn.person.partner, str(tracker.get_slot("transfer_customer")))
        said, rule = transfer_book.subscriptions_in(str(tracker.get_slot("subscriptions"))), rule_in_force(turn)
        kind = Kind(str(tracker.get_slot("subscription_kind")))
        try:
            with turn.tx.savepoint():
                id_ = transfer_book.request(turn.tx, turn.person, of, kind, said, rule, today=turn.today)
        except Refused as refusal:
            dispatcher.utter_message(response="transfer/refused", json_message=refused(refusal, rule.most))
            return [SlotSet("transfer_stage", "refused")]
        return [SlotSet("transfer", id_)]


class LookAtTransfer(Action):  # type: ignore[misc]
    """Where the request stands; who starts and who approves follow from the version by which it was made."""

    def name(self) -> str:
        return "action_look_at_transfer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row = transfer_book.by_id(turn.tx, turn.person.partner, str(tracker.get_slot("transfer")))
        state = stands(turn.tx, MACHINE, row.id).state
        filled = ANSWERED.get((str(tracker.get_slot("transfer_reported") or ""), state))
        events = [SlotSet("transfer_stage", STAGE[state]), SlotSet("starter", rule_of(row.version).starts)]
        return [*events, SlotSet(*filled)] if filled else events


class NoteTransferStep(Action):  # type: ignore[misc]
    """The answer to the question of the state, recorded as an event; what is for later changes nothing."""

    def name(self) -> str:
        return "action_note_transfer_step"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        answered = next(((s, str(tracker.get_slot(s))) for s in ANSWERS if (s, tracker.get_slot(s)) in EVENTS), ("", ""))
        cleared = [SlotSet(slot, None) for slot in (*ANSWERS, "transfer_on", "transfer_reported")]
        event = EVENTS.get(answered, "")
        if not event:
            return [*cleared, SlotSet("transfer_stage", "shown")]
        day = kept_day(tracker.get_slot("transfer_on")) or turn.today
        try:
            with turn.tx.savepoint():
                transfer_book.report(turn.tx, turn.person, str(tracker.get_slot("transfer")), event, day=day, today=turn.today)
        except Refused as refusal:
            dispatcher.utter_message(response="transfer/refused", json_message=refused(refusal, 0))
            return [*cleared, SlotSet("transfer_stage", "refused")]
        dispatcher.utter_message(response="transfer/recorded", json_message={"event": event, "day": day.isoformat()})
        return cleared


class ShowTransfer(Action):  # type: ignore[misc]
    """Where the request stands, and who must act."""

    def name(self) -> str:
        return "action_show_transfer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row = transfer_book.by_id(turn.tx, turn.person.partner, str(tracker.get_slot("transfer")))
        here = stands(turn.tx, MACHINE, row.id)
        turn.about.update(
            transfer_customer=row.customer, customer=row.customer, transfer=row.id, wrong_about=f"{MACHINE.name}:{row.id}"
        )  # fmt: skip
        items = [i.said for i in transfer_book.items_of(turn.tx, row.id)]
        shown = {
            "customer": tracker.get_slot("moved_customer"), "number": row.number, "state": here.state, "kind": row.kind,
            "starter": rule_of(row.version).starts,
            "since": here.day.isoformat() if here.day else "",
            "items": items[:5], "many": len(items),
        }  # fmt: skip
        dispatcher.utter_message(response="transfer/stands", json_message=shown)
        return []

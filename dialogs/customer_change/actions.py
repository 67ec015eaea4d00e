"""What takes a customer back on its road: a relationship that was removed, a consent taken back, a
customer that left. Thin."""

from datetime import date

from dialogs.engine import flow_runner
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.nlu.dates import day_said
from domain.customers import customer_book, customer_names, transfer_book
from domain.customers.customer import MACHINE, RELATED, Event, State
from domain.machine import NotPossible, advance, stands
from domain.providers import providers
from domain.storage.rows import existing

S, E = State, Event
INTENTS = {
    "report_customer_left": "left",
    "report_customer_consent_back": "consent_taken_back",
    "report_customer_removed": None,
}
# What may be reported in which states, and as which event. Who takes a yes back while an invitation
# is out has said no to it.
EVENTS: dict[str, dict[State, Event]] = {
    "provider_removed": dict.fromkeys(RELATED, E.PROVIDER_REMOVED),
    "reseller_removed": dict.fromkeys(RELATED, E.RESELLER_REMOVED),
    "consent_taken_back": {S.CONSENTED: E.CONSENT_TAKEN_BACK}
    | dict.fromkeys((S.INVITED, S.PROVIDER_MISSING, S.RESELLER_MISSING), E.INVITATION_DECLINED),
    "left": dict.fromkeys((s for s in S if s is not S.ENDED), E.LEFT),
}


def action_look_for_change(turn: Turn, slots: Slots) -> Outcome:
    """Of whom does the person speak, what has changed, and when?"""
    intent = turn.intent or ""
    events = []
    if intent in INTENTS:
        said = day_said(turn.text, turn.today)
        events += [("changed", INTENTS[intent]), ("changed_on", said.isoformat() if said else None)]
    if slots["changed_customer"] is None:
        found = customer_names.in_text(turn.tx, turn.person.partner, turn.text) if intent else []
        given = slots["customer"] if turn.pressed and not intent else None
        events.append(("changed_customer", found[0].id if len(found) == 1 else given))
    return Outcome().fill(events)


def validate_changed_customer(turn: Turn, slots: Slots) -> Outcome:
    """A customer that is on the list, by name, tenant id or domain."""
    result = Outcome()
    said, partner = str(slots["changed_customer"]), turn.person.partner
    row = customer_book.by_id(turn.tx, partner, said)
    found = [row] if row else customer_book.search(turn.tx, partner, said[:200])
    found = found or customer_names.in_text(turn.tx, partner, said)
    if len(found) != 1:
        result.say("customer_change/which_customer", {"found": [c.name for c in found[:5]]})
        return result.fill(changed_customer=None)
    return result.fill(changed_customer=found[0].id, changed_name=found[0].name)


def possible(turn: Turn, customer: str) -> dict[str, Event]:
    """What may have changed with it, as it stands: the answer -> the event that it reports."""
    state = State(stands(turn.tx, MACHINE, customer).state)
    return {changed: events[state] for changed, events in EVENTS.items() if state in events}


def action_look_at_change(turn: Turn, slots: Slots) -> Outcome:
    """Is there anything that could have changed? Of a customer that left, nothing."""
    id_ = str(slots["changed_customer"])
    turn.about.update(customer=id_, changed_customer=id_, wrong_about=f"{MACHINE.name}:{id_}")
    return Outcome().fill(change_stage="possible" if possible(turn, id_) else "nothing")


def action_ask_changed(turn: Turn, slots: Slots) -> Outcome:
    """What fits where the customer stands."""
    result = Outcome()
    found = possible(turn, str(slots["changed_customer"]))
    result.show({"options": [{"value": changed} for changed in found]})
    return result


def validate_changed(turn: Turn, slots: Slots) -> Outcome:
    """Something that can be so by what was reported before."""
    result = Outcome()
    id_, changed = str(slots["changed_customer"]), str(slots["changed"])
    if changed in possible(turn, id_):
        return result
    said = {
        "customer": slots["changed_name"],
        "changed": changed,
        "state": stands(turn.tx, MACHINE, id_).state,
    }
    result.say("customer_change/does_not_fit", said)
    return result.fill(changed=None)


def action_ask_sure_changed(turn: Turn, slots: Slots) -> Outcome:
    """What follows from it, before it is recorded."""
    result = Outcome()
    id_ = str(slots["changed_customer"])
    row = customer_book.by_id(turn.tx, turn.person.partner, id_)
    provider = (
        providers.get(turn.tx, turn.person.partner, row.provider) if row and row.provider else None
    )
    moved = len(transfer_book.of_customer(turn.tx, turn.person.partner, id_))
    told = {"customer": slots["changed_name"], "changed": slots["changed"], "moved": moved}
    result.show(told | {"provider": provider.name if provider else ""})
    return result


def action_note_change(turn: Turn, slots: Slots) -> Outcome:
    """Recorded as reported, for its day; what is open about the customer goes on from where it
    stands now."""
    result = Outcome()
    id_, name = str(slots["changed_customer"]), slots["changed_name"]
    changed, day = str(slots["changed"]), date.fromisoformat(str(slots["changed_on"]))
    event = possible(turn, id_).get(changed)
    if event is None:  # a colleague reported something meanwhile
        raise NotPossible(MACHINE.name, stands(turn.tx, MACHINE, id_).state, changed)
    advance(
        turn.tx,
        MACHINE,
        id_,
        event,
        turn.person,
        day=day,
        today=turn.today,
        partner=turn.person.partner,
    )
    turn.about.update(customer=id_, changed_customer=id_, wrong_about=f"{MACHINE.name}:{id_}")
    flow_runner.look_again(turn)
    here = stands(turn.tx, MACHINE, id_)
    row = existing(customer_book.by_id(turn.tx, turn.person.partner, id_))
    provider = providers.get(turn.tx, turn.person.partner, row.provider) if row.provider else None
    result.say("customer/recorded", {"event": event, "day": day.isoformat(), "customer": name})
    shown = {
        "customer": name,
        "state": here.state,
        "since": here.day.isoformat() if here.day else "",
        "provider": provider.name if provider else "",
    }
    result.say("customer/stands", shown)
    return result

"""A customer's road, step by step: the deeds behind dialogs/customer/flow.yml. Thin: slots in,
domain, slots and messages out."""

from datetime import date
from typing import Any

from dialogs.customer.questions import name_told, one_row
from dialogs.customer.steps import ANSWERED, ANSWERS, EVENTS, IMPLIED, STAGE
from dialogs.engine.context import Filled, Outcome, Slots, Turn
from dialogs.nlu.dates import day_said, kept_day
from dialogs.nlu.types import REPORT
from domain.customers import customer_book, customer_list, customer_names
from domain.customers.customer import MACHINE, Event
from domain.customers.customer_book import Customer
from domain.machine import advance, stands
from domain.providers import providers
from domain.providers.providers import Provider

INTENT = f"{REPORT}customer_"


def report(turn: Turn, customer: str, event: str, day: date | None = None, **details: Any) -> None:
    """Record what the person says has happened with one of her partner's customers."""
    today, partner = turn.today, turn.person.partner
    advance(
        turn.tx,
        MACHINE,
        customer,
        event,
        turn.person,
        day=day or today,
        today=today,
        partner=partner,
        **details,
    )


def action_look_for_customer(turn: Turn, slots: Slots) -> Outcome:
    """Of whom does the person speak? What she reports in words, and for which day, is kept for the
    question that asks it."""
    intent = turn.intent or ""
    events = []
    if intent.startswith(INTENT):
        said = day_said(turn.text, turn.today)
        day = said.isoformat() if said else None
        events = [("reported", intent.removeprefix(INTENT)), ("happened_on", day)]
    if slots["customer"] is None and intent:
        found = customer_names.in_text(turn.tx, turn.person.partner, turn.text)
        new = "" if found else name_told(turn.text)
        events.append(("customer", found[0].id if len(found) == 1 else new or None))
        events.append(("customer_said", found[0].name if len(found) > 1 else None))
    if intent == "move_customer":
        events.append(("relation", "direct"))
    return Outcome().fill(events)


def action_name_customer(turn: Turn, slots: Slots) -> Outcome:
    """The customer is on the list from now on."""
    row = one_row(str(slots["customer_said"]))
    assert not isinstance(row, str), "validate_customer lets only whole rows through"
    chosen = str(slots["customer_provider"])
    row = customer_list.Row(1, row.name, row.guid, row.domain, str(slots["relation"]))
    provider = "" if chosen == "none" else chosen
    taken = customer_book.take(turn.tx, turn.person, [row], today=turn.today, provider=provider)
    return Outcome().fill(customer=taken.ids[1])


def action_look_at_customer(turn: Turn, slots: Slots) -> Outcome:
    """Where the customer stands; what was reported in words fills the answer that the state asks
    for."""
    result = Outcome()
    id_, reported = str(slots["customer"]), str(slots["reported"] or "")
    row = customer_book.by_id(turn.tx, turn.person.partner, id_)
    assert row is not None, "validate_customer lets only customers of the partner through"
    turn.about["customer"] = id_
    day = kept_day(slots["happened_on"]) or turn.today
    here = stands(turn.tx, MACHINE, id_)
    for implied in IMPLIED.get(reported, {}).get(here.state, ()):
        report(turn, id_, implied, max(day, here.day or day), implied=True)
    state = stands(turn.tx, MACHINE, id_).state
    provider = provider_of(turn, row)
    events: Filled = [
        ("customer_name", row.name),
        ("customer_stage", STAGE[state]),
        ("provider_name", provider.name if provider else ""),
        ("lacks", lacking(turn, provider)),
    ]
    if STAGE[state] == "prospect" and (row.guid or row.domain) and not reported:
        events.append(("has_tenant", "has"))
    if filled := ANSWERED.get(reported, {}).get(state):
        events.append((*filled,))
        events.append(("way", "joint" if filled == ("invited", "sent") else None))
        if filled == ("consent", "given"):
            events.append(("consent_on", slots["happened_on"]))
        events.append(("reported", None))
    elif reported and STAGE[state] == "direct":
        result.say("customer/consent_first", {"customer": row.name})
    return result.fill(events)


def provider_of(turn: Turn, row: Customer) -> Provider | None:
    """The customer's provider; where none was chosen and one alone is in the list, it is that one
    from now on."""
    if row.provider:
        return providers.get(turn.tx, turn.person.partner, row.provider)
    listed = providers.in_state(turn.tx, turn.person.partner)
    if len(listed) == 1:
        customer_book.give_provider(turn.tx, turn.person, row, listed[0].id)
        return listed[0]
    return None


def lacking(turn: Turn, provider: Provider | None) -> str:
    """What Microsoft wants before a customer can come to the provider: said with the next step,
    never a trap."""
    if turn.case()["enrollment"] != "Accepted":
        return "agreement"
    listed = {p.id for p in providers.in_state(turn.tx, turn.person.partner)}
    return "nothing" if provider is not None and provider.id in listed else "provider"


def action_note_customer_step(turn: Turn, slots: Slots) -> Outcome:
    """The answer to the question of the state, recorded as an event of its day; what is for later
    changes nothing."""
    result = Outcome()
    id_ = str(slots["customer"])
    answered = next(((s, str(slots[s])) for s in ANSWERS if (s, slots[s]) in EVENTS), ("", ""))
    cleared = [
        (slot, None)
        for slot in (*ANSWERS, "consent_on", "way", "happened_on", "reported", "drafted")
    ]
    event = EVENTS.get(answered, "")
    if not event:
        return result.fill([*cleared, ("customer_stage", "later")])
    day = (
        kept_day(slots.get("consent_on" if event == Event.CONSENTED else "happened_on"))
        or turn.today
    )
    report(turn, id_, event, day)
    told = {"event": event, "day": day.isoformat(), "customer": slots["customer_name"]}
    result.say("customer/recorded", told)
    kept = ("happened_on", "reported") if event == Event.CONSENTED and slots["reported"] else ()
    return result.fill([*(c for c in cleared if c[0] not in kept), *_ended(event)])


def _ended(event: str) -> Filled:
    """After a no there is nothing to ask at once."""
    return (
        [("customer_stage", "later")]
        if event in (Event.CONSENT_REFUSED, Event.INVITATION_DECLINED)
        else []
    )


def action_show_customer(turn: Turn, slots: Slots) -> Outcome:
    """Where the customer stands, who must act, and by which button it goes on."""
    result = Outcome()
    id_ = str(slots["customer"])
    here = stands(turn.tx, MACHINE, id_)
    turn.about.update(customer=id_, wrong_about=f"{MACHINE.name}:{id_}")
    shown = {
        "customer": slots["customer_name"],
        "state": here.state,
        "since": here.day.isoformat() if here.day else "",
        "provider": slots["provider_name"] or "",
    }
    result.say("customer/stands", shown)
    return result


def action_draft_consent(turn: Turn, slots: Slots) -> Outcome:
    """Words with which the partner may ask for consent; then the question stands again."""
    result = Outcome()
    result.say("customer/draft_consent", named(slots))
    return result.fill(consent=None, drafted=True)


def action_draft_invitation(turn: Turn, slots: Slots) -> Outcome:
    """Words around the invitation link; then the question stands again."""
    result = Outcome()
    result.say("customer/draft_invitation", named(slots))
    return result.fill(invited=None, drafted=True)


def named(slots: Slots) -> dict[str, str]:
    return {"customer": str(slots["customer_name"]), "provider": str(slots["provider_name"] or "")}

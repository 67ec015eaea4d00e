"""Transfers of subscriptions, step by step: the deeds behind dialogs/transfer/flow.yml. Thin: slots
in, domain, slots out."""

from datetime import date

from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.nlu.dates import day_said, kept_day
from dialogs.transfer import timers
from dialogs.transfer.steps import ANSWERED, ANSWERS, EVENTS, REPORTED, STAGE
from domain import people
from domain.customers import customer, customer_book, customer_names, transfer_book
from domain.customers.transfer import MACHINE, Event, Kind, Refused, Rule, State, rule_of
from domain.machine import stands, states_of
from domain.providers import invitation
from domain.storage.rows import existing
from domain.tenant import reseller

MOST_OFFERED = 8


def rule_in_force(turn: Turn) -> Rule:
    return rule_of(turn.assistant.facts.in_force("P-TRANSFER", turn.today).version)


def action_look_for_transfer(turn: Turn, slots: Slots) -> Outcome:
    """Whose subscriptions? And what is reported, for which day."""
    intent = turn.intent or ""
    found = customer_names.in_text(turn.tx, turn.person.partner, turn.text) if intent else []
    named = slots["transfer_customer"] or (found[0].id if len(found) == 1 else None)
    said = day_said(turn.text, turn.today) if intent in REPORTED else None
    return Outcome().fill(
        transfer_customer=named,
        transfer_reported=REPORTED.get(intent),
        transfer_on=said.isoformat() if said else None,
    )


def validate_transfer_customer(turn: Turn, slots: Slots) -> Outcome:
    """A customer that is on the list, by button, name, tenant id or domain."""
    result = Outcome()
    said, partner = str(slots["transfer_customer"]), turn.person.partner
    row = customer_book.by_id(turn.tx, partner, said)
    if row is not None:
        return result.fill(moved_customer=row.name)
    found = customer_book.search(turn.tx, partner, said[:200])
    found = found or customer_names.in_text(turn.tx, partner, said)
    if len(found) == 1:
        return result.fill(transfer_customer=found[0].id, moved_customer=found[0].name)
    shown = [{"value": c.id, "label": c.name} for c in found[:MOST_OFFERED]]
    result.say("transfer/which_customer", {"found": shown})
    return result.fill(transfer_customer=None)


def action_ask_transfer_customer(turn: Turn, slots: Slots) -> Outcome:
    """Customers that the provider has already: the ones whose subscriptions may move."""
    result = Outcome()
    ready = [
        e
        for s in customer.RELATED
        for e in customer_book.page(turn.tx, turn.person.partner, state=s, most=MOST_OFFERED)
    ]
    result.show({"options": [{"value": e.id, "label": e.name} for e in ready[:MOST_OFFERED]]})
    return result


def action_look_at_transfers(turn: Turn, slots: Slots) -> Outcome:
    """Is the customer with the provider (X-TRANSFER-ORDER), is our agreement accepted
    (P-POR-CHECK), and are requests of it under way?"""
    id_ = str(slots["transfer_customer"])
    turn.about.update(customer=id_, transfer_customer=id_)
    under_way = transfer_book.of_customer(turn.tx, turn.person.partner, id_)
    if not under_way:
        ready = customer.is_with_provider(stands(turn.tx, customer.MACHINE, id_).state)
        stage = _blocked(turn) if ready else "customer_first"
        return Outcome().fill(transfer="new", transfer_stage=stage)
    chosen = under_way[0].id if slots["transfer_reported"] and len(under_way) == 1 else None
    return Outcome().fill(transfer=slots["transfer"] or chosen, transfer_stage=None)


def _blocked(turn: Turn) -> str | None:
    """What the provider's check would stop a new request for (P-POR-CHECK), as far as we know."""
    if not invitation.agreement_in_force(turn.tx, turn.person.partner):
        return "agreement_first"
    tenants = [t.id for t in people.tenants_of(turn.tx, turn.person.partner)]
    states = states_of(turn.tx, reseller.MACHINE, tenants).values()
    gone = {reseller.State.SUSPENDED, reseller.State.DEAUTHORIZED}
    return "blocked" if gone & set(states) else None


def action_ask_transfer(turn: Turn, slots: Slots) -> Outcome:
    """The requests under way, and a new one."""
    result = Outcome()
    found = transfer_book.of_customer(turn.tx, turn.person.partner, str(slots["transfer_customer"]))
    options = [
        {"value": r.id, "number": r.number, "kind": r.kind, "state": r.state}
        for r in found[:MOST_OFFERED]
    ]
    options.append({"value": "new", "number": 0, "kind": "", "state": ""})
    result.show({"options": options})
    return result


def validate_transfer(turn: Turn, slots: Slots) -> Outcome:
    """One of the customer's own, or a new one."""
    said = str(slots["transfer"])
    row = None if said == "new" else transfer_book.by_id(turn.tx, turn.person.partner, said)
    fits = said == "new" or (row is not None and row.customer == slots["transfer_customer"])
    return Outcome().fill([] if fits else [("transfer", None)])


def validate_subscriptions(turn: Turn, slots: Slots) -> Outcome:
    """Names or ids, each once, not more than one request holds."""
    result = Outcome()
    most = rule_in_force(turn).most
    try:
        said = transfer_book.subscriptions_in(str(slots["subscriptions"]))
        if most and len(said) > most:
            raise Refused("too_many")
    except Refused as refusal:
        result.say("transfer/refused", refusal.values(most))
        return result.fill(subscriptions=None)
    return result


def action_request_transfer(turn: Turn, slots: Slots) -> Outcome:
    """The request is on record. What the tool does not move is told at once, with what remains."""
    result = Outcome()
    customer_id = str(slots["transfer_customer"])
    of = existing(customer_book.by_id(turn.tx, turn.person.partner, customer_id))
    said, rule = transfer_book.subscriptions_in(str(slots["subscriptions"])), rule_in_force(turn)
    kind = Kind(str(slots["subscription_kind"]))
    try:
        with turn.tx.savepoint():
            id_ = transfer_book.request(
                turn.tx, turn.person, of, kind, said, rule, today=turn.today
            )
    except Refused as refusal:
        result.say("transfer/refused", refusal.values(rule.most))
        return result.fill(transfer_stage="refused")
    return result.fill(transfer=id_)


def action_look_at_transfer(turn: Turn, slots: Slots) -> Outcome:
    """Where the request stands; who starts and who approves follow from the version by which it was
    made."""
    row = existing(transfer_book.by_id(turn.tx, turn.person.partner, str(slots["transfer"])))
    state = stands(turn.tx, MACHINE, row.id).state
    filled = ANSWERED.get((str(slots["transfer_reported"] or ""), state))
    starter = rule_of(row.version).starter(row.kind)
    events = [("transfer_stage", STAGE[state]), ("starter", starter)]
    return Outcome().fill([*events, (*filled,)] if filled else events)


def action_note_transfer_step(turn: Turn, slots: Slots) -> Outcome:
    """The answer to the question of the state, recorded as an event; what is for later changes
    nothing."""
    result = Outcome()
    answered = next(((s, str(slots[s])) for s in ANSWERS if (s, slots[s]) in EVENTS), ("", ""))
    cleared = [(slot, None) for slot in (*ANSWERS, "transfer_on", "transfer_reported")]
    event = EVENTS.get(answered, "")
    if not event:
        return result.fill([*cleared, ("transfer_stage", "shown")])
    day = kept_day(slots["transfer_on"]) or turn.today
    try:
        with turn.tx.savepoint():
            transfer_book.report(
                turn.tx, turn.person, str(slots["transfer"]), event, day=day, today=turn.today
            )
    except Refused as refusal:
        result.say("transfer/refused", refusal.values(0))
        return result.fill([*cleared, ("transfer_stage", "refused")])
    lapses = _watch(turn, str(slots["transfer"]), day) if event == Event.CREATED else ""
    said = {"event": event, "day": day.isoformat(), "lapses_on": lapses}
    result.say("transfer/recorded", said)
    return result.fill(cleared)


def _watch(turn: Turn, id_: str, created: date) -> str:
    """An unanswered request lapses: remind before, and look on the day. Returns that day (ISO)."""
    row = existing(transfer_book.by_id(turn.tx, turn.person.partner, id_))
    day = _lapses_on(row, created)
    if day:
        timers.watch(turn.tx, row.partner, id_, date.fromisoformat(day))
    return day


def action_show_transfer(turn: Turn, slots: Slots) -> Outcome:
    """Where the request stands, and who must act."""
    result = Outcome()
    row = existing(transfer_book.by_id(turn.tx, turn.person.partner, str(slots["transfer"])))
    here = stands(turn.tx, MACHINE, row.id)
    turn.about.update(
        transfer_customer=row.customer,
        customer=row.customer,
        transfer=row.id,
        wrong_about=f"{MACHINE.name}:{row.id}",
    )
    items = [i.said for i in transfer_book.items_of(turn.tx, row.id)]
    shown = {
        "customer": slots["moved_customer"],
        "number": row.number,
        "state": here.state,
        "kind": row.kind,
        "starter": rule_of(row.version).starter(row.kind),
        "lapses_on": _lapses_on(row, here.day) if here.state == State.ACTIVE else "",
        "since": here.day.isoformat() if here.day else "",
        "items": items[:5],
        "many": len(items),
    }
    result.say("transfer/stands", shown)
    return result


def _lapses_on(row: transfer_book.Request, created: date | None) -> str:
    day = rule_of(row.version).lapses_on(row.kind, created) if created else None
    return day.isoformat() if day else ""

"""What the clock does about what waits: look what is due, and say it. Says nothing where the matter
has moved on."""

from datetime import date
from typing import Any

from dialogs.engine import conversation_store
from dialogs.records.approval_cards import card, send_copy
from domain import machines, people
from domain.approvals import approval
from domain.people import Person
from domain.reminders import reminding
from domain.reminders.reminder import BY_STATE
from domain.reminders.reminding import Nudge
from domain.storage import outbox
from domain.storage.addresses import Address
from domain.storage.store import Tx
from domain.tenant import case

SHOWN, GROUPS, ALL = 5, 6, "all"


def sweep(tx: Tx, partner: str, about: dict[str, Any]) -> None:
    """Once per partner and business day, in the morning."""
    if row := people.partner_of(tx, partner):
        reminding.sweep(tx, row)


def deliver(tx: Tx, recipient: str, about: dict[str, Any]) -> None:
    """Once per recipient and day: one matter in its own words, several in one digest."""
    partner = str(about.get("partner", ""))

    def say(person: Person | None, channel: str, nudges: list[Nudge], key: str) -> None:
        say_together(tx, person, channel, nudges, key, partner)

    reminding.deliver(tx, recipient, partner, say)


def say_together(
    tx: Tx, person: Person | None, channel: str, nudges: list[Nudge], key: str, partner: str
) -> None:
    """One message about all of them. In a channel it has no buttons, and goes only where nobody
    else reads along."""
    if person and len(nudges) == 1:
        template = BY_STATE[nudges[0].machine, nudges[0].state].template
        data = facts_of(tx, nudges[0])
    else:
        template, data = "remind/digest", digest_of(tx, person, nudges)
    about = data.pop("about") | {
        "reminders": [[n.machine, n.subject] for n in nudges] if len(nudges) <= GROUPS else ALL
    }
    offer = (
        conversation_store.offer_to(tx, person.id, "menu", about, conversation_store.MENU_LIVES)
        if person
        else ""
    )
    today = case.calendar_of(tx, partner).today(tx.now).isoformat()
    said = {
        "today": today,
        "name": person.name if person else "",
        "slots": {},
        "offer": offer,
    } | data
    address = outbox.to_person(person.id) if person else Address(channel=channel, inside=True)
    outbox.tell(tx, address, [(template, said)], key=key, decision="command")
    for nudge in nudges:
        if person and nudge.quiet_until and nudge.machine == approval.MACHINE.name:
            _bring_back(tx, person, nudge.subject)


def _bring_back(tx: Tx, person: Person, id_: str) -> None:
    """A card that was put off until now, below the reminder."""
    row = approval.get(tx, id_)
    if row is None or approval.state_of(tx, id_) != approval.State.OPEN:
        return
    today = case.calendar_of(tx, row.partner).today(tx.now)
    if person.id in {p.id for p in approval.asked_now(tx, row, today)}:
        send_copy(tx, row, person, card(tx, row, today))


def facts_of(tx: Tx, nudge: Nudge) -> dict[str, Any]:
    """What the words about one waiting matter need, and under `about` what its buttons are
    about."""
    found = machines.describe(tx, nudge.machine, nudge.subject)
    partner = people.partner_of(tx, nudge.partner)
    tenant = next(
        (t for t in people.tenants_of(tx, nudge.partner) if t.id == found.get("tenant")), None
    )
    here = (
        case.of_tenant(tx, partner, tenant)
        if partner and tenant
        else case.Case(partner=partner.name if partner else "")
    )
    cal = case.calendar_of(tx, nudge.partner)
    days = cal.passed(date.fromisoformat(nudge.since), cal.today(tx.now))
    return {
        "case": here.values(),
        "partner": here.partner,
        "label": str(found.get("label", "")),
        "since": nudge.since,
        "days": days,
        "escalated": nudge.escalated,
        "about": found.get("about", {}),
    }


def digest_of(tx: Tx, person: Person | None, nudges: list[Nudge]) -> dict[str, Any]:
    """The matters by kind: how many, the first few by name, and what the kind's button is about."""
    kinds: dict[str, list[Nudge]] = {}
    for nudge in nudges:
        kinds.setdefault(BY_STATE[nudge.machine, nudge.state].template, []).append(nudge)
    groups = []
    for template, same in list(kinds.items())[:GROUPS]:
        shown = [facts_of(tx, n) for n in same[:SHOWN]]
        offer = (
            conversation_store.offer_to(
                tx, person.id, "menu", shown[0]["about"], conversation_store.MENU_LIVES
            )
            if person
            else ""
        )
        items = [
            {"partner": s["partner"], "label": s["label"], "since": s["since"], "days": s["days"]}
            for s in shown
        ]
        groups.append(
            {
                "template": template,
                "count": len(same),
                "items": items,
                "more": len(same) - len(items),
                "offer": offer,
            }
        )
    return {
        "groups": groups,
        "count": len(nudges),
        "more_kinds": max(0, len(kinds) - GROUPS),
        "about": {},
    }

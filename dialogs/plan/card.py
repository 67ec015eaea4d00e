"""Keeps the cards of an enrollment as it is: one per tenant and person, edited in place. Has no
user texts.

A turn that may have changed a card only sets a timer. The timer looks at the case as it is then,
and writes a message where there is no card yet, an edit where it shows something else: so a card is
never posted twice, and looking again after a crash changes nothing. A card is in a lane of its own:
no reply waits for it.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from dialogs.engine import conversation_store
from dialogs.engine.context import Turn
from dialogs.plan import steps
from dialogs.plan.steps import PREPARING, Talk
from domain import people
from domain.conversation import Conversation, OpenQuestion
from domain.people import Partner, Person, Role, Tenant
from domain.storage import outbox
from domain.storage.lanes import Written, in_lanes
from domain.storage.store import Tx, new_id
from domain.tenant import case
from domain.tenant.case import Case

FLOW, LANE, CARD, TIMER = "enroll", "plan", "plan/card", "plan.refresh"
SOON = timedelta(seconds=1)  # after the reply
Cards = dict[str, list[Written]]


def turn_ended(turn: Turn, before: Conversation) -> None:
    """Look at the cards soon, if the enrollment asked or heard something, or the partner's state
    moved."""
    asked, asks = _question(before.open), _question(turn.open)
    if not turn.person.partner or (asked == asks and turn.person.partner not in turn.tx.changed):
        return
    about = {"partner": turn.person.partner}
    if asks and turn.slots.get("tenant_id"):
        about |= {"tenant": str(turn.slots["tenant_id"]), "starter": turn.person.id}
    outbox.set_timer(turn.tx, TIMER, turn.key, turn.tx.now + SOON, about)


def timer_ran(tx: Tx) -> None:
    """The clock moved something, or somebody's report was handled outside a turn of theirs."""
    for partner in sorted(tx.changed):
        outbox.set_timer(tx, TIMER, new_id(), tx.now + SOON, {"partner": partner})


def person_erased(tx: Tx, person: str, about: dict[str, Any]) -> None:
    """The cards of others may name that person."""
    soon = {"partner": str(about.get("partner") or "")}
    outbox.set_timer(tx, TIMER, new_id(), tx.now + SOON, soon)


def refresh(tx: Tx, subject: str, about: dict[str, Any]) -> None:
    """Bring the cards of a partner's tenants up to date. `about`: the partner; where a dialog is
    under way also its tenant and the person who leads it, for whom a card is posted."""
    partner = people.partner_of(tx, str(about.get("partner") or ""))
    if partner is None:
        return
    here = {p.id: p for p in people.everybody(tx) if p.partner == partner.id and _may_see(p)}
    cards = _cards(tx, here)
    starter, begun = str(about.get("starter") or ""), str(about.get("tenant") or "")
    for tenant in people.tenants_of(tx, partner.id):
        mine = {id_: rows for id_, rows in cards.items() if id_.startswith(f"{tenant.id}:")}
        leads = _leader(mine, tenant) or (starter if tenant.id == begun else "")
        if leads:
            posted = [starter] if tenant.id == begun else []
            _refresh(tx, partner, tenant, leads, here, mine, posted)


def _refresh(
    tx: Tx,
    partner: Partner,
    tenant: Tenant,
    leads: str,
    here: dict[str, Person],
    cards: Cards,
    posted: list[str],
) -> None:
    """One tenant: `leads` is the person whose conversation it is, `posted` who gets a card now."""
    found, talk = case.of_tenant(tx, partner, tenant), Talk()
    if leads in here:
        talk = _talk(tx, here[leads], tenant.id, here)
    today = case.calendar_of(tx, partner.id).today(tx.now)
    readers = {key.partition(":")[2] for key in cards} | {*posted, *_admins(tx, found, talk, here)}
    for person in (here[id_] for id_ in sorted(readers) if id_ in here):
        rows = cards.get(f"{tenant.id}:{person.id}", [])
        shown = dict(rows[-1].data) if rows else {}
        known = shown.get("plan", {}).get("steps", ())
        plan = steps.plan_of(found, talk, today, known, new_tenant=not tenant.guid)
        data = {
            "name": person.name,
            "partner": partner.name,
            "tenant_short": found.tenant_short,
            "plan": plan,
            "admin": talk.admin or found.admin,
            "slots": {},
            "offer": _offer(tx, person, tenant),
        }
        if data == {name: value for name, value in shown.items() if name != "today"}:
            continue
        parts = [(CARD, {"today": today.isoformat()} | data)]
        key = f"plan:{tenant.id}:{person.id}"
        if rows:
            outbox.overwrite(tx, rows[0], parts, f"{key}:{len(rows)}")
        else:
            to = outbox.to_person(person.id)
            outbox.tell(tx, to, parts, key=key, decision="command", lane=LANE)


def _cards(tx: Tx, here: Iterable[str]) -> Cards:
    """`tenant:person` -> the card as it was posted, and its edits, the oldest first."""
    found: Cards = {}
    for row in in_lanes(tx, [f"{tx.team}:{id_}:{LANE}" for id_ in here]):
        found.setdefault(row.message.removeprefix("plan:"), []).append(row)
    return found


def _leader(cards: Cards, tenant: Tenant) -> str:
    """Whose card was posted first: who began the enrollment."""
    first = min(cards.values(), key=lambda rows: rows[0].number, default=None)
    return first[0].message.rpartition(":")[2] if first else ""


def _talk(tx: Tx, person: Person, tenant: str, here: dict[str, Person]) -> Talk:
    """What the person answered in an enrollment of this tenant that is under way."""
    talk = conversation_store.conversation_of(tx, person.id)
    for n, frame in enumerate(talk.frames):
        if frame.flow == FLOW:
            above = talk.frames[n + 1 :]
            slots = {**talk.slots, **(above[0].kept if above else {})}
            if slots.get("tenant_id") == tenant:
                admin = here.get(str(slots.get("admin") or ""))
                return Talk(person.name, slots, admin.name if admin else "")
    return Talk(person.name)


def _admins(tx: Tx, found: Case, talk: Talk, here: dict[str, Person]) -> list[str]:
    """The Global admin, once the conversation named one, or the enrollment went on without."""
    if talk.admin:
        return [str(talk.slots["admin"])]
    if found.enrollment in PREPARING and not found.decided:
        return []
    known = people.with_role(tx, Role.GLOBAL_ADMIN, next(iter(here.values())).partner)
    return [p.id for p in known if p.name == found.admin][:1] if not talk.slots else []


def _offer(tx: Tx, person: Person, tenant: Tenant) -> str:
    about = {"tenant_id": tenant.id}
    return conversation_store.standing_offer(tx, person.id, f"plan:{tenant.id}", about)


def _may_see(person: Person) -> bool:
    """Only a confirmed, active member sees a partner's state."""
    return person.has(Role.STAFF)


def _question(open_: OpenQuestion | None) -> str:
    return open_.name if open_ and open_.flow == FLOW else ""

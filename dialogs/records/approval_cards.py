"""The card that a second person decides on: asked for, dealt to those who may decide, shown alike
on every copy. No words."""

from dataclasses import replace
from datetime import date
from typing import Any

from dialogs.engine import notifications
from dialogs.engine.context import Part, Turn
from dialogs.engine.conversation_store import MENU_LIVES, offer_to
from domain import people
from domain.approvals import approval, asked_back
from domain.approvals.approval import Approval, Kind
from domain.machine import stands
from domain.people import Person
from domain.storage import audit, notes, outbox, outbox_queries
from domain.storage.addresses import Address
from domain.storage.store import Tx, moment, new_id
from domain.tenant import case, enrollment

# What the second person sees before deciding; kept as a digest, so that a click on another text
# counts for nothing.
LOST = "F-ROLLBACK-NONE F-API-LOSS F-ACCEPT-CONTINUE"
CARD = "agreement/card"


def ask(turn: Turn, kind: Kind, tenant: str, about: dict[str, Any] | None = None) -> str:
    """Ask for a second person; where it was asked is kept, for there the decision is told."""
    return approval.ask(
        turn.tx,
        kind,
        tenant,
        turn.person,
        partner=turn.person.partner,
        today=turn.today,
        shown=shown(turn, kind, tenant),
        about=(about or {}) | {"at": {turn.person.id: turn.address().to_row()}},
    )


def shown(turn: Turn, kind: Kind, tenant: str) -> str:
    """What a card shows, boiled down: a decision counts only for exactly this."""
    state = stands(turn.tx, enrollment.MACHINE, tenant).state
    reached = case.STAGES[enrollment.State(state)]
    versions = " ".join(turn.assistant.facts.get(id_, turn.today).id for id_ in LOST.split())
    return f"{kind}:{tenant}:{reached}:{versions}"


def put_before_approvers(turn: Turn, id_: str) -> None:
    """The card, to everybody who is to decide, each in a direct message, and a copy without buttons
    to the admins' channel."""
    deal(turn.tx, id_, turn.today)


def deal(tx: Tx, id_: str, today: date) -> list[Person]:
    """Everybody who is to be asked has the card, nobody else has its buttons; dealing twice says
    nothing twice. Returns who may decide."""
    row = approval.known(tx, id_)
    deciders = approval.approvers_for(tx, row.partner, row.starter, row.requester)
    held, may = _holders(tx, id_), {p.id for p in deciders}
    data = card(tx, row, today)
    asked = approval.asked_now(tx, row, today)
    for person in asked:
        if person.id not in held:
            send_copy(tx, row, person, data)
    passed = set(row.about.get("passed", ())) - {p.id for p in asked}
    for gone in held.keys() - (may - passed):
        key, said = held[gone], {"taken": True, "passed_on": gone in passed}
        _change(tx, outbox.to_person(gone), data | said, key, f"taken:{key}")
    notifications.to_admins(tx, CARD, data, key=f"card:{id_}:admins")
    return deciders


def send_copy(tx: Tx, row: Approval, person: Person, data: dict[str, Any], *lead: Part) -> None:
    """One more copy of the card, in the person's direct messages, below the words `lead`."""
    key, about = next_key(tx, row.id, person), {"approval": row.id}
    said = [*lead, (CARD, data)]
    notifications.say_parts(tx, person, said, key=key, about=about, lane=outbox.APPROVALS)


def next_key(tx: Tx, id_: str, person: Person) -> str:
    """Under which the person's next copy goes out."""
    many = len(outbox_queries.keys_like(tx, f"card:{id_}:{person.id}"))
    return f"card:{id_}:{person.id}" + (f":{many}" if many else "")


def card(tx: Tx, row: Approval, today: date) -> dict[str, Any]:
    """What a card says: who asks for what, since when, what is lost, what was asked about it and,
    once decided, by whom and why."""
    names = people.names(tx, (row.requester, row.decided_by, row.starter))
    tenant = next(t for t in people.tenants_of(tx, row.partner) if t.id == row.subject)
    partner, cal = people.known_partner(tx, row.partner), case.calendar_of(tx, row.partner)
    said = notes.texts(tx, (n for n in (row.about.get("reason"), row.about.get("note")) if n))
    decided = cal.there(moment(_decided_at(tx, row.id))) if row.decided_by else None
    asked = cal.there(moment(row.asked_at))
    return {
        "today": today.isoformat(),
        "name": "",
        "partner": partner.name,
        "slots": {},
        "offer": "",
        "in_channel": False,
        "case": case.of_tenant(tx, partner, tenant).values(),
        "kind": row.kind,
        "state": approval.state_of(tx, row.id),
        "by": names.get(row.requester, ""),
        "starter": names.get(row.starter, ""),
        "decider": names.get(row.decided_by, ""),
        "expires": cal.today(approval.expires(row)).isoformat(),
        "about": row.about,
        "taken": False,
        "passed_on": False,
        "since": asked.date().isoformat(),
        "since_time": f"{asked:%H:%M}",
        "ended": row.about.get("ended", ""),
        "decided_on": decided.date().isoformat() if decided else "",
        "decided_time": f"{decided:%H:%M}" if decided else "",
        "reason": said.get(row.about.get("reason", ""), ""),
        "because": said.get(row.about.get("note", ""), ""),
        "questions": asked_back.about(tx, row.id),
    }


def redraw(tx: Tx, id_: str, today: date) -> None:
    """Every copy of the card shows how it stands now; when it has ended, none has buttons any
    more."""
    row, workspace = approval.known(tx, id_), people.workspace(tx)
    data = card(tx, row, today)
    taken = set(outbox_queries.keys_like(tx, f"taken:card:{id_}:"))
    for key in outbox_queries.keys_like(tx, f"card:{id_}:"):
        whose = key.split(":")[2]
        if whose == "admins":
            address = outbox.to_channel(workspace.admins_channel if workspace else "")
            _change(tx, address, data | {"in_channel": True}, key, f"shows:{new_id()}")
        elif f"taken:{key}" not in taken:
            _change(tx, outbox.to_person(whose), data, key, f"shows:{new_id()}")


def cancel_all(turn: Turn, tenant: str, why: str = "") -> None:
    """The matter has moved on: what waits for this tenant ends, and its cards say so, and why."""
    for id_ in approval.cancel_all(turn.tx, tenant, turn.person, today=turn.today):
        if why:
            approval.note_about(turn.tx, approval.known(turn.tx, id_), ended=why)
        redraw(turn.tx, id_, turn.today)


def end_requests(turn: Turn, tenant: str) -> None:
    """A report does not count any more: what asks about an acceptance that is none now ends, and
    the go-ahead for an agreement that is not there."""
    state = enrollment.State(stands(turn.tx, enrollment.MACHINE, tenant).state)
    if state == enrollment.State.ACCEPTED:
        return
    kinds = [k for k in Kind if k != Kind.ACCEPT_AGREEMENT or case.STAGES[state] != "approved"]
    for id_ in approval.cancel_all(turn.tx, tenant, turn.person, today=turn.today, kinds=kinds):
        redraw(turn.tx, id_, turn.today)


def show_again(turn: Turn, rows: list[Approval], *lead: str) -> None:
    """What waits for this person, with its buttons: the oldest as the reply (after the words
    `lead`), the others behind it."""
    turn.private, turn.lane = True, outbox.APPROVALS
    for template in lead:
        turn.say(template, many=len(rows))
    first, *others = rows
    turn.about["approval"] = first.id
    turn.parts.append((CARD, card(turn.tx, first, turn.today) | {"name": turn.person.name}))
    turn.reply_key = next_key(turn.tx, first.id, turn.person)
    for row in others:
        send_copy(turn.tx, row, turn.person, card(turn.tx, row, turn.today))


def tell_askers(
    tx: Tx, row: Approval, template: str, data: dict[str, Any], stamp: str, but: str = ""
) -> list[str]:
    """Whoever asked for it and whoever started it, each where they asked, hear the same once per
    `stamp`; `but` is left out. Returns their names."""
    told = []
    for id_ in asked_back.askers(row):
        person = people.by_id(tx, id_)
        if person is None or not person.live or id_ == but:
            continue
        key, about = f"{stamp}:{row.id}:{id_}", {"tenant_id": row.subject, "approval": row.id}
        notifications.say(tx, person, template, data, key=key, about=about, at=place_of(row, id_))
        told.append(person.name)
    return told


def place_of(row: Approval, person: str) -> Address | None:
    """Where this person asked, None where nobody knows."""
    at = row.about.get("at", {}).get(person)
    return Address.from_row(at) if at else None


def _holders(tx: Tx, id_: str) -> dict[str, str]:
    """person -> key of the newest copy, of everybody who has the card with its buttons."""
    keys, taken = (
        outbox_queries.keys_like(tx, f"card:{id_}:"),
        set(outbox_queries.keys_like(tx, f"taken:card:{id_}:")),
    )
    newest = {
        key.split(":")[2]: key for key in sorted(keys, key=lambda k: (k.count(":"), len(k), k))
    }
    return {
        person: key
        for person, key in newest.items()
        if person != "admins" and f"taken:{key}" not in taken
    }


def _decided_at(tx: Tx, id_: str) -> int:
    log = audit.entries(tx, f"{approval.MACHINE.name}:{id_}")
    return next(
        e.at
        for e in reversed(log)
        if e.action in (approval.Event.APPROVED, approval.Event.DECLINED)
    )


def _change(tx: Tx, address: Address, data: dict[str, Any], key: str, as_key: str) -> None:
    person = address.person
    live = person and data["state"] == approval.State.OPEN and not data["taken"]
    offer = (
        offer_to(tx, person, "menu", {"approval": key.split(":")[1]}, MENU_LIVES) if live else ""
    )
    said = [(CARD, data | {"offer": offer})]
    lane = (
        outbox.APPROVALS if person else ""
    )  # that of the card itself, so that no change comes before it
    outbox.tell(
        tx,
        replace(address, updates=key),
        said,
        key=as_key,
        decision="command",
        kind=outbox.Out.UPDATE,
        lane=lane,
    )

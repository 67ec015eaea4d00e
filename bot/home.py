"""The facts of App Home: the partner's own journey, what waits for the person. Opening the tab is remembered once."""

from typing import Any

from bot.door import Door
from dialogs import turn as turns
from domain import approval, case, outbox, people
from domain.people import Role
from domain.store import Tx


def opened(door: Door, body: dict[str, Any]) -> None:
    """Somebody opened the tab: her Home is written anew. In the Messages tab a newcomer is greeted, once."""
    event = body["event"]
    with door.store.turn(body["team_id"], door.now()) as tx:
        if not turns.remember(tx, (f"event:{body['event_id']}",)):
            return
        person = people.meet(tx, event["user"])
        today = case.calendar_of(tx, person.partner).today(tx.now).isoformat()
        if event.get("tab", "home") == "home":
            address = {"person": person.id, "slack": person.slack}
            parts = [("home", facts_of(tx, person, today))]
            outbox.tell(tx, address, parts, key=f"home:{body['event_id']}", kind=outbox.Out.HOME)
        else:
            data = {"today": today, "partner": ""}
            turns.notify(tx, person, "help/what_i_do", data, key=f"welcome:{person.id}")


def facts_of(tx: Tx, person: people.Person, today: str) -> dict[str, Any]:
    """What Home shows: the case, the approvals that wait for this person, and a fresh offer for the buttons."""
    offer = turns.offer_to(tx, person.id, "menu", {}, turns.MENU_LIVES)
    waiting = approval.open_for(tx, person) if person.has(Role.APPROVER) else []
    names = people.names(tx, (r.requester for r in waiting))
    partner = people.partner_of(tx, person.partner)
    state = turns.state_of(tx, person.id)
    cal = case.calendar_of(tx, person.partner)
    return {
        "today": today, "name": person.name, "partner": partner.name if partner else "", "slots": {}, "offer": offer,
        "case": case.look(tx, person).values(), "support": person.has(Role.SUPPORT),
        "open_question": bool(state and state.get("open")),
        "approvals": [
            {"kind": r.kind, "by": names.get(r.requester, ""), "expires": cal.today(approval.expires(r)).isoformat()}
            for r in waiting
        ],
    }  # fmt: skip

"""What Slack tells about a person: App Home was opened (its facts: the journey, what waits), or the account has changed."""

from typing import Any

from bot.door import Door
from dialogs import memory, notices
from domain import approval, case, outbox, people
from domain.people import Role
from domain.store import Tx


def opened(door: Door, body: dict[str, Any]) -> None:
    """Somebody opened the tab: her Home is written anew. In the Messages tab a newcomer is greeted, once."""
    event = body["event"]
    with door.store.turn(body["team_id"], door.now()) as tx:
        if not memory.remember(tx, (f"event:{body['event_id']}",)):
            return
        person = people.meet(tx, event["user"])
        today = case.calendar_of(tx, person.partner).today(tx.now).isoformat()
        if event.get("tab", "home") == "home":
            address = {"person": person.id, "slack": person.slack}
            parts = [("home", facts_of(tx, person, today))]
            outbox.tell(tx, address, parts, key=f"home:{body['event_id']}", kind=outbox.Out.HOME)
        else:
            data = {"today": today, "partner": ""}
            notices.say(tx, person, "help/what_i_do", data, key=f"welcome:{person.id}")


def changed(door: Door, body: dict[str, Any]) -> None:
    """An account was deactivated, became a guest, or came back: known from now on, before the next click."""
    user = body["event"]["user"]
    if not isinstance(user, dict) or not isinstance(user.get("id"), str):
        return
    with door.store.turn(body["team_id"], door.now()) as tx:
        if memory.remember(tx, (f"event:{body['event_id']}",)) and (id_ := people.seen(tx, user["id"])):
            people.learn(tx.db, tx.team, id_, kind=kind_of(user), live=not user.get("deleted"), **told_of(user))


def kind_of(user: dict[str, Any]) -> str:
    """Slack's flags of a user as the kind of account."""
    if user.get("is_bot"):
        return people.Kind.BOT
    return people.Kind.GUEST if user.get("is_restricted") or user.get("is_ultra_restricted") else people.Kind.MEMBER


def told_of(user: dict[str, Any]) -> dict[str, Any]:
    """What Slack says besides: where she lives by the clock, and whether she administers the workspace. Nothing it did not say."""
    told: dict[str, Any] = {"timezone": str(user["tz"])} if user.get("tz") else {}
    flags = [bool(user[k]) for k in ("is_admin", "is_owner", "is_primary_owner") if k in user]
    return told | ({"slack_admin": any(flags)} if flags else {})


def facts_of(tx: Tx, person: people.Person, today: str) -> dict[str, Any]:
    """What Home shows: the case, the approvals that wait for this person, and a fresh offer for the buttons."""
    offer = memory.offer_to(tx, person.id, "menu", {}, memory.MENU_LIVES)
    waiting = approval.open_for(tx, person) if person.has(Role.APPROVER) else []
    names = people.names(tx, (r.requester for r in waiting))
    partner = people.partner_of(tx, person.partner)
    state = memory.state_of(tx, person.id)
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

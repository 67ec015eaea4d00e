"""What Slack tells about a person: App Home was opened, or the account has changed. What Home shows is found in dialogs/home.py."""

from typing import Any

from bot.door import Door
from bot.render import Part
from dialogs import home, memory, notices
from domain import case, outbox, people
from domain.people import Kind
from domain.store import Tx


def opened(door: Door, body: dict[str, Any]) -> None:
    """Somebody opened the tab: her Home is written anew. In the Messages tab a newcomer is greeted, and prompts are suggested."""
    event = body["event"]
    with door.store.turn(body["team_id"], door.now()) as tx:
        if not memory.remember(tx, (f"event:{body['event_id']}",)):
            return
        person = people.meet(tx, event["user"])
        if event.get("tab", "home") == "home":
            home.opened(tx, person, f"home:{body['event_id']}")
            return
        data = notices.plain(case.calendar_of(tx, person.partner).today(tx.now).isoformat(), person)
        notices.say(tx, person, "help/what_i_do", data, key=f"welcome:{person.id}")
        if channel := event.get("channel"):
            said = data | {"case": case.look(tx, person).values()}
            to = {"person": person.id, "channel": str(channel)}
            outbox.tell(tx, to, [("help/prompts", said)], key=f"prompts:{body['event_id']}", kind=outbox.Out.PROMPTS)


def changed(door: Door, body: dict[str, Any]) -> None:
    """An account was deactivated, became a guest, or came back: known from now on, before the next click."""
    user = body["event"]["user"]
    if not isinstance(user, dict) or not isinstance(user.get("id"), str):
        return
    with door.store.turn(body["team_id"], door.now()) as tx:
        known = people.seen(tx, user["id"]) if memory.remember(tx, (f"event:{body['event_id']}",)) else ""
        if person := people.by_id(tx, known):
            people.change(tx, person, kind=kind_of(user), live=not user.get("deleted"), **told_of(user))
    door.wake()


def learned(tx: Tx, person: str, user: dict[str, Any]) -> None:
    """What Slack answered about somebody met for the first time: a name where she has none; the rest only restricts."""
    profile = user.get("profile") or {}
    name = profile.get("display_name") or user.get("real_name") or profile.get("real_name") or user.get("name") or ""
    found: dict[str, Any] = {"kind": kind_of(user)} if kind_of(user) != people.Kind.MEMBER else {}
    found |= ({"live": False} if user.get("deleted") else {}) | told_of(user)
    people.learn(tx.db, tx.team, person, name=" ".join(str(name).split())[:80])
    if found and (known := people.by_id(tx, person)):
        people.change(tx, known, **found)


def home_of(tx: Tx, person_id: str) -> list[Part]:
    """The parts of a person's Home as they are now; none for somebody who is not there any more."""
    person = people.by_id(tx, person_id)
    return home.parts_of(tx, person) if person and person.live else []


def kind_of(user: dict[str, Any]) -> str:
    """Slack's flags of a user as the kind of account."""
    if user.get("is_bot"):
        return Kind.BOT
    return Kind.GUEST if user.get("is_restricted") or user.get("is_ultra_restricted") else Kind.MEMBER


def told_of(user: dict[str, Any]) -> dict[str, Any]:
    """What Slack says besides: where she lives by the clock, and whether she administers the workspace. Nothing it did not say."""
    told: dict[str, Any] = {"timezone": str(user["tz"])} if user.get("tz") else {}
    flags = [bool(user[k]) for k in ("is_admin", "is_owner", "is_primary_owner") if k in user]
    return told | ({"slack_admin": any(flags)} if flags else {})

"""What Slack tells about a person: App Home was opened, or the account has changed.
dialogs/engine/app_home.py has what App Home shows."""

from typing import Any

from bot.inbound.payloads import team_of
from bot.inbound.turns import TurnRunner
from bot.rendering.render import Part
from dialogs.assistant import ABILITIES
from dialogs.engine import app_home, conversation_store, notifications
from dialogs.help import overview
from domain import membership, people
from domain.people import Kind
from domain.storage import outbox
from domain.storage.addresses import Address
from domain.storage.store import Tx
from domain.tenant import case

SLACKBOT = "USLACKBOT"


def opened(runner: TurnRunner, body: dict[str, Any]) -> None:
    """Somebody opened the app: App Home is published. In the Messages tab a new person is greeted,
    and prompts are suggested."""
    event = body["event"]
    with runner.store.turn(team_of(body), runner.now()) as tx:
        if not conversation_store.remember(tx, (f"event:{body['event_id']}",)):
            return
        person = people.public(people.meet(tx, event["user"]))
        if event.get("tab", "home") == "home":
            app_home.opened(tx, person, f"home:{body['event_id']}")
            return
        data = notifications.plain(
            case.calendar_of(tx, person.partner).today(tx.now).isoformat(), person
        )
        welcome = data | overview.facts(tx, person)
        notifications.say(tx, person, "help/what_i_do", welcome, key=f"welcome:{person.id}")
        if channel := event.get("channel"):
            said = data | {"case": case.look(tx, person).values()}
            to = Address(person=person.id, channel=str(channel))
            outbox.tell(
                tx,
                to,
                [("help/prompts", said)],
                key=f"prompts:{body['event_id']}",
                kind=outbox.Out.PROMPTS,
            )


def changed(runner: TurnRunner, body: dict[str, Any]) -> None:
    """An account joined, was deactivated, became a guest, or came back: stored before its next
    click."""
    user = body["event"].get("user")
    if not isinstance(user, dict) or not isinstance(user.get("id"), str):
        return
    with runner.store.turn(team_of(body), runner.now()) as tx:
        known = (
            people.seen(tx, user["id"])
            if conversation_store.remember(tx, (f"event:{body['event_id']}",))
            else ""
        )
        if person := people.by_id(tx, known):
            membership.changed(
                tx, person, kind_of(user, tx.team), live=not user.get("deleted"), **told_of(user)
            )
            app_home.show_anew(tx, people.by_id(tx, known))
    runner.wake()


def learned(tx: Tx, person_id: str, user: dict[str, Any], asked_at: int) -> None:
    """Store Slack's answer about a person (asked at that moment, ms UTC): a name if they have none,
    and who they are. The administrator of a workspace that was never set up is greeted as such."""
    profile = user.get("profile") or {}
    name = (
        profile.get("display_name")
        or user.get("real_name")
        or profile.get("real_name")
        or user.get("name")
        or ""
    )
    people.learn(tx.db, tx.team, person_id, name=" ".join(str(name).split())[:80])
    tx.known.clear()
    if (known := people.by_id(tx, person_id)) is None:
        return
    kind, told = kind_of(user, tx.team), told_of(user)
    membership.answered(tx, known, asked_at, kind, live=not user.get("deleted"), **told)
    after = people.by_id(tx, person_id)
    if after and after.kind != known.kind:
        app_home.show_anew(tx, after)
    if after and after.slack_admin and told.get("slack_admin"):
        notifications.welcome_admin(tx, person_id)


def home_of(tx: Tx, person_id: str) -> list[Part]:
    """The parts of a person's App Home as they are now; none if the person is gone."""
    person = people.by_id(tx, person_id)
    return app_home.parts_of(ABILITIES, tx, person) if person and person.live else []


def kind_of(user: dict[str, Any], team: str) -> Kind:
    """The kind of account in this workspace, from Slack's user flags. An organization's account
    (Enterprise Grid) belongs to each workspace that it lists."""
    organization = user.get("enterprise_user")
    teams = organization.get("teams") if isinstance(organization, dict) else None
    its = {
        str(t)
        for t in [*(teams if isinstance(teams, list) else []), user.get("team_id") or ""]
        if t
    }
    if user.get("is_stranger") or (its and team not in its):
        return Kind.OUTSIDER
    if user.get("is_bot") or user.get("id") == SLACKBOT:
        return Kind.BOT
    return (
        Kind.GUEST if user.get("is_restricted") or user.get("is_ultra_restricted") else Kind.MEMBER
    )


def told_of(user: dict[str, Any]) -> dict[str, Any]:
    """What else Slack says: the time zone, and whether they administer the workspace. Only what it
    said."""
    told: dict[str, Any] = {"timezone": str(user["tz"])} if user.get("tz") else {}
    flags = [bool(user[k]) for k in ("is_admin", "is_owner", "is_primary_owner") if k in user]
    return told | ({"slack_admin": any(flags)} if flags else {})

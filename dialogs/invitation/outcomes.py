"""What became of an invitation, as people say it: accepted, not ours, dead, and seen in the list or not. Thin."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine import notifications
from dialogs.engine.turn import Turn
from dialogs.invitation import relay
from domain.machine import NotAllowed
from domain.people import Role
from domain.providers import invitation, providers
from domain.providers.partnership import MACHINE, Event

Events = list[dict[str, Any]]
SEEN = {"in_list": Event.SEEN_IN_LIST, "not_in_list": Event.NOT_IN_LIST}
OUTCOMES = {"accepted": Event.ACCEPTED, "not_ours": Event.NOT_OURS, "link_dead": Event.LINK_DEAD}


class LookAtInvitation(Action):  # type: ignore[misc]
    """Is the invitation that the button spoke of still open?"""

    def name(self) -> str:
        return "action_look_at_invitation"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        row = _row(domain["turn"], tracker)
        if row is None:
            return [SlotSet("invite_known", "none")]
        return [SlotSet("invite_known", "closed" if row.state == invitation.CLOSED else "open")]


class NoteInviteOutcome(Action):  # type: ignore[misc]
    """Recorded as reported; who brought it hears of it; the link is not kept."""

    def name(self) -> str:
        return "action_note_invite_outcome"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        note_outcome(turn, dispatcher, _row(turn, tracker), str(tracker.get_slot("invite_outcome")))
        return []


def note_outcome(turn: Turn, dispatcher: CollectingDispatcher, row: Any, outcome: str) -> None:
    """The invitation is over, and how: through its table, to whoever brought it, onto the admin's message."""
    relay.move(turn.tx, row.provider, OUTCOMES[outcome], turn.person, row.partner)
    relay.finish(turn.tx, row, outcome)
    relay.tell_bringer(turn.tx, row, "invitation/became", turn.person, outcome=outcome)
    mine = turn.person.has(Role.GLOBAL_ADMIN)
    said = relay.card(turn.tx, row) | {"outcome": outcome, "link": "", "case": turn.case(), "mine": mine}
    turn.about["wrong_about"] = f"{MACHINE.name}:{row.provider}"
    dispatcher.utter_message(response="invitation/noted", json_message=said)


class ShowAgain(Action):  # type: ignore[misc]
    """The link once more, in this very answer, to nobody but a Global admin (F-INVITE-GA)."""

    def name(self) -> str:
        return "action_show_again"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row = _row(turn, tracker)
        if not turn.person.has(Role.GLOBAL_ADMIN):
            raise NotAllowed("role")
        if row.sent_to != turn.person.id:
            relay.send_again(turn.tx, row, turn.person)
            row = _row(turn, tracker)
        turn.private = True
        turn.about["invitation"] = row.id
        dispatcher.utter_message(response="invitation/for_admin", json_message=relay.card(turn.tx, row) | {"state": "open"})
        return []


class AskListed(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_ask_listed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row = _row(turn, tracker)
        dispatcher.utter_message(json_message={"provider": relay.card(turn.tx, row)["provider"] if row else ""})
        return []


class NoteListed(Action):  # type: ignore[misc]
    """Seen in the list: the partnership stands. Not seen: what to check, and a person."""

    def name(self) -> str:
        return "action_note_listed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row, said = _row(turn, tracker), tracker.get_slot("listed")
        if row is None:
            dispatcher.utter_message(response="invitation/closed_before")
            return []
        note_seen(turn, dispatcher, row.provider, row, str(said))
        return []


def note_seen(turn: Turn, dispatcher: CollectingDispatcher, provider: str, row: Any, said: str) -> None:
    """Seen in the list or not: whoever brought the invitation (`row`, None where there was none) and the admins hear of it."""
    known = providers.get(turn.tx, turn.person.partner, provider)
    card = relay.card(turn.tx, row) if row else {"in_channel": False, "today": turn.today.isoformat()}
    data = card | {"provider": known.name if known else "", "listed": said, "link": "", "case": turn.case()}
    turn.about |= {"wrong_about": f"{MACHINE.name}:{provider}"} | ({"invitation": row.id} if row else {})
    if said in SEEN:
        relay.move(turn.tx, provider, SEEN[said], turn.person, turn.person.partner)
        if row and row.state != invitation.CLOSED and said == "in_list":
            relay.finish(turn.tx, row, "accepted")
        by_mail = row is not None and row.brought_by == invitation.MAIL.id
        if row and not (by_mail and said == "in_list"):  # then the milestone says it in the same channel
            relay.tell_bringer(turn.tx, row, "invitation/became", turn.person, outcome=said)
    if said == "in_list":
        hear_of_it = {turn.person.id} | ({row.brought_by} if row else set())
        more, stamp = data | {"by": turn.person.name, "partner": turn.partner.name}, row.id if row else f"{provider}:{turn.key}"
        notifications.milestone(turn.tx, "notices/provider_listed", more, f"listed:{stamp}", turn.person.partner, but=hear_of_it)
    dispatcher.utter_message(response="invitation/listed", json_message=data | {"case": turn.case()})


def _row(turn: Turn, tracker: Tracker) -> Any:
    """The invitation that is spoken of, if it is the person's own partner's."""
    row = invitation.get(turn.tx, str(tracker.get_slot("invitation") or ""))
    return row if row is not None and row.partner == turn.person.partner else None

"""Links that people bring: told apart, explained, passed on. Thin: the rule is domain/links/links.py's, the way relay.py's."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine import news
from dialogs.engine.turn import Turn
from dialogs.inputs import Mail
from dialogs.invitation import explain, mail, relay
from domain import people
from domain.links.links import Kind
from domain.people import Role
from domain.providers import invitation, providers

Events = list[dict[str, Any]]
EXPLAINED = (Kind.CUSTOMER, Kind.JOINT, Kind.GDAP)
_FROM = re.compile(
    r"^(?:(?:it|that|this)(?:'s| is)? )?(?:said to be )?(?:from |by )?(?:our |the )?(?:provider |distributor |disti )?",
    re.IGNORECASE,
)
LONGEST_NAME = 80


class LookAtLink(Action):  # type: ignore[misc]
    """Which of the kinds is it, and was it here before?"""

    def name(self) -> str:
        return "action_look_at_link"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        link, forwarded = tracker.get_slot("link"), tracker.get_slot("mail")
        if forwarded:
            return _in_mail(turn, Mail(**forwarded))
        if not link:
            return [SlotSet("link_stage", "none")]
        found = [SlotSet("link_stage", _stage(turn, link))]
        named = _provider_named(turn, link.get("rest", "")) if not tracker.get_slot("said_from") else None
        return [*found, SlotSet("said_from", named)] if named else found


def _in_mail(turn: Turn, said: Mail) -> Events:
    """The link in a mail, and from whom the mail says that it is; the mail itself is not kept."""
    passed, claim = mail.look(turn.tx, turn.person.partner, said), mail.claim_of(said)
    kind = passed.judged.kind if passed else Kind.UNKNOWN
    if passed is None or (claim and kind not in (Kind.CANDIDATE, *EXPLAINED)):
        return [SlotSet("link_stage", "mail"), SlotSet("mail", {"claim": claim})]
    link = mail.link_slot(passed, said)
    found = [SlotSet("mail", None), SlotSet("link", link), SlotSet("link_stage", _stage(turn, link))]
    if link["relay"] and link["kind"] not in EXPLAINED:
        return [*found, SlotSet("said_from", mail.provider_of(turn.tx, turn.person.partner, said))]
    return found


class ExplainMail(Action):  # type: ignore[misc]
    """A claim is never believed by its sender; a mail without a link is said to be one."""

    def name(self) -> str:
        return "action_explain_mail"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        if claim := tracker.get_slot("mail")["claim"]:
            dispatcher.utter_message(response="invitation/mail_claim", json_message={"claim": claim, "in_channel": False})
        else:
            dispatcher.utter_message(response="invitation/mail_unread", json_message={"why": "no_link"})
        return []


def _stage(turn: Turn, link: dict[str, Any]) -> str:
    if link["reason"] == "two_links" and link["only"]:
        return "two_links"
    if link["kind"] in EXPLAINED:
        return "explained"
    if link["reason"]:
        return "refused"
    if invitation.known(turn.tx, turn.person.partner, link["relay"]):
        return "known"
    return "candidate" if link["kind"] == Kind.CANDIDATE else "page"


def _provider_named(turn: Turn, said: str) -> str | None:
    """The provider whose name stands in what was said beside the link, if it is one that we know."""
    found = [p.id for p in providers.named_in(providers.of_partner(turn.tx, turn.person.partner), said)]
    return found[0] if len(found) == 1 else None


class ExplainLink(Action):  # type: ignore[misc]
    """What it is instead, and what to do; what looks like a trick is put before support, as dead text."""

    def name(self) -> str:
        return "action_explain_link"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        link = tracker.get_slot("link")
        if tracker.get_slot("link_stage") == "known":
            row = invitation.known(turn.tx, turn.person.partner, link["relay"])
            dispatcher.utter_message(response="invitation/known", json_message=relay.card(turn.tx, row))
            return []
        seen = explain.put_before_support(turn.tx, turn.person.partner, turn.person, link, key=turn.key)
        said = explain.about(turn.tx, turn.person.partner, link) | {"support_sees_it": seen}
        dispatcher.utter_message(response="invitation/explain", json_message=said)
        return []


class TakeThatOne(Action):  # type: ignore[misc]
    """Of several links the one into Partner Center."""

    def name(self) -> str:
        return "action_take_that_one"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        link = tracker.get_slot("link")
        link = link | {"relay": link["only"], "only": "", "reason": "", "kind": str(Kind.CANDIDATE), "said_so": True}
        return [SlotSet("link", link), SlotSet("link_stage", _stage(turn, link))]


class AskOnlyThat(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_ask_only_that"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(json_message={"shown": tracker.get_slot("link")["shown"]})
        return []


class AskSaidFrom(Action):  # type: ignore[misc]
    """The providers that the partner spoke of; another one is written."""

    def name(self) -> str:
        return "action_ask_said_from"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        known = providers.of_partner(turn.tx, turn.person.partner)[:4]
        dispatcher.utter_message(json_message={"options": [{"value": p.id, "label": p.name} for p in known]})
        return []


class ValidateSaidFrom(Action):  # type: ignore[misc]
    """A provider by button or by name; the name is kept as it was said."""

    def name(self) -> str:
        return "validate_said_from"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = str(tracker.get_slot("said_from")).strip()
        if providers.get(turn.tx, turn.person.partner, said):
            return []
        name = _FROM.sub("", said, count=1).strip(" .!\"'")
        if not providers.key_of(name) or len(name) > LONGEST_NAME or "://" in name:
            dispatcher.utter_message(response="invitation/which_provider")
            return [SlotSet("said_from", None)]
        known = providers.named_in(providers.of_partner(turn.tx, turn.person.partner), name)
        short = len(known) == 1 and providers.key_of(name) in map(providers.key_of, providers.short_names(known[0].name))
        return [SlotSet("said_from", known[0].id if short else providers.note(turn.tx, turn.person.partner, name))]


class PassOn(Action):  # type: ignore[misc]
    """To the Global admin, or kept until that is possible; the asker learns who has it."""

    def name(self) -> str:
        return "action_pass_on"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        provider = str(tracker.get_slot("said_from"))
        done = relay.pass_on(turn.tx, turn.person.partner, turn.person, tracker.get_slot("link")["relay"], provider)
        if done.stage != "no_admin":
            dispatcher.utter_message(response="invitation/passed_on", json_message=_told(turn, provider, done))
        return [SlotSet("passed_on", done.stage), SlotSet("invitation", done.invitation)]


def _told(turn: Turn, provider: str, done: relay.Passed) -> dict[str, Any]:
    row, mine = providers.get(turn.tx, turn.person.partner, provider), done.admin is not None and done.admin.id == turn.person.id
    return {
        "stage": done.stage,
        "provider": row.name,
        "admin": done.admin.name if done.admin else "",
        "mine": mine,
        "case": turn.case(),
    }


class AskInviteAdmin(Action):  # type: ignore[misc]
    """Nobody is recorded as Global admin: who is it?"""

    def name(self) -> str:
        return "action_ask_invite_admin"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        dispatcher.utter_message(json_message={"options": [{"value": turn.person.id, "label": turn.person.name}]})
        return []


class ValidateInviteAdmin(Action):  # type: ignore[misc]
    """A live colleague, by button, name or mention."""

    def name(self) -> str:
        return "validate_invite_admin"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = str(tracker.get_slot("invite_admin")).strip()
        if said == turn.person.id or re.fullmatch(r"(?:me|i am|it is me|that is me|myself)", said.lower()):
            return [SlotSet("invite_admin", turn.person.id)]
        found = people.by_name(turn.tx, said.removeprefix("<@").removesuffix(">").lstrip("@"), turn.person.partner)
        if len(found) == 1 and found[0].has(Role.STAFF):
            return [SlotSet("invite_admin", found[0].id)]
        dispatcher.utter_message(response="enroll/which_admin", json_message={"found": len(found)})
        return [SlotSet("invite_admin", None)]


class NameInviteAdmin(Action):  # type: ignore[misc]
    """The claim is recorded; what waited goes to the one who was named."""

    def name(self) -> str:
        return "action_name_invite_admin"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        admin = people.by_id(turn.tx, str(tracker.get_slot("invite_admin")))
        assert admin is not None, "validate_invite_admin lets only known people through"
        admin = people.claim_global_admin(turn.tx, admin, turn.person)
        news.spread(turn.tx, "admin_named", turn.person.partner, turn.person)
        done = relay.Passed("sent", str(tracker.get_slot("invitation")), admin)
        dispatcher.utter_message(
            response="invitation/passed_on", json_message=_told(turn, str(tracker.get_slot("said_from")), done)
        )
        return []

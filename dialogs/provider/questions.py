"""The questions about providers: what they offer, and which answers hold."""

import re
from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine.turn import Turn
from dialogs.nlu.dates import day_said
from domain import people
from domain.identifiers import Kind, WrongIdentifier, look_at, tenant
from domain.providers import catalogue, comparison, providers
from domain.providers.comparison import UNKNOWN

Events = list[dict[str, Any]]
SHOWN, LONGEST_NAME = 12, 80
ENDS = ("end_with_provider", "report_provider_removed")
_OVER = re.compile(r"\b(?:removed|ended|terminated|over|gone|dropped|kicked)\b", re.I)


def known(turn: Turn) -> list[Any]:
    """The partner's providers, in the order of their names."""
    return sorted(providers.of_partner(turn.tx, turn.person.partner), key=lambda row: row.name.casefold())


def named_in(turn: Turn, text: str) -> Any:
    """The provider whose name stands in a text; None for none and for more than one."""
    found = providers.named_in(known(turn), text)
    return found[0] if len(found) == 1 else None


def chosen(row: Any) -> Events:
    """The slots that name the provider at hand; its name is for words."""
    return [SlotSet("which_provider", row.id), SlotSet("provider_named", row.name)]


class HearProvider(Action):  # type: ignore[misc]
    """ "We chose Fabrikam": which one is in the words already; the only one is not asked for."""

    def name(self) -> str:
        return "action_hear_provider"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        if tracker.get_slot("which_provider"):
            return []
        row = named_in(turn, turn.text)
        events: Events = []
        if tracker.latest_message["intent"]["name"] in ENDS and _OVER.search(turn.text):
            day = day_said(turn.text, turn.today)
            events = [SlotSet("ended", "removed"), *([SlotSet("ended_on", day.isoformat())] if day else [])]
        return [*(chosen(row) if row else []), *events]


class HearProviderName(Action):  # type: ignore[misc]
    """Nothing is guessed out of a sentence but what the catalogue knows by name."""

    def name(self) -> str:
        return "action_hear_provider_name"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        if tracker.get_slot("provider_named"):
            return []
        said = providers.key_of(turn.text)
        found = [e.name for e in catalogue.entries(turn.tx) if e.key in said]
        return [SlotSet("provider_named", found[0])] if len(found) == 1 else []


class AskProviderNamed(Action):  # type: ignore[misc]
    """Those of the catalogue that are not entered yet, by name."""

    def name(self) -> str:
        return "action_ask_provider_named"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        taken = {row.key for row in known(turn)}
        free = [e for e in catalogue.entries(turn.tx) if e.key not in taken]
        options = [{"value": e.key[:100], "label": e.name} for e in free[:SHOWN]]
        dispatcher.utter_message(json_message={"options": options, "more": max(0, len(free) - SHOWN)})
        return []


class ValidateProviderNamed(Action):  # type: ignore[misc]
    """A name, not an id or a link; one of the catalogue by its button."""

    def name(self) -> str:
        return "validate_provider_named"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = " ".join(str(tracker.get_slot("provider_named")).split())
        if entry := catalogue.called(turn.tx, said):
            return [SlotSet("provider_named", entry.name)]
        wrong = name_is_wrong(said)
        if not wrong:
            return []
        dispatcher.utter_message(response="provider/no_name", json_message={"why": wrong})
        return [SlotSet("provider_named", None)]


def name_is_wrong(said: str) -> str:
    """Why this is no name of a provider: long, empty, or the kind of identifier that it looks like; "" when it may be one."""
    if not providers.key_of(said):
        return "empty"
    if len(said) > LONGEST_NAME:
        return "long"
    try:
        kind = look_at(said).kind
    except WrongIdentifier as wrong:
        kind = wrong.looks_like if wrong.looks_like in (Kind.TENANT, Kind.DOMAIN) else Kind.NOTHING
    exact = kind in (Kind.TENANT, Kind.DOMAIN, Kind.LINK, Kind.EMAIL) or (kind is Kind.PARTNER_ID and said.isdigit())
    return str(kind) if exact else ""


class AskWhichProvider(Action):  # type: ignore[misc]
    """The partner's providers; which flow asks is part of the button."""

    def name(self) -> str:
        return "action_ask_which_provider"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        rows = known(turn)
        options = [{"value": row.id, "label": row.name} for row in rows[:SHOWN]]
        flow = turn.frames[-1]["flow"]
        dispatcher.utter_message(json_message={"options": options, "more": max(0, len(rows) - SHOWN), "flow": flow})
        return []


class ValidateWhichProvider(Action):  # type: ignore[misc]
    """One of them, by button or by name; who was chosen may be new to us."""

    def name(self) -> str:
        return "validate_which_provider"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said, partner = str(tracker.get_slot("which_provider")), turn.person.partner
        row = providers.get(turn.tx, partner, said) or providers.called(turn.tx, partner, said) or named_in(turn, said)
        if row is None and turn.frames and turn.frames[-1]["flow"] == "choose_one" and not name_is_wrong(said):
            row = providers.get(turn.tx, partner, providers.note(turn.tx, partner, said))
        if row is not None:
            return chosen(row)
        dispatcher.utter_message(response="provider/which_one")
        return [SlotSet("which_provider", None)]


class ValidateProviderTenant(Action):  # type: ignore[misc]
    """A tenant id or a default domain, and not the partner's own."""

    def name(self) -> str:
        return "validate_provider_tenant"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = str(tracker.get_slot("provider_tenant"))
        if said == UNKNOWN:
            return []
        value = tenant_said(turn, said, dispatcher)
        return [SlotSet("provider_tenant", value)]


def tenant_said(turn: Turn, said: str, dispatcher: CollectingDispatcher) -> str | None:
    """The provider's tenant in canonical spelling; None with words where it is none, or the partner's own."""
    try:
        value = tenant(said).value
    except WrongIdentifier as wrong:
        saying = {"why": wrong.why, "looks_like": str(wrong.looks_like), "wanted": "tenant"}
        dispatcher.utter_message(response="repair/wrong_identifier", json_message=saying)
        return None
    if value in {t.guid for t in people.tenants_of(turn.tx, turn.person.partner)}:
        dispatcher.utter_message(response="provider/own_tenant")
        return None
    return value


class AskSameRegion(Action):  # type: ignore[misc]
    """The partner's country beside it; which providers serve it is a live list and not ours (G-REGION-LIST)."""

    def name(self) -> str:
        return "action_ask_same_region"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        country = turn.partner.country if turn.partner else ""
        dispatcher.utter_message(json_message={"country": country, "flow": turn.frames[-1]["flow"]})
        return []


class AskCriterion(Action):  # type: ignore[misc]
    """What is noted already about this one."""

    def name(self) -> str:
        return "action_ask_criterion"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        noted = comparison.notes(turn.tx, turn.person.partner).get(str(tracker.get_slot("which_provider")), {})
        dispatcher.utter_message(json_message={"noted": [str(c) for c in comparison.Criterion if c in noted]})
        return []


class ValidateEndedOn(Action):  # type: ignore[misc]
    """A day that has come."""

    def name(self) -> str:
        return "validate_ended_on"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = str(tracker.get_slot("ended_on"))
        if date.fromisoformat(said) <= turn.today:
            return []
        dispatcher.utter_message(response="provider/doubtful_day", json_message={"day": said})
        return [SlotSet("ended_on", None)]


class ValidateFormName(Action):  # type: ignore[misc]
    """As the name that is said."""

    def name(self) -> str:
        return "validate_form_name"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        if not (wrong := name_is_wrong(str(tracker.get_slot("form_name")))):
            return []
        dispatcher.utter_message(response="provider/no_name", json_message={"why": wrong})
        return [SlotSet("form_name", None)]


class ValidateFormTenant(Action):  # type: ignore[misc]
    """As the tenant that is said."""

    def name(self) -> str:
        return "validate_form_tenant"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        return [SlotSet("form_tenant", tenant_said(domain["turn"], str(tracker.get_slot("form_tenant")), dispatcher))]

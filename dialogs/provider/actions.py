"""Providers: entering, comparing, shortlisting, choosing, ending. Thin: slots in, domain, messages out. Ranks nobody."""

from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine import notifications
from dialogs.engine.turn import Turn
from domain import people
from domain.machine import NotPossible, advance, stands
from domain.people import Role
from domain.providers import catalogue, comparison, providers
from domain.providers.comparison import CATALOGUE, OTHER, TENANT, UNKNOWN, Criterion
from domain.providers.partnership import MACHINE, Event, State

Events = list[dict[str, Any]]


class LookAtProviders(Action):  # type: ignore[misc]
    """Is there anything to compare? A form that was handed in is entered first."""

    def name(self) -> str:
        return "action_look_at_our_providers"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        if tracker.get_slot("form_name"):
            self._enter(turn, tracker)
        return [SlotSet("any_providers", "some" if providers.of_partner(turn.tx, turn.person.partner) else "none")]

    def _enter(self, turn: Turn, tracker: Tracker) -> None:
        id_ = enter(turn, str(tracker.get_slot("form_name")))
        for key in (TENANT, *Criterion):
            if said := tracker.get_slot(f"form_{key}"):
                comparison.note(turn.tx, turn.person.partner, id_, key, str(said), turn.person.id, turn.today)


class ShowCriteria(Action):  # type: ignore[misc]
    """What to look at, before anybody is entered."""

    def name(self) -> str:
        return "action_show_criteria"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        dispatcher.utter_message(
            response="provider/what_counts", json_message={"catalogue": len(catalogue.entries(turn.tx)), "case": turn.case()}
        )
        return []


class ShowComparison(Action):  # type: ignore[misc]
    """All that were entered, side by side, in the order of their names."""

    def name(self) -> str:
        return "action_show_comparison"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        turn.about["wrong_about"] = f"{MACHINE.name}:"
        dispatcher.utter_message(response="provider/comparison", json_message=comparison.side_by_side(turn.tx, turn.person.partner))
        return []


class EnterProvider(Action):  # type: ignore[misc]
    """By name, known from now on; what the catalogue says of it is taken over as the catalogue's word."""

    def name(self) -> str:
        return "action_enter_provider"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        id_ = enter(turn, str(tracker.get_slot("provider_named")))
        noted = comparison.notes(turn.tx, turn.person.partner).get(id_, {})
        known = [SlotSet("provider_tenant", noted[TENANT].text)] if TENANT in noted else []
        region = comparison.region_of(turn.tx, turn.person.partner, id_)
        return [SlotSet("which_provider", id_), *known, *([SlotSet("same_region", region)] if region else [])]


def enter(turn: Turn, name: str) -> str:
    """The provider's id; with the catalogue's notes where it knows the name."""
    id_ = providers.note(turn.tx, turn.person.partner, name)
    entry = catalogue.called(turn.tx, name)
    for key, text in (entry.notes if entry else {}).items():
        comparison.note(turn.tx, turn.person.partner, id_, key, text, CATALOGUE, turn.today)
    return id_


class NoteProvider(Action):  # type: ignore[misc]
    """Tenant and region, as the person says: a tenant id that is said here is not a confirmed one."""

    def name(self) -> str:
        return "action_note_provider"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        tenant, region = str(tracker.get_slot("provider_tenant")), str(tracker.get_slot("same_region"))
        for key, said in ((TENANT, "" if tenant == UNKNOWN else tenant), (Criterion.REGION, region)):
            if said:
                _note(turn, tracker, key, said)
        return []


class NoteCriterion(Action):  # type: ignore[misc]
    """One note, in the person's words; then the next criterion is asked for."""

    def name(self) -> str:
        return "action_note_criterion"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        _note(domain["turn"], tracker, str(tracker.get_slot("criterion")), str(tracker.get_slot("criterion_note")))
        return [SlotSet("criterion", None), SlotSet("criterion_note", None)]


def _note(turn: Turn, tracker: Tracker, key: str, text: str) -> None:
    provider = str(tracker.get_slot("which_provider"))
    comparison.note(turn.tx, turn.person.partner, provider, key, text, turn.person.id, turn.today)


class LookAtRegion(Action):  # type: ignore[misc]
    """What was said about the region counts; where nobody knew, it is asked again."""

    def name(self) -> str:
        return "action_look_at_region"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        region = comparison.region_of(turn.tx, turn.person.partner, str(tracker.get_slot("which_provider")))
        asked = tracker.get_slot("same_region")
        return [SlotSet("same_region", asked or (region if region != UNKNOWN else "") or None)]


class Shortlist(Action):  # type: ignore[misc]
    """Compared, and not in another region by what was said (X-REGION)."""

    def name(self) -> str:
        return "action_shortlist"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        region = str(tracker.get_slot("same_region"))
        _note(turn, tracker, Criterion.REGION, region)
        if region == OTHER:
            dispatcher.utter_message(response="provider/other_region", json_message=about(turn, tracker))
        elif move(turn, tracker, dispatcher, Event.CRITERIA_COMPARED):
            said = about(turn, tracker) | {"same_region": region}
            dispatcher.utter_message(response="provider/shortlisted", json_message=said)
        return []


class RefuseRegion(Action):  # type: ignore[misc]
    """No partnership across regions: said before anything is recorded."""

    def name(self) -> str:
        return "action_refuse_region"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        _note(turn, tracker, Criterion.REGION, OTHER)
        dispatcher.utter_message(response="provider/other_region", json_message=about(turn, tracker))
        return []


class ChooseProvider(Action):  # type: ignore[misc]
    """Chosen, terms agreed: recorded, the Global admin and the admins' channel hear of it, and what comes next is said."""

    def name(self) -> str:
        return "action_choose_provider"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        _note(turn, tracker, Criterion.REGION, str(tracker.get_slot("same_region")))
        if move(turn, tracker, dispatcher, Event.CHOSEN):
            others = [p.name for p in providers.in_state(turn.tx, turn.person.partner, (State.CHOSEN, State.LISTED))]
            said = about(turn, tracker)
            said |= {"others": [n for n in others if n != said["provider"]], "case": turn.case()}
            dispatcher.utter_message(response="provider/chosen", json_message=said)
        return []


class EndProvider(Action):  # type: ignore[misc]
    """The partnership was removed, as reported; the privileges that stay are named."""

    def name(self) -> str:
        return "action_end_provider"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        day = date.fromisoformat(str(tracker.get_slot("ended_on")))
        if move(turn, tracker, dispatcher, Event.REMOVED, day):
            dispatcher.utter_message(
                response="provider/ended", json_message=about(turn, tracker) | {"day": day.isoformat(), "case": turn.case()}
            )
        return []


class GiveUp(Action):  # type: ignore[misc]
    """Back to being considered; one only considered leaves the comparison. What stands is ended, not given up."""

    def name(self) -> str:
        return "action_give_up"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said, provider = about(turn, tracker), str(tracker.get_slot("which_provider"))
        here = stands(turn.tx, MACHINE, provider)
        if here.seq < 0:
            comparison.take_off(turn.tx, turn.person, provider)
            dispatcher.utter_message(response="provider/taken_off", json_message=said)
        elif move(turn, tracker, dispatcher, Event.GIVEN_UP):
            dispatcher.utter_message(response="provider/given_up", json_message=said)
        return []


def about(turn: Turn, tracker: Tracker) -> dict[str, Any]:
    """The provider at hand, for words."""
    row = providers.get(turn.tx, turn.person.partner, str(tracker.get_slot("which_provider") or ""))
    return {"provider": row.name if row else ""}


def move(turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher, event: Event, day: date | None = None) -> bool:
    """Through the table, and those hear of it whom the row names; False with words where no row leads on."""
    provider, day = str(tracker.get_slot("which_provider")), day or turn.today
    before = stands(turn.tx, MACHINE, provider)
    try:
        row = advance(turn.tx, MACHINE, provider, event, turn.person, day=day, today=turn.today, partner=turn.person.partner)
    except NotPossible:
        said = about(turn, tracker) | {"state": before.state, "event": event}
        dispatcher.utter_message(response="provider/does_not_fit", json_message=said)
        return False
    turn.about["wrong_about"] = f"{MACHINE.name}:{provider}"
    if row.to != before.state:
        tell(turn, tracker, row.tells, event, day)
    return True


def tell(turn: Turn, tracker: Tracker, names: tuple[str, ...], event: str, day: date) -> None:
    """Not the person whose word it was."""
    provider = str(tracker.get_slot("which_provider"))
    data = turn.data(case=turn.case(), by=turn.person.name, day=day.isoformat(), event=event, **about(turn, tracker))
    key = f"notice:partnership:{provider}:{stands(turn.tx, MACHINE, provider).seq}"
    if "global_admin" in names:
        for person in people.with_role(turn.tx, Role.GLOBAL_ADMIN, turn.person.partner):
            if person.id != turn.person.id:
                notifications.say(turn.tx, person, "notices/provider_changed", data, key=f"{key}:{person.id}")
    if "admins" in names:
        notifications.to_admins(turn.tx, "notices/provider_changed", data, key=f"{key}:admins")

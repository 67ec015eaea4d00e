"""The yearly check: the deeds behind dialogs/standing/flow.yml. Thin: slots in, domain, slots and names of messages out."""

from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine.turn import Turn
from dialogs.nlu.slot_types import Read, amount
from dialogs.standing.questions import NO_TENANT, amount_in, check_of, month_of, tenants
from domain import machine, people
from domain.storage import audit
from domain.tenant import case, figures, standing
from domain.tenant.eligibility import Demand, Finding, Said, demands_on, judge, steps_after
from domain.tenant.standing import State

Events = list[dict[str, Any]]
# Revenue is measured over all locations together (F-REV-LEVEL-PGA); the rest is a tenant's own.
OF_PARTNER = ("csp_revenue", "through_provider", "direct_part")
OF_TENANT = ("anniversary", *(str(d) for d in Demand if d is not Demand.REVENUE))


class LookForTenants(Action):  # type: ignore[misc]
    """With one tenant nobody is asked which."""

    def name(self) -> str:
        return "action_look_for_tenants"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        return the_only_tenant(domain["turn"], tracker)


def the_only_tenant(turn: Turn, tracker: Tracker) -> Events:
    """The slots that name it; nothing where there are several to choose from and none is chosen."""
    known, before = tenants(turn), tracker.get_slot("tenant_id")
    if before in {t.id for t in known}:
        return [SlotSet("standing_tenant", before)]
    if len(known) > 1:
        return []
    only = known[0].id if known else case.look(turn.tx, turn.person).tenant
    return [SlotSet("standing_tenant", only or NO_TENANT), SlotSet("tenant_id", only or NO_TENANT)]


class LookAtStanding(Action):  # type: ignore[misc]
    """Is direct bill still what the check is about, and has somebody given figures before?"""

    def name(self) -> str:
        return "action_look_at_standing"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        state = machine.stands(turn.tx, standing.MACHINE, tracker.get_slot("tenant_id")).state
        given = tracker.get_slot("csp_revenue") or tracker.get_slot("before")  # handed in as a form, or pressed below a verdict
        stage = {State.RESTRICTED: "restricted", State.SUSPENDED: "restricted", State.REVOKED: "over", State.ENDED: "over"}
        known = "some" if not tracker.get_slot("csp_revenue") and known_figures(turn, tracker) else "none"
        anyway = tracker.get_slot("anyway") or given
        beside = [] if given or known == "some" or amount(turn.text) is not Read.WHOLE else [SlotSet("csp_revenue", turn.text)]
        return [
            *beside,
            SlotSet("standing_stage", "direct" if anyway else stage.get(State(state), "direct")),
            SlotSet("known", known),
        ]


class ShowRestricted(Action):  # type: ignore[misc]
    """What still works and what does not, and the steps that may follow."""

    def name(self) -> str:
        return "action_show_restricted"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(response="standing/restricted", json_message=restricted(domain["turn"], tracker))
        return []


def restricted(turn: Turn, tracker: Tracker) -> dict[str, Any]:
    """Since when, by whose word, and what a partner quotes to follow."""
    tenant = str(tracker.get_slot("tenant_id"))
    log = machine.effective(audit.entries(turn.tx, f"{standing.MACHINE.name}:{tenant}"))
    began = [e for e in log if e.details["to"] == State.RESTRICTED and e.details["from"] != State.RESTRICTED]
    since = str(began[-1].details["day"]) if began else ""
    steps = [day.isoformat() for day in steps_after(date.fromisoformat(since))] if since else ["", ""]
    by = people.names(turn.tx, [began[-1].actor]).get(began[-1].actor, "") if began else ""
    state = machine.stands(turn.tx, standing.MACHINE, tenant).state
    return {"state": state, "since": since, "by": by, "suspended_on": steps[0], "revoked_on": steps[1], "case": turn.case()}


class AskBefore(Action):  # type: ignore[misc]
    """What is known already, with who said it and when."""

    def name(self) -> str:
        return "action_ask_before"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        shown = shown_figures(domain["turn"], known_figures(domain["turn"], tracker))
        dispatcher.utter_message(json_message={"options": [{"value": "keep"}, {"value": "anew"}], "figures": shown})
        return []


class TakeKnown(Action):  # type: ignore[misc]
    """What was said before counts again; what is missing is asked."""

    def name(self) -> str:
        return "action_take_known"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        if tracker.get_slot("before") != "keep":
            return []
        return [SlotSet(name, figure.value) for name, figure in known_figures(domain["turn"], tracker).items()]


class NoteFigures(Action):  # type: ignore[misc]
    """Kept as soon as they are said, so that a break loses nothing; then: which of the other demands count on that day?"""

    def name(self) -> str:
        return "action_note_figures"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        keep_figures(turn, tracker)
        asked = {r.demand for r in demands_on(check_of(turn, tracker)[0], turn.assistant.facts)}
        return [SlotSet("demands", "all" if Demand.DESIGNATION in asked else "plan_only")]


class JudgeStanding(Action):  # type: ignore[misc]
    """What the next check would find, by what was said: with version, day and confidence, and a person where it is open."""

    def name(self) -> str:
        return "action_judge_standing"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        keep_figures(turn, tracker)
        has = {str(d): str(tracker.get_slot(str(d)) or "") for d in Demand if d is not Demand.REVENUE}
        revenue, direct = amount_in(tracker.get_slot("csp_revenue")), amount_in(tracker.get_slot("direct_part"))
        month, through = month_of(tracker.get_slot("anniversary")), str(tracker.get_slot("through_provider") or "")
        verdict = judge(Said(month, revenue, through, direct, has), turn.today, turn.assistant.facts)
        if Finding.CONTESTED in verdict.findings.values():
            turn.decide("handover")
        shown = shown_figures(turn, known_figures(turn, tracker))
        tenant = turn.case()
        dispatcher.utter_message(
            response="standing/verdict", json_message={"verdict": verdict.values(), "figures": shown, "case": tenant}
        )
        return []


class ShowFigures(Action):  # type: ignore[misc]
    """A person's own figures, and nobody else's."""

    def name(self) -> str:
        return "action_show_figures"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        shown = shown_figures(turn, {f.name: f for f in figures.own(turn.tx, turn.person).values()})
        dispatcher.utter_message(response="standing/figures" if shown else "standing/no_figures", json_message={"figures": shown})
        return []


class LookAtFigures(Action):  # type: ignore[misc]
    """Is there anything to remove?"""

    def name(self) -> str:
        return "action_look_at_figures"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        return [SlotSet("known", "some" if figures.own(turn.tx, turn.person) else "none")]


class ForgetFigures(Action):  # type: ignore[misc]
    """What this person said is gone; colleagues' figures stay."""

    def name(self) -> str:
        return "action_forget_figures"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        dispatcher.utter_message(response="standing/figures_removed", json_message={"many": figures.forget(turn.tx, turn.person)})
        return []


def known_figures(turn: Turn, tracker: Tracker) -> dict[str, figures.Figure]:
    """Slot -> the newest figure that somebody of this partner said, for the tenant at hand."""
    tenant, said = tracker.get_slot("tenant_id"), figures.latest(turn.tx, turn.person.partner)
    names = {slot: slot for slot in OF_PARTNER} | {slot: f"{slot}@{tenant}" for slot in OF_TENANT}
    return {slot: said[name] for slot, name in names.items() if name in said}


def keep_figures(turn: Turn, tracker: Tracker) -> None:
    """Write down what differs from what is known: a colleague's word that was kept stays the colleague's."""
    known, tenant = known_figures(turn, tracker), tracker.get_slot("tenant_id")
    for slot in (*OF_PARTNER, *OF_TENANT):
        value = tracker.get_slot(slot)
        if value is not None and (slot not in known or known[slot].value != value):
            figures.say(turn.tx, turn.person, slot if slot in OF_PARTNER else f"{slot}@{tenant}", value, turn.today)


def shown_figures(turn: Turn, known: dict[str, figures.Figure]) -> list[dict[str, Any]]:
    """For words: name, value, who said it on which day; to the partner's own people only."""
    names = people.names(turn.tx, (f.person for f in known.values()))
    order = [*OF_PARTNER, *OF_TENANT]
    rows = [
        {"name": f.name.partition("@")[0], "value": f.value, "by": names.get(f.person, ""), "mine": f.person == turn.person.id}
        | {"day": f.day.isoformat()}
        for f in known.values()
    ]
    return sorted(rows, key=lambda row: order.index(str(row["name"])))

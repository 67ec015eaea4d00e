"""The yearly check: the deeds behind dialogs/standing/flow.yml. Thin: slots in, domain, slots and
names of messages out."""

from datetime import date
from typing import Any

from dialogs.engine.context import Filled, Outcome, Slots, Turn
from dialogs.nlu.slot_types import Read, amount
from dialogs.standing.questions import NO_TENANT, amount_in, check_of, month_of, tenants
from domain import machine, people
from domain.storage import audit
from domain.tenant import case, figures, standing
from domain.tenant.eligibility import Demand, Finding, Said, demands_on, judge, steps_after
from domain.tenant.standing import State

# Revenue is measured over all locations together (F-REV-LEVEL-PGA); the rest is a tenant's own.
OF_PARTNER = ("csp_revenue", "through_provider", "direct_part")
OF_TENANT = ("anniversary", *(str(d) for d in Demand if d is not Demand.REVENUE))


def action_look_for_tenants(turn: Turn, slots: Slots) -> Outcome:
    """With one tenant nobody is asked which."""
    return Outcome().fill(the_only_tenant(turn, slots))


def the_only_tenant(turn: Turn, slots: Slots) -> Filled:
    """The slots that name it; nothing where there are several to choose from and none is chosen."""
    known, before = tenants(turn), slots["tenant_id"]
    if before in {t.id for t in known}:
        return [("standing_tenant", before)]
    if len(known) > 1:
        return []
    only = known[0].id if known else case.look(turn.tx, turn.person).tenant
    return [("standing_tenant", only or NO_TENANT), ("tenant_id", only or NO_TENANT)]


def action_look_at_standing(turn: Turn, slots: Slots) -> Outcome:
    """Is direct bill still what the check is about, and has somebody given figures before?"""
    state = machine.stands(turn.tx, standing.MACHINE, slots["tenant_id"]).state
    given = (
        slots["csp_revenue"] or slots["before"]
    )  # handed in as a form, or pressed below a verdict
    stage = {
        State.RESTRICTED: "restricted",
        State.SUSPENDED: "restricted",
        State.REVOKED: "over",
        State.ENDED: "over",
    }
    known = "some" if not slots["csp_revenue"] and known_figures(turn, slots) else "none"
    anyway = slots["anyway"] or given
    beside = (
        []
        if given or known == "some" or amount(turn.text) is not Read.WHOLE
        else [("csp_revenue", turn.text)]
    )
    return Outcome().fill(
        [
            *beside,
            ("standing_stage", "direct" if anyway else stage.get(State(state), "direct")),
            ("known", known),
        ]
    )


def action_show_restricted(turn: Turn, slots: Slots) -> Outcome:
    """What still works and what does not, and the steps that may follow."""
    result = Outcome()
    result.say("standing/restricted", restricted(turn, slots))
    return result


def restricted(turn: Turn, slots: Slots) -> dict[str, Any]:
    """Since when, by whose word, and what a partner quotes to follow."""
    tenant = str(slots["tenant_id"])
    log = machine.effective(audit.entries(turn.tx, f"{standing.MACHINE.name}:{tenant}"))
    began = [
        e
        for e in log
        if e.details["to"] == State.RESTRICTED and e.details["from"] != State.RESTRICTED
    ]
    since = str(began[-1].details["day"]) if began else ""
    steps = (
        [day.isoformat() for day in steps_after(date.fromisoformat(since))] if since else ["", ""]
    )
    by = people.names(turn.tx, [began[-1].actor]).get(began[-1].actor, "") if began else ""
    state = machine.stands(turn.tx, standing.MACHINE, tenant).state
    return {
        "state": state,
        "since": since,
        "by": by,
        "suspended_on": steps[0],
        "revoked_on": steps[1],
        "case": turn.case(),
    }


def action_ask_before(turn: Turn, slots: Slots) -> Outcome:
    """What is known already, with who said it and when."""
    result = Outcome()
    shown = shown_figures(turn, known_figures(turn, slots))
    result.show({"options": [{"value": "keep"}, {"value": "anew"}], "figures": shown})
    return result


def action_take_known(turn: Turn, slots: Slots) -> Outcome:
    """What was said before counts again; what is missing is asked."""
    if slots["before"] != "keep":
        return Outcome()
    return Outcome().fill(
        [(name, figure.value) for name, figure in known_figures(turn, slots).items()]
    )


def action_note_figures(turn: Turn, slots: Slots) -> Outcome:
    """Kept as soon as they are said, so that a break loses nothing; then: which of the other
    demands count on that day?"""
    keep_figures(turn, slots)
    asked = {r.demand for r in demands_on(check_of(turn, slots)[0], turn.assistant.facts)}
    return Outcome().fill(demands="all" if Demand.DESIGNATION in asked else "plan_only")


def action_judge_standing(turn: Turn, slots: Slots) -> Outcome:
    """What the next check would find, by what was said: with version, day and confidence, and a
    person where it is open."""
    result = Outcome()
    keep_figures(turn, slots)
    has = {str(d): str(slots.get(str(d)) or "") for d in Demand if d is not Demand.REVENUE}
    revenue, direct = amount_in(slots["csp_revenue"]), amount_in(slots["direct_part"])
    month, through = month_of(slots["anniversary"]), str(slots["through_provider"] or "")
    verdict = judge(Said(month, revenue, through, direct, has), turn.today, turn.assistant.facts)
    if Finding.CONTESTED in verdict.findings.values():
        turn.decide("handover")
    shown = shown_figures(turn, known_figures(turn, slots))
    tenant = turn.case()
    result.say("standing/verdict", {"verdict": verdict.values(), "figures": shown, "case": tenant})
    return result


def action_show_figures(turn: Turn, slots: Slots) -> Outcome:
    """A person's own figures, and nobody else's."""
    result = Outcome()
    shown = shown_figures(turn, {f.name: f for f in figures.own(turn.tx, turn.person).values()})
    result.say("standing/figures" if shown else "standing/no_figures", {"figures": shown})
    return result


def action_look_at_figures(turn: Turn, slots: Slots) -> Outcome:
    """Is there anything to remove?"""
    return Outcome().fill(known="some" if figures.own(turn.tx, turn.person) else "none")


def action_forget_figures(turn: Turn, slots: Slots) -> Outcome:
    """What this person said is gone; colleagues' figures stay."""
    result = Outcome()
    result.say("standing/figures_removed", {"many": figures.forget(turn.tx, turn.person)})
    return result


def known_figures(turn: Turn, slots: Slots) -> dict[str, figures.Figure]:
    """Slot -> the newest figure that somebody of this partner said, for the tenant at hand."""
    tenant, said = slots["tenant_id"], figures.latest(turn.tx, turn.person.partner)
    names = {slot: slot for slot in OF_PARTNER} | {slot: f"{slot}@{tenant}" for slot in OF_TENANT}
    return {slot: said[name] for slot, name in names.items() if name in said}


def keep_figures(turn: Turn, slots: Slots) -> None:
    """Write down what differs from what is known: a colleague's word that was kept stays the
    colleague's."""
    known, tenant = known_figures(turn, slots), slots["tenant_id"]
    for slot in (*OF_PARTNER, *OF_TENANT):
        value = slots[slot]
        if value is not None and (slot not in known or known[slot].value != value):
            figures.say(
                turn.tx,
                turn.person,
                slot if slot in OF_PARTNER else f"{slot}@{tenant}",
                value,
                turn.today,
            )


def shown_figures(turn: Turn, known: dict[str, figures.Figure]) -> list[dict[str, Any]]:
    """For words: name, value, who said it on which day; to the partner's own people only."""
    names = people.names(turn.tx, (f.person for f in known.values()))
    order = [*OF_PARTNER, *OF_TENANT]
    rows = [
        {
            "name": f.name.partition("@")[0],
            "value": f.value,
            "by": names.get(f.person, ""),
            "mine": f.person == turn.person.id,
        }
        | {"day": f.day.isoformat()}
        for f in known.values()
    ]
    return sorted(rows, key=lambda row: order.index(str(row["name"])))

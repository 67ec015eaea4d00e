"""Providers: entering, comparing, shortlisting, choosing, ending. Thin: slots in, domain, messages
out. Ranks nobody."""

from datetime import date
from typing import Any

from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.provider import questions
from domain import people
from domain.machine import NotPossible, advance, stands
from domain.people import Role
from domain.providers import catalogue, comparison, providers
from domain.providers.comparison import CATALOGUE, OTHER, TENANT, UNKNOWN, Criterion
from domain.providers.partnership import MACHINE, Event, State

COMPARES = "choose_provider"


def action_look_at_our_providers(turn: Turn, slots: Slots) -> Outcome:
    """Is there anything to compare? A form that was handed in is entered first, and so are those
    that are to be compared by name."""
    if slots["form_name"]:
        _enter(turn, slots)
    elif turn.intent == COMPARES and not turn.pressed:
        for name in questions.names_compared(turn):
            enter(turn, name)
    return Outcome().fill(
        any_providers="some" if providers.of_partner(turn.tx, turn.person.partner) else "none"
    )


def _enter(turn: Turn, slots: Slots) -> None:
    id_ = enter(turn, str(slots["form_name"]))
    for key in (TENANT, *Criterion):
        if said := slots[f"form_{key}"]:
            comparison.note(
                turn.tx, turn.person.partner, id_, key, str(said), turn.person.id, turn.today
            )


def action_show_criteria(turn: Turn, slots: Slots) -> Outcome:
    """What to look at, before anybody is entered."""
    result = Outcome()
    result.say(
        "provider/what_counts", {"catalogue": len(catalogue.entries(turn.tx)), "case": turn.case()}
    )
    return result


def action_show_comparison(turn: Turn, slots: Slots) -> Outcome:
    """All that were entered, side by side, in the order of their names."""
    result = Outcome()
    turn.about["wrong_about"] = f"{MACHINE.name}:"
    result.say("provider/comparison", comparison.side_by_side(turn.tx, turn.person.partner))
    return result


def action_enter_provider(turn: Turn, slots: Slots) -> Outcome:
    """By name, known from now on; what the catalogue says of it is taken over as the catalogue's
    word."""
    id_ = enter(turn, str(slots["provider_named"]))
    noted = comparison.notes(turn.tx, turn.person.partner).get(id_, {})
    known = [("provider_tenant", noted[TENANT].text)] if TENANT in noted else []
    region = comparison.region_of(turn.tx, turn.person.partner, id_)
    return Outcome().fill(
        [("which_provider", id_), *known, *([("same_region", region)] if region else [])]
    )


def enter(turn: Turn, name: str) -> str:
    """The provider's id; with the catalogue's notes where it knows the name."""
    id_ = providers.note(turn.tx, turn.person.partner, name)
    entry = catalogue.called(turn.tx, name)
    for key, text in (entry.notes if entry else {}).items():
        comparison.note(turn.tx, turn.person.partner, id_, key, text, CATALOGUE, turn.today)
    return id_


def action_note_provider(turn: Turn, slots: Slots) -> Outcome:
    """Tenant and region, as the person says: a tenant id that is said here is not a confirmed
    one."""
    tenant, region = str(slots["provider_tenant"]), str(slots["same_region"])
    for key, said in ((TENANT, "" if tenant == UNKNOWN else tenant), (Criterion.REGION, region)):
        if said:
            _note(turn, slots, key, said)
    return Outcome()


def action_note_criterion(turn: Turn, slots: Slots) -> Outcome:
    """One note, in the person's words; then the next criterion is asked for."""
    _note(turn, slots, str(slots["criterion"]), str(slots["criterion_note"]))
    return Outcome().fill(criterion=None, criterion_note=None)


def _note(turn: Turn, slots: Slots, key: str, text: str) -> None:
    provider = str(slots["which_provider"])
    comparison.note(turn.tx, turn.person.partner, provider, key, text, turn.person.id, turn.today)


def action_look_at_region(turn: Turn, slots: Slots) -> Outcome:
    """What was said about the region counts; where nobody knew, it is asked again."""
    region = comparison.region_of(turn.tx, turn.person.partner, str(slots["which_provider"]))
    asked = slots["same_region"]
    return Outcome().fill(same_region=asked or (region if region != UNKNOWN else "") or None)


def action_shortlist(turn: Turn, slots: Slots) -> Outcome:
    """Compared, and not in another region by what was said (X-REGION)."""
    result = Outcome()
    region = str(slots["same_region"])
    _note(turn, slots, Criterion.REGION, region)
    if region == OTHER:
        result.say("provider/other_region", about(turn, slots))
    elif move(turn, slots, result, Event.CRITERIA_COMPARED):
        said = about(turn, slots) | {"same_region": region}
        result.say("provider/shortlisted", said)
    return result


def action_refuse_region(turn: Turn, slots: Slots) -> Outcome:
    """No partnership across regions: said before anything is recorded."""
    result = Outcome()
    _note(turn, slots, Criterion.REGION, OTHER)
    result.say("provider/other_region", about(turn, slots))
    return result


def action_choose_provider(turn: Turn, slots: Slots) -> Outcome:
    """Chosen, terms agreed: recorded, the Global admin and the admins' channel hear of it, and what
    comes next is said."""
    result = Outcome()
    _note(turn, slots, Criterion.REGION, str(slots["same_region"]))
    if move(turn, slots, result, Event.CHOSEN):
        others = [
            p.name
            for p in providers.in_state(turn.tx, turn.person.partner, (State.CHOSEN, State.LISTED))
        ]
        said = about(turn, slots)
        said |= {"others": [n for n in others if n != said["provider"]], "case": turn.case()}
        result.say("provider/chosen", said)
    return result


def action_end_provider(turn: Turn, slots: Slots) -> Outcome:
    """The partnership was removed, as reported; the privileges that stay are named."""
    result = Outcome()
    day = date.fromisoformat(str(slots["ended_on"]))
    if move(turn, slots, result, Event.REMOVED, day):
        result.say(
            "provider/ended", about(turn, slots) | {"day": day.isoformat(), "case": turn.case()}
        )
    return result


def action_give_up(turn: Turn, slots: Slots) -> Outcome:
    """Back to being considered; one only considered leaves the comparison. What stands is ended,
    not given up."""
    result = Outcome()
    said, provider = about(turn, slots), str(slots["which_provider"])
    here = stands(turn.tx, MACHINE, provider)
    if here.seq < 0:
        comparison.take_off(turn.tx, turn.person, provider)
        result.say("provider/taken_off", said)
    elif move(turn, slots, result, Event.GIVEN_UP):
        result.say("provider/given_up", said)
    return result


def about(turn: Turn, slots: Slots) -> dict[str, Any]:
    """The provider at hand, for words."""
    row = providers.get(turn.tx, turn.person.partner, str(slots["which_provider"] or ""))
    return {"provider": row.name if row else ""}


def move(turn: Turn, slots: Slots, result: Outcome, event: Event, day: date | None = None) -> bool:
    """Through the table, and those hear of it whom the row names; False with words where no row
    leads on."""
    provider, day = str(slots["which_provider"]), day or turn.today
    before = stands(turn.tx, MACHINE, provider)
    try:
        row = advance(
            turn.tx,
            MACHINE,
            provider,
            event,
            turn.person,
            day=day,
            today=turn.today,
            partner=turn.person.partner,
        )
    except NotPossible:
        said = about(turn, slots) | {"state": before.state, "event": event}
        result.say("provider/does_not_fit", said)
        return False
    turn.about["wrong_about"] = f"{MACHINE.name}:{provider}"
    if row.to != before.state:
        tell(turn, slots, row.tells, event, day)
    return True


def tell(turn: Turn, slots: Slots, names: tuple[str, ...], event: str, day: date) -> None:
    """Not the person whose word it was."""
    provider = str(slots["which_provider"])
    data = turn.data(
        case=turn.case(),
        by=turn.person.name,
        day=day.isoformat(),
        event=event,
        **about(turn, slots),
    )
    key = f"notice:partnership:{provider}:{stands(turn.tx, MACHINE, provider).seq}"
    if "global_admin" in names:
        for person in people.with_role(turn.tx, Role.GLOBAL_ADMIN, turn.person.partner):
            if person.id != turn.person.id:
                notifications.say(
                    turn.tx, person, "notices/provider_changed", data, key=f"{key}:{person.id}"
                )
    if "admins" in names:
        notifications.to_admins(turn.tx, "notices/provider_changed", data, key=f"{key}:admins")

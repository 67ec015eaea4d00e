"""What people report about direct bill: recorded with who and when, as hearsay, whatever we thought
before."""

import re
from datetime import date
from typing import Any

from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.nlu.dates import day_said
from dialogs.standing.actions import restricted, the_only_tenant
from dialogs.standing.questions import NO_TENANT
from domain import people
from domain.machine import NotPossible, advance, stands
from domain.people import Role
from domain.tenant import standing
from domain.tenant.standing import Event

MEANT = {
    "report_notice": Event.NOTICE_SENT,
    "report_restricted": Event.RESTRICTED_SHOWN,
    "report_suspended": Event.SUSPENDED,
    "report_restricted_on_request": Event.RESTRICTED_ON_REQUEST,
    "report_revoked": Event.REVOKED,
    "report_leaving": Event.LEAVING_ANNOUNCED,
    "report_requirements_met": Event.REQUIREMENTS_MET,
    "report_check_passed": Event.CHECK_PASSED,
    "report_active_again": Event.ACTIVE_SHOWN,
    "report_direct_ended": Event.LAST_SUBSCRIPTION_GONE,
}
# In "a notice that we will be restricted on 3 March" the day is not that of the notice: then it is
# asked for.
_ANOTHER_DAY = re.compile(
    r"\b(?:will|would|going to|about to|by|from|as of|until|restrict\w*|suspen\w*|revok\w*)\b", re.I
)


def action_look_at_standing_report(turn: Turn, slots: Slots) -> Outcome:
    """What is reported, and for which day, as far as the words say it."""
    events, meant = the_only_tenant(turn, slots), MEANT.get(turn.intent)
    if meant is None or slots["standing_event"]:
        return Outcome().fill(events)
    events.append(("standing_event", str(meant)))
    said = day_said(turn.text, turn.today)
    if said and not (meant is Event.NOTICE_SENT and _ANOTHER_DAY.search(turn.text)):
        events.append(("standing_day", said.isoformat()))
    return Outcome().fill(events)


def validate_standing_day(turn: Turn, slots: Slots) -> Outcome:
    """A day that has come."""
    result = Outcome()
    said = str(slots["standing_day"])
    if date.fromisoformat(said) <= turn.today:
        return result
    result.say("standing/doubtful_day", {"day": said})
    return result.fill(standing_day=None)


def action_record_standing(turn: Turn, slots: Slots) -> Outcome:
    """Recorded as reported; those whom the table names hear of it; then what it means."""
    result = Outcome()
    tenant, event = str(slots["tenant_id"]), str(slots["standing_event"])
    if tenant == NO_TENANT:
        result.say("standing/no_tenant")
        return result
    day, state = (
        date.fromisoformat(str(slots["standing_day"])),
        stands(turn.tx, standing.MACHINE, tenant).state,
    )
    try:
        _record(turn, tenant, standing.steps_of(state, event), day)
    except NotPossible:
        result.say("standing/does_not_fit", {"state": state, "event": event})
        return result
    said = restricted(turn, slots) | {"event": event, "day": day.isoformat(), "before": state}
    turn.about["wrong_about"] = f"{standing.MACHINE.name}:{tenant}"
    result.say("standing/recorded", said)
    return result


def _record(turn: Turn, tenant: str, steps: tuple[str, ...], day: date) -> None:
    by = turn.person
    now: dict[str, Any] = {"day": day, "today": turn.today, "partner": by.partner}
    for step in steps[:-1]:
        advance(turn.tx, standing.MACHINE, tenant, step, by, **now, implied=True)
    move = advance(turn.tx, standing.MACHINE, tenant, steps[-1], by, **now)
    tell(turn, move.tells, tenant, move.event, day)


def tell(turn: Turn, names: tuple[str, ...], tenant: str, event: str, day: date) -> None:
    """A notice to those whom the row names, but not to the person whose word it was."""
    data = turn.data(case=turn.case(), by=turn.person.name, day=day.isoformat(), event=event)
    seq = stands(turn.tx, standing.MACHINE, tenant).seq
    if "global_admin" in names:
        for person in people.with_role(turn.tx, Role.GLOBAL_ADMIN, turn.person.partner):
            if person.id != turn.person.id:
                key = f"notice:standing:{tenant}:{seq}:{person.id}"
                notifications.say(
                    turn.tx,
                    person,
                    "notices/standing_changed",
                    data,
                    key=key,
                    about={"tenant_id": tenant},
                )
    if "admins" in names:
        notifications.to_admins(
            turn.tx, "notices/standing_changed", data, key=f"notice:standing:{tenant}:{seq}:admins"
        )

"""After the move: the guided look at the reseller's standing, and what is reported of it. Thin:
slots in, domain, slots out."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.nlu.dates import day_said
from domain import people
from domain.machine import advance, stands
from domain.people import Role
from domain.storage import audit, outbox
from domain.tenant import case, reseller
from domain.tenant.reseller import MACHINE, Event, State

HAPPENED = {
    "report_reseller_warned": "warned",
    "report_reseller_suspended": "suspended",
    "report_reseller_deauthorized": "deauthorized",
}
FLOOR = {"reached": "yes", "below": "no", "unknown": "unknown"}
ITEMS = {"present": "yes", "absent": "no", "unknown": "unknown"}
OLDEST_YEARS = 15


def version_in_force(turn: Turn) -> str:
    return turn.assistant.facts.in_force("P-IR-REVENUE", turn.today).version


def action_look_at_reseller(turn: Turn, slots: Slots) -> Outcome:
    """Is the tenant a reseller's, and is there a standing to check?"""
    here = case.look(turn.tx, turn.person)
    state = stands(turn.tx, MACHINE, here.tenant).state if here.tenant else State.NEW
    over = state in (State.SUSPENDED, State.DEAUTHORIZED)
    stage = "over" if over else "checked" if here.accepted_on else "not_yet"
    return Outcome().fill(reseller_tenant=here.tenant, reseller_stage=stage, reseller_state=state)


def action_ask_onboarded(turn: Turn, slots: Slots) -> Outcome:
    """The day of acceptance, if it was reported, as one answer: who was in CSP before has an older
    anniversary."""
    result = Outcome()
    accepted = case.look(turn.tx, turn.person, str(slots["reseller_tenant"] or "")).accepted_on
    result.show({"options": [{"value": accepted}] if accepted else []})
    return result


def validate_onboarded(turn: Turn, slots: Slots) -> Outcome:
    """A day that was, within living memory of CSP."""
    result = Outcome()
    said = day_said(str(slots["onboarded"]), turn.today)
    if said and said <= turn.today and said.year >= turn.today.year - OLDEST_YEARS:
        return result.fill(onboarded=said.isoformat())
    result.say("reseller/which_day")
    return result.fill(onboarded=None)


def action_show_outlook(turn: Turn, slots: Slots) -> Outcome:
    """What the next check would find; who said so is kept in the log, and reminders are set for the
    warning days."""
    result = Outcome()
    tenant, version = str(slots["reseller_tenant"]), version_in_force(turn)
    said = {"floor": FLOOR[slots["floor"]], "items": ITEMS[slots["security_items"]]}
    onboarded = date.fromisoformat(slots["onboarded"])
    found = reseller.outlook(version, onboarded, turn.today, said["floor"], said["items"])
    about = said | {"onboarded": onboarded.isoformat(), "verdict": str(found.verdict)}
    audit.append(turn.tx, turn.person.id, "reseller_looked_at", f"{MACHINE.name}:{tenant}", about)
    for day in found.warnings:
        if day > turn.today:
            due = datetime.combine(day, time(9), ZoneInfo(turn.calendar.timezone)).astimezone(UTC)
            told = {
                "partner": turn.person.partner,
                "checked": found.checked.isoformat(),
                "days": (found.checked - day).days,
            }
            outbox.set_timer(turn.tx, "reseller.anniversary", tenant, due, told)
    warnings = [
        {"day": d.isoformat(), "days": (found.checked - d).days, "past": d <= turn.today}
        for d in found.warnings
    ]
    shown = {
        "verdict": str(found.verdict),
        "checked": found.checked.isoformat()[:7],
        "free_until": found.free_until.isoformat(),
        "warnings": warnings,
        "free": turn.today < found.free_until,
        "state": slots["reseller_state"],
    }
    result.say("reseller/outlook", shown)
    return result


def action_show_reseller(turn: Turn, slots: Slots) -> Outcome:
    """Suspended or de-authorised: what is gone, and when it may come back."""
    result = Outcome()
    here = stands(turn.tx, MACHINE, str(slots["reseller_tenant"]))
    day = here.day or turn.today
    told = {
        "state": here.state,
        "since": day.isoformat(),
        "again_on": reseller.may_enroll_again(day).isoformat(),
    }
    result.say("reseller/stands", told)
    return result


def action_look_at_happening(turn: Turn, slots: Slots) -> Outcome:
    """What is reported, and for which day, as far as the words say it."""
    intent = turn.intent or ""
    tenant = case.look(turn.tx, turn.person).tenant
    said = day_said(turn.text, turn.today) if intent in HAPPENED else None
    events = [("reseller_tenant", tenant), ("happening_on", said.isoformat() if said else None)]
    return Outcome().fill(
        [*events, ("happening", HAPPENED[intent])] if intent in HAPPENED else events
    )


def action_note_happening(turn: Turn, slots: Slots) -> Outcome:
    """Recorded as reported; the Global admin and the admins' channel hear of what takes something
    away."""
    result = Outcome()
    tenant, event = str(slots["reseller_tenant"]), str(slots["happening"])
    day, partner = date.fromisoformat(slots["happening_on"]), turn.person.partner
    before = stands(turn.tx, MACHINE, tenant)
    if before.state == State.NEW and event in (
        Event.DEAUTHORIZED,
        Event.CHECK_PASSED,
    ):  # the first year must be over
        advance(
            turn.tx,
            MACHINE,
            tenant,
            Event.FIRST_YEAR_OVER,
            turn.person,
            day=day,
            today=turn.today,
            partner=partner,
            implied=True,
        )
    move = advance(
        turn.tx, MACHINE, tenant, event, turn.person, day=day, today=turn.today, partner=partner
    )
    again = (
        reseller.may_enroll_again(before.day or day)
        if event == Event.ENROLLED_AGAIN
        else reseller.may_enroll_again(day)
    )
    told: dict[str, Any] = {
        "event": event,
        "day": day.isoformat(),
        "again_on": again.isoformat(),
        "by": turn.person.name,
        "early": event == Event.ENROLLED_AGAIN and day < again,
    }
    turn.about["wrong_about"] = f"{MACHINE.name}:{tenant}"
    result.say("reseller/recorded", told)
    if move.tells:
        for admin in people.with_role(turn.tx, Role.GLOBAL_ADMIN, partner):
            if admin.id != turn.person.id:
                notifications.to_person(turn, admin, "reseller/notice", tenant, **told)
        notifications.to_admins(
            turn.tx, "reseller/notice", turn.data(**told), key=f"reseller:{turn.key}"
        )
    return result

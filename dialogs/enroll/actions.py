"""Enrollment, step by step: the deeds behind dialogs/enroll/flow.yml. Thin: slots in, domain, slots
and names of messages out."""

from datetime import date

from dialogs.engine import notifications
from dialogs.engine.context import Happening, Outcome, Slots, Turn
from dialogs.enroll.reported import OUTCOME, SEEN, against_record
from dialogs.enroll.resume import taken_up
from dialogs.nlu.dates import day_said, kept_day
from dialogs.records.enrollment_reports import advance_as_implied, report, report_standing
from domain import people
from domain.machine import stands
from domain.storage import outbox
from domain.tenant import case, enrollment, standing
from domain.tenant.enrollment import Event, State

STAGE = {
    State.SUBMITTED: "submitted",
    State.PENDING: "waiting",
    State.OVERDUE: "waiting",
    State.DECLINED: "declined",
    State.APPROVED: "approved",
    State.OFFERED: "approved",
    State.MISSING: "approved",
    State.ACCEPTED: "accepted",
}


def action_look_at_enrollment(turn: Turn, slots: Slots) -> Outcome:
    """Where does the tenant stand? So that people go on at the right place, whatever they did
    elsewhere."""
    result = Outcome()
    here = case.look(turn.tx, turn.person, str(slots["tenant_id"] or ""))
    stage = STAGE.get(State(here.enrollment), "before")
    intent = turn.intent
    stage, known, first = against_record(turn, intent, stage)
    events = [("tenant_id", here.tenant), *((name, value) for name, value in known.items())]
    if first:
        result.say("enroll/not_on_record", {"told": intent, "first": first})
    if first == "contradicted":
        events += [
            ("wrong_about", f"{enrollment.MACHINE.name}:{here.tenant}"),
            ("reason", turn.text.strip()),
        ]
    if stage == "before" and (intent == "report_submitted" or slots["submitted_on"]):
        stage = "ready_to_submit"
        said = day_said(turn.text, turn.today)
        if said and intent == "report_submitted":
            events.append(("submitted_on", said.isoformat()))
    if stage == "before" and intent != "restart":
        stage, before = taken_up(turn, here)
        events += [(name, value) for name, value in before if slots[name] is None]
        if before and not any(slots[slot] for slot in turn.assistant.flows["enroll"].collects):
            result.say("enroll/taken_up", {"stage": stage})
    return result.fill([*events, ("stage", stage)])


def action_note_readiness(turn: Turn, slots: Slots) -> Outcome:
    """The profile is current, and what direct bill shows: does the tenant rule warn?"""
    tenant, shown = slots["tenant_id"], slots["standing"]
    if stands(turn.tx, enrollment.MACHINE, tenant).state == State.WITHDRAWN:
        report(turn, tenant, Event.REOPENED)
    if stands(turn.tx, enrollment.MACHINE, tenant).state == State.NOT_STARTED:
        report(turn, tenant, Event.PROFILE_CHECKED)
    if slots["tenant"] == "new" or shown is None:
        return Outcome().fill(rule="holds")
    seen = {
        "restricted": standing.Event.RESTRICTED_SHOWN,
        "active": standing.Event.ACTIVE_SHOWN,
    }.get(shown)
    if seen and seen in standing.MACHINE.events_in(stands(turn.tx, standing.MACHINE, tenant).state):
        report_standing(turn, tenant, seen)
    if shown == "restricted":
        return Outcome().fill(rule="holds")
    if stands(turn.tx, enrollment.MACHINE, tenant).state == State.READY:
        report(turn, tenant, Event.TENANT_RULE_APPLIES)
    return Outcome().fill(rule="warns")


def action_leave_tenant_rule(turn: Turn, slots: Slots) -> Outcome:
    """The tenant rule warns, it never traps: three ways on."""
    tenant, way = slots["tenant_id"], slots["tenant_rule"]
    events = {
        "restricted_shown": Event.RESTRICTED_SHOWN,
        "new_tenant": Event.NEW_TENANT_CHOSEN,
        "offered_anyway": Event.ENROLL_OFFERED_ANYWAY,
    }
    report(turn, tenant, events[way])
    if way == "restricted_shown":
        report_standing(turn, tenant, standing.Event.RESTRICTED_SHOWN)
    if way != "new_tenant":
        return Outcome()
    new = people.new_tenant(turn.tx, turn.person.partner)
    if stands(turn.tx, enrollment.MACHINE, new).state == State.NOT_STARTED:
        report(turn, new, Event.PROFILE_CHECKED)
    return Outcome().fill(tenant="new", tenant_id=new)


def action_note_decision(turn: Turn, slots: Slots) -> Outcome:
    """The business needs were weighed: who says so, and when."""
    report(turn, slots["tenant_id"], Event.DECIDED)
    return Outcome()


def action_name_admin(turn: Turn, slots: Slots) -> Outcome:
    """Record the claim, and let the admin know what will be asked of her."""
    admin = people.by_id(turn.tx, slots["admin"])
    assert admin is not None, "validate_admin lets only known people through"
    people.claim_global_admin(turn.tx, admin, turn.person)
    turn.assistant.tell(Happening.ADMIN_NAMED, turn.tx, turn.person.partner, turn.person)
    if admin.id != turn.person.id:
        notifications.to_person(turn, admin, "notices/admin_named", slots["tenant_id"])
    return Outcome()


def action_submit_enrollment(turn: Turn, slots: Slots) -> Outcome:
    """ "We submitted it": recorded with its day. The steps before it are taken as done, for it
    happened."""
    result = Outcome()
    tenant, day = slots["tenant_id"], date.fromisoformat(slots["submitted_on"])
    for state, event in (
        (State.WITHDRAWN, Event.REOPENED),
        (State.NOT_STARTED, Event.PROFILE_CHECKED),
        (State.BLOCKED, Event.ENROLL_OFFERED_ANYWAY),
    ):
        if stands(turn.tx, enrollment.MACHINE, tenant).state == state:
            advance_as_implied(turn, tenant, event, day)
    report(turn, tenant, Event.SUBMITTED, day)
    watch(turn, tenant, day)
    last = turn.calendar.last_day_in_time(day).isoformat()
    result.say("enroll/submitted", {"day": day.isoformat(), "last_day": last})
    return result.fill(stage="submitted", outcome=OUTCOME.get(slots["told"]))


def watch(turn: Turn, tenant: str, submitted: date, *, at_once: bool = False) -> None:
    """Look again when five business days have passed. If they have already, the next morning will
    do, for the outcome is being asked; `at_once`: it was told that it is pending."""
    due = turn.calendar.overdue_notice(submitted)
    if due <= turn.tx.now and not at_once:
        due = turn.calendar.morning(turn.calendar.after(turn.today, 1))
    outbox.set_timer(turn.tx, "enroll.overdue", tenant, due, {"partner": turn.person.partner})


def action_note_outcome(turn: Turn, slots: Slots) -> Outcome:
    """What Microsoft is said to have answered; while it is pending, a timer watches the business
    days."""
    result = Outcome()
    tenant, outcome = slots["tenant_id"], slots["outcome"]
    state = stands(turn.tx, enrollment.MACHINE, tenant).state
    if outcome in ("approved", "rejected"):
        event = Event.APPROVED if outcome == "approved" else Event.REJECTED
        report(turn, tenant, event, kept_day(slots["happened_on"]))
        return result.fill(happened_on=None, agreement_seen=SEEN.get(slots["told"]))
    report(turn, tenant, Event.NOT_INSTANT if state == State.SUBMITTED else Event.STILL_PENDING)
    here = case.look(turn.tx, turn.person, tenant)
    watch(turn, tenant, date.fromisoformat(here.submitted_on), at_once=True)
    result.say("enroll/waiting", {"case": here.values()})
    return result


def action_note_appeal(turn: Turn, slots: Slots) -> Outcome:
    """Documents were uploaded: it is pending again."""
    result = Outcome()
    report(turn, slots["tenant_id"], Event.APPEALED)
    result.say("enroll/appealed", {"case": turn.case()})
    return result


def action_note_agreement(turn: Turn, slots: Slots) -> Outcome:
    """Is the agreement on the screen after signing in again?"""
    seen = slots["agreement_seen"] == "seen"
    event = Event.AGREEMENT_SEEN if seen else Event.AGREEMENT_NOT_VISIBLE
    report(turn, slots["tenant_id"], event, kept_day(slots["happened_on"]))
    return Outcome()

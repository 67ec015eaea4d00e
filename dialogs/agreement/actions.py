"""The one-way door: the second person's go-ahead, and what was accepted. Thin: the rule is
domain/approvals/approval.py's."""

from datetime import date

from dialogs.agreement.consequences import alarm_support
from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.nlu.dates import day_said
from dialogs.records.approval_cards import ask, cancel_all, put_before_approvers
from dialogs.records.enrollment_reports import advance_as_implied, doubtful, report
from domain import people
from domain.approvals import approval, away
from domain.approvals.approval import Kind
from domain.machine import NotPossible, stands
from domain.people import Role
from domain.storage import outbox
from domain.storage.store import moment
from domain.tenant import case, enrollment
from domain.tenant.enrollment import Event, State


def action_look_at_agreement(turn: Turn, slots: Slots) -> Outcome:
    """How far is the go-ahead for this tenant?"""
    here = case.look(turn.tx, turn.person, str(slots["tenant_id"] or ""))
    return Outcome().fill(tenant_id=here.tenant, agreement_stage=stage(turn, here))


def stage(turn: Turn, here: case.Case) -> str:
    """Where the go-ahead stands, as the flow's slot names it."""
    if here.enrollment == State.ACCEPTED:
        return "accepted"
    if here.stage != "approved":
        return "too_early"
    waiting = approval.live_one(turn.tx, Kind.ACCEPT_AGREEMENT, here.tenant)
    if waiting is None:
        return "to_ask"
    state = approval.state_of(turn.tx, waiting.id)
    if state == approval.State.NEEDS_ADMIN:
        return "mine_to_confirm" if turn.person.has(Role.GLOBAL_ADMIN) else "needs_admin"
    return "go_ahead" if state == approval.State.APPROVED else "open"


def action_say_where_agreement_stands(turn: Turn, slots: Slots) -> Outcome:
    """One message per stage."""
    result = Outcome()
    said = {"case": turn.case(), "mine": turn.person.has(Role.GLOBAL_ADMIN)}
    result.say(f"agreement/{slots.get('agreement_stage')}", said)
    return result


def action_ask_second(turn: Turn, slots: Slots) -> Outcome:
    """What is lost, and who could decide."""
    result = Outcome()
    admins = (
        []
        if turn.person.has(Role.GLOBAL_ADMIN)
        else people.with_role(turn.tx, Role.GLOBAL_ADMIN, turn.person.partner)[:1]
    )
    could = approval.approvers_for(
        turn.tx, turn.person.partner, turn.person.id, *(a.id for a in admins)
    )
    gone = away.now(turn.tx, turn.today)
    result.show(
        {
            "case": turn.case(),
            "others": [p.name for p in could],
            "away": [{"name": p.name, "until": gone[p.id].until} for p in could if p.id in gone],
            "here": [p.name for p in could if p.id not in gone],
            "mine": turn.person.has(Role.GLOBAL_ADMIN),
        }
    )
    return result


def action_ask_confirm(turn: Turn, slots: Slots) -> Outcome:
    """The admin sees who started it."""
    result = Outcome()
    waiting = approval.live_one(turn.tx, Kind.ACCEPT_AGREEMENT, str(slots["tenant_id"]))
    starter = people.by_id(turn.tx, waiting.starter) if waiting else None
    result.show({"case": turn.case(), "by": starter.name if starter else ""})
    return result


def action_ask_second_person(turn: Turn, slots: Slots) -> Outcome:
    """Ask for the go-ahead: at once if the Global admin asks, else the admin is asked to make it
    hers."""
    result = Outcome()
    turn.lane = outbox.APPROVALS
    tenant = slots["tenant_id"]
    admins = people.with_role(turn.tx, Role.GLOBAL_ADMIN, turn.person.partner)
    if not turn.person.has(Role.GLOBAL_ADMIN) and not admins:
        result.say("agreement/no_admin", {"case": turn.case()})
        return result
    starters = (
        (turn.person.id,)
        if turn.person.has(Role.GLOBAL_ADMIN)
        else (turn.person.id, *(a.id for a in admins[:1]))
    )
    if not approval.approvers_for(turn.tx, turn.person.partner, *starters):
        notifications.to_admins(
            turn.tx,
            "notices/no_approver",
            turn.data(case=turn.case()),
            key=f"no_approver:{turn.key}",
        )
        result.say("agreement/no_approver", {"case": turn.case()})
        return result
    id_ = ask(turn, Kind.ACCEPT_AGREEMENT, tenant)
    if turn.person.has(Role.GLOBAL_ADMIN):
        put_before_approvers(turn, id_)
        result.say("agreement/open", {"case": turn.case(), "mine": True})
        return result
    for admin in admins:
        notifications.to_person(
            turn, admin, "notices/confirm_request", tenant, key=f"confirm:{id_}:{admin.id}"
        )
    result.say("agreement/needs_admin", {"case": turn.case(), "mine": False})
    return result


def action_confirm_request(turn: Turn, slots: Slots) -> Outcome:
    """The Global admin makes the request hers; then the approvers see it."""
    result = Outcome()
    turn.lane = outbox.APPROVALS
    waiting = approval.live_one(turn.tx, Kind.ACCEPT_AGREEMENT, str(slots["tenant_id"]))
    if waiting is None:
        raise NotPossible(approval.MACHINE.name, approval.State.EXPIRED, approval.Event.CONFIRMED)
    approval.confirm(turn.tx, waiting.id, turn.person, today=turn.today)
    at = waiting.about.get("at", {}) | {turn.person.id: turn.address().to_row()}
    approval.note_about(turn.tx, waiting, at=at)
    put_before_approvers(turn, waiting.id)
    result.say("agreement/open", {"case": turn.case(), "mine": True})
    return result


def action_look_at_acceptance(turn: Turn, slots: Slots) -> Outcome:
    """Accepted already? And did the report name its day?"""
    here = case.look(turn.tx, turn.person, str(slots["tenant_id"] or ""))
    events = [("tenant_id", here.tenant), ("agreement_stage", stage(turn, here))]
    said = day_said(turn.text, turn.today) if turn.intent == "report_accepted" else None
    return Outcome().fill([*events, ("accepted_on", said.isoformat())] if said else events)


def validate_accepted_on(turn: Turn, slots: Slots) -> Outcome:
    """A day that was, and not before the approval."""
    result = Outcome()
    said = slots["accepted_on"]
    if said == "not_yet":
        return result
    day = date.fromisoformat(said)
    doubt, before = doubtful(turn, day), stands(turn.tx, enrollment.MACHINE, slots["tenant_id"]).day
    if doubt is None and (before is None or day >= before):
        return result
    said_wrong = {
        "why": doubt.why if doubt else "before_previous",
        "day": said,
        "border": before.isoformat() if before else "",
    }
    result.say("agreement/doubtful_day", said_wrong)
    return result.fill(accepted_on=None)


def action_record_acceptance(turn: Turn, slots: Slots) -> Outcome:
    """It happened: recorded at once. Without our go-ahead it is alarmed, and a second person is
    asked whether it is known."""
    result = Outcome()
    tenant, day = slots["tenant_id"], date.fromisoformat(slots["accepted_on"])
    go_ahead = approval.go_ahead(turn.tx, tenant)
    if go_ahead and turn.person.id == go_ahead.requester:
        if stands(turn.tx, enrollment.MACHINE, tenant).state != State.OFFERED:
            advance_as_implied(turn, tenant, Event.AGREEMENT_SEEN, day)
        report(turn, tenant, Event.AGREEMENT_ACCEPTED, day, go_ahead="given", approval=go_ahead.id)
        approval.note_use(turn.tx, go_ahead.id, turn.person, today=turn.today)
    elif go_ahead:
        report(turn, tenant, Event.ACCEPTANCE_REPORTED, day, go_ahead="given", approval=go_ahead.id)
        approval.note_use(turn.tx, go_ahead.id, turn.person, today=turn.today)
    else:
        report(turn, tenant, Event.ACCEPTANCE_REPORTED, day, go_ahead="none")
        asked = _asked_before(turn, tenant)
        cancel_all(turn, tenant, "accepted_meanwhile")
        put_before_approvers(turn, ask(turn, Kind.KNOWN_ACCEPTANCE, tenant, asked))
        alarm_support(turn, asked)
    if (
        go_ahead
        and go_ahead.starter not in ("", turn.person.id)
        and (starter := people.by_id(turn.tx, go_ahead.starter))
    ):
        notifications.to_person(turn, starter, "notices/accepted_now", tenant)
    result.say("agreement/recorded", {"case": turn.case(), "go_ahead": bool(go_ahead)})
    return result


def _asked_before(turn: Turn, tenant: str) -> dict[str, str]:
    """Whether a go-ahead had been asked for when the acceptance was reported: "decide" with an
    approver, "confirm" with the Global admin, "approved" by people who are not in their roles any
    more, "" not at all; and since which day (ISO)."""
    row = approval.live_one(turn.tx, Kind.ACCEPT_AGREEMENT, tenant)
    if row is None:
        return {"asked": "", "asked_on": ""}
    asked = {
        approval.State.OPEN: "decide",
        approval.State.NEEDS_ADMIN: "confirm",
        approval.State.APPROVED: "approved",
    }[approval.State(approval.state_of(turn.tx, row.id))]
    return {"asked": asked, "asked_on": turn.calendar.today(moment(row.asked_at)).isoformat()}

"""Correcting a wrong report, whatever it was about: which one, why, and what holds then. The rule
is domain/correction.py's; for an accepted agreement a second person has to agree."""

from typing import Any

from dialogs.engine import flow_runner, notifications
from dialogs.engine.context import Filled, Outcome, Slots, Turn
from dialogs.records import taken_back
from dialogs.records.approval_cards import (
    ask,
    cancel_all,
    end_requests,
    put_before_approvers,
)
from dialogs.records.enrollment_reports import take_back
from dialogs.withdraw.actions import note
from domain import correction, machine, people
from domain.approvals import approval
from domain.approvals.approval import Kind
from domain.correction import Report
from domain.customers import customer, customer_names, transfer, transfer_book
from domain.customers.transfer import Refused
from domain.machine import NotAllowed, NotPossible
from domain.people import Person
from domain.providers import partnership, providers
from domain.reminders import milestones
from domain.storage import audit
from domain.storage.rows import existing
from domain.tenant import case, enrollment

OF_ENROLLMENT, SHOWN = 4, 8
DIGITS = 15  # of the number of an entry: more than any log has
ENROLLMENT = enrollment.MACHINE.name


def action_look_at_reports(turn: Turn, slots: Slots) -> Outcome:
    """Is there a report that could be corrected? Of whom the person speaks, or whom the button was
    about, goes first."""
    here = case.look(turn.tx, turn.person, str(slots["tenant_id"] or ""))
    wrong = slots["wrong_about"] or named(turn)
    stage = "possible" if reports(turn, here.tenant, wrong) else "nothing"
    return Outcome().fill(tenant_id=here.tenant, wrong_about=wrong, withdraw_stage=stage)


def named(turn: Turn) -> str | None:
    """The customer or the provider whose name stands in what was said, as the log calls it."""
    if turn.pressed or not turn.text:
        return None
    found = customer_names.in_text(turn.tx, turn.person.partner, turn.text)
    if len(found) == 1:
        return f"{customer.MACHINE.name}:{found[0].id}"
    sold_by = providers.named_in(providers.of_partner(turn.tx, turn.person.partner), turn.text)
    return (
        f"{partnership.MACHINE.name}:{sold_by[0].id}" if len(sold_by) == 1 and not found else None
    )


def reports(turn: Turn, tenant: str, wrong: str | None) -> list[Report]:
    """The reports that may be meant, the newest first. `wrong`: `machine:subject`, of a customer
    with its transfers; `machine:` is all of that kind; None: whatever moved last, the enrollment
    among it."""
    partner = turn.person.partner
    if wrong is None:
        of_all = [*_of_enrollment(turn, tenant), *correction.latest(turn.tx, partner, SHOWN)]
        return sorted(of_all, key=lambda r: -r.seq)[:SHOWN]
    name, _, subject = wrong.partition(":")
    if name == ENROLLMENT:
        return _of_enrollment(turn, subject) if subject == tenant else []
    if not subject:
        return correction.latest(turn.tx, partner, SHOWN, [name])
    moved = (
        transfer_book.of_customer(turn.tx, partner, subject, under_way=False)
        if name == customer.MACHINE.name
        else []
    )
    return correction.about(
        turn.tx, partner, [(name, subject), *((transfer.MACHINE.name, r.id) for r in moved)], SHOWN
    )


def _of_enrollment(turn: Turn, tenant: str, most: int | None = OF_ENROLLMENT) -> list[Report]:
    if not tenant:
        return []
    log = machine.effective(audit.entries(turn.tx, f"{ENROLLMENT}:{tenant}"))
    said = [e for e in reversed(log) if not e.details.get("implied")][:most]
    return [correction.of(ENROLLMENT, tenant, e) for e in said]


def _chosen(turn: Turn, slots: Slots) -> Report | None:
    """The report that was chosen, however many were made since; None where it does not count (any
    more)."""
    number = str(slots["report"]).removeprefix("n")
    if not number.isdecimal() or len(number) > DIGITS:
        return None
    of_tenant = _of_enrollment(turn, str(slots["tenant_id"] or ""), None)
    found = next((r for r in of_tenant if r.seq == int(number)), None)
    return found or correction.numbered(turn.tx, turn.person.partner, int(number))


def _may_be_meant(turn: Turn, slots: Slots) -> bool:
    """Is it among the reports that this person was offered, or would be offered now?"""
    offered = turn.conversation.offered.get("report", ())
    now = reports(turn, str(slots["tenant_id"] or ""), slots["wrong_about"])
    return slots["report"] in (*offered, *(f"n{r.seq}" for r in now))


def action_ask_report(turn: Turn, slots: Slots) -> Outcome:
    """The latest reports that count, newest first, each with what it is about."""
    result = Outcome()
    found = reports(turn, str(slots["tenant_id"] or ""), slots["wrong_about"])
    names = people.names(turn.tx, (r.by for r in found))
    options = [
        {"value": f"n{r.seq}", "by": names.get(r.by, "")} | taken_back.told(turn, r) for r in found
    ]
    result.show({"options": options})
    return result


def validate_report(turn: Turn, slots: Slots) -> Outcome:
    """One of the reports that were offered."""
    result = Outcome()
    if _may_be_meant(turn, slots) and _chosen(turn, slots):
        return result
    result.say("withdraw/which_report")
    return result.fill(report=None)


def action_withdraw_report(turn: Turn, slots: Slots) -> Outcome:
    """A wrong report stops counting: of the enrollment by the reporter, for an acceptance a second
    approver has to agree; of everything else by the reporter, an approver or support, and those who
    had heard of it hear that it was wrong."""
    result = Outcome()
    report, words = _chosen(turn, slots), str(slots["reason"])
    if report is None:
        result.say("withdraw/corrected_already")
        return result
    if report.machine != ENROLLMENT:
        return result.fill(_correct(turn, result, report, words))
    if report.by != turn.person.id:
        raise NotAllowed("not_your_report")
    reason = note(turn, words)
    if report.to != enrollment.State.ACCEPTED:
        return result.fill(_at_once(turn, result, report, reason, words))
    cancel_all(turn, report.subject)
    if not approval.approvers_for(turn.tx, turn.person.partner, turn.person.id):
        raise NotAllowed("no_second_person")
    put_before_approvers(
        turn,
        ask(turn, Kind.WITHDRAW_ACCEPTANCE, report.subject, {"seq": report.seq, "note": reason}),
    )
    result.say("withdraw/second_person_asked", {"case": turn.case()})
    return result


def _at_once(turn: Turn, result: Outcome, report: Report, reason: str, words: str) -> Filled:
    try:
        take_back(turn, report.subject, report.seq, turn.person, reason)
    except NotPossible:
        result.say("withdraw/later_first")
        return []
    end_requests(turn, report.subject)
    said = taken_back.told(turn, report) | {"case": turn.case(), "state": ""}
    _tell(
        turn,
        report,
        said | {"by": turn.person.name, "why": words, "state": turn.case()["enrollment"]},
    )
    result.say("withdraw/corrected", said)
    return []


def _correct(turn: Turn, result: Outcome, report: Report, words: str) -> Filled:
    """Another report than one of the enrollment."""
    kept = f"{report.machine}:{report.subject}"
    try:
        with turn.tx.savepoint():
            now = correction.take_back(turn.tx, turn.person, report, note(turn, words))
    except NotPossible:
        turn.about["wrong_about"] = kept
        result.say("withdraw/later_first")
        return []
    except Refused as refusal:
        result.say("transfer/refused", refusal.values(0))
        return []
    taken_back.say_so(turn, [report], turn.person, later=True)
    said = taken_back.told(turn, report) | {"state": now.state}
    _tell(turn, report, said | {"by": turn.person.name, "why": words})
    turn.about |= _about(turn, report)
    flow_runner.look_again(turn)
    result.say("withdraw/corrected", said)
    return []


def _about(turn: Turn, report: Report) -> dict[str, Any]:
    """What the buttons after it go on with."""
    kept: dict[str, Any] = {"wrong_about": f"{report.machine}:{report.subject}"}
    if report.machine == customer.MACHINE.name:
        kept["customer"] = report.subject
    if report.machine == transfer.MACHINE.name:
        row = existing(transfer_book.by_id(turn.tx, turn.person.partner, report.subject))
        kept |= {
            "transfer": report.subject,
            "transfer_customer": row.customer,
            "customer": row.customer,
        }
    return kept


def _tell(turn: Turn, report: Report, said: dict[str, Any]) -> None:
    persons, channel = _whom(turn, report)
    data, key = turn.data(**said), f"corrected:{report.seq}"
    about = {"tenant_id": report.subject} if report.machine == ENROLLMENT else None
    for person in persons:
        if person.id != turn.person.id:
            notifications.say(
                turn.tx, person, "withdraw/told", data, key=f"{key}:{person.id}", about=about
            )
    if channel:
        notifications.to_admins(turn.tx, "withdraw/told", data, key=f"{key}:admins")


def _whom(turn: Turn, report: Report) -> tuple[list[Person], bool]:
    """Who was told of a report, and was the channel? Of the enrollment those of its row, and those
    who hear of milestones."""
    partner = turn.person.partner
    if report.machine != ENROLLMENT:
        return correction.audience(turn.tx, report, partner)
    tells = enrollment.MACHINE.move(report.before, report.event).tells
    persons, channel = (
        [
            p
            for name in tells
            for p in notifications.recipients(turn.tx, name, partner, report.subject)
        ],
        "admins" in tells,
    )
    if report.event in milestones.EVENTS:
        in_person, channel = milestones.audience(turn.tx, partner)
        persons += in_person
    return list({p.id: p for p in persons}.values()), channel

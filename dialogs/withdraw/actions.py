"""Taking back our record of an enrollment. Never what was accepted at Microsoft
(F-ROLLBACK-NONE)."""

from sqlalchemy import insert

from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.records.approval_cards import cancel_all
from dialogs.records.enrollment_reports import report
from domain.storage.store import new_id, table
from domain.tables import Note
from domain.tenant import case
from domain.tenant.enrollment import Event, State

MAX_REASON = 1_000
DIRECT = (State.NOT_STARTED, State.WITHDRAWN)


def action_look_at_withdrawal(turn: Turn, slots: Slots) -> Outcome:
    """Is there a record that could be stopped?"""
    here = case.look(turn.tx, turn.person, str(slots["tenant_id"] or ""))
    stage = (
        "nothing"
        if here.enrollment in DIRECT
        else "accepted"
        if here.enrollment == State.ACCEPTED
        else "possible"
    )
    return Outcome().fill(tenant_id=here.tenant, withdraw_stage=stage)


def validate_reason(turn: Turn, slots: Slots) -> Outcome:
    """Some words, and not too many."""
    result = Outcome()
    said = str(slots["reason"]).strip()
    if 3 <= len(said) <= MAX_REASON:
        return result
    result.say("withdraw/bad_reason", {"most": MAX_REASON, "long": len(said) > MAX_REASON})
    return result.fill(reason=None)


def action_withdraw_enrollment(turn: Turn, slots: Slots) -> Outcome:
    """Our record stops; requests that waited for it are taken back."""
    result = Outcome()
    tenant = slots["tenant_id"]
    submitted = case.look(turn.tx, turn.person, tenant).submitted_on
    report(turn, tenant, Event.WITHDRAWN, reason=note(turn, str(slots["reason"])))
    cancel_all(turn, tenant)
    result.say("withdraw/withdrawn", {"case": turn.case(), "submitted": bool(submitted)})
    return result


def note(turn: Turn, text: str) -> str:
    """Keep what a person wrote beside the log, which holds only the id."""
    id_ = new_id()
    turn.tx.db.execute(
        insert(table(Note)),
        {"id": id_, "team": turn.tx.team, "person": turn.person.id, "text": text},
    )
    return id_

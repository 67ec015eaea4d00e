"""Somebody says "not me" to what waits for them on a card: it goes to another one, or back to
whoever started it. Thin: domain/approvals/passing.py rules. Decides nothing."""

import re

from dialogs.engine import flow_runner, notifications
from dialogs.engine.context import Happening, Outcome, Slots, Turn
from dialogs.records.approval_cards import CARD, card, deal, send_copy, tell_askers
from domain import people
from domain.approvals import approval, away, passing
from domain.approvals.approval import Approval, State
from domain.people import Person, Role
from domain.storage import outbox

OFFERED = 5
_ME = re.compile(r"(?:me|i am|i'm|myself|it is me|it's me|that is me|that's me)")


def action_not_me(turn: Turn, slots: Slots) -> Outcome:
    """An approver passes the card on; a Global admin hands the request back."""
    result = Outcome()
    turn.lane = outbox.APPROVALS
    row = _meant(turn, str(slots["approval"] or ""))
    if row is None:
        result.say("agreement/nothing_to_pass_on", {"case": turn.case()})
    elif approval.state_of(turn.tx, row.id) == State.OPEN:
        _pass_on(turn, row, result)
    else:
        _hand_back(turn, row, result)
    return result


def _meant(turn: Turn, id_: str) -> Approval | None:
    """The request that the button was about, else the newest one that waits for this person."""
    tx, person = turn.tx, turn.person
    decide = approval.asked_of(tx, person, turn.today) if person.has(Role.APPROVER) else []
    confirm = approval.to_confirm(tx, person) if person.has(Role.GLOBAL_ADMIN) else []
    mine = [row for row in (*decide, *confirm) if id_ in ("", row.id)]
    return max(mine, key=lambda row: row.asked_at, default=None)


def _pass_on(turn: Turn, row: Approval, result: Outcome) -> None:
    others = passing.pass_on(turn.tx, row.id, turn.person, turn.today)
    row = approval.known(turn.tx, row.id)
    data = card(turn.tx, row, turn.today) | {
        "who": turn.person.name,
        "others": [p.name for p in others],
        "away": _away(turn, row),
    }
    for other in others:
        lead = ("notices/passed_to_you", data)
        send_copy(turn.tx, row, other, card(turn.tx, row, turn.today), lead)
    told = tell_askers(turn.tx, row, "notices/passed_on", data, f"passed_on:{turn.key}")
    if others:
        deal(turn.tx, row.id, turn.today)
        result.say("agreement/passed_on", data | {"told": told})
        return
    key = f"passed_on:{turn.key}:admins"
    notifications.to_admins(turn.tx, "notices/passed_on", data, key=key)
    turn.about["approval"] = row.id
    result.say("agreement/stays_with_you", data | {"told": told})
    result.say(CARD, card(turn.tx, row, turn.today) | {"name": turn.person.name})


def _away(turn: Turn, row: Approval) -> list[dict[str, str]]:
    """Who could decide, but is away."""
    gone = away.now(turn.tx, turn.today)
    could = approval.approvers_for(turn.tx, row.partner, row.starter, row.requester, turn.person.id)
    return [{"name": p.name, "until": gone[p.id].until} for p in could if p.id in gone]


def _hand_back(turn: Turn, row: Approval, result: Outcome) -> None:
    """Whoever started it hears it and can name another Global admin; the other Global admins have
    the request."""
    others = passing.step_aside(turn.tx, row.id, turn.person)
    starter = people.by_id(turn.tx, row.starter)
    data = card(turn.tx, row, turn.today) | {
        "who": turn.person.name,
        "by": starter.name if starter else "",
        "others": [p.name for p in others],
    }
    for other in others:
        _ask_to_confirm(turn, row, other)
    tell_askers(
        turn.tx, row, "notices/admin_not_me", data, f"not_me:{turn.key}", but=turn.person.id
    )
    flow_runner.clear(turn, "agreement")
    result.say("agreement/handed_back", data)


def _ask_to_confirm(turn: Turn, row: Approval, admin: Person, *, again: bool = False) -> None:
    starter = people.names(turn.tx, (row.starter,)).get(row.starter, "")
    notifications.say(
        turn.tx,
        admin,
        "notices/confirm_request",
        card(turn.tx, row, turn.today) | {"by": starter},
        key=f"confirm:{row.id}:{admin.id}" + (f":{turn.key}" if again else ""),
        about={"tenant_id": row.subject, "approval": row.id},
    )


def action_ask_other_admin(turn: Turn, slots: Slots) -> Outcome:
    """The colleagues who could be it; not who just said that they are not."""
    row = approval.get(turn.tx, str(slots["approval"] or ""))
    aside = row.about.get(passing.NOT_ME, ()) if row else ()
    could = [p for p in _colleagues(turn) if p.id not in aside]
    known = [p for p in could if p.has(Role.GLOBAL_ADMIN) or p.id == turn.person.id]
    options = [
        {"value": p.id, "label": p.name, "me": p.id == turn.person.id} for p in known[:OFFERED]
    ]
    return Outcome().show({"options": options})


def validate_other_admin(turn: Turn, slots: Slots) -> Outcome:
    """A live colleague of the same partner, by button, name or mention."""
    said = str(slots["other_admin"]).strip()
    if _ME.fullmatch(said.lower().strip(" .!")):
        return Outcome().fill(other_admin=turn.person.id)
    colleagues = _colleagues(turn)
    if said in {p.id for p in colleagues}:
        return Outcome()
    found = people.named_in(colleagues, said)
    if len(found) == 1:
        return Outcome().fill(other_admin=found[0].id)
    return Outcome().say("enroll/which_admin", {"found": len(found)}).fill(other_admin=None)


def action_name_other_admin(turn: Turn, slots: Slots) -> Outcome:
    """The claim is recorded, and the request goes to the one who was named."""
    result = Outcome()
    admin = people.by_id(turn.tx, str(slots["other_admin"]))
    assert admin is not None, "validate_other_admin lets only known people through"
    admin = people.claim_global_admin(turn.tx, admin, turn.person)
    turn.assistant.tell(Happening.ADMIN_NAMED, turn.tx, turn.person.partner, turn.person)
    row = approval.get(turn.tx, str(slots["approval"] or ""))
    waiting = row is not None and approval.state_of(turn.tx, row.id) == State.NEEDS_ADMIN
    mine = admin.id == turn.person.id
    if row is not None and waiting:
        aside = row.about.get(passing.NOT_ME, ())
        approval.note_about(turn.tx, row, **{passing.NOT_ME: [p for p in aside if p != admin.id]})
        _ask_to_confirm(turn, row, admin, again=admin.id in aside)
    said = {"admin": admin.name, "mine": mine, "waiting": waiting, "case": turn.case()}
    result.say("agreement/other_admin_named", said)
    return result


def _colleagues(turn: Turn) -> list[Person]:
    return [
        p
        for p in people.everybody(turn.tx)
        if p.partner == turn.person.partner and p.has(Role.STAFF)
    ]

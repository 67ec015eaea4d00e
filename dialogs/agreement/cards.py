"""The card that a second person decides on: asked for, put before the approvers, closed everywhere, and what follows. No words."""

from datetime import date
from typing import Any

from dialogs import notices
from dialogs.turn import Turn
from domain import approval, case, enrollment, outbox, people
from domain.approval import Kind
from domain.machine import stands
from domain.store import Tx

# What the second person sees before deciding; kept as a digest, so that a click on another text counts for nothing.
LOST = "F-ROLLBACK-NONE F-API-LOSS F-ACCEPT-CONTINUE"


def ask(turn: Turn, kind: Kind, tenant: str, about: dict[str, Any] | None = None) -> str:
    """Ask for a second person; a timer ends it after its 72 hours."""
    id_ = approval.ask(
        turn.tx, kind, tenant, turn.person, partner=turn.person.partner, today=turn.today, shown=shown(turn, kind, tenant),
        about=about or {},
    )  # fmt: skip
    due = approval.expires(approval.get(turn.tx, id_))
    outbox.set_timer(turn.tx, "agreement.expires", id_, due, {"partner": turn.person.partner})
    return id_


def shown(turn: Turn, kind: Kind, tenant: str) -> str:
    """What a card shows, boiled down: a decision counts only for exactly this."""
    state = stands(turn.tx, enrollment.MACHINE, tenant).state
    reached = case.STAGES[enrollment.State(state)]
    versions = " ".join(turn.house.facts.get(id_, turn.today).id for id_ in LOST.split())
    return f"{kind}:{tenant}:{reached}:{versions}"


def put_before_approvers(turn: Turn, id_: str) -> None:
    """The card, to everybody who may decide, each in a direct message, and a copy without buttons to the admins' channel."""
    row = approval.get(turn.tx, id_)
    data = card(turn.tx, row, turn.today)
    for person in approval.approvers_for(turn.tx, row.partner, row.starter, row.requester):
        said = data | {"name": person.name}
        notices.say(turn.tx, person, "agreement/card", said, key=f"card:{id_}:{person.id}", about={"approval": id_})
    notices.to_admins(turn.tx, "agreement/card", data, key=f"card:{id_}:admins")


def card(tx: Tx, row: Any, today: date) -> dict[str, Any]:
    """What a card says: who asks for what, what is lost, and, once decided, by whom."""
    names = people.names(tx, (row.requester, row.decided_by, row.starter))
    tenant = next(t for t in people.tenants_of(tx, row.partner) if t.id == row.subject)
    partner = people.partner_of(tx, row.partner)
    expires = case.calendar_of(tx, row.partner).today(approval.expires(row))
    return {
        "today": today.isoformat(), "name": "", "partner": partner.name, "slots": {}, "offer": "", "in_channel": False,
        "case": case.of_tenant(tx, partner, tenant).values(), "kind": row.kind, "state": approval.state_of(tx, row.id),
        "by": names.get(row.requester, ""), "starter": names.get(row.starter, ""), "decider": names.get(row.decided_by, ""),
        "expires": expires.isoformat(), "about": row.about,
    }  # fmt: skip


def close_cards(tx: Tx, id_: str, today: date) -> None:
    """Every copy of the card shows how it ended and has no buttons any more."""
    row = approval.get(tx, id_)
    data = card(tx, row, today)
    for key in outbox.keys_like(tx, f"card:{id_}:"):
        whose = key.split(":")[2:]
        if whose == ["admins"]:
            workspace = people.workspace(tx)
            _update(tx, outbox.to_channel(workspace.admins_channel), data | {"in_channel": True}, key)
        elif len(whose) == 1:
            _update(tx, outbox.to_person(whose[0]), data, key)


def cancel_all(turn: Turn, tenant: str) -> None:
    """The matter has moved on: what waits for this tenant ends, and its cards say so."""
    for id_ in approval.cancel_all(turn.tx, tenant, turn.person, today=turn.today):
        close_cards(turn.tx, id_, turn.today)


def _update(tx: Tx, address: dict[str, str], data: dict[str, Any], key: str) -> None:
    said = [("agreement/card", data)]
    outbox.tell(tx, address | {"updates": key}, said, key=f"{key}:{data['state']}", decision="command", kind=outbox.Out.UPDATE)


def _after_go_ahead(turn: Turn, row: Any, yes: bool) -> None:
    """The Global admin, and whoever started it, hear the decision."""
    template = "notices/go_ahead" if yes else "notices/declined"
    for id_ in dict.fromkeys((row.requester, row.starter)):
        if person := people.by_id(turn.tx, id_):
            mine = person.id == row.requester
            notices.to_person(turn, person, template, row.subject, mine=mine, card=card(turn.tx, row, turn.today))


def _after_known(turn: Turn, row: Any, yes: bool) -> None:
    if person := people.by_id(turn.tx, row.starter):
        notices.to_person(
            turn, person, "notices/known" if yes else "notices/not_known", row.subject, card=card(turn.tx, row, turn.today)
        )


def _after_withdrawal(turn: Turn, row: Any, yes: bool) -> None:
    """The second person agrees that the acceptance was reported wrongly: the entry stops counting."""
    from dialogs.withdraw.actions import take_back

    starter = people.by_id(turn.tx, row.starter)
    if yes and starter:
        take_back(turn, row.subject, int(row.about["seq"]), starter, str(row.about.get("note", "")), seconded_by=turn.person.id)
    if starter:
        template = "notices/report_corrected" if yes else "notices/correction_declined"
        notices.to_person(turn, starter, template, row.subject, card=card(turn.tx, row, turn.today))


AFTER = {
    Kind.ACCEPT_AGREEMENT: _after_go_ahead,
    Kind.KNOWN_ACCEPTANCE: _after_known,
    Kind.WITHDRAW_ACCEPTANCE: _after_withdrawal,
}


def alarm_support(turn: Turn) -> None:
    """Support hears of an acceptance that nobody gave a go-ahead for."""
    workspace = people.workspace(turn.tx)
    if workspace and workspace.support_channel:
        data = turn.data(case=turn.case(), by=turn.person.name, offer="")
        outbox.tell(
            turn.tx, outbox.to_channel(workspace.support_channel), [("notices/alarm", data)], key=f"alarm:{turn.key}",
            decision="command",
        )  # fmt: skip

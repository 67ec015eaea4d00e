"""What a person is waited for in on cards about the agreement. Reads only."""

from collections.abc import Iterator

from dialogs.engine.context import Turn
from dialogs.expectations.expectation import Expectation
from domain.approvals import approval, asked_back, departures
from domain.approvals.approval import Approval, Kind, State
from domain.machine import stands
from domain.people import Role
from domain.storage import audit


def waits(turn: Turn) -> Iterator[Expectation]:
    """The requests to confirm or to decide, the questions to answer, and the go-ahead after which
    the Global admin tells what was done."""
    person = turn.person
    if not person.partner:
        return
    if person.has(Role.GLOBAL_ADMIN):
        yield from map(_to_confirm, _not_aside(turn, approval.to_confirm(turn.tx, person)))
        yield from _to_accept(turn)
    if person.has(Role.APPROVER):
        yield from map(_to_decide, approval.asked_of(turn.tx, person, turn.today))
    for asked in asked_back.unanswered(turn.tx, person):
        yield Expectation(
            "answer_back.counter_answer",
            about={"asked_back": asked.id},
            at=asked.asked_at,
            whose=asked.asked_by,
        )


def _not_aside(turn: Turn, rows: list[Approval]) -> list[Approval]:
    return [row for row in rows if turn.person.id not in row.about.get("not_me", ())]


def _to_confirm(row: Approval) -> Expectation:
    return Expectation(
        "agreement.confirm",
        ("confirmed", "not_now"),
        {"tenant_id": row.subject},
        row.asked_at,
        whose=row.starter,
    )


def _to_decide(row: Approval) -> Expectation:
    return Expectation(
        "decide.decision",
        ("approve", "decline"),
        {"approval": row.id},
        row.asked_at,
        by_press=True,
        whose=row.requester or row.starter,
        asks="ask_back.counter_question",
    )


def _to_accept(turn: Turn) -> Iterator[Expectation]:
    for row in departures.live_of(turn.tx, turn.person.partner):
        given = row.kind == Kind.ACCEPT_AGREEMENT and row.requester == turn.person.id
        if given and stands(turn.tx, approval.MACHINE, row.id).state == State.APPROVED:
            yield Expectation(
                "accepted.accepted_on",
                ("today", "yesterday", "not_yet"),
                {"tenant_id": row.subject},
                _since(turn, row),
                by_press=True,
                whose=row.decided_by,
            )


def _since(turn: Turn, row: Approval) -> int:
    log = audit.entries(turn.tx, f"{approval.MACHINE.name}:{row.id}")
    return max((e.at for e in log if e.action == approval.Event.APPROVED), default=row.asked_at)

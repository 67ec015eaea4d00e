"""Every state x every event, from the tables: moves as written, or raises and changes nothing."""

from datetime import date, timedelta

import pytest

from domain.machine import (
    Doubtful,
    Machine,
    NotAllowed,
    NotPossible,
    advance,
    effective,
    fold,
    is_move,
    stands,
    withdraw,
)
from domain.machines import MACHINES
from domain.people import CLOCK, Person, Role
from domain.storage import audit
from domain.storage.store import Tx
from domain.tenant import enrollment, standing
from domain.tenant.case import POSTURES, posture
from domain.tenant.enrollment import Event, State
from tests.conftest import TEAM
from tests.loops import for_each

TODAY = date(2026, 11, 24)
EVERY_PAIR = [(m, s, e) for m in MACHINES for s in m.states for e in m.events]
GRACE = Person(
    "grace",
    TEAM,
    "U02",
    "Grace",
    "contoso",
    frozenset({Role.GLOBAL_ADMIN, Role.APPROVER, Role.SUPPORT}),
)
MIRA = Person("mira", TEAM, "U01", "Mira", "contoso")
GUEST = Person("guest", TEAM, "U09", "Gast", "contoso", frozenset(Role), kind="guest")


def put(tx: Tx, machine: Machine, state: str, subject: str = "t1") -> None:
    """Bring a subject into a state by the shortest road of the table."""
    roads: dict[str, list[str]] = {machine.start: []}
    todo = [machine.start]
    while todo:
        here = todo.pop(0)
        for move in machine.moves:
            if move.state == here and move.to not in roads:
                roads[move.to] = [*roads[here], move.event]
                todo.append(move.to)
    for event in roads[state]:
        by = (
            CLOCK
            if machine.move(stands(tx, machine, subject).state, event).who == {Role.CLOCK}
            else GRACE
        )
        advance(tx, machine, subject, event, by, day=TODAY, today=TODAY)
    assert stands(tx, machine, subject).state == state


@for_each("machine, state, event", EVERY_PAIR, of=lambda v: f"{v[0].name} {v[1]} {v[2]}")
def test_a_move_is_as_written_or_nothing_happens(
    tx: Tx, machine: Machine, state: str, event: str
) -> None:
    subject = f"{state}.{event}"
    put(tx, machine, state, subject)
    object_ = f"{machine.name}:{subject}"
    before, log = stands(tx, machine, subject), len(audit.entries(tx, object_))
    row = next((m for m in machine.moves if (m.state, m.event) == (state, event)), None)
    if row is None:
        with pytest.raises(NotPossible):
            advance(tx, machine, subject, event, GRACE, day=TODAY, today=TODAY)
        assert stands(tx, machine, subject) == before
        assert len(audit.entries(tx, object_)) == log
        return
    by = CLOCK if row.who == {Role.CLOCK} else GRACE
    assert advance(tx, machine, subject, event, by, day=TODAY, today=TODAY) == row
    assert stands(tx, machine, subject).state == row.to
    assert len(audit.entries(tx, object_)) == log + 1


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.name)
def test_every_state_can_be_reached_and_has_an_exit_or_is_final(machine: Machine) -> None:
    assert machine.reachable_from(machine.start) == set(machine.states)
    final = {
        s for s in machine.states if not any(m.state == s and m.to != s for m in machine.moves)
    }
    assert final <= {
        "Accepted",
        "Ended",
        "Revoked",
        "Declined",
        "Expired",
        "Cancelled",
        "Used",
        "Withdrawn",
        "Verified",
    }


def test_after_the_agreement_there_is_no_way_back() -> None:
    assert enrollment.MACHINE.reachable_from(State.ACCEPTED) == {State.ACCEPTED}
    assert not enrollment.has_way_back(State.ACCEPTED)
    assert all(enrollment.has_way_back(s) for s in State if s is not State.ACCEPTED)


def test_a_rollback_is_refused_for_ever_and_says_why(tx: Tx) -> None:
    put(tx, enrollment.MACHINE, State.ACCEPTED)
    with pytest.raises(NotPossible) as refused:
        advance(tx, enrollment.MACHINE, "t1", Event.RETURN_TO_DIRECT, GRACE, day=TODAY, today=TODAY)
    assert refused.value.reasons == ("F-ROLLBACK-NONE", "P-ROLLBACK")


def test_acceptance_is_recorded_from_every_state() -> None:
    assert all(
        enrollment.MACHINE.move(s, Event.ACCEPTANCE_REPORTED).to == State.ACCEPTED for s in State
    )


def test_only_the_go_ahead_opens_the_door_for_our_own_word() -> None:
    listeners = [
        m
        for m in enrollment.MACHINE.moves
        if m.to == State.ACCEPTED and m.event == Event.AGREEMENT_ACCEPTED and m.state != m.to
    ]
    assert [(m.state, m.needs) for m in listeners] == [(State.OFFERED, enrollment.GO_AHEAD)]


def test_the_wrong_person_moves_nothing(tx: Tx) -> None:
    put(tx, enrollment.MACHINE, State.OFFERED)
    for person, event in (
        (MIRA, Event.AGREEMENT_ACCEPTED),
        (GUEST, Event.ACCEPTANCE_REPORTED),
        (GRACE, Event.BECAME_OVERDUE),
    ):
        with pytest.raises((NotAllowed, NotPossible)):
            advance(tx, enrollment.MACHINE, "t1", event, person, day=TODAY, today=TODAY)
    assert stands(tx, enrollment.MACHINE, "t1").state == State.OFFERED


def test_a_day_in_the_future_or_before_the_step_before_is_doubted(tx: Tx) -> None:
    put(tx, enrollment.MACHINE, State.SUBMITTED)
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(Doubtful):
            advance(tx, enrollment.MACHINE, "t1", Event.APPROVED, MIRA, day=day, today=TODAY)
    assert stands(tx, enrollment.MACHINE, "t1").state == State.SUBMITTED


def test_what_was_prepared_today_does_not_forbid_that_it_was_submitted_last_week(tx: Tx) -> None:
    put(tx, enrollment.MACHINE, State.READY)
    advance(
        tx,
        enrollment.MACHINE,
        "t1",
        Event.SUBMITTED,
        MIRA,
        day=TODAY - timedelta(days=7),
        today=TODAY,
    )
    assert stands(tx, enrollment.MACHINE, "t1").day == TODAY - timedelta(days=7)


def test_a_withdrawn_report_no_longer_counts_and_both_stay_in_the_log(tx: Tx) -> None:
    put(tx, enrollment.MACHINE, State.APPROVED)
    wrong = audit.entries(tx, "enrollment:t1")[-1]
    withdraw(tx, enrollment.MACHINE, "t1", wrong.seq, MIRA, reason="n1")
    assert stands(tx, enrollment.MACHINE, "t1").state == State.SUBMITTED
    log = audit.entries(tx, "enrollment:t1")
    assert [e.action for e in log][-2:] == [Event.APPROVED, "report_withdrawn"]
    assert fold(enrollment.MACHINE, effective(log)).state == State.SUBMITTED
    with pytest.raises(NotPossible):
        withdraw(tx, enrollment.MACHINE, "t1", wrong.seq, MIRA, reason="twice")


def test_a_report_that_a_later_one_rests_on_cannot_go_first(tx: Tx) -> None:
    put(tx, enrollment.MACHINE, State.APPROVED)
    submitted = next(e for e in audit.entries(tx, "enrollment:t1") if e.action == Event.SUBMITTED)
    with pytest.raises(NotPossible):
        withdraw(tx, enrollment.MACHINE, "t1", submitted.seq, MIRA, reason="n1")
    assert stands(tx, enrollment.MACHINE, "t1").state == State.APPROVED


def test_withdrawing_everything_leads_back_to_the_start_and_on_again(tx: Tx) -> None:
    put(tx, enrollment.MACHINE, State.READY)
    withdraw(
        tx, enrollment.MACHINE, "t1", audit.entries(tx, "enrollment:t1")[-1].seq, MIRA, reason="n1"
    )
    assert stands(tx, enrollment.MACHINE, "t1").state == State.NOT_STARTED
    advance(tx, enrollment.MACHINE, "t1", Event.PROFILE_CHECKED, MIRA, day=TODAY, today=TODAY)
    assert stands(tx, enrollment.MACHINE, "t1").state == State.READY


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Active", "NotStarted", "DirectOnly"),
        ("AtRisk", "PendingReview", "DirectOnly"),
        ("Active", "Accepted", "Dual"),
        ("Restricted", "AgreementOffered", "DirectRestricted"),
        ("Suspended", "Accepted", "DualRestricted"),
        ("Restricted", "Accepted", "DualRestricted"),
        ("Leaving", "Accepted", "Dual"),
        ("Ended", "Accepted", "ResellerOnly"),
        ("Revoked", "Ready", "OutOfCSP"),
    ],
)
def test_posture_follows_from_standing_and_enrollment(a: str, b: str, expected: str) -> None:
    assert posture(a, b) == expected
    assert {s for s, _ in POSTURES} == set(standing.State)


def test_a_table_with_two_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="two rows"):
        Machine("x", State, Event, State.NOT_STARTED, (*enrollment.MOVES, enrollment.MOVES[0]))


def test_a_note_that_names_people_is_no_move() -> None:
    """After "not me" the log of the request could not be folded."""
    note = audit.Entry(1, 0, "grace", "approval_not_mine", "approval:1", {"to": ["otto"]})
    move = audit.Entry(
        2, 0, "mira", "submitted", "enrollment:1", {"from": "Ready", "to": "Submitted"}
    )
    assert [is_move(entry) for entry in (note, move)] == [False, True]

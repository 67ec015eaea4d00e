"""The two promises that must never break, against every order of events that people can produce
(Hypothesis).

Judged from what was done and logged, not from the state itself: a go-ahead means two different live
people; from an accepted agreement nothing leads back to direct bill only, but a correction by two.
"""

import os
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from dialogs.records.approval_cards import LOST
from domain import people
from domain.approvals import approval, asked_back, away, departures
from domain.approvals.approval import Kind
from domain.machine import Doubtful, NotAllowed, NotPossible, advance, effective, stands, withdraw
from domain.people import Person, Role
from domain.storage import audit
from domain.storage.store import Store, Tx, table
from domain.tables import Approval, AskedBack, Audit
from domain.tenant import enrollment
from domain.tenant.enrollment import Event, State
from tests.conftest import KEY, NOON, TEAM, member
from tests.domain.test_machines import TODAY

NAMES = ("mira", "grace", "otto", "sam")
ROLES = st.sets(st.sampled_from([Role.GLOBAL_ADMIN, Role.APPROVER, Role.SUPPORT]))
WHO = st.sampled_from(NAMES)


class Door(RuleBasedStateMachine):
    """Four people whose roles come and go, one tenant, time that passes."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store("sqlite://", KEY)
        self.store.create()
        self.now = NOON
        self.gave: dict[str, tuple[str, str]] = {}
        self.decided: set[tuple[str, bool]] = set()
        self.granted: dict[str, frozenset[str]] = {}

    def teardown(self) -> None:
        self.store.close()

    def tx(self) -> Any:
        return self.store.turn(TEAM, self.now)

    def person(self, tx: Tx, name: str) -> Person:
        found = member(tx, name)
        people.change(tx, found, partner="contoso") if not found.partner else None
        return people.by_id(tx, found.id) or found

    @initialize()
    def everybody_has_the_usual_roles(self) -> None:
        with self.tx() as tx:
            for name, roles in (
                ("mira", []),
                ("grace", ["global_admin", "approver"]),
                ("otto", ["approver"]),
                ("sam", ["support"]),
            ):
                self.granted[name] = frozenset(roles)
                people.change(tx, self.person(tx, name), name=name, partner="contoso", roles=roles)

    @rule(
        who=WHO,
        roles=ROLES,
        live=st.booleans(),
        kind=st.sampled_from(["member", "member", "guest"]),
    )
    def roles_change(self, who: str, roles: set[Role], live: bool, kind: str) -> None:
        with self.tx() as tx:
            self.granted[who] = frozenset(map(str, roles))
            people.change(tx, self.person(tx, who), roles=roles, live=live, kind=kind)

    @rule(who=WHO, event=st.sampled_from(list(Event)))
    def somebody_reports(self, who: str, event: Event) -> None:
        """Everything but our own go-ahead'ed acceptance, which has its own rule."""
        if event == Event.AGREEMENT_ACCEPTED:
            return
        with self.tx() as tx:
            before = stands(tx, enrollment.MACHINE, "t").state
            try:
                advance(
                    tx, enrollment.MACHINE, "t", event, self.person(tx, who), day=TODAY, today=TODAY
                )
            except (NotPossible, NotAllowed, Doubtful):
                assert stands(tx, enrollment.MACHINE, "t").state == before
            else:
                assert (
                    before != State.ACCEPTED
                    or stands(tx, enrollment.MACHINE, "t").state == State.ACCEPTED
                )

    @rule()
    def it_goes_the_usual_way(self) -> None:
        """Directed, for chance alone hardly ever gets there."""
        with self.tx() as tx:
            grace = self.person(tx, "grace")
            for event in (
                Event.PROFILE_CHECKED,
                Event.SUBMITTED,
                Event.APPROVED,
                Event.AGREEMENT_SEEN,
            ):
                try:
                    advance(tx, enrollment.MACHINE, "t", event, grace, day=TODAY, today=TODAY)
                except (NotPossible, NotAllowed):
                    return

    def shown(self, kind: Kind) -> str:
        return f"{kind}:{LOST}"

    @rule(who=WHO, kind=st.sampled_from(list(Kind)))
    def somebody_asks(self, who: str, kind: Kind) -> None:
        with self.tx() as tx:
            try:
                approval.ask(
                    tx,
                    kind,
                    "t",
                    self.person(tx, who),
                    partner="contoso",
                    today=TODAY,
                    shown=self.shown(kind),
                    about={},
                )
            except (NotPossible, NotAllowed):
                pass

    @rule(who=WHO)
    def somebody_confirms(self, who: str) -> None:
        with self.tx() as tx:
            row = approval.live_one(tx, Kind.ACCEPT_AGREEMENT, "t")
            try:
                if row:
                    approval.confirm(tx, row.id, self.person(tx, who), today=TODAY)
            except (NotPossible, NotAllowed):
                pass

    @rule(
        who=WHO,
        yes=st.booleans(),
        kind=st.sampled_from(list(Kind)),
        same=st.sampled_from([True, True, True, False]),
    )
    def somebody_decides(self, who: str, yes: bool, kind: Kind, same: bool) -> None:
        with self.tx() as tx:
            row, person = approval.live_one(tx, kind, "t"), self.person(tx, who)
            if row is None:
                return
            try:
                done = approval.decide(
                    tx,
                    row.id,
                    yes,
                    person,
                    today=TODAY,
                    shown=self.shown(kind) if same else "something else",
                )
            except (NotPossible, NotAllowed):
                return
            assert same or not yes
            assert person.has(Role.APPROVER)
            self.decided.add((done.id, yes))
            if yes and kind == Kind.ACCEPT_AGREEMENT:
                self.gave[done.id] = (done.requester, person.id)
                assert self.is_live(tx, done.requester, Role.GLOBAL_ADMIN)

    def is_live(self, tx: Tx, id_: str, role: Role) -> bool:
        found = people.by_id(tx, id_)
        return found is not None and found.has(role)

    @rule(who=WHO)
    def the_admin_accepts(self, who: str) -> None:
        """As dialogs/agreement records it: only with a go-ahead that still stands is it our own
        word."""
        with self.tx() as tx:
            person, row = self.person(tx, who), approval.go_ahead(tx, "t")
            if row is None or person.id != row.requester:
                return
            requester, approver = self.gave[row.id]
            assert requester != approver
            assert self.is_live(tx, requester, Role.GLOBAL_ADMIN)
            assert self.is_live(tx, approver, Role.APPROVER)
            try:
                advance(
                    tx,
                    enrollment.MACHINE,
                    "t",
                    Event.AGREEMENT_ACCEPTED,
                    person,
                    day=TODAY,
                    today=TODAY,
                    go_ahead="given",
                    approval=row.id,
                )
            except NotPossible:
                return
            approval.note_use(tx, row.id, person, today=TODAY)

    @rule()
    def it_is_seen_who_left(self) -> None:
        """As the timer `people_changed` does after each change of roles; twice changes nothing
        more."""
        with self.tx() as tx:
            ended = self.settle(tx)
            for one in ended:
                assert approval.state_of(tx, one.row.id) == "Cancelled"
                new = approval.get(tx, one.new)
                assert new.decided_by == ""
                assert approval.state_of(tx, one.new) == (
                    "AwaitingGlobalAdmin" if one.why == departures.REQUESTER_LEFT else "Open"
                )
            assert departures.settle(tx, "contoso", TODAY) == []
            for row in departures.live_of(tx, "contoso"):
                if row.kind == Kind.ACCEPT_AGREEMENT and row.requester:
                    assert self.is_live(tx, row.requester, Role.GLOBAL_ADMIN)
                assert row.decided_by == "" or self.is_live(tx, row.decided_by, Role.APPROVER)

    @rule(asker=st.booleans())
    def somebody_whom_it_rests_on_leaves(self, asker: bool) -> None:
        """Directed: whoever asked, or whoever approved, loses every role."""
        with self.tx() as tx:
            row = approval.live_one(tx, Kind.ACCEPT_AGREEMENT, "t")
            who = (
                people.by_id(tx, (row.requester if asker else row.decided_by) or "-")
                if row
                else None
            )
            if who is None:
                return
            self.granted[who.slack] = frozenset()
            people.change(tx, who, roles=[])
        self.it_is_seen_who_left()

    def settle(self, tx: Tx) -> list[departures.Ended]:
        return departures.settle(tx, "contoso", TODAY)

    @rule(who=WHO, other=WHO, days=st.integers(-2, 200))
    def somebody_goes_away(self, who: str, other: str, days: int) -> None:
        with self.tx() as tx:
            person, stand_in = self.person(tx, who), self.person(tx, other)
            try:
                self.leave(tx, person, stand_in, TODAY + timedelta(days=days))
            except (NotAllowed, Doubtful):
                return
            assert who != other
            assert person.has(Role.APPROVER)
            assert stand_in.has(Role.APPROVER)

    def leave(self, tx: Tx, who: Person, stand_in: Person, until: date) -> None:
        away.leave(tx, who, stand_in.id, until, TODAY)

    @rule(who=WHO, kind=st.sampled_from(list(Kind)))
    def an_approver_asks_back(self, who: str, kind: Kind) -> None:
        with self.tx() as tx:
            row, person = approval.live_one(tx, kind, "t"), self.person(tx, who)
            try:
                if row:
                    asked_back.put(tx, row.id, person, "which tenant is it?")
                    assert person.id not in (row.starter, row.requester)
            except (NotPossible, NotAllowed):
                pass

    @rule(who=WHO, kind=st.sampled_from(list(Kind)))
    def somebody_answers(self, who: str, kind: Kind) -> None:
        with self.tx() as tx:
            if row := approval.live_one(tx, kind, "t"):
                self.answers(tx, row, self.person(tx, who))

    @rule(kind=st.sampled_from(list(Kind)))
    def it_is_asked_asked_back_and_answered(self, kind: Kind) -> None:
        """Directed, for chance alone hardly ever gets there."""
        with self.tx() as tx:
            for name, roles in (("grace", ["global_admin", "approver"]), ("otto", ["approver"])):
                self.granted[name] = frozenset(roles)
                people.change(tx, self.person(tx, name), roles=roles, live=True, kind="member")
            grace, otto = self.person(tx, "grace"), self.person(tx, "otto")
            try:
                id_ = approval.ask(
                    tx,
                    kind,
                    "t",
                    grace,
                    partner="contoso",
                    today=TODAY,
                    shown=self.shown(kind),
                    about={},
                )
                asked_back.put(tx, id_, otto, "which tenant is it?")
            except (NotPossible, NotAllowed):
                return
            self.answers(tx, approval.get(tx, id_), grace)

    def answers(self, tx: Tx, row: Any, person: Person) -> None:
        """An answer, whatever it says, decides nothing; and only who asked for the approval gives
        one."""
        rows, before = table(AskedBack), approval.state_of(tx, row.id)
        question = tx.db.execute(select(rows).where(rows.c.approval == row.id)).first()
        if question is None:
            return
        try:
            self.answer(tx, question.id, person)
        except (NotPossible, NotAllowed):
            pass
        else:
            assert person.id in (row.starter, row.requester)
        assert approval.state_of(tx, row.id) == before

    def answer(self, tx: Tx, question: str, who: Person) -> None:
        asked_back.answer(tx, question, who, "approved, looks good")

    @precondition(lambda self: self.gave)
    @rule()
    def time_passes(self) -> None:
        self.now += timedelta(hours=73)

    @rule(who=WHO, back=st.integers(0, 3))
    def a_report_is_taken_back(self, who: str, back: int) -> None:
        with self.tx() as tx:
            log = effective(audit.entries(tx, "enrollment:t"))
            if len(log) <= back or log[-1 - back].details["to"] == State.ACCEPTED:
                # an acceptance takes two people: dialogs/withdraw,
                # tests/dialogs/abilities/test_agreement.py
                return
            try:
                withdraw(
                    tx,
                    enrollment.MACHINE,
                    "t",
                    log[-1 - back].seq,
                    self.person(tx, who),
                    reason="n",
                )
            except NotPossible:
                pass

    @invariant()
    def our_word_means_two_different_people(self) -> None:
        with self.tx() as tx:
            for entry in effective(audit.entries(tx, "enrollment:t")):
                if (
                    entry.action == Event.AGREEMENT_ACCEPTED
                    and entry.details["from"] != State.ACCEPTED
                ):
                    requester, approver = self.gave[entry.details["approval"]]
                    assert entry.actor == requester != approver
            rows = table(Approval)
            for row in tx.db.execute(select(rows)):
                assert row.decided_by == "" or row.decided_by not in (row.requester, row.starter)

    @invariant()
    def a_role_comes_from_a_grant_alone(self) -> None:
        with self.tx() as tx:
            for name, roles in self.granted.items():
                assert self.person(tx, name).roles == roles

    @invariant()
    def whoever_must_decide_is_always_asked(self) -> None:
        """Away or not: a request that somebody may decide is before at least one of them, and
        before nobody else."""
        with self.tx() as tx:
            for row in departures.live_of(tx, "contoso"):
                may = approval.approvers_for(tx, "contoso", row.starter, row.requester)
                asked = away.to_be_asked(tx, may, TODAY)
                assert {p.id for p in asked} <= {p.id for p in may} - {row.starter, row.requester}
                assert bool(asked) == bool(may)

    @invariant()
    def every_decision_was_made_by_a_press_of_somebody_who_may(self) -> None:
        with self.tx() as tx:
            rows = table(Audit)
            words = {str(approval.Event.APPROVED): True, str(approval.Event.DECLINED): False}
            for entry in tx.db.execute(select(rows).where(rows.c.action.in_(words))):
                assert (entry.object.removeprefix("approval:"), words[entry.action]) in self.decided

    @invariant()
    def the_state_is_the_fold_of_the_log_and_accepted_stays(self) -> None:
        from domain.machine import fold

        with self.tx() as tx:
            log = effective(audit.entries(tx, "enrollment:t"))
            here = stands(tx, enrollment.MACHINE, "t").state
            assert fold(enrollment.MACHINE, log).state == here
            if any(e.details["to"] == State.ACCEPTED for e in log):
                assert here == State.ACCEPTED
                assert not enrollment.has_way_back(here)

    @invariant()
    def the_chain_is_whole(self) -> None:
        with self.store.reading() as db:
            assert list(audit.faults(db, KEY)) == []


STEPS = int(os.environ.get("PROPERTY_EXAMPLES", "40"))
Door.TestCase.settings = settings(
    max_examples=STEPS,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestDoor = Door.TestCase


class StandInsBecomeApprovers(Door):
    """A planted fault: naming a stand-in grants the role."""

    def leave(self, tx: Tx, who: Person, stand_in: Person, until: date) -> None:
        people.change(tx, stand_in, roles={*stand_in.roles, Role.APPROVER})


class AnswersDecide(Door):
    """A planted fault: "approved, looks good" in an answer counts."""

    def answer(self, tx: Tx, question: str, who: Person) -> None:
        row = asked_back.answer(tx, question, who, "approved, looks good")
        advance(
            tx, approval.MACHINE, row.approval, approval.Event.APPROVED, who, day=TODAY, today=TODAY
        )


class WhoLeftStillCounts(Door):
    """A planted fault: a request goes on although one of its two people is gone."""

    def settle(self, tx: Tx) -> list[departures.Ended]:
        return []


@pytest.mark.parametrize("fault", [StandInsBecomeApprovers, AnswersDecide, WhoLeftStillCounts])
@pytest.mark.slow
def test_the_machine_sees_planted_faults(fault: type[Door]) -> None:
    searching = settings(
        max_examples=60,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.generate],
        database=None,
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(fault, settings=searching)

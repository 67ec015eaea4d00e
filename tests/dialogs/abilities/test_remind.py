"""Reminders: never twice, never at night, never after the matter moved on; put off, muted,
escalated; whatever the clock does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain import people
from domain.customers import customer, customer_book
from domain.customers.customer_list import Row
from domain.machine import advance
from domain.machines import BY_NAME
from domain.providers import partnership, providers
from domain.reminders import reminder, reminding
from domain.storage.outbox import Out
from domain.storage.store import Tx
from domain.tenant import enrollment
from tests.asked import asked
from tests.conftest import NOON, Sent, Somebody, Workspace


def reminders(workspace: Workspace, name: str = "") -> list[Sent]:
    return [
        m
        for m in workspace.sent
        if m.templates[0].startswith("remind/")
        and m.key.startswith("remind:")
        and name in ("", m.to)
    ]


def submit(mira: Somebody) -> None:
    """On Tuesday the 24th of November 2026, a little past 13:00 in Berlin."""
    mira.reports("we submitted the enrollment today")
    mira.hears("enroll/submitted", "enroll/ask_outcome")


def hours(workspace: Workspace, days: float) -> None:
    """Time passes as it does: a quarter of an hour at a time."""
    for _ in range(int(days * 96)):
        workspace.later(minutes=15)


def test_what_waits_is_brought_up_on_the_next_business_morning_once(
    workspace: Workspace, mira: Somebody
) -> None:
    submit(mira)
    hours(workspace, 0.75)
    assert reminders(workspace) == []
    hours(workspace, 0.25)
    (said,) = reminders(workspace)
    assert (said.to, said.templates) == ("Mira", ["remind/enrollment_submitted"])
    assert {"enroll.outcome.approved", "snooze.until.tomorrow", "snooze.until.mute"} <= set(
        said.buttons
    )
    hours(workspace, 1)
    assert len(reminders(workspace)) == 1
    mira.clicks("enroll.outcome.approved")
    mira.hears("enroll/ask_agreement_seen")


def test_it_comes_again_then_others_hear_of_it_then_it_is_silent(
    workspace: Workspace, mira: Somebody
) -> None:
    submit(mira)
    hours(workspace, 30)
    of_this = [m.to for m in reminders(workspace) if m.templates == ["remind/enrollment_submitted"]]
    assert of_this == ["Mira", "Mira", "Grace"]
    assert "now I tell you too" in reminders(workspace, "Grace")[0].words


def test_never_after_the_matter_moved_on(workspace: Workspace, mira: Somebody) -> None:
    submit(mira)
    hours(workspace, 0.7)
    mira.clicks("enroll.outcome.approved")
    hours(workspace, 5)
    assert not [m for m in reminders(workspace) if m.templates == ["remind/enrollment_submitted"]]
    assert [m.to for m in reminders(workspace)][:1] == ["Grace"]


def test_moved_on_between_the_sweep_and_the_delivery_is_silence(
    workspace: Workspace, mira: Somebody, grace: Somebody
) -> None:
    with workspace.tx() as tx:
        people.learn(
            tx.db, tx.team, people.meet(tx, grace.slack).id, timezone="America/Los_Angeles"
        )
    mira.reports("we submitted it today")
    mira.clicks("enroll.outcome.approved")
    hours(workspace, 0.95)  # 11 in Berlin: Grace is asleep in Seattle
    assert reminders(workspace, "Grace") == []
    mira.clicks("enroll.agreement_seen.seen")
    hours(workspace, 1)
    assert reminders(workspace, "Grace") == []


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("America/Los_Angeles", "09:00"),
        ("Asia/Tokyo", "17:00"),
        ("Nowhere/Atlantis", "09:00"),
        ("Asia/Kolkata", "13:30"),
    ],
)
def test_never_at_night_where_the_person_is(
    workspace: Workspace, mira: Somebody, zone: str, first: str
) -> None:
    with workspace.tx() as tx:
        people.learn(tx.db, tx.team, people.meet(tx, mira.slack).id, timezone=zone)
    submit(mira)
    here = ZoneInfo("Europe/Berlin" if zone.startswith("Nowhere") else zone)
    for _ in range(96 * 9):
        before = len(reminders(workspace, "Mira"))
        workspace.later(minutes=15)
        if len(reminders(workspace, "Mira")) > before:
            now = workspace.now.astimezone(here)
            assert 9 <= now.hour < 17, now
            assert now.weekday() < 5, now
    assert len(reminders(workspace, "Mira")) == 2


def test_business_days_and_holidays_are_the_partners(workspace: Workspace, mira: Somebody) -> None:
    workspace.now = datetime(
        2026, 12, 24, 10, tzinfo=UTC
    )  # Thursday; Friday is Christmas Day in Germany, then a weekend
    submit(mira)
    hours(workspace, 3.5)
    assert reminders(workspace) == []
    hours(workspace, 0.5)
    assert len(reminders(workspace)) == 1
    assert workspace.now.date().isoformat() == "2026-12-28"


def test_submitted_before_a_holiday_weekend_overdue_comes_on_the_right_day_once_and_not_when_approved(
    workspace: Workspace, mira: Somebody
) -> None:
    workspace.now = datetime(2026, 12, 24, 10, tzinfo=UTC)
    submit(mira)
    mira.clicks(
        "enroll.outcome.pending"
    )  # business days: 28, 29, 30, 31 December, 4 January; the notice on the 5th at 09:00
    hours(workspace, 11.5)
    assert not [m for m in workspace.sent if m.templates == ["notices/became_overdue"]]
    hours(workspace, 0.5)
    assert [m.to for m in workspace.sent if m.templates == ["notices/became_overdue"]].count(
        "Mira"
    ) == 1
    assert workspace.now.date().isoformat() == "2027-01-05"


def test_overdue_comes_as_well_where_nobody_said_that_it_is_pending(
    workspace: Workspace, mira: Somebody
) -> None:
    workspace.now = datetime(
        2027, 3, 25, 10, tzinfo=UTC
    )  # the Thursday before Easter: 30, 31 March, 1, 2, 5 April
    submit(mira)
    hours(workspace, 11.5)
    assert not [m for m in workspace.sent if m.templates == ["notices/became_overdue"]]
    hours(workspace, 20)
    assert [m.to for m in workspace.sent if m.templates == ["notices/became_overdue"]].count(
        "Mira"
    ) == 1
    assert workspace.case().enrollment == "PendingOverdue"


def test_submitted_long_ago_is_not_overdue_before_the_outcome_was_asked(
    workspace: Workspace, mira: Somebody
) -> None:
    mira.reports("we submitted the enrollment on 3 November").hears(
        "enroll/submitted", "enroll/ask_outcome"
    )
    mira.clicks("enroll.outcome.approved")
    hours(workspace, 5)
    assert not [m for m in workspace.sent if m.templates == ["notices/became_overdue"]]


@pytest.mark.parametrize(
    "jumps",
    [[7 * 24], [7 * 24, -1, 1], [16, -24, 24, 8], [21, -1, 1, 3], [24 * 30, -24 * 30, 24 * 31]],
)
def test_clock_jumps_neither_lose_nor_repeat_one(
    workspace: Workspace, mira: Somebody, jumps: list[float]
) -> None:
    submit(mira)
    for jump in jumps:
        workspace.later(hours=jump)
    hours(workspace, 4)
    to_mira = reminders(workspace, "Mira")
    assert 1 <= len(to_mira) <= 2
    assert len({m.key for m in workspace.sent if m.key.startswith("remind:")}) == len(
        reminders(workspace)
    )


def test_a_change_to_winter_time_repeats_nothing(workspace: Workspace, mira: Somebody) -> None:
    workspace.now = datetime(2026, 10, 23, 10, tzinfo=UTC)  # Friday; the clocks go back on Sunday
    submit(mira)
    hours(workspace, 2.75)
    assert reminders(workspace) == []
    hours(workspace, 0.5)
    assert [m.to for m in reminders(workspace)] == ["Mira"]
    assert reminders(workspace)[0].key.endswith("2026-10-26")


def more(tx: Tx, by: Somebody, *events: str) -> None:
    """Another tenant of Contoso, with what somebody reported of it."""
    person = people.meet(tx, by.slack)
    id_, today = people.new_tenant(tx, person.partner), tx.now.date()
    for event in (enrollment.Event.PROFILE_CHECKED, *events):
        advance(
            tx,
            enrollment.MACHINE,
            id_,
            event,
            person,
            day=today,
            today=today,
            partner=person.partner,
        )


def test_two_matters_of_one_person_are_one_message(workspace: Workspace, mira: Somebody) -> None:
    submit(mira)
    with workspace.tx() as tx:
        more(tx, mira, enrollment.Event.SUBMITTED)
    hours(workspace, 1)
    (digest,) = reminders(workspace)
    assert digest.templates == ["remind/digest"]
    assert "(2)" in digest.words
    assert {"enroll.outcome.approved", "snooze.until.three_days"} <= set(digest.buttons)


def test_a_channel_gets_one_digest_a_day_without_buttons(
    workspace: Workspace, mira: Somebody
) -> None:
    with workspace.tx() as tx:
        more(tx, mira)
    hours(workspace, 3)
    submit(mira)
    mira.clicks("enroll.outcome.rejected")
    hours(workspace, 30)
    to_admins = [m for m in reminders(workspace) if m.to == "#C02ADMINS"]
    assert to_admins
    assert all(m.templates == ["remind/digest"] and not m.buttons for m in to_admins)
    assert len({m.key for m in to_admins}) == len(to_admins)


def test_put_off_until_tomorrow(workspace: Workspace, mira: Somebody) -> None:
    submit(mira)
    hours(workspace, 1)
    mira.clicks("snooze.until.tomorrow").hears("remind/snoozed", "enroll/ask_outcome")
    assert "26 November" in mira.words
    hours(workspace, 0.75)
    assert len(reminders(workspace)) == 1
    hours(workspace, 0.25)
    assert len(reminders(workspace, "Mira")) == 2


def test_put_off_over_a_weekend_is_silent_when_it_moved_on(
    workspace: Workspace, mira: Somebody
) -> None:
    submit(mira)
    hours(workspace, 1)
    mira.clicks("snooze.until.three_days")
    assert "30 November" in mira.words
    hours(workspace, 4)
    assert len(reminders(workspace, "Mira")) == 1
    mira.says("it is still pending")
    hours(workspace, 1.2)
    assert len(reminders(workspace, "Mira")) == 1


def test_muted_is_muted_until_something_new_happens(workspace: Workspace, mira: Somebody) -> None:
    submit(mira)
    hours(workspace, 1)
    mira.clicks("snooze.until.mute")
    assert "won't remind you" in mira.words
    hours(workspace, 6)
    assert len(reminders(workspace, "Mira")) == 1
    assert len(reminders(workspace, "Grace")) == 1  # who was not muted still hears of it
    mira.says("it was rejected")
    hours(workspace, 4)
    assert [m.templates[0] for m in reminders(workspace, "Mira")][1:] == [
        "remind/enrollment_declined"
    ]


def test_said_in_words_it_asks_for_how_long(workspace: Workspace, mira: Somebody) -> None:
    mira.says("remind me later").hears("remind/nothing_waits")
    submit(mira)
    hours(workspace, 1)
    mira.says("snooze").hears("remind/ask_until")
    mira.says("three days").hears("remind/snoozed", "enroll/ask_outcome")


def test_who_left_is_not_reminded_and_nothing_is_lost(workspace: Workspace, mira: Somebody) -> None:
    submit(mira)
    with workspace.tx() as tx:
        people.learn(tx.db, tx.team, people.meet(tx, mira.slack).id, live=False)
    hours(workspace, 1)
    assert [m.to for m in reminders(workspace)] == ["Grace"]


def test_an_open_request_reminds_whom_it_was_put_to_and_nobody_else(
    workspace: Workspace, grace: Somebody, otto: Somebody
) -> None:
    grace.reports("we submitted it today")
    grace.clicks("enroll.outcome.approved").clicks("enroll.agreement_seen.seen").clicks(
        "agreement.second.ask"
    )
    hours(workspace, 1)
    said = [
        m
        for m in reminders(workspace)
        if "remind/approval_open" in m.templates or m.templates == ["remind/digest"]
    ]
    assert [m.to for m in said] == ["Otto"]
    otto.clicks("decide.start.now").hears("agreement/card")
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    hours(workspace, 1)
    assert len(reminders(workspace, "Otto")) == 1


def test_a_report_taken_back_is_waited_for_anew(workspace: Workspace, mira: Somebody) -> None:
    submit(mira)
    mira.clicks("enroll.outcome.approved")
    hours(workspace, 0.1)
    with workspace.tx() as tx:
        from domain.machine import withdraw
        from domain.storage import audit

        person = people.meet(tx, mira.slack)
        tenant = people.tenants_of(tx, person.partner)[0].id
        last = audit.entries(tx, f"enrollment:{tenant}")[-1]
        withdraw(tx, enrollment.MACHINE, tenant, last.seq, person, reason="test")
    hours(workspace, 1)
    assert [m.templates[0] for m in reminders(workspace)] == ["remind/enrollment_submitted"]


def test_every_row_is_a_state_of_a_machine_and_has_words() -> None:
    machines = BY_NAME
    for row in reminder.ROWS:
        assert row.state in list(machines[row.machine].states), row
        assert row.after >= 1
        assert row.again >= 1
        assert Path(f"templates/{row.template}.j2").is_file(), row.template
        assert row.to


@pytest.mark.slow
def test_ten_thousand_matters_are_one_message(workspace: Workspace, mira: Somebody) -> None:
    from sqlalchemy import insert

    from domain.storage.store import table
    from domain.tables import Audit, Lifecycle

    submit(mira)
    with workspace.tx() as tx:
        person = people.meet(tx, mira.slack)
        log, life = table(Audit), table(Lifecycle)
        seqs = range(1_000, 11_000)
        tx.db.execute(
            insert(log),
            [
                {
                    "team": tx.team,
                    "seq": n,
                    "at": tx.at,
                    "actor": person.id,
                    "action": "submitted",
                    "object": f"enrollment:x{n}",
                    "details": "{}",
                    "key_id": "",
                    "prev_hash": "",
                    "hash": "",
                }
                for n in seqs
            ],
        )
        tx.db.execute(
            insert(life),
            [
                {
                    "team": tx.team,
                    "machine": "enrollment",
                    "subject": f"x{n}",
                    "partner": person.partner,
                    "state": "Submitted",
                    "day": "2026-11-24",
                    "seq": n,
                }
                for n in seqs
            ],
        )
    hours(workspace, 1)
    (digest,) = reminders(workspace)
    assert "(10001)" in digest.words
    assert "9996 more" in digest.words
    mira.clicks("snooze.until.mute")
    hours(workspace, 3)
    assert len(reminders(workspace, "Mira")) == 1


def test_nothing_waits_for_the_clock_that_was_not_asked_for(workspace: Workspace) -> None:
    hours(workspace, 3)
    assert [m for m in workspace.sent if m.kind == Out.MESSAGE] == []
    assert timedelta(days=3) == workspace.now - NOON


def test_a_customer_is_named_and_its_button_goes_on_with_it(
    workspace: Workspace, mira: Somebody
) -> None:
    from domain.customers import customer_book
    from domain.customers.customer import MACHINE
    from domain.customers.customer_list import Row

    with workspace.tx() as tx:
        person = people.meet(tx, mira.slack)
        today = tx.now.date()
        customer_book.take(tx, person, [Row(1, "Northwind", kind="new")], today=today)
        (row,) = customer_book.search(tx, person.partner, "Northwind")
        for event in ("has_tenant", "invited"):
            advance(
                tx, MACHINE, row.id, event, person, day=today, today=today, partner=person.partner
            )
    hours(workspace, 7.5)
    (said,) = reminders(workspace, "Mira")
    assert said.templates == ["remind/customer_joint_invited"]
    assert "Northwind" in said.words
    mira.clicks("customer.accepted_by.both")
    with workspace.tx() as tx:
        from domain.machine import stands

        assert stands(tx, MACHINE, row.id).state == "BothRelationships"


def accepted(workspace: Workspace) -> str:
    with workspace.tx() as tx:
        mira = people.meet(tx, "U01MIRA")
        (tenant,) = people.tenants_of(tx, mira.partner)
        today = workspace.now.date()
        advance(
            tx,
            enrollment.MACHINE,
            tenant.id,
            "acceptance_reported",
            mira,
            day=today,
            today=today,
            partner=mira.partner,
        )
        return mira.partner


def move_provider(workspace: Workspace, event: str) -> None:
    with workspace.tx() as tx:
        mira, today = people.meet(tx, "U01MIRA"), workspace.now.date()
        id_ = providers.note(tx, mira.partner, "Fabrikam")
        advance(
            tx, partnership.MACHINE, id_, event, mira, day=today, today=today, partner=mira.partner
        )


def test_after_the_agreement_without_a_provider_it_is_brought_up_and_then_the_admins_hear(
    workspace: Workspace,
) -> None:
    accepted(workspace)
    hours(workspace, 6.7)  # five business days after Tuesday is the next Tuesday
    assert reminders(workspace) == []
    hours(workspace, 0.3)
    assert sorted((m.to, m.templates[0]) for m in reminders(workspace)) == [
        ("Grace", "remind/enrollment_accepted"),
        ("Mira", "remind/enrollment_accepted"),
    ]
    assert "provider.start.now" in reminders(workspace, "Mira")[0].buttons
    hours(workspace, 30)
    assert [m.to for m in reminders(workspace)][-1] == "#C02ADMINS"
    assert len(reminders(workspace, "Mira")) == 2


def test_with_a_provider_chosen_it_is_silent_and_not_stuck(
    workspace: Workspace, sam: Somebody
) -> None:
    partner = accepted(workspace)
    move_provider(workspace, "chosen")
    hours(workspace, 30)
    assert reminders(workspace) == []
    with workspace.tx() as tx:
        assert not reminding.stuck(tx, 10)[0]
        assert people.partner_of(tx, partner)


def test_chosen_between_the_sweep_and_the_delivery_is_silence_here_too(
    workspace: Workspace, mira: Somebody, grace: Somebody, sam: Somebody
) -> None:
    accepted(workspace)
    hours(workspace, 15)
    assert len(reminders(workspace, "Mira")) == 2
    with workspace.tx() as tx:
        assert [s.template for s in reminding.stuck(tx, 10)[0]] == ["remind/enrollment_accepted"]
    move_provider(workspace, "chosen")
    hours(workspace, 20)
    assert len(reminders(workspace, "Mira")) == 2
    with workspace.tx() as tx:
        assert reminding.stuck(tx, 10) == ([], 0)


@pytest.mark.slow
def test_where_partners_are_stuck_the_oldest_ten_are_named_in_as_many_queries_for_a_hundred_as_for_thousands(
    workspace: Workspace, mira: Somebody, sam: Somebody
) -> None:
    spent = []
    for begin, many in ((0, 100), (100, 3_000)):
        with workspace.tx() as tx:
            person = people.meet(tx, mira.slack)
            rows = [Row(n, f"Customer {n}", kind="new") for n in range(begin, begin + many)]
            taken = customer_book.take(tx, person, rows, today=workspace.now.date())
            for id_ in taken.ids.values():
                today = workspace.now.date()
                advance(
                    tx,
                    customer.MACHINE,
                    id_,
                    "has_no_tenant",
                    person,
                    day=today,
                    today=today,
                    partner=person.partner,
                )
        for days in (8, 7):
            workspace.now += timedelta(days=days)
            with workspace.tx() as tx:
                reminding.sweep(tx, people.partner_of(tx, person.partner))
        with workspace.tx() as tx:
            with asked(tx.db) as said:
                found, kinds = reminding.stuck(tx, 10)
            spent.append(len(said))
            assert [(s.count, s.since) for s in found] == [(begin + many, "2026-11-24")]
            assert kinds == 1
    assert spent[0] == spent[1] <= 3
    with workspace.tx() as tx:
        gone = taken.ids[100]
        today = workspace.now.date()
        advance(
            tx,
            customer.MACHINE,
            gone,
            "tenant_created",
            person,
            day=today,
            today=today,
            partner=person.partner,
        )
        assert reminding.stuck(tx, 10)[0][0].count == 3_099

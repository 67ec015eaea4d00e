"""Replies are slowed down, never dropped; one person's flood costs her workspace nothing; approvals go in a lane of their own."""

from bot.pace import Pace
from domain import outbox
from tests.conftest import Somebody, Workspace


def test_sixty_at_once_then_one_a_second() -> None:
    pace = Pace(60, 0)
    assert [pace.wait("T", "mira", 100.0) for _ in range(60)] == [0.0] * 60
    assert 0.9 < pace.wait("T", "mira", 100.0) <= 1.0
    assert pace.wait("T", "grace", 100.0) == 0.0
    assert pace.wait("T", "mira", 101.01) == 0.0
    assert pace.wait("T", "mira", 101.01) > 0


def test_a_person_who_has_none_left_takes_none_of_her_workspace() -> None:
    pace = Pace(10, 100)
    for _ in range(1_000):
        pace.wait("T", "flood", 5.0)
    assert [pace.wait("T", f"p{n}", 5.0) for n in range(90)] == [0.0] * 90
    assert pace.wait("T", "p90", 5.0) > 0
    assert pace.wait("T2", "p90", 5.0) == 0.0


def test_zero_is_off_and_a_clock_that_goes_back_gives_nothing_away() -> None:
    assert {Pace(0, 0).wait("T", "mira", 1.0) for _ in range(5_000)} == {0.0}
    pace = Pace(1, 0)
    assert pace.wait("T", "mira", 100.0) == 0.0
    assert pace.wait("T", "mira", 50.0) > 0


def test_what_is_remembered_is_bounded() -> None:
    pace = Pace(1, 1_000_000)
    for n in range(20_000):
        pace.wait("T", f"p{n}", 1.0)
    assert len(pace._buckets) <= 10_001


def test_a_card_waits_behind_no_slowed_reply(workspace: Workspace, grace: Somebody) -> None:
    grace.says("we submitted it today")
    grace.clicks("enroll.outcome.approved").clicks("enroll.agreement_seen.seen").clicks("agreement.second.ask")
    from sqlalchemy import select

    from domain.store import table
    from domain.tables import Outbox

    rows = table(Outbox)
    with workspace.store.reading() as db:
        lanes = {r.key: r.lane for r in db.execute(select(rows.c.key, rows.c.lane)) if r.key.startswith(("card:", "reply:"))}
    cards = [lane for key, lane in lanes.items() if key.startswith("card:") and "admins" not in key]
    assert cards
    assert all(lane.endswith(f":{outbox.APPROVALS}") for lane in cards)
    assert any(not lane.endswith(f":{outbox.APPROVALS}") for key, lane in lanes.items() if key.startswith("reply:"))

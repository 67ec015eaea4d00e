"""Replies are slowed down, never dropped; one person's flood costs her workspace nothing; approvals
go in a lane of their own."""

from itertools import count

from bot.outbound.rate_limit import RateLimiter
from domain.storage import outbox
from tests.conftest import Somebody, Workspace

NUMBERS = count(1)


def new(pace: RateLimiter, who: str, now: float, team: str = "T") -> float:
    """A reply that was not asked about before."""
    return pace.wait(team, who, next(NUMBERS), now)


def test_sixty_at_once_then_one_a_second() -> None:
    pace = RateLimiter(60, 0)
    assert [new(pace, "mira", 100.0) for _ in range(60)] == [0.0] * 60
    assert [round(pace.wait("T", "mira", row, 100.0)) for row in (-1, -2, -3)] == [1, 2, 3]
    assert new(pace, "grace", 100.0) == 0.0
    assert [pace.wait("T", "mira", row, 100.0 - row) for row in (-1, -2, -3)] == [0.0] * 3
    assert new(pace, "mira", 103.0) > 0


def test_what_waited_for_its_turn_is_not_put_off_again() -> None:
    pace = RateLimiter(10_000, 60)
    waits = {row: pace.wait("T", f"p{row}", row, 5.0) for row in range(1_000)}
    assert sum(1 for wait in waits.values() if not wait) == 60
    assert (
        sorted(waits.values())[60:] == sorted(set(waits.values()))[1:]
    )  # one after the other, no two at the same moment
    assert all(
        pace.wait("T", f"p{row}", row, 5.0 + wait) == 0.0 for row, wait in waits.items() if wait
    )


def test_a_person_who_has_none_left_takes_none_of_her_workspace() -> None:
    pace = RateLimiter(10, 100)
    for _ in range(1_000):
        new(pace, "flood", 5.0)
    assert [new(pace, f"p{n}", 5.0) for n in range(90)] == [0.0] * 90
    assert new(pace, "p90", 5.0) > 0
    assert new(pace, "p90", 5.0, "T2") == 0.0


def test_zero_is_off_and_a_clock_that_goes_back_gives_nothing_away() -> None:
    assert {new(RateLimiter(0, 0), "mira", 1.0) for _ in range(5_000)} == {0.0}
    pace = RateLimiter(1, 0)
    assert new(pace, "mira", 100.0) == 0.0
    assert new(pace, "mira", 50.0) > 0


def test_what_is_remembered_is_bounded() -> None:
    pace = RateLimiter(1, 1)
    for n in range(30_000):
        new(pace, f"p{n % 15_000}", 1.0)
    assert len(pace._buckets) <= 10_001
    assert len(pace._paid) <= 50_000


def test_a_card_waits_behind_no_slowed_reply(workspace: Workspace, grace: Somebody) -> None:
    grace.reports("we submitted it today")
    grace.clicks("enroll.outcome.approved").clicks("enroll.agreement_seen.seen").clicks(
        "agreement.second.ask"
    )
    from sqlalchemy import select

    from domain.storage.store import table
    from domain.tables import Outbox

    rows = table(Outbox)
    with workspace.store.reading() as db:
        lanes = {
            r.key: r.lane
            for r in db.execute(select(rows.c.key, rows.c.lane))
            if r.key.startswith(("card:", "reply:"))
        }
    cards = [lane for key, lane in lanes.items() if key.startswith("card:") and "admins" not in key]
    assert cards
    assert all(lane.endswith(f":{outbox.APPROVALS}") for lane in cards)
    assert any(
        not lane.endswith(f":{outbox.APPROVALS}")
        for key, lane in lanes.items()
        if key.startswith("reply:")
    )

"""Business days where the partner is."""

from datetime import UTC, date, datetime

import pytest

from domain.calendar import Calendar, NoCalendar


def test_the_day_of_submission_is_day_0_and_weekends_do_not_count() -> None:
    berlin = Calendar("DE", "", "Europe/Berlin")
    assert berlin.last_day_in_time(date(2026, 11, 19)) == date(2026, 11, 26)  # Thursday to Thursday
    assert berlin.last_day_in_time(date(2026, 11, 21)) == date(2026, 11, 27)  # a Saturday
    assert berlin.passed(date(2026, 11, 19), date(2026, 11, 24)) == 3
    assert berlin.passed(date(2026, 11, 19), date(2026, 11, 19)) == 0


def test_holidays_of_the_country_and_its_part_do_not_count() -> None:
    assert Calendar("DE", "", "Europe/Berlin").last_day_in_time(date(2026, 12, 22)) == date(
        2026, 12, 30
    )
    assert not Calendar("DE", "BY", "Europe/Berlin").is_business_day(date(2026, 1, 6))
    assert Calendar("DE", "", "Europe/Berlin").is_business_day(date(2026, 1, 6))


def test_weekends_are_the_countrys() -> None:
    dubai, riyadh = Calendar("AE", "", "Asia/Dubai"), Calendar("SA", "", "Asia/Riyadh")
    assert not dubai.is_business_day(date(2026, 11, 22))  # a Sunday
    assert riyadh.is_business_day(date(2026, 11, 22))
    assert not riyadh.is_business_day(date(2026, 11, 20))  # a Friday


def test_the_overdue_notice_is_at_nine_there_on_the_next_business_day() -> None:
    assert Calendar("DE", "", "Europe/Berlin").overdue_notice(date(2026, 11, 19)) == datetime(
        2026, 11, 27, 8, 0, tzinfo=UTC
    )
    assert Calendar("US", "", "America/New_York").overdue_notice(date(2026, 3, 2)) == datetime(
        2026, 3, 10, 13, 0, tzinfo=UTC
    )  # after the DST change


def test_today_is_the_day_it_is_there() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert Calendar("DE", "", "Europe/Berlin").today(late) == date(2026, 11, 25)
    assert Calendar("US", "", "America/New_York").today(late) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("where", "why"),
    [
        (("XX", "", "UTC"), "XX"),
        (("DE", "ZZ", "UTC"), "DE-ZZ"),
        (("DE", "", "Mars/Base"), "Mars/Base"),
    ],
)
def test_a_place_that_does_not_exist_is_named(where: tuple[str, str, str], why: str) -> None:
    with pytest.raises(NoCalendar, match=why):
        Calendar(*where)

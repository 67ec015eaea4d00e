"""Business hours where people sit: nights, weekends, holidays and the change of the clocks do not
count."""

from datetime import UTC, datetime, time

import pytest

from domain.calendar import calendar
from domain.questions.hours import after
from domain.questions.terms import Terms

BERLIN = calendar("DE", "", "Europe/Berlin")
NINE, FIVE = time(9), time(17)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-24T12:00", 4, "2026-11-24T16:00"),  # Tuesday, 13:00 in Berlin: ends as they close
        ("2026-11-24T12:00", 5, "2026-11-25T09:00"),  # an hour into Wednesday
        ("2026-11-24T23:00", 8, "2026-11-25T16:00"),  # asked at midnight: the whole next day
        ("2026-11-27T15:30", 1, "2026-11-30T08:30"),  # Friday evening to Monday morning
        ("2026-12-24T12:00", 8, "2026-12-28T12:00"),  # Christmas is no business day, the eve is one
        ("2026-03-27T15:00", 8, "2026-03-30T14:00"),  # the clocks go forward over the weekend
    ],
)
def test_hours_count_while_people_work(start: str, hours: int, end: str) -> None:
    at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert after(BERLIN, at, hours, NINE, FIVE) == datetime.fromisoformat(end).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"answer_hours": 0}, "from 1 to 200"),
        ({"answer_hours": 4, "nudge_hours": 4}, "must be less"),
        ({"opens": "9"}, "times like"),
        ({"opens": "17:00", "closes": "09:00"}, "the earlier first"),
        ({"timezone": "Mars/Olympus"}, "not known"),
        ({"country": "XX"}, "not known"),
    ],
)
def test_terms_that_cannot_be_are_refused_with_what_to_write(
    wrong: dict[str, object], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        Terms(**wrong)  # type: ignore[arg-type]

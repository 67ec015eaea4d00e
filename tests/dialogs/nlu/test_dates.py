"""Days in words: each was read as another day once, or as none."""

from datetime import date

import pytest

from dialogs.nlu.dates import the_day_said

MONDAY, FRIDAY = date(2026, 11, 30), date(2026, 12, 4)


@pytest.mark.parametrize(
    ("said", "today", "day"),
    [
        ("the day before yesterday", MONDAY, date(2026, 11, 28)),
        ("friday before last", MONDAY, date(2026, 11, 20)),
        ("the friday before last I think", FRIDAY, date(2026, 11, 20)),
        ("last friday", FRIDAY, date(2026, 11, 27)),
        ("wednesday last week", FRIDAY, date(2026, 11, 25)),
        ("monday this week", FRIDAY, MONDAY),
        ("a week ago on monday", MONDAY, date(2026, 11, 23)),
        ("saturday the 21st", MONDAY, date(2026, 11, 21)),
        ("on Monday, the 23rd", MONDAY, date(2026, 11, 23)),
        ("Friday, 20 November", MONDAY, date(2026, 11, 20)),
        ("Friday, Nov 20", MONDAY, date(2026, 11, 20)),
        ("november the 20th", MONDAY, date(2026, 11, 20)),
        ("it sits between two mails of the 18th", MONDAY, date(2026, 11, 18)),
        ("yday", MONDAY, date(2026, 11, 29)),
    ],
)
def test_a_day_is_the_one_that_was_meant(said: str, today: date, day: date) -> None:
    assert the_day_said(said, today) == day


@pytest.mark.parametrize(
    "said",
    [
        "Thursday, 20 November",  # a Friday
        "tuesday the 21st",  # a Saturday
        "a week ago on friday",  # ten days or seven
        "wednesday two weeks ago",
        "friday, then monday",
    ],
)
def test_a_day_that_contradicts_itself_is_asked_for(said: str) -> None:
    assert the_day_said(said, MONDAY) is None

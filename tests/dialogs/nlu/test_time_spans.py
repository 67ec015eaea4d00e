"""Time spans as people say them of an absence. Days are the coming ones, both ends included."""

from datetime import date

import pytest

from dialogs.nlu.time_spans import range_said

MONDAY = date(2026, 11, 30)


def dec(day: int) -> date:
    return date(2026, 12, day)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("I'm on vacation from tomorrow until december 12", dec(1), dec(12)),
        ("away 1 Dec - 12 Dec", dec(1), dec(12)),
        ("1.12. - 12.12.", dec(1), dec(12)),
        ("from 2026-12-01 to 2026-12-12", dec(1), dec(12)),
        ("I'm out 3-7 December", dec(3), dec(7)),
        ("December 3 to 7", dec(3), dec(7)),
        ("on leave between the 3rd and 9th of december", dec(3), dec(9)),
        ("from Friday until Wednesday", dec(4), dec(9)),
        ("Dec 24 – Jan 2", dec(24), date(2027, 1, 2)),
        ("from 20 December until 5 January", dec(20), date(2027, 1, 5)),
        ("from friday for a week", dec(4), dec(10)),
        ("I'm out next week", dec(7), dec(13)),
        ("out the rest of the week", MONDAY, dec(6)),
        ("this week", MONDAY, dec(6)),
        ("monday next week", dec(7), dec(7)),
        ("tomorrow", dec(1), dec(1)),
        ("in December", dec(1), dec(31)),
    ],
)
def test_a_span_has_the_start_and_the_end_that_were_said(said: str, start: date, end: date) -> None:
    assert range_said(said, MONDAY) == (start, end)


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ("I am away until 5 December", dec(5)),
        ("no, until 12 december", dec(12)),
        ("until Friday", dec(4)),
        ("until Monday", dec(7)),
        ("up to and including 12 December", dec(12)),
        ("until the 12th", dec(12)),
        ("until end of next week", dec(13)),
        ("till the end of December", dec(31)),
        ("for two weeks", dec(13)),
        ("the next 3 days", dec(2)),
    ],
)
def test_without_a_start_only_the_end_is_known(said: str, end: date) -> None:
    assert range_said(said, MONDAY) == (None, end)


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ("back on Monday", dec(6)),
        ("I'll be back in the office on the 7th", dec(6)),
        ("sick today, back tomorrow", MONDAY),
        ("back next week", dec(6)),
        ("I will be back in two weeks", dec(13)),
        ("until January", dec(31)),
    ],
)
def test_the_day_of_return_is_no_day_of_absence(said: str, end: date) -> None:
    found = range_said(said, MONDAY)
    assert found is not None
    assert found[1] == end


def test_a_start_that_is_over_is_no_start() -> None:
    assert range_said("away since yesterday until friday", MONDAY) == (None, dec(4))


@pytest.mark.parametrize(
    "said", ["I'm away", "back from vacation", "I'm off to lunch", "until 5pm", "31 to 45 November"]
)
def test_where_no_day_is_named_there_is_no_span(said: str) -> None:
    assert range_said(said, MONDAY) is None

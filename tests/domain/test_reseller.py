"""After the move: what the yearly check would find, when it comes, and the year after a
de-authorisation."""

from datetime import date

import pytest

from domain.tenant.reseller import Verdict, may_enroll_again, months_after, next_check, outlook

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("onboarded", "checked"),
    [
        (date(2024, 11, 3), date(2026, 11, 1)),
        (date(2024, 10, 3), date(2027, 10, 1)),
        (date(2026, 11, 24), date(2027, 11, 1)),
        (date(2025, 12, 31), date(2026, 12, 1)),
        (date(2026, 1, 15), date(2027, 1, 1)),
    ],
)
def test_the_check_is_in_the_anniversary_month_and_never_in_the_first_year(
    onboarded: date, checked: date
) -> None:
    assert next_check(onboarded, TODAY) == checked


@pytest.mark.parametrize(
    ("version", "onboarded", "revenue", "items", "verdict"),
    [
        ("v2", date(2024, 2, 1), "yes", "yes", Verdict.IN_ORDER),
        ("v2", date(2024, 2, 1), "no", "yes", Verdict.BELOW),
        ("v2", date(2024, 2, 1), "yes", "no", Verdict.ITEMS_MISSING),
        ("v2", date(2024, 2, 1), "no", "no", Verdict.BELOW_AND_ITEMS),
        ("v2", date(2024, 2, 1), "unknown", "yes", Verdict.UNKNOWN),
        ("v1", date(2024, 2, 1), "yes", "no", Verdict.IN_ORDER),
        ("v0", date(2024, 2, 1), "no", "no", Verdict.NO_RULE),
        ("v2", date(2026, 2, 1), "no", "yes", Verdict.NOT_CHECKED_YET),
        ("v2", date(2026, 2, 1), "no", "no", Verdict.ITEMS_MISSING),
    ],
)
def test_what_it_would_find(
    version: str, onboarded: date, revenue: str, items: str, verdict: Verdict
) -> None:
    found = outlook(version, onboarded, TODAY, revenue, items)
    assert found.verdict == verdict
    assert [(found.checked - w).days for w in found.warnings] == [90, 60, 30]


def test_the_year_after_a_deauthorisation() -> None:
    assert may_enroll_again(date(2026, 11, 24)) == date(2027, 11, 24)
    assert may_enroll_again(date(2028, 2, 29)) == date(2029, 2, 28)
    assert months_after(date(2026, 12, 31), 2) == date(2027, 2, 28)

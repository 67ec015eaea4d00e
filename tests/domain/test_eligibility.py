"""The yearly check of direct bill: which version counts, what it demands, and what is never made
up."""

from datetime import date

import pytest

from domain.amounts import Amount, amount_said
from domain.knowledge.facts import Confidence, Facts
from domain.tenant.eligibility import (
    REVENUE,
    Finding,
    Outcome,
    Said,
    day_that_counts,
    demands_on,
    judge,
    next_check,
    steps_after,
)

FACTS = Facts.load()
TODAY = date(2026, 11, 24)
ALL = dict.fromkeys(
    ("support_plan", "designation", "security_items", "assessment", "program_agreement"), "yes"
)


def said(
    revenue: str = "1.2m", month: int = 3, through: str = "none", direct: str = "", **has: str
) -> Said:
    figure, part = (
        (amount_said(revenue) if revenue else None),
        (amount_said(direct) if direct else None),
    )
    return Said(month, figure, through, part, ALL | has)


def test_the_version_of_the_next_anniversary_counts_and_not_todays() -> None:
    summer = date(2025, 9, 20)
    assert judge(said(month=9), summer, FACTS).versions[REVENUE] == "v1"
    assert judge(said(month=10), summer, FACTS).versions[REVENUE] == "v2"
    assert judge(said("400k", month=9), summer, FACTS).outcome == Outcome.MEETS
    assert judge(said("400k", month=10), summer, FACTS).outcome == Outcome.MISSES


@pytest.mark.parametrize(
    ("month", "check"),
    [
        (11, date(2026, 11, 30)),
        (12, date(2026, 12, 31)),
        (1, date(2027, 1, 31)),
        (10, date(2027, 10, 31)),
        (2, date(2027, 2, 28)),
    ],
)
def test_the_next_check_is_the_next_anniversary_month_this_one_included(
    month: int, check: date
) -> None:
    assert next_check(month, TODAY) == check


@pytest.mark.parametrize("month", range(1, 13))
def test_without_a_month_the_day_that_counts_is_after_every_possible_one(month: int) -> None:
    for today in (TODAY, date(2026, 1, 1), date(2026, 12, 31), date(2028, 2, 29)):
        assert next_check(month, today) <= day_that_counts(0, today)


def test_every_verdict_has_a_day_a_version_and_says_how_firm_it_is() -> None:
    for one in (said(), said(month=0), said("", through=""), Said()):
        verdict = judge(one, TODAY, FACTS)
        assert verdict.check > TODAY
        assert set(verdict.versions) == {"P-DB-REVENUE", "P-DB-OTHER-REQS", "P-ENFORCEMENT"}
        assert verdict.confidence == Confidence.B
        assert verdict.enforcement_confidence == Confidence.C
        assert verdict.bar == 1_000_000
    assert not judge(said(month=0), TODAY, FACTS).is_dated


@pytest.mark.parametrize(
    ("one", "finding", "outcome"),
    [
        (said("1m"), Finding.MET, Outcome.MEETS),
        (said("999,999"), Finding.MISSED, Outcome.MISSES),
        (said("about a million"), Finding.OPEN, Outcome.OPEN),
        (said("over 1m"), Finding.MET, Outcome.MEETS),
        (said(""), Finding.OPEN, Outcome.OPEN),
        (said("1.2m", through="part"), Finding.CONTESTED, Outcome.OPEN),
        (said("1.2m", through="unknown"), Finding.CONTESTED, Outcome.OPEN),
        (said("1.5m", through="part", direct="1.1m"), Finding.MET, Outcome.MEETS),
        (said("1.5m", through="part", direct="900k"), Finding.CONTESTED, Outcome.OPEN),
        (said("900k", through="part", direct="500k"), Finding.MISSED, Outcome.MISSES),
        (said("900k", through="unknown"), Finding.MISSED, Outcome.MISSES),
        (said("about a million", through="part", direct="500k"), Finding.OPEN, Outcome.OPEN),
    ],
)
def test_reseller_revenue_is_open_only_where_it_decides(
    one: Said, finding: Finding, outcome: Outcome
) -> None:
    verdict = judge(one, TODAY, FACTS)
    assert (verdict.findings["revenue"], verdict.outcome) == (finding, outcome)


@pytest.mark.parametrize("demand", ALL)
def test_one_missing_item_is_enough_to_miss_and_one_unknown_leaves_it_open(demand: str) -> None:
    assert judge(said(**{demand: "no"}), TODAY, FACTS).outcome == Outcome.MISSES
    assert judge(said(**{demand: "unknown"}), TODAY, FACTS).outcome == Outcome.OPEN


def test_a_miss_is_a_miss_whatever_else_is_open() -> None:
    assert judge(said("", support_plan="no"), TODAY, FACTS).outcome == Outcome.MISSES


def test_what_the_older_version_did_not_demand_is_not_asked_of_it() -> None:
    assert [r.demand for r in demands_on(date(2024, 5, 31), FACTS)] == ["revenue", "support_plan"]
    assert len(demands_on(date(2027, 3, 31), FACTS)) == 6


def test_before_the_revenue_rule_there_is_no_bar() -> None:
    assert [r.demand for r in demands_on(date(2019, 5, 31), FACTS)] == ["support_plan"]


def test_the_steps_after_restricted_are_thirty_and_sixty_days() -> None:
    assert steps_after(date(2026, 11, 3)) == (date(2026, 12, 3), date(2027, 1, 2))


def test_a_bound_is_enough() -> None:
    assert (
        judge(Said(3, Amount(1_000_000, None), "none", None, ALL), TODAY, FACTS).outcome
        == Outcome.MEETS
    )
    assert (
        judge(Said(3, Amount(0, 999_999), "none", None, ALL), TODAY, FACTS).outcome
        == Outcome.MISSES
    )

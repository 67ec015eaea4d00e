"""Machine G: the standing of a tenant as reseller, after the move. Knows no Slack, no words, no
clock.

What is checked and when follows from the version of P-IR-REVENUE in force, which is an argument
like the day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.json_values import Values
from domain.machine import Machine, Move
from domain.people import Role
from domain.storage.store import Tx


class State(StrEnum):
    NEW = "New"
    ACTIVE = "Active"
    AT_RISK = "AtRisk"
    SUSPENDED = "Suspended"
    DEAUTHORIZED = "Deauthorized"


class Event(StrEnum):
    FIRST_YEAR_OVER = "first_year_over"
    CHECK_PASSED = "check_passed"
    WARNED = "warned"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    DEAUTHORIZED = "deauthorized"
    ENROLLED_AGAIN = "enrolled_again"


S, E = State, Event
ANYBODY = frozenset({Role.STAFF, Role.SUPPORT})
RULE, ADMINS = "P-IR-REVENUE", ("admins", "global_admin")

MOVES = (
    Move(S.NEW, E.FIRST_YEAR_OVER, S.ACTIVE, ANYBODY | {Role.CLOCK}, source=RULE, dated=False),
    *(Move(s, E.CHECK_PASSED, S.ACTIVE, ANYBODY, source=RULE) for s in (S.ACTIVE, S.AT_RISK)),
    # A warning within the first twelve months does not fit the rule; it is recorded as reported,
    # and a person looks.
    *(
        Move(s, E.WARNED, S.AT_RISK, ANYBODY, ADMINS, source="P-ENFORCEMENT")
        for s in (S.NEW, S.ACTIVE, S.AT_RISK)
    ),
    *(
        Move(s, E.SUSPENDED, S.SUSPENDED, ANYBODY, ADMINS, source="P-SUSPENDED P-POR-CHECK")
        for s in (S.NEW, S.ACTIVE, S.AT_RISK)
    ),
    Move(S.SUSPENDED, E.REINSTATED, S.ACTIVE, ANYBODY),
    *(
        Move(s, E.DEAUTHORIZED, S.DEAUTHORIZED, ANYBODY, ADMINS, source=RULE)
        for s in (S.ACTIVE, S.AT_RISK, S.SUSPENDED)
    ),
    Move(S.DEAUTHORIZED, E.ENROLLED_AGAIN, S.NEW, ANYBODY, source=RULE),
)

MACHINE = Machine("reseller", State, Event, State.NEW, MOVES, reports=True)

FLOOR_USD = 1_000  # P-IR-REVENUE v1
WARNED_BEFORE = (90, 60, 30)  # P-ENFORCEMENT, aspect notices: days
FREE_MONTHS = WAIT_MONTHS = 12


class Verdict(StrEnum):
    """What the check at the next anniversary would find, by what people say today."""

    NO_RULE = "no_rule"
    NOT_CHECKED_YET = "not_checked_yet"
    IN_ORDER = "in_order"
    BELOW = "below"
    ITEMS_MISSING = "items_missing"
    BELOW_AND_ITEMS = "below_and_items"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outlook:
    """When the next check that counts is (the first day of its month), when warnings are due, and
    what it would find."""

    verdict: Verdict
    checked: date
    warnings: tuple[date, ...]
    free_until: date


def outlook(version: str, onboarded: date, today: date, revenue: str, items: str) -> Outlook:
    """`revenue` and `items` as people say: "yes", "no" or "unknown". Before v2 security items do
    not count (P-IR-REVENUE)."""
    free_until = months_after(onboarded, FREE_MONTHS)
    checked = next_check(onboarded, today)
    warnings = tuple(checked - timedelta(days=n) for n in WARNED_BEFORE)
    return Outlook(
        _verdict(version, today < free_until, revenue, items if version == "v2" else "yes"),
        checked,
        warnings,
        free_until,
    )


def _verdict(version: str, free: bool, revenue: str, items: str) -> Verdict:
    if version == "v0":
        return Verdict.NO_RULE
    # revenue is not checked in the first twelve months; whether the items are is not said, so they
    # count
    if free:
        return Verdict.ITEMS_MISSING if items == "no" else Verdict.NOT_CHECKED_YET
    return {
        ("yes", "yes"): Verdict.IN_ORDER,
        ("no", "yes"): Verdict.BELOW,
        ("yes", "no"): Verdict.ITEMS_MISSING,
        ("no", "no"): Verdict.BELOW_AND_ITEMS,
    }.get((revenue, items), Verdict.UNKNOWN)


def next_check(onboarded: date, today: date) -> date:
    """The first day of the next anniversary month after the first twelve months; the present month
    counts until it is over."""
    year = max(today.year, onboarded.year + 1)
    here = date(year, onboarded.month, 1)
    return (
        here
        if (here.year, here.month) >= (today.year, today.month)
        else date(year + 1, onboarded.month, 1)
    )


def months_after(day: date, months: int) -> date:
    """The same day that many months later; the last day of the month where there is no such day."""
    n = day.month - 1 + months
    year, month = day.year + n // 12, n % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def may_enroll_again(deauthorized: date) -> date:
    """The first day on which the documented year after a de-authorisation is over (P-IR-REVENUE v1:
    at least one year)."""
    return months_after(deauthorized, WAIT_MONTHS)


def describe(tx: Tx, tenant: str) -> Values:
    """What a reminder needs of a subject of this machine: it is a tenant."""
    return {"tenant": tenant, "about": {"reseller_tenant": tenant}}

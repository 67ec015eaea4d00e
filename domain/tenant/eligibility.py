"""Would direct bill stand at its next yearly check? The demands as a table per policy version,
judged by a pure function.

What counts is the version in force in the tenant's next anniversary month, not today's
(P-DB-REVENUE). Judges what people said, and says how firm the rule is; knows no words, no clock and
nobody's page at Microsoft.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from domain.amounts import Amount
from domain.json_values import Values
from domain.knowledge.facts import Confidence, Fact, Facts


class Demand(StrEnum):
    REVENUE = "revenue"
    SUPPORT_PLAN = "support_plan"
    DESIGNATION = "designation"
    SECURITY = "security_items"
    ASSESSMENT = "assessment"
    AGREEMENT = "program_agreement"


class Finding(StrEnum):
    """CONTESTED: it hangs on whether reseller revenue counts, which Microsoft's own texts answer
    differently (G-REV-COUNT)."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    CONTESTED = "contested"


class Outcome(StrEnum):
    MEETS = "meets"
    MISSES = "misses"
    OPEN = "open"


@dataclass(frozen=True)
class Rule:
    """One demand of one policy version; `bar` in US dollars, 0 where it is a plain yes or no."""

    demand: Demand
    policy: str
    version: str
    bar: int = 0


REVENUE, OTHERS, ENFORCEMENT = "P-DB-REVENUE", "P-DB-OTHER-REQS", "P-ENFORCEMENT"
RULES = (
    Rule(Demand.REVENUE, REVENUE, "v1", bar=300_000),
    Rule(Demand.REVENUE, REVENUE, "v2", bar=1_000_000),
    Rule(Demand.SUPPORT_PLAN, OTHERS, "v1"),
    Rule(Demand.SUPPORT_PLAN, OTHERS, "v2"),
    Rule(Demand.DESIGNATION, OTHERS, "v2"),
    Rule(Demand.SECURITY, OTHERS, "v2"),
    Rule(Demand.ASSESSMENT, OTHERS, "v2"),
    Rule(Demand.AGREEMENT, OTHERS, "v2"),
)
# P-ENFORCEMENT v2 (confidence C): days from the anniversary to the next step, as a partner quotes
# it.
SUSPENDED_AFTER, REVOKED_AFTER = timedelta(days=30), timedelta(days=60)


@dataclass(frozen=True)
class Said:
    """What people said. `month` 1..12, 0 unknown; `through_provider`: none, part, unknown; `has`:
    demand -> yes, no, unknown.

    `revenue` is all billed CSP revenue of the trailing twelve months, `direct` the part of it that
    did not run through a provider.
    """

    month: int = 0
    revenue: Amount | None = None
    through_provider: str = ""
    direct: Amount | None = None
    has: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """`check`: the last day of the month that counts; `is_dated`: that month is known, else it is
    the end of the coming twelve.

    `versions`: policy -> version used; `confidence`: of the weakest of them;
    `enforcement_confidence`: of what would follow.
    """

    outcome: Outcome
    findings: dict[str, Finding]
    check: date
    is_dated: bool
    versions: dict[str, str]
    confidence: Confidence
    enforcement_confidence: Confidence
    bar: int

    def values(self) -> Values:
        """As plain JSON values for words."""
        return {
            "outcome": str(self.outcome),
            "check": self.check.isoformat()[:7],
            "is_dated": self.is_dated,
            "bar": self.bar,
            "findings": [{"demand": d, "finding": str(f)} for d, f in self.findings.items()],
            "revenue_version": self.versions[REVENUE],
            "others_version": self.versions[OTHERS],
            "enforcement_version": self.versions[ENFORCEMENT],
            "confidence": str(self.confidence),
            "enforcement_confidence": str(self.enforcement_confidence),
        }


def next_check(month: int, today: date) -> date:
    """The last day of the next month of that number, this one included: on which day of it
    Microsoft looks is not documented."""
    year = today.year + (month < today.month)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def day_that_counts(month: int, today: date) -> date:
    """The next check; where the month is not known, the end of the month eleven months ahead: every
    anniversary comes before it."""
    return next_check(month, today) if month else next_check((today.month - 2) % 12 + 1, today)


def demands_on(day: date, facts: Facts) -> tuple[Rule, ...]:
    """The rules of the versions in force on that day."""
    return tuple(r for r in RULES if facts.in_force(r.policy, day).version == r.version)


def judge(said: Said, today: date, facts: Facts) -> Verdict:
    """What the next check would find, by what was said."""
    check = day_that_counts(said.month, today)
    rules = demands_on(check, facts)
    findings = {str(r.demand): _finding(r, said) for r in rules}
    used = [facts.in_force(policy, check) for policy in (REVENUE, OTHERS)]
    enforcement = enforcement_on(check, facts)
    return Verdict(
        _outcome(findings.values()),
        findings,
        check,
        bool(said.month),
        {f.id: f.version for f in (*used, enforcement)},
        max(f.confidence for f in used),
        enforcement.confidence,
        next((r.bar for r in rules if r.demand is Demand.REVENUE), 0),
    )


def enforcement_on(day: date, facts: Facts) -> Fact:
    """What is known of enforcement on that day: by the Eligibility Dashboard where that has begun
    (P-ENFORCEMENT v3, v4); the 30 and 60 days go on beside it."""
    begun = facts.has_begun(ENFORCEMENT, day, "dashboard")
    return facts.in_force(ENFORCEMENT, day, "dashboard" if begun else "")


def steps_after(restricted_on: date) -> tuple[date, date]:
    """The days of Suspended and Revoked, if what a partner quotes of the newer policy holds
    (P-ENFORCEMENT v2, confidence C)."""
    return restricted_on + SUSPENDED_AFTER, restricted_on + REVOKED_AFTER


def _finding(rule: Rule, said: Said) -> Finding:
    if rule.bar:
        return _revenue(rule.bar, said)
    return {"yes": Finding.MET, "no": Finding.MISSED}.get(
        said.has.get(rule.demand, ""), Finding.OPEN
    )


def _revenue(bar: int, said: Said) -> Finding:
    """All of it is the kind reading, the direct part alone the strict one; only where they differ
    does the open question matter."""
    if said.revenue is None:
        return Finding.OPEN
    kind = said.revenue.is_at_least(bar)
    strict = (
        kind
        if said.through_provider == "none"
        else said.direct.is_at_least(bar)
        if said.direct
        else None
    )
    if strict or kind is False:
        return Finding.MET if strict else Finding.MISSED
    return (
        Finding.CONTESTED if kind and said.through_provider in ("part", "unknown") else Finding.OPEN
    )


def _outcome(findings: Iterable[Finding]) -> Outcome:
    found = set(findings)
    if Finding.MISSED in found:
        return Outcome.MISSES
    return Outcome.MEETS if found == {Finding.MET} else Outcome.OPEN

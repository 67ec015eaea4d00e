"""The facts: all of them, by id and day, and what the loader refuses."""

import copy
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.knowledge.facts import FILE, BadFacts, Confidence, Fact, Facts, Gap, UnknownFact

IDS = """
F-TITLE F-AUDIENCE F-NOTICE-ALL F-RESTRICT-CAUSE F-REV-ADDED F-REV-300K F-REV-LEVEL-PGA F-REV-WINDOW-12M F-SIGNIN-GA F-SIGNIN-TENANT
F-ENROLL-NOW F-SAME-TENANT F-APPROVAL-INSTANT F-APPROVAL-4BD F-APPROVAL-EMAIL F-STATUS-PATH F-AGREEMENT-PAGE F-ACCEPT-CONTINUE
F-CAP-ENABLED F-DUAL-STATUS F-ROLLBACK-NONE F-EVALUATE-FIRST F-DUAL-KEEP-DIRECT F-DUAL-KEEP-BILLING F-DUAL-START-IR F-SANDBOX-DB-ONLY
F-API-LOSS F-PROVIDER-NAV F-PROVIDER-RELATION F-PROVIDER-DOES F-PROVIDER-DIFFER F-PROVIDER-EVALUATE F-PROVIDER-TRAINING
F-PROVIDER-MARKETING F-PROVIDER-CREDIT F-INVITE-EMAIL F-INVITE-OPENS-PC F-INVITE-GA F-INVITE-LISTED F-CUST-BOTH-RELATIONS
F-CUST-PURPOSE F-CUST-JOINT-INVITE F-CUST-INVITE-BUTTON F-CUST-PROVIDER-ORDERS F-CUST-ORDER-CASES
X-PREREQ-PROFILE X-REVIEW-FORM X-SIGN-IN-AGAIN X-PRIMARY-CONTACT X-VERIFY-KINDS X-VERIFY-MAIL X-VERIFY-REJECT X-MPA-SIGN-GA
X-MPA-BEFORE-PARTNERSHIP X-REGION X-AUTHORIZE-TICK X-PROVIDER-ADMIN X-PROVIDER-LIST X-MULTI-PROVIDER X-PARTNERSHIP-END X-LINK-PERSONAL
X-NO-DB-BUY-IR X-TELL-APART X-IR-CANNOT X-IR-CAN X-AZURE-TICKETS X-EXT-WHAT X-EXT-LIMITS X-CONSENT-FIRST X-MCA-NOT-YET X-MCA-ATTESTED
X-MCA-DIRECT X-TRANSFER-ORDER X-TRANSFER-ONE X-TRANSFER-ID X-TRANSFER-NO X-RESTRICT-LOSE X-RESTRICT-KEEP X-RESTRICT-SEE X-VOLUNTARY
X-TPD X-INCENTIVE-SEPARATE X-ROLE-LAG X-PARTNERID-FIRST X-MPA-SEEN X-VERIFY-DOCS X-ERROR-REPORT X-CUST-EXPORT
X-CUST-ACCEPTED X-MULTI-CSP X-TTM-REPORT X-TRANSFER-ID-NEW
P-DB-REVENUE P-DB-OTHER-REQS P-ENFORCEMENT P-TENANT-RULE P-ROLLBACK P-APPROVAL-DAYS P-STATUS-PATH P-ENROLL-PATH P-AGREEMENT-PAGE
P-ROLE-GA P-DIRECTORY-NAME P-PROGRAM-NAME P-PROVIDER-NAME P-WORKSPACES P-API-ACCESS P-API-MFA P-IR-REVENUE P-POR-CHECK
P-IR-GDAP-ON-SUSPEND P-TRANSFER P-CUST-ACCEPT-ROLE P-REQUEST-ROLE P-GDAP P-CUSTOMER-TENANT-CREATE P-INCENTIVE-INVITE P-INCENTIVE-FLOOR
P-SUSPENDED P-GA-LOST P-GROWTH-MARGIN G-TRANSFER-LICENCE
G-PARTNERSHIP-URL G-INVITE-EXPIRY G-APPROVAL-MAIL G-DECLINE-REASONS G-API-LOSS-DAY G-DB-END G-REV-COUNT G-SAME-TENANT-DATE
G-GUIDE-DETAIL G-REGION-LIST G-PRICE
""".split()
RAW = tomllib.loads(FILE.read_text("utf-8"))


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load()


def test_every_fact_is_there(facts: Facts) -> None:
    assert set(facts.ids()) == set(IDS)


@pytest.mark.parametrize(
    ("id_", "day", "version"),
    [
        ("P-DB-REVENUE", date(2019, 1, 1), "v0"),
        ("P-DB-REVENUE", date(2021, 6, 1), "v1"),
        ("P-DB-REVENUE", date(2025, 9, 30), "v1"),
        ("P-DB-REVENUE", date(2025, 10, 1), "v2"),
        ("P-IR-REVENUE", date(2024, 3, 31), "v0"),
        ("P-IR-REVENUE", date(2024, 4, 1), "v1"),
        ("P-TENANT-RULE", date(2021, 6, 1), "v1"),
        ("P-TENANT-RULE", date(2026, 11, 24), "v2"),
        ("P-ROLLBACK", date(2026, 11, 24), "v2"),
        ("P-STATUS-PATH", date(2019, 6, 1), "v1"),
        ("P-STATUS-PATH", date(2026, 1, 1), "v3"),
        ("P-ENFORCEMENT", date(2026, 8, 27), "v3"),
    ],
)
def test_the_version_in_force_is_the_newest_begun(
    facts: Facts, id_: str, day: date, version: str
) -> None:
    assert facts.in_force(id_, day).version == version


def test_in_a_hole_the_older_version_answers_with_less_confidence(facts: Facts) -> None:
    hole = facts.in_force("P-ROLLBACK", date(2022, 6, 1))
    assert (hole.version, hole.confidence) == ("v1", Confidence.B)
    before = facts.in_force("P-DB-REVENUE", date(2010, 1, 1))
    assert (before.version, before.confidence) == ("v0", Confidence.B)


def test_versions_that_meet_leave_no_hole(facts: Facts) -> None:
    last, first = (
        facts.in_force("P-DB-REVENUE", date(2020, 12, 31)),
        facts.in_force("P-DB-REVENUE", date(2021, 1, 1)),
    )
    assert [(f.version, f.confidence) for f in (last, first)] == [
        ("v0", Confidence.A),
        ("v1", Confidence.A),
    ]


def test_an_end_without_a_successor_is_a_hole_too(facts: Facts) -> None:
    assert facts.in_force("P-INCENTIVE-FLOOR", date(2026, 6, 30)).confidence is Confidence.C
    assert facts.in_force("P-INCENTIVE-FLOOR", date(2026, 7, 1)).confidence is Confidence.D


def test_a_named_version_is_that_version_on_any_day(facts: Facts) -> None:
    named = facts.get("P-DB-REVENUE@v1", date(2026, 11, 24))
    assert isinstance(named, Fact)
    assert (named.cited, named.aspect) == ("P-DB-REVENUE@v1", "rule")


def test_aspects_are_not_versions(facts: Facts) -> None:
    day = date(2026, 11, 24)
    assert "4" in facts.in_force("P-APPROVAL-DAYS", day, "article").text
    assert "5" in facts.in_force("P-APPROVAL-DAYS", day, "official").text
    assert facts.in_force("P-APPROVAL-DAYS", day).aspect == "official"
    assert facts.in_force("P-ENFORCEMENT", day, "notices").version == "v2"


def test_users_are_shown_official_pages_only(facts: Facts) -> None:
    page = facts.fact("F-ROLLBACK-NONE").official
    assert page is not None
    assert page.host == "learn.microsoft.com"
    assert facts.versions("P-ENFORCEMENT")[1].official is None


def test_what_is_unknown_is_said(facts: Facts) -> None:
    assert isinstance(facts.get("G-INVITE-EXPIRY", date(2026, 1, 1)), Gap)
    with pytest.raises(UnknownFact):
        facts.get("F-NOWHERE", date(2026, 1, 1))
    with pytest.raises(UnknownFact):
        facts.get("P-ROLLBACK@v9", date(2026, 1, 1))


Break = Callable[[dict[str, Any]], object]
BROKEN: list[tuple[str, str, Break]] = [
    ("F-TITLE", "stands there twice", lambda raw: raw["fact"].append(raw["fact"][0])),
    (
        "P-DB-REVENUE v0 rule",
        "stands there twice",
        lambda raw: raw["policy"].append(raw["policy"][0]),
    ),
    ("G-PARTNERSHIP-URL", "stands there twice", lambda raw: raw["gap"].append(raw["gap"][0])),
    ("S-ART", "stands there twice", lambda raw: raw["source"].append(raw["source"][0])),
    ("F-TITLE", "unknown key colour", lambda raw: raw["fact"][0].update(colour="red")),
    ("P-DB-REVENUE v0 rule", "sources is missing", lambda raw: raw["policy"][0].pop("sources")),
    ("policy 1", "id is missing", lambda raw: raw["policy"][0].pop("id")),
    (
        "F-TITLE",
        "unknown source 'S-NOBODY'",
        lambda raw: raw["fact"][0].update(sources=["S-NOBODY"]),
    ),
    ("F-TITLE", "confidence is one of", lambda raw: raw["fact"][0].update(confidence="E")),
    (
        "P-DB-REVENUE v0",
        "precision is one of",
        lambda raw: raw["policy"][0].update(precision="exact"),
    ),
    (
        "P-DB-REVENUE v0",
        "from is no day, month or year",
        lambda raw: raw["policy"][0].update({"from": "2018-13"}),
    ),
    (
        "P-DB-REVENUE v0",
        "to is no day, month or year",
        lambda raw: raw["policy"][0].update(to="soon"),
    ),
    (
        "F-TITLE",
        "names the unknown 'P-NOTHING'",
        lambda raw: raw["fact"][0].update(now=["P-NOTHING"]),
    ),
    ("f-low", "in capitals", lambda raw: raw["fact"][0].update(id="f-low")),
    ("g-low", "in capitals", lambda raw: raw["gap"].append({"id": "g-low", "text": "x"})),
    ("P-ROLLBACK", "is no id of a fact", lambda raw: raw["fact"][0].update(id="P-ROLLBACK")),
    (
        "F-TITLE",
        "review_by not the earlier one",
        lambda raw: raw["fact"][0].update(review_by=date(2020, 1, 1)),
    ),
    ("F-TITLE", "must be days", lambda raw: raw["fact"][0].update(review_by="2027-02-24")),
    (
        "F-TITLE",
        "must be days",
        lambda raw: raw["fact"][0].update(checked_on=datetime(2026, 11, 24, tzinfo=UTC)),
    ),
    (
        "P-DB-REVENUE",
        "v1 ends after v2 begins",
        lambda raw: raw["policy"][1].update(to="2025-12-31"),
    ),
    ("unknown table 'rumour'", "", lambda raw: raw.update(rumour=[])),
]


@pytest.mark.parametrize(
    ("row", "why", "breaks"), BROKEN, ids=[f"{row}: {why}" for row, why, _ in BROKEN]
)
def test_broken_facts_stop_the_start_and_name_the_row(row: str, why: str, breaks: Break) -> None:
    raw = copy.deepcopy(RAW)
    breaks(raw)
    with pytest.raises(BadFacts) as refused:
        Facts(raw)
    assert str(refused.value).startswith(f"facts.toml: {row}")
    assert why in str(refused.value)


def test_a_version_about_whose_start_nobody_is_sure_may_overlap() -> None:
    raw = copy.deepcopy(RAW)
    raw["policy"][1].update(to="2025-12-31", precision="about")
    Facts(raw)


def test_a_file_that_is_no_toml_stops_the_start(tmp_path: Path) -> None:
    broken = tmp_path / "facts.toml"
    broken.write_text("[[fact]\n", "utf-8")
    with pytest.raises(BadFacts, match=r"^facts\.toml: "):
        Facts.load(broken)

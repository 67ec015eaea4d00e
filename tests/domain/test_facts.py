"""The facts: all of them, by id and day, and what the loader refuses."""

import copy
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.knowledge.facts import FILE, BadFacts, Confidence, Fact, Facts, Gap, Read, UnknownFact

IDS = """
F-TITLE F-AUDIENCE F-NOTICE-ALL F-RESTRICT-CAUSE F-REV-ADDED F-REV-300K F-REV-LEVEL-PGA
F-REV-WINDOW-12M F-SIGNIN-GA F-SIGNIN-TENANT F-ENROLL-NOW F-SAME-TENANT F-APPROVAL-INSTANT
F-APPROVAL-4BD F-APPROVAL-EMAIL F-STATUS-PATH F-AGREEMENT-PAGE F-ACCEPT-CONTINUE F-CAP-ENABLED
F-DUAL-STATUS F-ROLLBACK-NONE F-EVALUATE-FIRST F-DUAL-KEEP-DIRECT F-DUAL-KEEP-BILLING
F-DUAL-START-IR F-SANDBOX-DB-ONLY F-API-LOSS F-PROVIDER-NAV F-PROVIDER-RELATION F-PROVIDER-DOES
F-PROVIDER-DIFFER F-PROVIDER-EVALUATE F-PROVIDER-TRAINING F-PROVIDER-MARKETING F-PROVIDER-CREDIT
F-INVITE-EMAIL F-INVITE-OPENS-PC F-INVITE-GA F-INVITE-LISTED F-CUST-BOTH-RELATIONS F-CUST-PURPOSE
F-CUST-JOINT-INVITE F-CUST-INVITE-BUTTON F-CUST-PROVIDER-ORDERS F-CUST-ORDER-CASES
X-PREREQ-PROFILE X-REVIEW-FORM X-SIGN-IN-AGAIN X-PRIMARY-CONTACT X-VERIFY-KINDS X-VERIFY-MAIL
X-VERIFY-REJECT X-MPA-SIGN-GA X-PARTNERID-FIRST X-MPA-BEFORE-PARTNERSHIP X-REGION X-AUTHORIZE-TICK
X-PROVIDER-ADMIN X-PROVIDER-LIST X-MULTI-PROVIDER X-PARTNERSHIP-END X-LINK-PERSONAL X-NO-DB-BUY-IR
X-TELL-APART X-IR-CANNOT X-IR-CAN X-AZURE-TICKETS X-EXT-WHAT X-EXT-LIMITS X-CONSENT-FIRST
X-MCA-NOT-YET X-MCA-ATTESTED X-MCA-DIRECT X-TRANSFER-ORDER X-TRANSFER-POR X-TRANSFER-ONE
X-TRANSFER-ONE-NEW X-TRANSFER-ID X-TRANSFER-ID-NEW X-TRANSFER-NO X-TRANSFER-NO-NEW X-TRANSFER-UNDO
X-RESTRICT-LOSE X-RESTRICT-KEEP X-RESTRICT-SEE X-VOLUNTARY X-GUIDE X-TPD X-INCENTIVE-SEPARATE
X-INCENTIVE-TRANSFER X-DESIGNATION-PGA X-REAUTH X-ROLE-LAG X-CUST-TWICE X-CUST-EXPORT
X-CUST-ACCEPTED X-LINK-REUSE X-CUST-REMOVE X-MULTI-CSP X-OWN-LICENCES X-PARTNERID-COUNTRY
X-MPA-STAYS X-MPA-SEEN X-MPA-BLOCKED X-VERIFY-DOCS X-ENROL-ERRORS X-GOV-CLOUD X-ERROR-REPORT
X-GDAP-APART X-SAME-OFFER X-BULK-MOVE X-TTM-REPORT X-SUPPORT-247 P-DB-REVENUE P-DB-OTHER-REQS
P-SECURITY P-ENFORCEMENT P-SUSPENDED P-TENANT-RULE P-ROLLBACK P-APPROVAL-DAYS P-STATUS-PATH
P-ENROLL-PATH P-AGREEMENT-PAGE P-MPA-2026 P-MAICPP-AGREEMENT P-ROLE-GA P-DIRECTORY-NAME
P-PROGRAM-NAME P-PROVIDER-NAME P-WORKSPACES P-API-ACCESS P-API-MFA P-IR-REVENUE P-POR-CHECK
P-IR-GDAP-ON-SUSPEND P-TRANSFER P-MCA P-EST P-CUST-ACCEPT-ROLE P-REQUEST-ROLE P-GDAP
P-CUSTOMER-TENANT-CREATE P-INCENTIVE-INVITE P-INCENTIVE-FLOOR P-GROWTH-MARGIN P-MPA-DIRECT
P-GA-LOST P-QMTH P-DISTI-FLOOR G-PARTNERSHIP-URL G-INVITE-EXPIRY G-APPROVAL-MAIL G-DECLINE-REASONS
G-API-LOSS-DAY G-DB-END G-REV-COUNT G-SAME-TENANT-DATE G-GUIDE-DETAIL G-MPA-CLAUSES
G-TRANSFER-LICENCE G-ENFORCE-DAY G-MPA-DIRECT G-MPA-SYNC G-WRONG-LINK-UNDO G-HOSTER G-REGION-LIST
G-PRICE
""".split()
DAY = date(2026, 11, 30)
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
        ("P-ENFORCEMENT", date(2026, 8, 27), "v2"),
        ("P-MCA", date(2026, 1, 4), "v1"),
        ("P-MCA", date(2026, 1, 5), "v2"),
        ("P-POR-CHECK", date(2025, 12, 1), "v2"),
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
    france = [
        facts.in_force("P-MPA-2026", day, "france") for day in (date(2027, 2, 28), date(2027, 3, 1))
    ]
    assert [f.confidence for f in france] == [Confidence.C, Confidence.D]


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


def test_the_dashboard_does_not_hide_the_thirty_and_sixty_days(facts: Facts) -> None:
    day = date(2026, 11, 30)
    assert "T+30 days Suspended" in facts.in_force("P-ENFORCEMENT", day).text
    steps = {
        d: facts.in_force("P-ENFORCEMENT", d, "dashboard").version
        for d in (date(2026, 8, 27), date(2026, 11, 24), date(2026, 11, 25))
    }
    assert list(steps.values()) == ["v3", "v3", "v4"]
    assert facts.get("P-ENFORCEMENT@v3", day) == facts.get("P-ENFORCEMENT@v3-dashboard", day)


def test_two_aspects_of_one_version_are_cited_apart(facts: Facts) -> None:
    names = {facts.in_force("P-TRANSFER", DAY, a).cited for a in ("", "azure", "open", "money")}
    assert names == {
        "P-TRANSFER@v2",
        "P-TRANSFER@v2-azure",
        "P-TRANSFER@v2-open",
        "P-TRANSFER@v2-money",
    }
    for name in names:
        row = facts.get(name, DAY)
        assert isinstance(row, Fact)
        assert row.cited == name


def test_the_agreement_of_december_is_announced_on_30_november_and_in_force_the_day_after(
    facts: Facts,
) -> None:
    assert not facts.has_begun("P-MPA-2026", date(2026, 11, 30))
    assert facts.in_force("P-MPA-2026", date(2026, 11, 30)).confidence is Confidence.D
    assert facts.has_begun("P-MPA-2026", date(2026, 12, 1))
    assert facts.in_force("P-MPA-2026", date(2026, 12, 1)).confidence is Confidence.C
    assert facts.has_begun("P-MPA-2026", date(2026, 12, 1), "france")


def test_every_source_of_microsoft_says_its_own_date_or_that_it_has_none(facts: Facts) -> None:
    assert {s.dated for s in facts.sources.values()} >= {"undated", "2023-09-14", "2026-08-27"}
    azure = facts.sources["S-AZPLAN"]
    assert azure.url.startswith("https://learn.microsoft.com/partner-center/transfer-azure")
    assert (azure.read, azure.newest, azure.official) == (Read.COPY, "2023-09-14", True)
    assert facts.sources["S-MIR26"].newest == ""  # "undated, 2025-10 or later" is no date
    assert not facts.sources["S-QA1"].official  # a forum on Microsoft's host is not its word


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
    ("F-TITLE", "is there twice", lambda raw: raw["fact"].append(raw["fact"][0])),
    (
        "P-DB-REVENUE v0 rule",
        "is there twice",
        lambda raw: raw["policy"].append(raw["policy"][0]),
    ),
    ("G-PARTNERSHIP-URL", "is there twice", lambda raw: raw["gap"].append(raw["gap"][0])),
    ("S-ART", "is there twice", lambda raw: raw["source"].append(raw["source"][0])),
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
    (
        "g-low",
        "in capitals",
        lambda raw: raw["gap"].append(
            {"id": "g-low", "text": "x", "checked_on": date(2026, 11, 24)}
        ),
    ),
    ("P-ROLLBACK", "is no id of a fact", lambda raw: raw["fact"][0].update(id="P-ROLLBACK")),
    (
        "F-TITLE",
        "review_by is earlier than checked_on",
        lambda raw: raw["fact"][0].update(review_by=date(2020, 1, 1)),
    ),
    ("F-TITLE", "must be a day", lambda raw: raw["fact"][0].update(review_by="2027-02-24")),
    (
        "F-TITLE",
        "must be a day",
        lambda raw: raw["fact"][0].update(checked_on=datetime(2026, 11, 24, tzinfo=UTC)),
    ),
    (
        "P-DB-REVENUE",
        "v1 ends after v2 begins",
        lambda raw: raw["policy"][1].update(to="2025-12-31"),
    ),
    ("unknown table 'rumour'", "", lambda raw: raw.update(rumour=[])),
    ("S-ART", "read is missing", lambda raw: raw["source"][0].pop("read")),
    ("S-ART", "dated is missing", lambda raw: raw["source"][0].pop("dated")),
    ("S-ART", "read is one of", lambda raw: raw["source"][0].update(read="heard")),
    ("S-ART", "dated is no day", lambda raw: raw["source"][0].update(dated="")),
    ("S-ART", "dated is no day", lambda raw: raw["source"][0].update(dated="2021-13-45x")),
    ("S-ART", "dated is in the future", lambda raw: raw["source"][0].update(dated="2027-01")),
    ("S-ART", "off the list", lambda raw: raw["source"][0].update(url="https://example.com/a")),
    (
        "S-ART",
        "off the list",
        lambda raw: raw["source"][0].update(url="https://learn.microsoft.com.example.com/a"),
    ),
    (
        "S-ART",
        "off the list",
        lambda raw: raw["source"][0].update(url="https://me@learn.microsoft.com/a"),
    ),
    ("S-ART", "no https", lambda raw: raw["source"][0].update(url="http://learn.microsoft.com/a")),
    ("F-TITLE", "future", lambda raw: raw["fact"][0].update(checked_on=date(2026, 12, 24))),
    ("G-PARTNERSHIP-URL", "future", lambda raw: raw["gap"][0].update(checked_on=date(2030, 1, 1))),
    ("F-TITLE", "must be true or false", lambda raw: raw["fact"][0].update(irreversible="no")),
    ("F-TITLE", "list of texts", lambda raw: raw["fact"][0].update(sources=[["S-ART"]])),
    ("F-TITLE", "names no source", lambda raw: raw["fact"][0].update(sources=[])),
    (
        "P-DB-REVENUE v2",
        "hole: v1 ends",
        lambda raw: raw["policy"][1].update(to="2025-08-31"),
    ),
    (
        "P-DB-REVENUE v2",
        "begins on the same day",
        lambda raw: raw["policy"][2].update({"from": "2021-01"}),
    ),
    (
        "P-DB-REVENUE v1",
        "ends before it begins",
        lambda raw: raw["policy"][1].update(to="2020"),
    ),
    ("checked_on of the file", "", lambda raw: raw.pop("checked_on")),
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


def broken(tmp_path: Path, old: str, new: str) -> tuple[str, int]:
    """What is said of a file in which one line was changed, and the number of that line."""
    text = FILE.read_text("utf-8")
    assert old in text
    file = tmp_path / "december.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BadFacts) as refused:
        Facts.load(file, today=date(2026, 12, 1))
    changed = text[: text.index(old)].count("\n") + new.count("\n") + 1
    return str(refused.value), changed


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('by = "Microsoft"', 'by = "Microsoft"\nmood = "good"', "unknown key mood"),
        ('dated = "2023-09-14"', 'dated = "2031-09-14"', "dated is in the future"),
        ("checked_on = 2026-11-30", "checked_on = 2026-12-02", "in the future: 2026-12-02"),
        (
            'url = "https://learn.microsoft.com/partner-center/gdap-faq"',
            'url = "https://learn-microsoft.com/partner-center/gdap-faq"',
            "off the list of official hosts",
        ),
        ('read = "page"', 'read = "heard"', "read is one of"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_the_line_and_the_reason(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    said, line = broken(tmp_path, old, new)
    assert said.startswith(f"december.toml, line {line}: ")
    assert why in said


def test_no_parser_error_goes_without_its_line(tmp_path: Path) -> None:
    said, line = broken(tmp_path, 'read = "page"', 'read = page"')
    assert said.startswith("december.toml: ")
    assert f"line {line}" in said

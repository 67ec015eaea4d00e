"""The yearly check as a conversation: what Mira says, what she hears; what is recorded, and what is
shown to nobody else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from domain import people
from domain.machine import stands, withdraw
from domain.storage import audit
from domain.storage.store import table
from domain.tables import Audit
from domain.tenant import figures, standing
from domain.tenant.standing import Event, State
from tests.conftest import DESCRIPTION, Somebody, Workspace

ITEMS = ("support_plan", "designation", "security_items", "assessment", "program_agreement")
TWO_PARTNERS = """
team = "T01"
[channels]
support = "C01SUPPORT"
admins = "C02ADMINS"
[[partners]]
name = "Contoso"
tenants = ["11111111-2222-4333-8444-555555555555"]
country = "DE"
timezone = "Europe/Berlin"
[[partners]]
name = "Northwind"
tenants = ["99999999-2222-4333-8444-555555555555"]
[[people]]
slack = "U01MIRA"
name = "Mira"
partner = "Contoso"
[[people]]
slack = "U03OTTO"
name = "Otto"
partner = "Northwind"
[[people]]
slack = "U04SAM"
name = "Sam"
roles = ["support"]
partner = "Contoso"
"""


def up_to_revenue(mira: Somebody, month: str = "March") -> None:
    mira.says("do we still qualify for direct bill?").hears("standing/ask_anniversary")
    mira.says(month).hears("standing/ask_csp_revenue")


def all_there(mira: Somebody) -> None:
    for item in ITEMS:
        mira.clicks(f"standing.{item}.yes")


def test_the_check_asks_one_thing_at_a_time_and_says_what_it_rests_on(mira: Somebody) -> None:
    mira.says("do we still qualify for direct bill?").hears("standing/ask_anniversary")
    mira.clicks("standing.anniversary.march").hears("standing/ask_csp_revenue")
    assert "USD 1,000,000" in mira.words
    assert "March 2027" in mira.words
    mira.says("1.2m").hears("standing/ask_through_provider")
    mira.clicks("standing.through_provider.none").hears("standing/ask_support_plan")
    mira.says("yes").hears("standing/ask_designation")
    mira.says("we have one").hears("standing/ask_security_items")
    mira.clicks("standing.security_items.yes").hears("standing/ask_assessment")
    mira.clicks("standing.assessment.yes").hears("standing/ask_program_agreement")
    mira.says("no").hears("standing/verdict")
    assert "you would fail" in mira.words
    for part in (
        "March 2027",
        "since 1 October 2025",
        "official texts that I know from excerpts",
        "not from Microsoft's own text",
        "Microsoft decides",
        "USD 1,200,000",
    ):
        assert part in mira.words
    assert {"P-DB-REVENUE@v2", "P-DB-OTHER-REQS@v2", "P-ENFORCEMENT@v3-dashboard"} <= set(
        mira.last.rendered.facts
    )


@pytest.mark.parametrize(
    "answers", ["yes yes yes yes yes", "no no no no no", "unknown unknown unknown unknown unknown"]
)
def test_no_verdict_without_version_day_and_confidence(mira: Somebody, answers: str) -> None:
    up_to_revenue(mira, "I do not know")
    mira.clicks("standing.csp_revenue.unknown").hears("standing/ask_support_plan")
    for item, answer in zip(ITEMS, answers.split(), strict=True):
        mira.clicks(f"standing.{item}.{answer}")
    mira.hears("standing/verdict")
    assert "the revenue rule in force since 1 October 2025" in mira.words
    assert "October 2027" in mira.words  # the month is not known: the last one that it can be
    assert "official texts that I know from excerpts" in mira.words
    assert "would meet every requirement" not in mira.words


def test_a_verdict_never_says_that_anybody_is_safe_or_verified(mira: Somebody) -> None:
    up_to_revenue(mira)
    mira.says("2m").clicks("standing.through_provider.none")
    all_there(mira)
    mira.hears("standing/verdict")
    assert "you would meet every requirement I know of" in mira.words
    assert not {"safe", "verified", "eligible"} & set(mira.words.lower().replace(",", " ").split())


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("1.200.000 €", "don't convert EUR"),
        ("€", "don't convert EUR"),
        ("300k pounds", "don't convert GBP"),
        ("-300k", "below zero"),
        ("1.2", "thousand or million"),
        ("900k last year and 1.2m this year", "more than one figure"),
        ("a few hundred thousand", "can't tell how much"),
        ("1.200k", "can mean two things"),
        ("1.1m to 900k", "smaller figure first"),
    ],
)
def test_a_bad_amount_is_asked_for_again_and_never_converted(
    mira: Somebody, workspace: Workspace, said: str, part: str
) -> None:
    up_to_revenue(mira)
    mira.says(said).hears("repair/wrong_amount", "standing/ask_csp_revenue")
    assert part in mira.words
    mira.says("1.2m").hears("standing/ask_through_provider")
    mira.clicks("standing.through_provider.none")
    assert [v["low"] for v in said_by(workspace, "Mira").values() if isinstance(v, dict)] == [
        1_200_000
    ]


def said_by(workspace: Workspace, name: str) -> dict[str, object]:
    with workspace.tx() as tx:
        person = people.meet(tx, workspace.people[name].slack)
        return {name: f.value for name, f in figures.own(tx, person).items()}


def test_about_a_million_is_asked_for_a_bound_once_and_then_stays_open(mira: Somebody) -> None:
    up_to_revenue(mira)
    mira.says("about a million").hears("standing/straddles", "standing/ask_csp_revenue")
    assert "10 percent either way" in mira.words
    mira.says("about a million").hears("standing/ask_through_provider")
    mira.clicks("standing.through_provider.none")
    all_there(mira)
    mira.hears("standing/verdict")
    assert "It's still open" in mira.words


def test_the_bound_can_be_pressed_or_said(mira: Somebody) -> None:
    up_to_revenue(mira)
    mira.says("between 900k and 1.1m").hears("standing/straddles", "standing/ask_csp_revenue")
    mira.clicks("standing.csp_revenue.below").hears("standing/ask_through_provider")
    mira.clicks("standing.through_provider.none")
    all_there(mira)
    assert "you would fail" in mira.words


def test_a_rough_figure_far_from_the_bar_needs_no_bound(mira: Somebody) -> None:
    up_to_revenue(mira)
    mira.says("it was roughly 400k in the last 12 months").hears("standing/ask_through_provider")


def test_reseller_revenue_is_handed_over_where_it_decides(mira: Somebody) -> None:
    up_to_revenue(mira)
    mira.says("1.5m").clicks("standing.through_provider.part").hears("standing/ask_direct_part")
    mira.says("1.6m").hears("standing/part_too_large", "standing/ask_direct_part")
    mira.says("900k").hears("standing/ask_support_plan")
    all_there(mira)
    mira.hears("standing/verdict")
    assert mira.last.decision == "handover"
    assert "depends on whether reseller revenue counts" in mira.words
    assert "G-REV-COUNT" in mira.last.rendered.facts
    assert "support.start.now" in mira.last.buttons


def test_where_the_direct_part_alone_is_enough_the_open_question_does_not_matter(
    mira: Somebody,
) -> None:
    up_to_revenue(mira)
    mira.says("1.5m").clicks("standing.through_provider.part").says("1.1m").hears(
        "standing/ask_support_plan"
    )
    all_there(mira)
    assert "you would meet" in mira.words
    assert mira.last.decision == "command"


def test_a_question_in_the_middle_is_answered_and_the_figure_asked_again(mira: Somebody) -> None:
    up_to_revenue(mira)
    mira.says("is the 300k per location or the whole company?").hears(
        "answers/revenue_per_location", "standing/ask_csp_revenue"
    )
    mira.says("1.2m").hears("standing/ask_through_provider")


def test_a_figure_said_with_the_question_is_taken_up(mira: Somebody) -> None:
    mira.says("we made 800k last year, is that enough").hears("standing/ask_anniversary")
    mira.says("in march").hears("standing/ask_through_provider")


def test_a_correction_replaces_the_figure(mira: Somebody, workspace: Workspace) -> None:
    up_to_revenue(mira)
    mira.says("1.2m").clicks("standing.through_provider.none").hears("standing/ask_support_plan")
    all_there(mira)
    mira.clicks("standing.before.anew").hears("standing/ask_anniversary")
    mira.says("April").says("700k").clicks("standing.through_provider.none").hears(
        "standing/ask_support_plan"
    )
    all_there(mira)
    assert "USD 700,000" in mira.words
    assert "USD 1,200,000" not in mira.words
    assert said_by(workspace, "Mira")["csp_revenue"] == {
        "low": 700_000,
        "high": 700_000,
        "about": False,
    }


def test_no_that_figure_was_wrong_corrects_it_at_once(mira: Somebody, workspace: Workspace) -> None:
    up_to_revenue(mira)
    mira.says("1.2m").clicks("standing.through_provider.none").hears("standing/ask_support_plan")
    mira.says("no, it was 700k").hears("repair/corrected", "standing/ask_through_provider")
    mira.clicks("standing.through_provider.none").hears("standing/ask_support_plan")
    assert said_by(workspace, "Mira")["csp_revenue"] == {
        "low": 700_000,
        "high": 700_000,
        "about": False,
    }


def test_figures_are_shown_back_kept_and_removed(mira: Somebody, workspace: Workspace) -> None:
    up_to_revenue(mira)
    mira.says("1.2m").clicks("standing.through_provider.none")
    all_there(mira)
    mira.says("show my figures").hears("standing/figures")
    assert "USD 1,200,000, said by you on 24 November 2026" in mira.words
    mira.says("do we still qualify for direct bill?").hears("standing/ask_before")
    mira.clicks("standing.before.keep").hears("standing/verdict")
    mira.clicks("forget_figures.start.now").hears("standing/ask_sure_forget")
    mira.clicks("forget_figures.sure_forget.remove").hears("standing/figures_removed")
    mira.says("show my figures").hears("standing/no_figures")
    assert said_by(workspace, "Mira") == {}


def test_a_cancel_in_the_middle_loses_no_figure(mira: Somebody, workspace: Workspace) -> None:
    up_to_revenue(mira)
    mira.says("1.2m").clicks("standing.through_provider.none").says("cancel").hears(
        "repair/cancelled"
    )
    assert said_by(workspace, "Mira")["csp_revenue"] == {
        "low": 1_200_000,
        "high": 1_200_000,
        "about": False,
    }
    mira.says("do we still qualify for direct bill?").hears("standing/ask_before")
    mira.clicks("standing.before.keep").hears("standing/ask_support_plan")


def test_the_log_holds_no_figure(mira: Somebody, workspace: Workspace) -> None:
    up_to_revenue(mira)
    mira.says("1234567 usd").clicks("standing.through_provider.none")
    all_there(mira)
    mira.clicks("forget_figures.start.now").clicks("forget_figures.sure_forget.remove")
    with workspace.store.reading() as db:
        log = [tuple(row) for row in db.execute(select(table(Audit)))]
    assert any("figure_said" in row for row in log)
    assert any("figure_removed" in row for row in log)
    assert "1234567" not in str(log).replace("partner_id", "")
    assert "march" not in str(log)


def test_a_colleagues_word_stays_the_colleagues(
    mira: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    up_to_revenue(mira)
    mira.says("1.2m").clicks("standing.through_provider.none")
    all_there(mira)
    otto.says("do we still qualify for direct bill?").hears("standing/ask_before")
    assert "said by Mira on 24 November 2026" in otto.words
    otto.clicks("standing.before.keep").hears("standing/verdict")
    assert said_by(workspace, "Otto") == {}
    otto.says("show my figures").hears("standing/no_figures")
    assert len(said_by(workspace, "Mira")) == 8


def test_figures_of_one_partner_are_never_shown_to_another(
    mira: Somebody, otto: Somebody, sam: Somebody, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "two.toml"
    path.write_text(TWO_PARTNERS, "utf-8")
    workspace.plant(path)
    up_to_revenue(mira)
    mira.says("1.2m").clicks("standing.through_provider.none")
    all_there(mira)
    otto.says("do we still qualify for direct bill?").hears("standing/ask_anniversary")
    otto.says("show my figures").hears("standing/no_figures", "standing/ask_anniversary")
    otto.says("cancel").says("do we still qualify for direct bill?").hears(
        "standing/ask_anniversary"
    )
    assert "1,200,000" not in "".join(m.words for m in workspace.sent if m.to not in ("Mira",))


def test_the_form_asks_the_same_and_names_the_wrong_field(
    mira: Somebody, workspace: Workspace
) -> None:
    answers = dict.fromkeys(ITEMS, "yes") | {"anniversary": "march", "through_provider": "none"}
    done = mira.fills("standing", csp_revenue="1.2m EUR", **answers)
    assert list(done.wrong) == ["csp_revenue"]
    assert "US dollars" in workspace.words.sentence(*done.wrong["csp_revenue"])
    assert said_by(workspace, "Mira") == {}
    mira.fills("standing", csp_revenue="1.2m", **answers)
    mira.hears("standing/verdict")
    assert said_by(workspace, "Mira")["anniversary@" + tenant_of(workspace)] == "march"


def tenant_of(workspace: Workspace) -> str:
    return workspace.case().tenant


def test_the_form_is_a_modal_that_slack_takes(mira: Somebody, workspace: Workspace) -> None:
    from tests.bot import limits
    from tests.dialogs.abilities.test_enroll import press

    mira.says("do we still qualify for direct bill?")
    done = workspace.take(press(workspace, mira, "standing.form.open"), mira)
    assert done.form is not None
    view = workspace.words.view(*done.form)
    assert list(limits.broken(view["blocks"], most="view blocks")) == []
    assert len(view["title"]["text"]) <= 24


@pytest.mark.parametrize(
    ("said", "event", "state"),
    [
        ("we got a notice today", "notice_sent", "AtRisk"),
        ("we are restricted since 3 November", "restricted_shown", "Restricted"),
        (
            "support moved us to restricted as we asked yesterday",
            "restricted_on_request",
            "Restricted",
        ),
        ("our direct bill was suspended on 1 November", "suspended", "Suspended"),
        ("we have been revoked yesterday", "revoked", "Revoked"),
        ("we gave notice to leave csp yesterday", "leaving_announced", "Leaving"),
        ("we passed the yearly check yesterday", "check_passed", "Active"),
    ],
)
def test_a_report_is_recorded_with_who_and_when_and_said_to_be_hearsay(
    mira: Somebody, grace: Somebody, workspace: Workspace, said: str, event: str, state: str
) -> None:
    mira.reports(said).hears("standing/recorded")
    assert "as reported by Mira" in mira.words
    assert "I haven't seen it" in mira.words
    assert workspace.case().standing == state
    tenant = tenant_of(workspace)
    with workspace.tx() as tx:
        last = audit.entries(tx, f"standing:{tenant}")[-1]
        assert (last.action, last.actor) == (event, people.meet(tx, "U01MIRA").id)
    told = [m for m in workspace.sent if m.templates == ["notices/standing_changed"]]
    assert sorted(m.to for m in told) == (
        [] if event == "check_passed" else ["#C02ADMINS", "Grace"]
    )


def test_restricted_shows_what_works_and_the_quoted_days(mira: Somebody) -> None:
    mira.reports("we are restricted since 3 November").hears("standing/recorded")
    assert "3 December 2026" in mira.words
    assert "2 January 2027" in mira.words
    assert "not Microsoft's own text" in mira.words
    mira.says("do we still qualify for direct bill?").hears("standing/restricted")
    for part in ("No longer possible", "Still possible", "3 December 2026", "as Mira reported"):
        assert part in mira.words
    mira.clicks("requirements.start.now").hears("standing/ask_anniversary")


def test_the_day_of_a_notice_is_asked_for_where_the_words_name_another(mira: Somebody) -> None:
    mira.says("we got a notice, restricted from 3 march").hears("standing/ask_standing_day")
    mira.says("2027-01-05").hears("standing/doubtful_day", "standing/ask_standing_day")
    mira.says("last Thursday").hears("standing/recorded")
    assert "19 November 2026" in mira.words


def test_what_does_not_follow_is_refused_with_a_way_on(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("our last direct subscription is gone since yesterday").hears("standing/does_not_fit")
    assert workspace.case().standing == "NotReported"
    assert "standing:" not in str([a for a in workspace.audit() if a in set(Event)])


def test_direct_bill_that_nobody_told_of_is_not_active(
    mira: Somebody, workspace: Workspace
) -> None:
    """An empty workspace said "Direct bill: Active" on the first day."""
    mira.says("where are we?").hears("status/where_we_are")
    assert "Direct bill: not reported yet" in mira.words
    assert "Active" not in mira.words
    mira.says("are we restricted?").hears("answers/are_we_restricted")
    assert "I haven't been told yet" in mira.words
    assert "Active" not in mira.words
    mira.clicks("standing_report.start.now").hears("standing/ask_standing_event")
    mira.clicks("standing_report.standing_event.active_shown").says("today")
    mira.hears("standing/recorded")
    mira.says("where are we?").hears("status/where_we_are")
    assert "Direct bill: Active, as reported" in mira.words


def test_what_is_taken_back_is_not_reported_again(mira: Somebody, workspace: Workspace) -> None:
    mira.reports("we are restricted since 3 November").hears("standing/recorded")
    assert workspace.case().standing == "Restricted"
    tenant = workspace.case().tenant
    with workspace.tx() as tx:
        seq = stands(tx, standing.MACHINE, tenant).seq
        by = people.meet(tx, "U01MIRA")
        withdraw(tx, standing.MACHINE, tenant, seq, by, reason="wrong")
    assert workspace.case().standing == "NotReported"


def test_a_report_without_details_is_asked_for_them(mira: Somebody, workspace: Workspace) -> None:
    mira.says("our direct bill status has changed").hears("standing/ask_standing_event")
    mira.clicks("standing_report.standing_event.notice_sent").hears("standing/ask_standing_day")
    mira.clicks("standing_report.standing_day.today").hears("standing/recorded")
    assert workspace.case().standing == "AtRisk"


def test_with_two_tenants_it_is_asked_which(
    mira: Somebody, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "two.toml"
    tenant = "11111111-2222-4333-8444-555555555555"
    long_form = DESCRIPTION.replace(
        f'partner = "Contoso"\ntenant = "{tenant}"\npartner_id = "1234567"\ncountry = "DE"', ""
    )
    long_form = long_form.replace('timezone = "Europe/Berlin"', "") + (
        '[[partners]]\nname = "Contoso"\ncountry = "DE"\ntimezone = "Europe/Berlin"\n'
        f'tenants = ["{tenant}", "99999999-2222-4333-8444-555555555555"]\n'
    )
    path.write_text(long_form, "utf-8")
    workspace.plant(path)
    mira.says("we are restricted since 3 November").hears("standing/ask_standing_tenant")
    mira.says("1234567").hears("standing/which_tenant", "standing/ask_standing_tenant")
    mira.says("99999999-2222-4333-8444-555555555555").hears("standing/recorded")
    with workspace.tx() as tx:
        first, second = people.tenants_of(tx, people.meet(tx, "U01MIRA").partner)
        assert stands(tx, standing.MACHINE, second.id).state == "Restricted"
        assert stands(tx, standing.MACHINE, first.id).state == "NotReported"


def test_every_report_stands_for_steps_that_the_table_has() -> None:
    for state in State:
        for event in Event:
            here: str = state
            steps = standing.steps_of(state, event)
            if len(steps) > 1 or steps != (event,):
                for step in steps:
                    here = standing.MACHINE.move(here, step).to


def test_a_partner_without_a_tenant_is_told_so(
    mira: Somebody, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    bare = 'team = "T01"\n[[partners]]\nname = "Fabrikam"\n[[people]]\nslack = "U01MIRA"\nname = "Mira"\npartner = "Fabrikam"\n'
    path = tmp_path / "bare.toml"
    path.write_text(bare, "utf-8")
    workspace.plant(path)
    mira.says("we are restricted since 3 November").hears("standing/no_tenant")
    mira.says("do we still qualify for direct bill?").hears("standing/ask_anniversary")

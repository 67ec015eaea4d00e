"""After the move: the yearly check in advance, warnings, suspension, de-authorisation and its
year."""

from domain import people
from domain.machine import stands
from domain.tenant.reseller import MACHINE
from tests.conftest import Somebody, Workspace


def standing(workspace: Workspace) -> str:
    with workspace.tx() as tx:
        (tenant,) = people.tenants_of(tx, people.meet(tx, "U01MIRA").partner)
        return stands(tx, MACHINE, tenant.id).state


def test_nothing_to_check_before_the_agreement(mira: Somebody) -> None:
    mira.says("check our reseller standing").hears("reseller/not_reseller_yet")


def test_in_the_first_year_nothing_is_checked_and_the_admin_is_reminded_in_time(
    reseller: None,
    mira: Somebody,
    grace: Somebody,
    workspace: Workspace,
) -> None:
    mira.says("check our reseller standing").hears("reseller/ask_onboarded")
    mira.clicks("reseller.onboarded.2026-11-16").hears("reseller/ask_floor")
    mira.clicks("reseller.floor.below").hears("reseller/ask_security_items")
    mira.clicks("reseller.security_items.present").hears("reseller/outlook")
    assert "16 November 2027" in mira.words
    assert "November 2027" in mira.words
    workspace.later(days=255)
    assert [m.templates for m in workspace.messages_to("Grace")][-1] == ["reseller/anniversary"]
    assert "90 days" in grace.words


def test_asked_twice_the_admin_is_reminded_once(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    for _ in range(2):
        mira.says("check our reseller standing").clicks("reseller.onboarded.2026-11-16").clicks(
            "reseller.floor.unknown"
        )
        mira.clicks("reseller.security_items.unknown").hears("reseller/outlook")
    workspace.later(days=255)
    assert [m.templates for m in workspace.messages_to("Grace")].count(
        ["reseller/anniversary"]
    ) == 1


def test_an_old_tenant_below_the_floor_is_told_what_follows(reseller: None, mira: Somebody) -> None:
    mira.says("check our reseller standing").says("tomorrow").hears(
        "reseller/which_day", "reseller/ask_onboarded"
    )
    mira.says("3 March 2022").hears("reseller/ask_floor")
    mira.clicks("reseller.floor.below").clicks("reseller.security_items.absent").hears(
        "reseller/outlook"
    )
    assert "Your revenue is too low and a security item is missing" in mira.words
    assert "March 2027" in mira.words


def test_a_suspension_takes_things_away_and_the_admin_hears_of_it(
    reseller: None,
    mira: Somebody,
    grace: Somebody,
    workspace: Workspace,
) -> None:
    mira.reports("our reseller tenant was suspended yesterday").hears("reseller/recorded")
    assert "GDAP" in mira.words
    assert grace.heard[-1].templates == ["reseller/notice"]
    assert standing(workspace) == "Suspended"
    mira.says("check our reseller standing").hears("reseller/stands")
    mira.clicks("reseller_report.happening.reinstated").hears("reseller/ask_happening_on")
    mira.clicks("reseller_report.happening_on.today").hears("reseller/recorded")
    assert standing(workspace) == "Active"


def test_deauthorised_and_its_year(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    mira.says("our reseller tenant was deauthorized").hears("reseller/ask_happening_on")
    mira.clicks("reseller_report.happening_on.today").hears("reseller/recorded")
    assert "24 November 2027" in mira.words
    mira.says("check our reseller standing").hears("reseller/stands")
    mira.clicks("reseller_report.happening.enrolled_again").clicks(
        "reseller_report.happening_on.today"
    ).hears("reseller/recorded")
    assert "before the documented year ends" in mira.words
    assert standing(workspace) == "New"

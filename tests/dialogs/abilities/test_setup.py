"""Setup: only who administers the Slack workspace, as Slack says at this click; fields answer
beside themselves; all in the log."""

import json
from typing import Any

import pytest
from slack_sdk.models.views import View
from sqlalchemy import select

from bot.cli import seed
from bot.rendering.render import Templates
from dialogs.engine.context import Assistant
from dialogs.inputs import ButtonPress, FormSubmission, Origin
from domain import people
from domain.people import Role
from domain.storage.store import Store, table
from domain.tables import Audit, Workspace
from tests.bot import limits
from tests.conftest import TEAM, TENANT, Somebody, member
from tests.conftest import Workspace as House_

FULL = {
    "setup_name": "Contoso",
    "setup_tenants": TENANT,
    "setup_partner_id": "1234567",
    "setup_country": "de",
    "setup_zone": "Europe/Berlin",
    "setup_approvers": "U02GRACE U03OTTO",
    "setup_supporters": "U04SAM",
    "setup_support_channel": "C01SUPPORT",
    "setup_admins_channel": "C02ADMINS",
}


@pytest.fixture
def fresh(assistant: Assistant, words: Templates, store: Store) -> House_:
    """A workspace that was never set up."""
    return House_(assistant, words, store)


def administers(workspace: House_, who: Somebody, really: bool = True) -> None:
    with workspace.tx() as tx:
        people.learn(tx.db, tx.team, member(tx, who.slack, name=who.name).id, slack_admin=really)


def opens(who: Somebody, action: str) -> Any:
    """The modal that the door would open."""
    done = who.workspace.take(
        ButtonPress((who.workspace.key(),), who.slack, action, who.offer(action), Origin("")), who
    )
    return done.form


def hands_in(who: Somebody, form: Any, **values: str) -> dict[str, str]:
    """What is wrong, by field."""
    filled = FormSubmission(
        (who.workspace.key(),),
        who.slack,
        "setup",
        FULL | values,
        Origin(""),
        offer=form[1]["offer"] if form else "",
    )
    return {
        slot: who.workspace.words.sentence(*part)
        for slot, part in who.workspace.take(filled, who).wrong.items()
    }


def roles(workspace: House_, slack: str) -> set[str]:
    with workspace.tx() as tx:
        return set(people.meet(tx, slack).roles)


def test_nobody_but_a_slack_admin_changes_roles(
    workspace: House_, mira: Somebody, otto: Somebody
) -> None:
    for who in (mira, otto, workspace.people["Grace"], workspace.people["Sam"]):
        who.says("setup").hears("setup/who_can")
        assert hands_in(who, None, setup_approvers="U01MIRA") == {}
        who.hears("setup/who_can")
        assert roles(workspace, "U01MIRA") == set()
        assert roles(workspace, "U03OTTO") == {"approver"}
    assert "setup_changed" not in workspace.audit()
    assert "role_granted" not in workspace.audit()


def test_a_button_of_an_admin_who_is_one_no_more_opens_nothing_that_counts(
    workspace: House_, mira: Somebody
) -> None:
    administers(workspace, mira)
    mira.says("setup").hears("setup/ask_setup_button")
    form = opens(mira, "setup.form.n1")
    administers(workspace, mira, really=False)
    assert hands_in(mira, form, setup_approvers="U01MIRA") == {}
    mira.hears("setup/who_can")
    assert roles(workspace, "U01MIRA") == set()


def test_a_guest_who_says_she_is_an_admin_is_none(workspace: House_, mira: Somebody) -> None:
    administers(workspace, mira)
    with workspace.tx() as tx:
        people.learn(tx.db, tx.team, people.meet(tx, mira.slack).id, kind="guest")
    assert hands_in(mira, None) == {}
    mira.hears("repair/not_allowed")


def test_a_workspace_never_set_up_says_one_sentence_and_its_admins_get_a_button(
    fresh: House_,
) -> None:
    mira, grace = fresh.people["Mira"], fresh.people["Grace"]
    mira.says("can I roll back?").workspace.send()
    said = fresh.messages_to("U01MIRA")[-1]
    assert said.templates == ["setup/not_yet"]
    assert not said.buttons
    administers(fresh, grace)
    grace.says("hello").hears("setup/not_yet")
    assert "setup.form.new" in grace.last.buttons
    form = opens(grace, "setup.form.new")
    assert form[0] == "setup/form"
    assert hands_in(grace, form) == {}
    grace.hears("setup/saved")
    with fresh.tx() as tx:
        assert people.workspace(tx).support_channel == "C01SUPPORT"
        assert people.meet(tx, "U01MIRA").partner == people.meet(tx, "U03OTTO").partner != ""
    assert roles(fresh, "U03OTTO") == {"approver"}
    assert roles(fresh, "U04SAM") == {"support"}
    assert [m.to for m in fresh.sent if m.templates == ["setup/changed"]] == ["#C02ADMINS"]
    mira.says("can I roll back?")
    assert fresh.sent[-1].templates == ["answers/can_i_roll_back"]


def test_it_is_changed_later_and_the_log_says_by_whom_ids_only(
    workspace: House_, mira: Somebody, otto: Somebody
) -> None:
    administers(workspace, mira)
    mira.says("change who may approve").hears("setup/ask_setup_button")
    form = opens(mira, "setup.form.n1")
    assert form[1]["asked"]["form"]["approvers"].split() == ["U02GRACE", "U03OTTO"]
    assert (
        hands_in(mira, form, setup_approvers="U02GRACE U01MIRA", setup_zone="Europe/Vienna") == {}
    )
    mira.hears("setup/saved")
    assert roles(workspace, "U03OTTO") == set()
    assert roles(workspace, "U01MIRA") == {"approver"}
    assert roles(workspace, "U02GRACE") == {"approver", "global_admin"}
    with workspace.store.reading() as db:
        log = list(
            db.execute(
                select(table(Audit)).where(
                    table(Audit).c.action.in_(["setup_changed", "role_granted", "role_revoked"])
                )
            )
        )
    assert sorted(e.action for e in log) == ["role_granted", "role_revoked", "setup_changed"]
    with workspace.tx() as tx:
        assert {e.actor for e in log} == {people.meet(tx, "U01MIRA").id}
    assert not [
        name
        for e in log
        for name in ("Mira", "Otto", "U01", "U03", "Vienna")
        if name in e.details + e.object
    ]
    assert sorted(
        json.loads(next(e for e in log if e.action == "setup_changed").details)["fields"]
    ) == ["approvers", "timezone"]


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("setup_tenants", "1234567", "isn't a tenant ID"),
        ("setup_tenants", "contoso.onmicrosoft.com", "isn't a tenant ID"),
        ("setup_tenants", TENANT[:-3], "wrong length"),
        ("setup_tenants", TENANT[:-1] + "g", "0 to 9"),
        ("setup_tenants", f"{TENANT}\n{TENANT.upper()}", "is there twice"),
        ("setup_partner_id", TENANT, "isn't a Partner ID"),
        ("setup_partner_id", "12", "5 to 10 digits"),
        ("setup_country", "Germany", "two letters"),
        ("setup_subdivision", "ZZZ", "no such region"),
        ("setup_zone", "Berlin", "Europe/Berlin"),
        ("setup_name", "x" * 200, "80 letters"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_kept(
    workspace: House_, mira: Somebody, field: str, value: str, part: str
) -> None:
    administers(workspace, mira)
    mira.says("setup")
    wrong = hands_in(mira, opens(mira, "setup.form.n1"), **{field: value})
    assert list(wrong) == [field]
    assert part.lower() in wrong[field].lower()
    assert len(wrong[field]) < 150
    assert "setup_changed" not in workspace.audit()


def test_a_tenant_with_a_record_stays(workspace: House_, mira: Somebody) -> None:
    mira.reports("we submitted it today")
    administers(workspace, mira)
    mira.says("setup")
    other = "2" + TENANT[1:]
    wrong = hands_in(mira, opens(mira, "setup.form.n1"), setup_tenants=other)
    assert "reports about it are on record" in wrong["setup_tenants"]
    assert hands_in(mira, opens(mira, "setup.form.n1"), setup_tenants=f"{TENANT}, {other}") == {}


def test_guests_get_no_role(workspace: House_, mira: Somebody) -> None:
    administers(workspace, mira)
    with workspace.tx() as tx:
        people.learn(tx.db, tx.team, people.meet(tx, "U09GUEST", name="Gustav").id, kind="guest")
    mira.says("setup")
    wrong = hands_in(mira, opens(mira, "setup.form.n1"), setup_approvers="U02GRACE U09GUEST")
    assert "Gustav is a guest" in wrong["setup_approvers"]


def test_a_second_partner_and_its_form_do_not_mix(workspace: House_, mira: Somebody) -> None:
    administers(workspace, mira)
    mira.says("setup")
    first, new = opens(mira, "setup.form.n1"), opens(mira, "setup.form.new")
    other = "2" + TENANT[1:]
    assert (
        hands_in(
            mira,
            new,
            setup_name="Fabrikam",
            setup_tenants=other,
            setup_approvers="",
            setup_country="US",
        )
        == {}
    )
    assert hands_in(mira, first, setup_name="Contoso AG") == {}
    with workspace.tx() as tx:
        from domain import setup

        assert {p.name: p.country for p in setup.partners(tx)} == {
            "Contoso AG": "DE",
            "Fabrikam": "US",
        }
        assert people.meet(tx, "U03OTTO").has(Role.APPROVER)


def test_the_form_is_a_modal_that_slack_takes(
    workspace: House_, mira: Somebody, words: Templates
) -> None:
    administers(workspace, mira)
    mira.says("setup")
    name, data = opens(mira, "setup.form.n1")
    view = words.view(name, data)
    assert list(limits.broken(view["blocks"], most="view blocks")) == []
    View(**view).validate_json()
    first = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
    assert first["setup_tenants"]["initial_value"] == TENANT
    assert first["setup_approvers"]["initial_users"] == ["U02GRACE", "U03OTTO"]
    assert first["setup_admins_channel"]["initial_conversation"] == "C02ADMINS"
    assert "initial_value" not in first["setup_subdivision"]


def test_seed_and_setup_describe_the_same(workspace: House_, mira: Somebody, tmp_path: Any) -> None:
    administers(workspace, mira)
    mira.says("setup")
    assert hands_in(mira, opens(mira, "setup.form.n1")) == {}
    assert "Nothing was changed" in mira.words
    with workspace.store.reading() as db:
        assert (
            len(list(db.execute(select(table(Workspace)).where(table(Workspace).c.team == TEAM))))
            == 1
        )
    assert seed.ROLES

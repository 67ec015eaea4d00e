"""The terms of support in Setup: only who administers Slack, each field answers beside itself, all
in the log; Setup alone arms."""

import json
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.models.views import View
from sqlalchemy import select

from bot.rendering.render import Templates
from dialogs.inputs import FormSubmission, Origin
from domain import people
from domain.privacy import retention
from domain.questions import terms
from domain.storage.store import Store, table
from domain.tables import Audit, Outbox
from tests.bot import limits
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_setup import administers, fresh, hands_in, opens  # noqa: F401

FULL = {
    "terms_answer_hours": "4",
    "terms_nudge_hours": "1",
    "terms_opens": "8:30",
    "terms_closes": "16:00",
    "terms_country": "at",
    "terms_zone": "Europe/Vienna",
    "terms_people": "U03OTTO U07LENA",
    "terms_group": "",
    "terms_days": "14",
}


def agrees(who: Somebody, form: Any, **values: str) -> dict[str, str]:
    """What is wrong, by field."""
    filled = FormSubmission(
        (who.workspace.key(),),
        who.slack,
        "terms",
        FULL | values,
        Origin(""),
        offer=form[1]["offer"] if form else "",
    )
    return {
        slot: who.workspace.words.sentence(*part)
        for slot, part in who.workspace.take(filled, who).wrong.items()
    }


def test_nobody_but_a_slack_admin_changes_the_terms(
    workspace: Workspace, sam: Somebody, grace: Somebody
) -> None:
    for who in (sam, grace):
        assert agrees(who, None) == {}
        who.hears("setup/who_can")
    with workspace.tx() as tx:
        assert terms.of(tx) == terms.Terms()
        assert retention.days(tx) == 30
    assert "setup_changed" not in workspace.audit()


def test_by_when_people_answer_and_how_long_texts_are_kept_is_changed_in_a_form(
    workspace: Workspace, mira: Somebody, words: Templates
) -> None:
    administers(workspace, mira)
    mira.says("setup")
    form = opens(mira, "terms.form.now")
    view = words.view(*form)
    assert view["callback_id"] == "terms/form"
    assert list(limits.broken(view["blocks"], most="view blocks")) == []
    assert max(len(view["title"]["text"]), len(view["submit"]["text"])) <= 24
    View(**view).validate_json()
    first = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
    assert first["terms_answer_hours"]["initial_value"] == "8"
    assert first["terms_days"]["initial_value"] == "30"
    assert agrees(mira, form) == {}
    mira.hears("terms/saved")
    with workspace.tx() as tx:
        agreed = terms.of(tx)
        assert (agreed.answer_hours, agreed.nudge_hours, agreed.opens, agreed.closes) == (
            4,
            1,
            "08:30",
            "16:00",
        )
        assert (agreed.country, agreed.timezone, agreed.escalate_to) == (
            "AT",
            "Europe/Vienna",
            "U03OTTO,U07LENA",
        )
        assert {p.slack for p in terms.people_of(tx, agreed.escalate_to)} == {"U03OTTO", "U07LENA"}
        assert retention.days(tx) == 14
    again = opens(mira, "terms.form.now") if "terms.form.now" in mira.last.buttons else None
    assert again is None or again[1]["asked"]["form"]["people"].split() == ["U03OTTO", "U07LENA"]
    with workspace.store.reading() as db:
        log = [
            json.loads(d)
            for d in db.execute(
                select(table(Audit).c.details).where(table(Audit).c.action == "setup_changed")
            ).scalars()
        ]
    assert set(log[-1]["fields"]) == {
        "answer_hours",
        "nudge_hours",
        "opens",
        "closes",
        "support_country",
        "support_timezone",
        "escalate_to",
        "retention_days",
    }
    assert [m.to for m in workspace.sent if m.templates == ["setup/changed"]] == ["#C02ADMINS"]


def test_the_same_terms_again_change_nothing(workspace: Workspace, mira: Somebody) -> None:
    administers(workspace, mira)
    mira.says("setup")
    assert agrees(mira, opens(mira, "terms.form.now")) == {}
    mira.says("setup")
    assert agrees(mira, opens(mira, "terms.form.now")) == {}
    assert "Nothing was changed" in mira.words
    assert workspace.audit().count("setup_changed") == 1


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("terms_answer_hours", "soon", "whole number"),
        ("terms_answer_hours", "0", "1 to 200"),
        ("terms_answer_hours", "9" * 30, "1 to 200"),
        ("terms_nudge_hours", "4", "less than 4"),
        ("terms_opens", "9 o'clock", "09:00"),
        ("terms_closes", "08:00", "isn't after 08:30"),
        ("terms_country", "Austria", "two letters"),
        ("terms_zone", "Wien", "Europe/Berlin"),
        ("terms_group", "leads", "begins with S"),
        ("terms_group", "S0123ABCD", "either people or a user group"),
        ("terms_days", "0", "1 to 3650"),
        ("terms_days", "1.5", "whole number"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    workspace: Workspace, mira: Somebody, field: str, value: str, part: str
) -> None:
    administers(workspace, mira)
    mira.says("setup")
    wrong = agrees(mira, opens(mira, "terms.form.now"), **{field: value})
    assert list(wrong) == [field]
    assert part in wrong[field]
    assert "setup_changed" not in workspace.audit()


def test_a_user_group_hears_when_it_is_late(workspace: Workspace, mira: Somebody) -> None:
    administers(workspace, mira)
    mira.says("setup")
    assert (
        agrees(mira, opens(mira, "terms.form.now"), terms_people="", terms_group="S0123ABCD") == {}
    )
    with workspace.tx() as tx:
        assert terms.of(tx).escalate_to == "S0123ABCD"


def armed(store: Store) -> set[str]:
    rows = table(Outbox)
    with store.reading() as db:
        return {
            a["timer"]
            for a in db.execute(
                select(rows.c.address).where(rows.c.kind == "timer", rows.c.state == "waiting")
            ).scalars()
        }


def test_setup_alone_arms_the_digest_and_the_nightly_purge(fresh: Workspace) -> None:
    grace, sam = fresh.people["Grace"], fresh.people["Sam"]
    administers(fresh, grace)
    grace.says("hello")
    assert hands_in(grace, opens(grace, "setup.form.new")) == {}
    with fresh.tx() as tx:
        people.change(tx, people.meet(tx, sam.slack), name="Sam")
    assert {"report.digest", "review.nightly"} <= armed(fresh.store)
    grace.says("can I roll back?")
    fresh.later(days=7)
    assert [m for m in fresh.messages_to("Sam") if m.templates == ["report/figures"]]
    fresh.now += timedelta(days=40)
    fresh.send()
    assert {"report.digest", "review.nightly"} <= armed(fresh.store)

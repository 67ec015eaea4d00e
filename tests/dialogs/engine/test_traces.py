"""Why a message was understood so can be looked up afterwards, by the key of its reply or by the
reference in an apology; and no longer than what people wrote is kept."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.cli import explain
from bot.cli.erase import erase
from dialogs.engine.turn import apologise
from dialogs.inputs import Message, Origin
from domain import people
from domain.privacy import retention
from domain.storage.store import table
from domain.tables import TraceRow
from domain.tables import Workspace as WorkspaceRow
from tests.conftest import Somebody, Workspace

ASKED = "we got approved, can I roll back?"


def kept(workspace: Workspace) -> list[Any]:
    with workspace.store.reading() as db:
        return list(db.execute(select(table(TraceRow)).order_by(table(TraceRow).c.at)))


def explained(workspace: Workspace, trace: str) -> str:
    out = io.StringIO()
    assert explain.explain(workspace.store, trace, out) == 0
    return out.getvalue()


def test_the_key_of_a_reply_leads_to_what_was_heard_and_done(
    workspace: Workspace, mira: Somebody
) -> None:
    said = explained(workspace, mira.says(ASKED).last.key)
    assert f"message: {ASKED!r}" in said
    assert "can_i_roll_back (answer, irreversible)" in said
    assert "claimed: report_approved (by word_for_word, 1.00)" in said
    assert f"decision: {mira.last.decision}; said: {', '.join(mira.last.templates)}" in said


def test_each_number_has_a_name_of_its_own(workspace: Workspace, mira: Somebody) -> None:
    said = explained(workspace, mira.says("how many days will the approval take us").last.key)
    first = next(line for line in said.splitlines() if line.startswith("  approval_time"))
    for name in ("score", "needed", "share", "probability", "cosine"):
        assert re.search(rf"  {name} [01]\.\d\d", first), name


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("can I roll back?", "word_for_word"),
        ("can i roll bcak", "typo_repaired"),
        ("is this safe? tell me if it is phishing", "to_refuse"),
        ("The Agreements page is still blank", "told_instead"),
        ("have they restricted us?", "asked_instead"),
        ("https://partner.microsoft.com/dashboard/v2/invitation?id=1", "link_or_file"),
    ],
)
def test_what_decided_is_named(workspace: Workspace, mira: Somebody, text: str, by: str) -> None:
    assert f"(by {by}, " in explained(workspace, mira.says(text).last.key)


def test_what_kept_it_from_being_sure_is_named(workspace: Workspace, mira: Somebody) -> None:
    key = mira.says("looked for the agreement, nothing there").last.key
    assert "held back by" in explained(workspace, key)


def test_an_answer_to_an_open_question_has_a_trace_too(
    workspace: Workspace, mira: Somebody
) -> None:
    mira.says("I want to enroll")
    said = explained(workspace, mira.says("current").last.key)
    assert "open question: enroll.profile, answered by it" in said
    assert "enroll/ask_tenant" in said
    said = explained(workspace, mira.says("can I roll back?").last.key)
    assert "open question: enroll.tenant, not answered by it" in said


def test_a_press_leaves_no_trace(workspace: Workspace, mira: Somebody) -> None:
    mira.says("I want to enroll")
    before = len(kept(workspace))
    mira.clicks("enroll.profile.current")
    assert len(kept(workspace)) == before


def test_the_reference_in_an_apology_leads_to_the_message(workspace: Workspace) -> None:
    message = Message(("m:1",), "U01MIRA", ASKED, Origin("DU01MIRA"))
    with workspace.tx() as tx:
        apologise(workspace.assistant, tx, message, "0a1b2c3d")
    said = explained(workspace, "0a1b2c3d")
    assert f"message: {ASKED!r}" in said
    assert "can_i_roll_back (answer, irreversible)" in said
    assert "the turn broke: reference 0a1b2c3d" in said
    assert said == explained(workspace, "reply:m:1")


def test_a_trace_that_is_not_kept_is_said_to_be_none(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain.explain(workspace.store, "nothing") == 1
    assert "no trace 'nothing' is kept" in capsys.readouterr().err


def test_it_goes_when_the_texts_go(workspace: Workspace, mira: Somebody) -> None:
    mira.says(ASKED)
    workspace.now += timedelta(days=retention.DEFAULT_DAYS - 1)
    with workspace.tx() as tx:
        retention.forget_old(tx)
    assert len(kept(workspace)) == 1
    workspace.now += timedelta(days=2)
    with workspace.tx() as tx:
        retention.forget_old(tx)
    assert kept(workspace) == []


def test_it_goes_with_the_person_and_nobody_elses_names_her(
    workspace: Workspace, mira: Somebody, grace: Somebody
) -> None:
    mira.says(ASKED)
    grace.says("blarg Mira zzz")
    with workspace.tx() as tx:
        erase(tx, people.meet(tx, "U01MIRA"))
    (trace,) = kept(workspace)
    assert "Mira" not in str(trace.document)


def test_a_workspace_that_keeps_no_texts_keeps_no_traces(
    workspace: Workspace, mira: Somebody
) -> None:
    with workspace.tx() as tx:
        tx.db.execute(table(WorkspaceRow).update().values(retention_days=0))
    mira.says(ASKED)
    assert kept(workspace) == []

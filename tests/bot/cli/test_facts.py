"""`changeover facts`: what is due with the address to open, and a newer file without a release."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.cli.facts import command
from domain.knowledge import facts_in_use
from domain.knowledge.facts import FILE, BadFacts, Facts
from tests.conftest import Somebody, Workspace

NOW = datetime(2026, 12, 2, 9, tzinfo=UTC)
SHIPPED = FILE.read_text("utf-8")
OLD = "Approval is usually immediate."


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The facts of 2 December: one text differs."""
    text = SHIPPED.replace("checked_on = 2026-11-30", "checked_on = 2026-12-02", 1)
    assert OLD in text
    file = tmp_path / "december.toml"
    file.write_text(text.replace(OLD, "Approval takes two days."), "utf-8")
    return file


def test_what_is_due_is_listed_with_the_address(capsys: pytest.CaptureFixture[str]) -> None:
    facts = Facts.load()
    assert command.review(facts, {}, date(2026, 12, 20)) == 0
    said = capsys.readouterr().out
    assert said.startswith("3 due on 20 Dec 2026")
    assert "P-MPA-2026@v1: due 14 Dec 2026, checked 30 Nov 2026" in said
    assert "open: https://learn.microsoft.com/partner-center/announcements/2026-august" in said
    confirmed = {f.cited: "2026-12-19" for f in facts.due(date(2026, 12, 20))}
    command.review(facts, confirmed, date(2026, 12, 20))
    assert capsys.readouterr().out.startswith("Nothing is due on 20 Dec 2026. Next:")


def test_an_imported_file_counts_from_the_next_message_without_a_restart(
    workspace: Workspace, mira: Somebody, newer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = workspace.assistant.facts
    try:
        mira.says("hello")
        command.take_in(workspace.store, newer, NOW)
        assert "imported: december.toml" in capsys.readouterr().out
        assert facts.fact("F-APPROVAL-INSTANT").text == OLD
        mira.says("how long does approval take?").hears("answers/approval_time")
        assert facts.fact("F-APPROVAL-INSTANT").text == "Approval takes two days."
        assert "facts_imported" in workspace.audit()
    finally:
        facts.become(Facts.load())


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('who = ""', 'who = ""\nmood = "good"', "unknown key mood"),
        ("checked_on = 2026-12-02", "checked_on = 2026-12-03", "in the future"),
        ("https://learn.microsoft.com/partner-center/gdap-faq", "https://gdap.example/faq", "list"),
        ('to = "2025-09-30"', 'to = "2025-06-30"', "hole"),
        ('to = "2025-09-30"', 'to = "2025-12-31"', "overlap"),
        ('read = "page"\n', "", "read is missing"),
        ('id = "G-PRICE"', 'id = "G-PRICES"', "G-PRICE is missing"),
    ],
)
def test_a_bad_file_is_refused_and_what_ran_runs_on(
    workspace: Workspace, newer: Path, old: str, new: str, why: str
) -> None:
    text = newer.read_text("utf-8")
    assert old in text
    newer.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BadFacts) as refused:
        command.take_in(workspace.store, newer, NOW)
    assert str(refused.value).startswith("december.toml")
    assert why in str(refused.value)
    with workspace.tx() as tx:
        assert facts_in_use.current(tx.db).number == 0
    assert "facts_imported" not in workspace.audit()


def test_an_older_file_does_not_replace_a_newer_one(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "old.toml"
    file.write_text("checked_on = 2020-01-01\n", "utf-8")
    with pytest.raises(BadFacts, match="older than the facts in use"):
        command.take_in(workspace.store, file, NOW)


def test_a_file_that_cannot_be_read_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(BadFacts, match="nowhere"):
        command.take_in(workspace.store, tmp_path / "nowhere.toml", NOW)


def test_an_import_of_another_version_that_does_not_fit_breaks_no_turn(
    workspace: Workspace, mira: Somebody
) -> None:
    facts = workspace.assistant.facts
    with workspace.tx() as tx:
        facts_in_use.take(tx, "checked_on = 2027-01-01\n", "strange.toml")
    try:
        mira.says("how long does approval take?").hears("answers/approval_time")
        assert facts.fact("F-APPROVAL-INSTANT").text == OLD
    finally:
        facts.number = 0

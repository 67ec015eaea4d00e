"""`changeover thresholds`: what counts in each workspace, and the way back."""

from pathlib import Path

import pytest
from sqlalchemy import insert

from bot import schema
from bot.__main__ import main
from bot.cli import seed, thresholds
from dialogs.nlu.model_store import shipped_thresholds
from dialogs.review import thresholds as monthly
from domain.knowledge import calibration
from domain.storage.store import Store, table
from domain.tables import JudgedReading
from tests.conftest import DESCRIPTION, KEY, NOON, TEAM, Workspace, emptied
from tests.dialogs.calibration.test_thresholds import (
    OTHER_TEAM,
    fill,
    filled,
    learned,
    other_workspace,
)

LEAST = shipped_thresholds()["harmless"]


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_it_shows_what_counts_and_sets_it_back_in_one_workspace(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other_workspace(workspace, tmp_path)
    filled(workspace, 60, 30)
    now = learned(workspace)["harmless"]
    with workspace.store.turn(OTHER_TEAM, workspace.now) as tx:
        fill(tx, 60, 30)
        monthly.monthly(tx, "", {})
    thresholds.of_workspaces(workspace.store, "", NOON, reset=False)
    lines = said(capsys)
    assert f"shipped: harmless {LEAST:.2f}" in lines
    for team in (TEAM, OTHER_TEAM):
        assert f"{team}: harmless {now:.2f}, looked at in 2026-11, 60 judged" in lines
        assert f"{team}: irreversible shipped, looked at in 2026-11, 0 judged" in lines
    thresholds.of_workspaces(workspace.store, TEAM, NOON, reset=True)
    assert said(capsys) == [f"{TEAM}: set back until next month"]
    thresholds.of_workspaces(workspace.store, "", NOON, reset=True)
    assert said(capsys) == [
        f"{TEAM}: the shipped ones count already",
        f"{OTHER_TEAM}: set back until next month",
    ]
    assert workspace.audit().count(calibration.SET_BACK) == 2


def test_a_workspace_that_is_not_there_is_named_and_nothing_is_set_back(
    workspace: Workspace,
) -> None:
    filled(workspace, 60, 30)
    before = learned(workspace)
    with pytest.raises(thresholds.NoSuchWorkspace, match=f"'T404'; there are: {TEAM}"):
        thresholds.of_workspaces(workspace.store, "T404", NOON, reset=True)
    with workspace.tx() as tx:
        assert calibration.own(tx) == before


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the command line, on a database that was migrated."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/house.db")
    assert main(["migrate"]) == 0
    described = tmp_path / "contoso.toml"
    described.write_text(DESCRIPTION, "utf-8")
    assert main(["seed", str(described)]) == 0
    said(capsys)
    assert main(["thresholds", "--team", TEAM]) == 0
    assert said(capsys)[-1] == f"{TEAM}: the shipped ones; nothing was learned from use yet"
    assert main(["thresholds", "--team", "T404"]) == 1


@pytest.mark.postgres
def test_it_learns_on_postgresql_too_and_leaves_out_what_is_no_number(
    pg_url: str, tmp_path: Path
) -> None:
    emptied(pg_url)
    store = Store(pg_url, KEY)
    try:
        schema.upgrade(store)
        path = tmp_path / "contoso.toml"
        path.write_text(DESCRIPTION, "utf-8")
        with store.turn(TEAM, NOON) as tx:
            seed.plant(tx, seed.read(path))
            fill(tx, 60, 30)
            fill(tx, 60, 30)
            bad = {"id": "bad", "share": float("nan"), "is_right": False, "at": tx.at}
            same = {"team": TEAM, "person": "p", "entry": "x", "risk": "harmless"}
            tx.db.execute(insert(table(JudgedReading)), same | bad | {"source": "press"})
        with store.turn(TEAM, NOON) as tx:
            assert len(calibration.judged(tx, "harmless")) == 60
            monthly.monthly(tx, "", {})
            assert calibration.own(tx)["harmless"] == pytest.approx(LEAST + calibration.STEP)
            assert calibration.set_back(tx, "clock")
            calibration.forget_person(tx, "p")
            assert calibration.judged(tx, "harmless") == []
    finally:
        store.close()

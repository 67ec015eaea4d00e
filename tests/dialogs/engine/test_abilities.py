"""What an ability declares: a mistake in it stops the start, and names the file and the hook."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dialogs.assistant import ABILITIES
from dialogs.engine.abilities import load
from dialogs.engine.context import Ability, Slots, Turn
from dialogs.yaml_file import BadFile

STATUS = "dialogs/status/__init__.py"


def planted(name: str, **changes: object) -> tuple[Ability, ...]:
    """All abilities, one of them with something else declared."""
    return tuple(
        replace(a, **changes) if a.name == name else a  # type: ignore[arg-type]
        for a in ABILITIES
    )


def status() -> Ability:
    return next(a for a in ABILITIES if a.name == "status")


def action_show_statsu(_: Turn, __: Slots) -> None: ...


def action_ask_colour(_: Turn, __: Slots) -> None: ...


def validate_share_inn(_: Turn, __: Slots) -> None: ...


def action_form_staus(_: Turn, __: Slots) -> None: ...


@pytest.mark.parametrize(
    "action", [action_show_statsu, action_ask_colour, validate_share_inn, action_form_staus]
)
def test_a_misspelt_action_stops_the_start_and_is_named(action: object) -> None:
    with pytest.raises(BadFile) as bad:
        load(planted("status", actions=(*status().actions, action)), relearn=False)
    assert STATUS in str(bad.value)
    assert action.__name__ in str(bad.value)  # type: ignore[attr-defined]


def test_an_action_declared_twice_stops_the_start() -> None:
    with pytest.raises(BadFile, match="there is an action 'action_show_status' already") as bad:
        load(planted("terms", actions=status().actions), relearn=False)
    assert "dialogs/terms/__init__.py" in str(bad.value)


def test_an_action_that_is_not_declared_stops_the_start() -> None:
    with pytest.raises(BadFile, match=r"status/flow\.yml:\d+: there is no action"):
        load(planted("status", actions=()), relearn=False)


def test_a_flow_of_an_ability_that_is_not_declared_stops_the_start() -> None:
    without = tuple(replace(a, name="staus") if a.name == "status" else a for a in ABILITIES)
    with pytest.raises(BadFile, match=r"status/flow\.yml:1: no ability 'status' is declared"):
        load(without, relearn=False)


def test_a_slash_word_for_an_intent_that_does_not_exist_stops_the_start() -> None:
    with pytest.raises(BadFile, match="'where_am_i' for the slash word 'status'") as bad:
        load(planted("status", slash_words={"status": "where_am_i"}), relearn=False)
    assert STATUS in str(bad.value)


def test_a_slash_word_declared_twice_stops_the_start() -> None:
    with pytest.raises(BadFile, match="there is a slash word 'enroll' already") as bad:
        load(planted("status", slash_words={"enroll": "where_are_we"}), relearn=False)
    assert STATUS in str(bad.value)


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("timers=(timers.overdue,)", "timerz=(timers.overdue,)", "timerz"),
        ("timers.overdue", "timers.overdeu", "overdeu"),
        ("actions.action_note_outcome,", "actions.action_note_outcmoe,", "action_note_outcmoe"),
    ],
)
def test_a_misspelt_hook_stops_the_command_and_is_named(
    tmp_path: Path, right: str, wrong: str, named: str
) -> None:
    for room in ("bot", "dialogs", "domain"):
        shutil.copytree(room, tmp_path / room, ignore=shutil.ignore_patterns("nlu*.*"))
    declared = tmp_path / "dialogs" / "enroll" / "__init__.py"
    text = declared.read_text("utf-8")
    assert text.count(right) == 1
    declared.write_text(text.replace(right, wrong), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        cwd=tmp_path,
        env={"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert str(declared) in done.stderr
    assert named in done.stderr.splitlines()[-1]

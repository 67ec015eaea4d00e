"""A workspace's own answer leaves as the two files of a built-in one, and nothing in it comes
alive."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.cli import export_answer
from bot.rendering.render import Templates
from dialogs import yaml_file
from dialogs.engine.context import Assistant
from dialogs.phrases_file import phrases_of
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_knowledge import SAID, TEXT, live, olga

__all__ = ["olga"]
HOSTILE = '{{ 7 * 7 }} {% raw %}"\\ #}{# \n# Head\n[a](help.start.now) <!channel> é 😀 \x1f'


def test_the_two_files_of_an_answer(
    sam: Somebody, olga: Somebody, workspace: Workspace, assistant: Assistant, tmp_path: Path
) -> None:
    live(sam, olga, rests_on="F-API-LOSS")
    paths = export_answer.written(workspace.store, "fax_number_for_orders", "", tmp_path)
    assert [p.name for p in paths] == ["fax_number_for_orders.yml", "fax_number_for_orders.j2"]
    file = yaml_file.load(paths[0])
    assert set(phrases_of(file)["fax_number_for_orders"]) == set(SAID)
    assert (file["risk"], file["facts"]) == ("harmless", ["F-API-LOSS"])
    shutil.copytree("templates", tmp_path / "words")
    shutil.copy(paths[1], tmp_path / "words/answers")
    said = Templates(assistant.facts, tmp_path / "words").message(
        [("answers/fax_number_for_orders", {"today": "2026-11-24"})]
    )
    assert TEXT in said.text
    assert said.facts == ["F-API-LOSS"]
    with pytest.raises(export_answer.NoSuchAnswer):
        export_answer.written(workspace.store, "never", "", tmp_path)
    with pytest.raises(export_answer.AnswerFileExists):
        export_answer.written(workspace.store, "fax_number_for_orders", "T01", tmp_path)


def test_what_is_exported_stays_dead_text(
    words: Templates, assistant: Assistant, tmp_path: Path
) -> None:
    row: Any = SimpleNamespace(
        name="x", title=HOSTILE, text=HOSTILE, facts=["F-API-LOSS"], source=HOSTILE, risk="harmless"
    )
    shutil.copytree("templates", tmp_path / "words")
    (tmp_path / "words/answers/x.j2").write_text(export_answer.words_of(row), "utf-8")
    said = Templates(assistant.facts, tmp_path / "words").message(
        [("answers/x", {"today": "2026-11-24"})]
    )
    assert [b["type"] for b in said.blocks[:1]] == ["section"]
    assert said.blocks[0]["text"]["type"] == "plain_text"
    assert "{{ 7 * 7 }}" in said.text
    assert "😀" in said.text
    assert "49" not in said.text
    path = tmp_path / "x.yml"
    path.write_text(export_answer.data_of(row, [HOSTILE, "- x"]), "utf-8")
    assert len(phrases_of(yaml_file.load(path))["x"]) == 2

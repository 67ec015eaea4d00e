"""flow.yml: what the loader refuses, with file and line; and that a deploy does not shift an open
conversation."""

from pathlib import Path

import pytest

from dialogs.assistant import ABILITIES
from dialogs.engine import abilities
from dialogs.engine.flow_format import END, Condition, Flow, load_flows
from dialogs.yaml_file import BadFile
from tests.conftest import Somebody, Workspace

GOOD = """slots:
  colour: {type: categorical, values: [red, blue]}
  note: {type: text}
flows:
  paint:
    description: Paint it.
    steps:
    - collect: colour
      next:
      - if: slots.colour is "red"
        then: note
      - else: END
    - collect: note
"""


def load_flow(tmp_path: Path, text: str) -> Flow:
    (tmp_path / "paint").mkdir(exist_ok=True)
    (tmp_path / "paint" / "flow.yml").write_text(text, "utf-8")
    return load_flows(tmp_path)["paint"]


def test_a_flow_is_read_as_written(tmp_path: Path) -> None:
    flow = load_flow(tmp_path, GOOD)
    assert (flow.start, list(flow.steps)) == ("colour", ["colour", "note"])
    assert [b.then for b in flow.steps["colour"].branches] == ["note", END]
    assert flow.utters == ["paint/ask_colour", "paint/ask_note"]


def test_a_step_that_is_added_moves_the_numbers_of_those_after_it(tmp_path: Path) -> None:
    first, last = "    - collect: colour\n", "    - collect: note\n"
    counted = "      numbered: true\n"
    before = load_flow(tmp_path, GOOD.replace(last, last + counted))
    assert (before.number_of("colour"), before.number_of("note")) == ({}, {"step": 1, "steps": 1})
    both = GOOD.replace(last, last + counted).replace(first, first + counted)
    after = load_flow(tmp_path, both)
    assert (after.number_of("colour"), after.number_of("note")) == (
        {"step": 1, "steps": 2},
        {"step": 2, "steps": 2},
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        (
            "    - collect: note",
            "    - id: note\n      link: paint\n      numbered: true",
            13,
            "only a collect",
        ),
        ("description: Paint it.", "descripton: Paint it.", 6, "unknown property 'descripton'"),
        ("    - collect: note", "    - id: note\n      collect: nota", 13, "unknown slot 'nota'"),
        ("then: note", "then: nowhere", 8, "unknown target 'nowhere'"),
        (
            "      - else: END",
            "      - if: slots.note is null\n        then: END",
            8,
            "must be an `else`",
        ),
        ('slots.colour is "red"', 'slots.colour is "green"', 10, "never is 'green'"),
        ('slots.colour is "red"', 'slots.size is "red"', 10, "unknown slot 'size'"),
        (
            'slots.colour is "red"',
            'slots.colour is "red" and slots.note',
            10,
            "cannot read the condition",
        ),
        ("then: note", "then: END", 13, "leads to the step 'note'"),
        (
            "    - collect: note",
            "    - collect: note\n      action: action_x",
            13,
            "exactly one of",
        ),
        ("    - collect: note", "    - noop: true", 13, "needs an `id`"),
        (
            "    - collect: note",
            "    - id: note\n      link: nirvana",
            13,
            "unknown flow 'nirvana'",
        ),
        (
            "    - collect: note",
            "    - collect: note\n    - id: note\n      noop: true",
            14,
            "are called 'note'",
        ),
        ("{type: text}", "{type: essay}", 3, "needs a type"),
        ("{type: categorical, values: [red, blue]}", "{type: categorical}", 2, "needs its values"),
        ("flows:", "flow:", 1, "unknown property 'flow'"),
        ("    steps:", "    if: slots.size\n    steps:", 6, "unknown slot 'size'"),
        (
            "description: Paint it.",
            "description: Paint it.\n    description: Twice.",
            7,
            "stands here twice",
        ),
        ("  colour:", "  colour: [", 2, ""),
    ],
)
def test_a_broken_flow_is_refused_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, why: str
) -> None:
    with pytest.raises(BadFile) as bad:
        load_flow(tmp_path, GOOD.replace(old, new, 1))
    assert "paint/flow.yml:" in str(bad.value)
    assert why in str(bad.value)
    if why:
        assert f"paint/flow.yml:{line}: " in str(bad.value), bad.value


def test_conditions_compare_one_slot_with_one_constant() -> None:
    assert Condition("x", "red", negated=False).holds({"x": "red"})
    assert Condition("x", None, negated=False).holds({})
    assert Condition("x", None, negated=True).holds({"x": "red"})


def test_an_unknown_action_or_intent_stops_the_start(tmp_path: Path) -> None:
    import shutil

    for file, old, new, why in (
        (
            "status/flow.yml",
            "action_show_status",
            "action_show_nothing",
            r"status/flow\.yml:12: there is no action 'action_show_nothing'",
        ),
        (
            "status/flow.yml",
            "where_are_we",
            "where_am_i",
            r"there are no phrases for the intent 'where_am_i'|no flow starts with",
        ),
        (
            "answers/approval_time.yml",
            "F-APPROVAL-INSTANT",
            "F-NEVER",
            r"answers/approval_time\.yml:1: there is no fact 'F-NEVER'",
        ),
        (
            "answers/approval_time.yml",
            "risk: deadline",
            "risk: none",
            r"answers/approval_time\.yml:1: risk is one of",
        ),
        (
            "help/phrases.yml",
            "    - help",
            "    help",
            r"help/phrases\.yml:2: the examples of 'help'",
        ),
    ):
        root = tmp_path / str(abs(hash((file, new))))
        shutil.copytree("dialogs", root, ignore=shutil.ignore_patterns("__pycache__"))
        path = root / file
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
        with pytest.raises(BadFile, match=why):
            abilities.load(ABILITIES, root)


def test_a_step_that_a_deploy_took_away_does_not_lose_the_conversation(
    mira: Somebody, workspace: Workspace
) -> None:
    from sqlalchemy import select, update

    from domain.storage.store import table
    from domain.tables import ConversationRow

    mira.says("I want to enroll").says("yes").hears("enroll/ask_tenant")
    rows = table(ConversationRow)
    with workspace.store.writing() as db:
        state = db.execute(select(rows.c.state)).scalar()
        state["frames"][0]["step"] = "a_step_of_the_last_release"
        db.execute(update(rows).values(state=state))
    mira.clicks("enroll.tenant.this").hears("enroll/ask_standing")

"""Slack's limits as a table (docs/architecture.md), and what a payload breaks of them. slackblocks
is the second opinion in the tests."""

from collections.abc import Iterator
from typing import Any

import slackblocks._limits as oracle

# name -> (our limit, where slackblocks keeps its own, None where it has none)
LIMITS: dict[str, tuple[int, str | None]] = {
    "message blocks": (50, "MESSAGE_BLOCKS_MAX_ITEMS"),
    "view blocks": (100, None),
    "message text": (4_000, None),
    "all blocks": (12_000, None),
    "section text": (3_000, "TEXT_MAX_LENGTH"),
    "header text": (150, None),
    "context elements": (10, None),
    "actions elements": (25, None),
    "button text": (75, "BUTTON_TEXT_MAX_LENGTH"),
    "button value": (2_000, "BUTTON_VALUE_MAX_LENGTH"),
    "action_id": (255, "ACTION_ID_MAX_LENGTH"),
    "block_id": (255, "BLOCK_ID_MAX_LENGTH"),
    "option text": (75, "OPTION_TEXT_MAX_LENGTH"),
    "option value": (150, "OPTION_VALUE_MAX_LENGTH"),
    "table rows": (100, "TABLE_ROWS_MAX_ITEMS"),
    "table columns": (20, "TABLE_COLUMNS_MAX_ITEMS"),
    "select options": (100, "SELECT_OPTIONS_MAX_ITEMS"),
    "radio options": (10, None),
    "plan tasks": (50, None),
    "plan text": (150, None),
    "input label": (2_000, None),
    "view title": (24, None),
    "private_metadata": (3_000, None),
}


def limit(name: str) -> int:
    return LIMITS[name][0]


def oracle_disagrees() -> Iterator[str]:
    """Where the table and slackblocks' own registry differ."""
    for name, (ours, theirs) in LIMITS.items():
        if theirs is not None and hasattr(oracle, theirs) and getattr(oracle, theirs) != ours:
            yield f"{name}: {ours} here, {getattr(oracle, theirs)} in slackblocks"


def broken(
    blocks: list[dict[str, Any]], text: str = "x", most: str = "message blocks"
) -> Iterator[str]:
    """Each limit that a payload breaks, unique action_ids and empty texts included."""
    yield from _over("message text", len(text))
    yield from _over(most, len(blocks))
    yield from _over("all blocks", sum(len(t) for b in blocks for t in _texts(b)))
    if not text.strip():
        yield "empty fallback text"
    actions = [
        e["action_id"]
        for b in blocks
        for e in [*b.get("elements", []), b.get("element", {})]
        if "action_id" in e
    ]
    if len(set(actions)) != len(actions):
        yield f"action_id twice: {actions}"
    for block in blocks:
        yield from _block(block)


def _block(block: dict[str, Any]) -> Iterator[str]:
    kind = block["type"]
    for text in _texts(block):
        if not text.strip():
            yield f"empty text in {kind}"
        yield from _over("header text" if kind == "header" else "section text", len(text))
    if kind == "context":
        yield from _over("context elements", len(block["elements"]))
    if kind == "actions":
        yield from _over("actions elements", len(block["elements"]))
        for element in block["elements"]:
            yield from _over("button text", len(element["text"]["text"]))
            yield from _over("button value", len(element["value"]))
            yield from _over("action_id", len(element["action_id"]))
    if kind == "table":
        yield from _over("table rows", len(block["rows"]))
        yield from _over("table columns", max(map(len, block["rows"])))
    if kind == "plan":
        yield from _over("plan tasks", len(block["tasks"]))
        for text in [block["title"], *(task["title"] for task in block["tasks"])]:
            yield from _over("plan text", len(text))
        if len({task["task_id"] for task in block["tasks"]}) != len(block["tasks"]):
            yield "a task_id twice"
    if kind == "input":
        yield from _over("input label", len(block["label"]["text"]))
        yield from _over("block_id", len(block["block_id"]))
        options = block["element"].get("options", [])
        yield from _over(
            "radio options" if block["element"]["type"] == "radio_buttons" else "select options",
            len(options),
        )
        for option in options:
            yield from _over("option text", len(option["text"]["text"]))
            yield from _over("option value", len(option["value"]))


def _texts(block: dict[str, Any]) -> list[str]:
    found = [block["text"]] if "text" in block else []
    found += block["elements"] if block["type"] == "context" else []
    found += [cell for row in block.get("rows", []) for cell in row]
    found += [{"text": block["title"]}] if block["type"] == "plan" else []
    for task in block.get("tasks", []):
        said = task.get("details", {}).get("elements", [])
        found += [{"text": task["title"]}, *(text for row in said for text in row["elements"])]
    return [t["text"] for t in found]


def _over(name: str, size: int) -> Iterator[str]:
    if size > limit(name):
        yield f"{name}: {size} > {limit(name)}"

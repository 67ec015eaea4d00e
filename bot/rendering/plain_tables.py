"""Templates for a Slack without table blocks, such as the one of the demo: each row becomes a
paragraph."""

from dataclasses import replace
from typing import Any

from bot.rendering import block_kit
from bot.rendering.block_kit import Block
from bot.rendering.outside import escaped
from bot.rendering.render import Part, Rendered, Templates


class PlainTemplates(Templates):
    """All templates, without tables."""

    def message(self, parts: list[Part]) -> Rendered:
        said = super().message(parts)
        return replace(
            said, blocks=[plain for block in said.blocks for plain in without_table(block)]
        )


def without_table(block: Block) -> list[Block]:
    """A table's rows as sections: the first cell in bold, the others under it, each after the head
    of its column."""
    if block["type"] != "table":
        return [block]
    head, *rows = [
        [escaped(" ".join(str(cell["text"]).split())) for cell in row] for row in block["rows"]
    ]
    return [block_kit.section(_row(head, row)) for row in rows]


def _row(head: list[str], row: list[str]) -> str:
    """One row. Mark-up signs are removed from a name; other text stays on the line of its
    column."""
    name: Any = row[0].translate({ord(sign): None for sign in "*_~`"})
    return "\n".join(
        [f"*{name}*", *(f"{title}: {cell}" for title, cell in zip(head[1:], row[1:], strict=True))]
    )

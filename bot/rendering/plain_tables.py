"""Templates for a Slack without the newer blocks, such as the one of the demo: each row of a table
becomes a paragraph, a plan a paragraph too."""

from dataclasses import replace

from bot.rendering import block_kit
from bot.rendering.block_kit import Block
from bot.rendering.outside import escaped
from bot.rendering.render import Part, Rendered, Templates

MARKS = {
    "complete": ":white_check_mark:",
    "in_progress": ":large_blue_circle:",
    "pending": ":white_circle:",
}


class PlainTemplates(Templates):
    """All templates, without tables and plans."""

    def message(self, parts: list[Part]) -> Rendered:
        said = super().message(parts)
        return replace(
            said,
            blocks=[
                plain for block in without_plans(said.blocks) for plain in without_table(block)
            ],
        )


def has_plan(blocks: list[Block]) -> bool:
    return any(block["type"] == "plan" for block in blocks)


def without_plans(blocks: list[Block]) -> list[Block]:
    """The blocks with sections in place of plans."""
    return [plain for block in blocks for plain in _without_plan(block)]


def _without_plan(block: Block) -> list[Block]:
    """Its title in bold, then a line for each task: how far, its title, what is said of it, its
    pages."""
    if block["type"] != "plan":
        return [block]
    tasks = [_task(task) for task in block["tasks"]]
    title = f"*{_unmarked(escaped(block['title']))}*"
    return [
        block_kit.section(title),
        *(block_kit.section("\n".join(tasks[n : n + 5])) for n in range(0, len(tasks), 5)),
    ]


def _task(task: Block) -> str:
    title = f"{MARKS[task['status']]} *{_unmarked(escaped(task['title']))}*"
    pages = [f"<{escaped(s['url'])}|{escaped(s['text'])}>" for s in task.get("sources", ())]
    return " · ".join([title, *map(escaped, block_kit.words_of(task)), *pages])


def _unmarked(text: str) -> str:
    """Without the signs of mark-up, so that it can be shown in bold."""
    return text.translate({ord(sign): None for sign in "*_~`"})


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
    return "\n".join(
        [
            f"*{_unmarked(row[0])}*",
            *(f"{title}: {cell}" for title, cell in zip(head[1:], row[1:], strict=True)),
        ]
    )

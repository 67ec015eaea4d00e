"""The demo's Slack shows `[table]` where a table stands: there its rows are paragraphs."""

from bot.rendering.plain_tables import PlainTemplates, without_plans
from dialogs.engine.context import Assistant
from tests.bot import limits
from tests.bot.rendering.test_words import cases, data


def test_providers_side_by_side_can_be_read_where_no_table_is_known(assistant: Assistant) -> None:
    said = PlainTemplates(assistant.facts).message(
        [("provider/comparison", data("provider/comparison", next(cases()), "Fabrikam <x>"))]
    )
    assert "table" not in {b["type"] for b in said.blocks}
    assert any(
        "*Fabrikam &lt;x&gt;*\nStatus:" in b["text"]["text"]
        for b in said.blocks
        if b["type"] == "section"
    )
    assert list(limits.broken(said.blocks, said.text)) == []


def test_nothing_in_a_plan_becomes_alive_in_its_sections() -> None:
    said = "<!channel> *bold*\n> quoted <https://evil.example|x> & more"
    details = {"type": "rich_text", "elements": [{"elements": [{"type": "text", "text": said}]}]}
    task = {"task_id": "a", "title": said, "status": "complete", "details": details}
    title, tasks = without_plans([{"type": "plan", "title": said, "tasks": [task]}])
    for block in (title, tasks):
        text = block["text"]["text"]
        assert "<" not in text and "\n" not in text and block["text"]["verbatim"]

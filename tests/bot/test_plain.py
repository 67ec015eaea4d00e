"""The demo's Slack shows `[table]` where a table stands: there its rows are paragraphs."""

from bot.plain import PlainWords
from dialogs.house import House
from tests.bot import limits
from tests.bot.test_words import cases, data


def test_providers_side_by_side_can_be_read_where_no_table_is_known(house: House) -> None:
    said = PlainWords(house.facts).message([("provider/comparison", data("provider/comparison", next(cases()), "Fabrikam <x>"))])
    assert "table" not in {b["type"] for b in said.blocks}
    assert any("*Fabrikam &lt;x&gt;*\nWhere it stands:" in b["text"]["text"] for b in said.blocks if b["type"] == "section")
    assert list(limits.broken(said.blocks, said.text)) == []

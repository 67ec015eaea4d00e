"""A question that returns after something else is one line, with the same buttons."""

from itertools import islice

import pytest

from bot.rendering.render import Templates
from dialogs.engine.context import Assistant
from tests.bot.rendering.test_words import TEMPLATES, buttons, cases, data
from tests.loops import for_each

ABILITIES = (
    "agreement away customer customer_change enroll invitation provider reseller standing support "
    "transfer withdraw"
).split()
# A draft is shown again as it is, for "yes" sends what was read.
SHOWN_WHOLE = ("support/ask_send",)
QUESTIONS = [
    name
    for name in TEMPLATES
    if "/ask_" in name and name.partition("/")[0] in ABILITIES and name not in SHOWN_WHOLE
]
BOTH = [{}, {"told": False, "straddles": False, "options": [], "last": "", "outcome": "in_list"}]


@for_each("name", QUESTIONS)
def test_a_question_that_returns_is_one_line_with_its_buttons(words: Templates, name: str) -> None:
    for here, more in ((here, more) for here in islice(cases(), 6) for more in BOTH):
        usual = {"told": False, "straddles": False} | data(name, here) | more
        long = words.message([(name, usual)])
        short = words.message([(name, usual | {"again": True})])
        said = [block for block in short.blocks if block["type"] != "actions"]
        assert [block["type"] for block in said] == ["section"], "one line, no small print"
        assert "\n" not in short.text
        assert short.text.startswith("Back to my question: ")
        assert short.text[-1] in "?."
        assert len(short.text) <= 150
        assert short.facts == []
        assert [(b["action_id"], b["text"]["text"]) for b in buttons(short.blocks)] == [
            (b["action_id"], b["text"]["text"]) for b in buttons(long.blocks)
        ]


def test_a_numbered_question_returns_with_its_number(
    words: Templates, assistant: Assistant
) -> None:
    here = next(cases())
    for flow in assistant.flows.values():
        for slot in flow.collects:
            name, number = f"{flow.ability}/ask_{slot}", flow.number_of(slot)
            if number:
                usual = data(name, here) | {"told": False, "straddles": False, "again": True}
                said = words.message([(name, usual | number)]).text
                assert said.startswith(f"Back to step {number['step']} of {number['steps']}: ")


@pytest.mark.parametrize("name", ["enroll/ask_profile", "customer/ask_consent"])
def test_a_question_that_was_not_asked_before_is_explained(words: Templates, name: str) -> None:
    here = next(cases())
    assert words.message([(name, data(name, here) | {"again": False})]) == words.message(
        [(name, data(name, here))]
    )
    assert "Back to" not in words.message([(name, data(name, here))]).text

"""Supporters write notes to each other below a card. None of them reaches the asker."""

import pytest

from dialogs.support.supporter import for_asker
from tests.dialogs.abilities.test_support import SUPPORT, Desk

NOTES = [
    "note: check with legal first",
    "Note: check with legal first",
    "NOTE : check with legal first",
    "*note:* check with legal first",
    "internal: check with legal first",
    "Internal note: check with legal first",
    ">> check with legal first",
    "> > check with legal first",
    "// check with legal first",
    "\n  note: check with legal first\nand with finance",
]


@pytest.mark.parametrize("text", NOTES)
def test_a_note_does_not_reach_the_asker(desk: Desk, text: str) -> None:
    card = desk.asks(desk.mira)
    before = len(desk.workspace.messages_to("Mira"))
    desk.answers(desk.sam, card, text)
    assert len(desk.workspace.messages_to("Mira")) == before
    assert desk.state(card) == "Open"
    assert desk.told(card) == []


@pytest.mark.parametrize("text", NOTES)
def test_a_note_below_an_answer_stays_and_the_supporter_is_told(desk: Desk, text: str) -> None:
    card = desk.asks(desk.mira)
    link = "https://evil.example/legal"
    desk.answers(desk.sam, card, f"Yes, it may.\n{text} {link}", raw=f"Yes.\n{text} <{link}>")
    said = desk.mira.last
    assert "Yes, it may." in said.words
    assert "legal" not in str(said.parts)
    assert "note_stays" in desk.told(card)


def test_an_answer_edited_into_a_note_is_taken_back(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    ts = desk.answers(desk.sam, card, "Yes.")
    desk.edits(desk.sam, SUPPORT, card.ts, ts, "note: not sure yet")
    assert desk.workspace.messages_to("Mira")[-1].templates == ["support/taken_back"]
    ts = desk.answers(desk.sam, card, "Yes.")
    desk.edits(desk.sam, SUPPORT, card.ts, ts, "Yes, surely.\nnote: not sure yet")
    assert "not sure" not in desk.workspace.messages_to("Mira")[-1].words


@pytest.mark.parametrize(
    "text",
    [
        "Please note: the contract ends in March.",
        "Take note that it ends.",
        "notebook: yes",
        "> may it keep it?\nYes.",
        "The internal: external ratio",
    ],
)
def test_what_only_speaks_of_notes_goes_to_the_asker(text: str) -> None:
    assert for_asker(text) == text


def test_the_card_says_how_a_note_begins(desk: Desk) -> None:
    assert "note:" in desk.asks(desk.mira).words

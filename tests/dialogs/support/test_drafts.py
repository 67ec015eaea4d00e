"""A draft to support takes only what is added on purpose, and only a clear word sends it."""

import pytest

from domain.storage import outbox
from tests.conftest import Somebody
from tests.dialogs.abilities.test_support import Desk

ASKED = "Does our old support contract cover the tenant we close?"


def drafts(desk: Desk, text: str = ASKED) -> Somebody:
    desk.mira.says("I want to talk to a person").hears("support/ask_words")
    return desk.mira.says(text).hears("support/ask_send")


# what must never happen


@pytest.mark.parametrize(
    "line",
    [
        "Ingram Micro",
        "their support is 9 to 5, german only",
        "the blue form on the third page",
        "who pays for the coffee machine in the lobby?",
        "wobble gnarl",
        "Nuestro cliente no quiere firmar el contrato nuevo",
    ],
)
def test_a_line_that_nobody_asked_to_add_is_not_sent(desk: Desk, line: str) -> None:
    drafts(desk).says(line).hears("support/not_added", "support/ask_send")
    desk.mira.clicks("support.send.send").hears("support/handed_over")
    (card,) = desk.cards()
    assert ASKED in card.words
    assert line not in card.words


@pytest.mark.parametrize("word", ["yes", "ok", "sure", "go ahead", "yes please", "yep"])
def test_yes_after_something_else_sends_nothing(desk: Desk, word: str) -> None:
    drafts(desk).says("can I roll back?").says(word)
    assert desk.cards() == []


@pytest.mark.parametrize("word", ["yes", "ok", "go ahead"])
def test_yes_below_a_line_that_was_not_added_sends_nothing(desk: Desk, word: str) -> None:
    drafts(desk).says("Ingram Micro").hears("support/not_added", "support/ask_send")
    desk.mira.says(word).hears("support/ask_send")
    assert desk.cards() == []
    desk.mira.says(word).hears("support/handed_over")
    assert "Ingram Micro" not in desk.cards()[0].words


def test_yes_below_a_notice_that_came_in_between_sends_nothing(desk: Desk) -> None:
    drafts(desk)
    with desk.workspace.tx() as tx:
        from domain import people

        mira = people.meet(tx, "U01MIRA")
        said = {"today": "2026-11-24", "name": "Mira", "partner": "", "slots": {}}
        parts = [("repair/undelivered", said)]
        outbox.tell(tx, outbox.to_person(mira.id), parts, key="notice")
    desk.workspace.send()
    assert desk.mira.last.templates == ["repair/undelivered"]
    desk.mira.says("yes").hears("support/ask_send")
    assert desk.cards() == []


def test_yes_in_a_channel_does_not_send_a_draft_of_the_direct_messages(desk: Desk) -> None:
    drafts(desk).says("yes", channel="C03GENERAL", thread="17.1")
    assert desk.cards() == []


@pytest.mark.parametrize("word", ["thats it", "that's all", "That is everything.", "nothing else"])
def test_thats_it_is_no_line_of_the_question(desk: Desk, word: str) -> None:
    drafts(desk).says(word).hears("support/ask_send").says("yes").hears("support/handed_over")
    assert word not in desk.cards()[0].words


def test_a_line_of_ten_minutes_ago_is_not_put_into_a_draft(desk: Desk) -> None:
    desk.mira.says("blorf fleeg snurgle").hears("repair/not_understood")
    desk.workspace.later(minutes=10)
    desk.mira.says("blorf gnarl wibble").hears("support/ask_send")
    assert "blorf gnarl wibble" in desk.mira.words
    assert "blorf fleeg snurgle" not in desk.mira.words


# how it goes


def test_an_understood_question_closes_the_draft_and_it_can_be_shown_again(desk: Desk) -> None:
    drafts(desk).says("where are we?").hears("support/draft_closed", "status/where_we_are")
    assert "enroll.start.now" in desk.mira.last.buttons
    desk.mira.says("yes").hears("repair/nothing_open")
    desk.mira.clicks("support.send.show").hears("support/ask_send")
    assert ASKED in desk.mira.words
    desk.mira.says("yes").hears("support/handed_over")


def test_the_dialog_below_goes_on_when_the_draft_is_closed(desk: Desk) -> None:
    desk.mira.says("I want to enroll").hears("enroll/ask_profile")
    drafts(desk).says("can I roll back?").hears(
        "support/draft_closed", "answers/can_i_roll_back", "enroll/ask_profile"
    )
    desk.mira.says("yes").hears("enroll/ask_tenant")


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("add: we close it in March", "we close it in March"),
        ("also ask who signs for it", "who signs for it"),
        ("and please add that we close it in March", "we close it in March"),
        ("yes and also ask whether it ends earlier", "whether it ends earlier"),
    ],
)
def test_what_is_added_in_words_is_added_and_shown_and_not_sent(
    desk: Desk, said: str, line: str
) -> None:
    drafts(desk).says(said).hears("support/ask_send")
    assert line in desk.mira.words
    assert desk.cards() == []
    desk.mira.says("send it").hears("support/handed_over")
    assert line in desk.cards()[0].words


@pytest.mark.parametrize(
    "said", ["add another one", "I want to add something", "add one more line"]
)
def test_add_another_one_asks_what(desk: Desk, said: str) -> None:
    drafts(desk).says(said).hears("support/ask_more").says("who signs for it").hears(
        "support/ask_send"
    )
    assert "who signs for it" in desk.mira.words
    assert said not in desk.mira.words


def test_nothing_to_add_after_all_shows_the_draft(desk: Desk) -> None:
    drafts(desk).clicks("support.send.add").hears("support/ask_more")
    desk.mira.says("nothing, thats it").hears("support/ask_send")
    desk.mira.clicks("support.send.add").says("never mind").hears("support/ask_send")
    assert desk.mira.words.count(ASKED) == 1


def test_a_line_is_added_with_the_button_below_it(desk: Desk) -> None:
    line = "who pays for the coffee machine in the lobby?"
    drafts(desk).says(line).hears("support/not_added", "support/ask_send")
    desk.mira.clicks("support.send.add_line").hears("support/ask_send")
    assert line in desk.mira.words


def test_each_line_can_be_removed_by_button_and_in_words(desk: Desk) -> None:
    drafts(desk)
    for line in ("line alpha", "line beta", "line gamma"):
        desk.mira.says(f"add: {line}")
    desk.mira.clicks("support.send.remove_2").hears("support/ask_send")
    assert "alpha" not in desk.mira.words
    desk.mira.says("remove the last line").hears("support/ask_send")
    assert "gamma" not in desk.mira.words
    desk.mira.says("delete line 1 please").hears("support/ask_send")
    assert ASKED not in desk.mira.words
    desk.mira.says("remove line 7").hears("support/ask_send")
    desk.mira.says("send it").hears("support/handed_over")
    assert "line beta" in desk.cards()[0].words
    assert "alpha" not in desk.cards()[0].words


def test_a_remove_button_of_an_older_message_removes_nothing(desk: Desk) -> None:
    drafts(desk).says("add: line alpha").says("add: line beta")
    old = desk.mira.offer("support.send.remove_2")
    desk.mira.clicks("support.send.remove_2").hears("support/ask_send")
    desk.mira.clicks("support.send.remove_2", offer=old).hears(
        "repair/closed_question", "support/ask_send"
    )
    assert "line beta" in desk.mira.words


def test_what_should_i_ask_them_takes_no_question_that_comes_later(desk: Desk) -> None:
    desk.mira.says("I want to talk to a person").hears("support/ask_words")
    desk.workspace.later(minutes=11)
    desk.mira.says("which provider should we take?").hears("answers/best_provider")
    desk.mira.says("blorf gnarl").hears("repair/not_understood")


def test_a_press_elsewhere_while_asked_what_to_ask_keeps_its_own_buttons(desk: Desk) -> None:
    desk.mira.says("where are we?").says("I want to talk to a person").hears("support/ask_words")
    desk.mira.clicks("enroll.start.now").hears("enroll/ask_profile")
    assert "enroll.profile.current" in desk.mira.last.buttons
    assert "support.words.last" not in desk.mira.last.buttons


def test_a_press_on_a_list_while_asked_what_to_ask_shows_the_lists_buttons(desk: Desk) -> None:
    desk.mira.says("help").says("I want to talk to a person").hears("support/ask_words")
    desk.mira.clicks("customers.start.now")
    assert desk.mira.last.buttons
    assert not [b for b in desk.mira.last.buttons if b.startswith("support.send")]
    desk.mira.says("yes").hears("repair/nothing_open")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ASKED, "They asked for a person"),
        ("No, que es the rule for the de-authorized tenant of ours?", "They asked for a person"),
        ("¿Podemos conservar el contrato de soporte después de cerrar?", "isn't in English"),
    ],
)
def test_why_it_comes_to_support_is_true(desk: Desk, text: str, why: str) -> None:
    drafts(desk, text).says("yes").hears("support/handed_over")
    assert why in desk.cards()[0].words


def test_an_english_question_with_one_foreign_line_is_not_called_foreign(desk: Desk) -> None:
    drafts(desk).says("add: der alte Vertrag ist nicht mit uns").says("yes")
    assert "isn't in English" not in desk.cards()[0].words


def test_what_was_not_understood_says_so_on_the_card(desk: Desk) -> None:
    desk.mira.says("blorf gnarl wibble").clicks("support.start.now").hears("support/ask_send")
    desk.mira.says("yes").hears("support/handed_over")
    assert "I didn't understand it" in desk.cards()[0].words


@pytest.mark.parametrize("word", ["sounds right", "send it please", "ok, send that"])
def test_send_it_in_other_words_right_below_sends(desk: Desk, word: str) -> None:
    drafts(desk).says(word).hears("support/handed_over")


@pytest.mark.parametrize(
    "word",
    [
        "we got the go-ahead",
        "fabrikam said go ahead",
        "I sent it to the provider already",
        "the answer is yes",
        "the first one",
        "they will send us the invitation",
        "should I send it?",
        "don't send it",
        "it was approved",
    ],
)
def test_what_only_sounds_like_a_yes_sends_nothing(desk: Desk, word: str) -> None:
    drafts(desk).says(word)
    assert desk.cards() == []


def test_yes_to_a_report_that_was_proposed_beside_a_draft_does_not_send_the_draft(
    desk: Desk,
) -> None:
    drafts(desk).says("we submitted the enrollment yesterday").says("yes")
    assert desk.cards() == []

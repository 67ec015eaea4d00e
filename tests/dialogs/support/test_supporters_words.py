"""What a supporter writes to the bot, and what help and Home say to each role."""

import pytest

from domain import people
from tests.conftest import Sent, Somebody, Workspace
from tests.dialogs.abilities.test_support import SUPPORT, Desk
from tests.dialogs.engine.test_home import opens


@pytest.mark.parametrize(
    "word", ["claim", "I'll take it", "take it", "queue", "what's open", "claim the next question"]
)
def test_claim_in_the_direct_messages_shows_the_questions_with_their_buttons(
    desk: Desk, word: str
) -> None:
    card = desk.asks(desk.mira)
    desk.sam.says(word).hears("support/queue")
    assert "may a charity keep" in desk.sam.words
    desk.sam.clicks("card.deed.claim").hears("support/claimed")
    assert desk.state(card) == "Claimed"
    assert "Sam has it" in desk.now(card).words
    desk.sam.says(word).hears("support/queue")
    assert "card.deed.claim" not in desk.sam.last.buttons


def test_the_card_opens_from_the_queue(desk: Desk) -> None:
    desk.asks(desk.mira)
    desk.sam.says("queue").clicks("card.deed.show").hears("support/card")
    assert "in the support channel" in desk.sam.words
    desk.sam.clicks("card.deed.claim").hears("support/claimed")


def test_claim_of_who_is_no_supporter_shows_nothing(desk: Desk) -> None:
    desk.asks(desk.otto, "who signs for our second legal entity in Chad")
    desk.mira.says("claim").hears("repair/not_allowed")
    assert "Chad" not in desk.mira.words


def test_a_claim_on_the_card_itself_says_nothing_more(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    before = len([m for m in desk.workspace.sent if m.to == f"#{SUPPORT}" and m.kind == "message"])
    desk.clicks(desk.sam, card, "claim")
    after = len([m for m in desk.workspace.sent if m.to == f"#{SUPPORT}" and m.kind == "message"])
    assert after == before


def test_home_of_support_opens_and_claims_each_question(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    home = opens(desk.sam)
    assert {"card.deed.show", "card.deed.claim"} <= set(home.buttons)
    desk.sam.clicks("card.deed.claim", offer=home.buttons["card.deed.claim"])
    assert desk.state(card) == "Claimed"


def labels(said: Sent) -> list[str]:
    rows = [b["elements"] for b in said.rendered.blocks if b["type"] == "actions"]
    return [e["text"]["text"] for row in rows for e in row]


def test_help_of_a_supporter_lists_queue_answers_review_facts_and_report(sam: Somebody) -> None:
    sam.says("help").hears("help/what_i_do")
    assert {
        "queue.start.now",
        "own_answers.start.now",
        "review.start.now",
        "facts_in_doubt.start.now",
        "report.start.now",
    } <= set(sam.last.buttons)
    assert "enroll.start.now" not in sam.last.buttons


def test_help_after_the_agreement_offers_no_enrollment(mira: Somebody, reseller: None) -> None:
    mira.says("help").hears("help/what_i_do")
    assert "enroll.start.now" not in mira.last.buttons
    assert "Start the enrollment" not in labels(mira.last)


def test_help_of_an_approver_says_what_waits_for_the_decision(
    workspace: Workspace, mira: Somebody, grace: Somebody, otto: Somebody
) -> None:
    mira.reports("we submitted it today").clicks("enroll.outcome.approved")
    mira.clicks("enroll.agreement_seen.seen").clicks("agreement.second.ask")
    grace.says("help").hears("help/what_i_do")
    assert "your confirmation" in grace.words
    grace.clicks("waiting.start.now")
    grace.clicks("agreement.confirm.confirmed")
    otto.says("help").hears("help/what_i_do")
    assert "1 request waits for your decision" in otto.words
    otto.clicks("waiting.start.now")
    assert "decide.decision.approve" in otto.last.buttons or "decide.start.n1" in otto.last.buttons


@pytest.mark.parametrize("text", ["?", "??", "?!"])
def test_a_lone_question_mark_is_help(mira: Somebody, text: str) -> None:
    mira.says(text).hears("help/what_i_do")
    assert "enroll.start.now" in mira.last.buttons
    mira.says("I want to enroll").says(text).hears("repair/said_again", "enroll/ask_profile")


@pytest.mark.parametrize(
    "text",
    [
        "you are useless",
        "this bot is so dumb",
        "what a waste of my time",
        "you never understand me",
    ],
)
def test_you_are_useless_is_no_thanks(mira: Somebody, text: str) -> None:
    mira.says(text).hears("repair/complaint").clicks("support.start.now").hears("support/ask_words")


@pytest.mark.parametrize("text", ["start", "let's start", "let's begin", "begin"])
def test_start_with_nothing_open_starts_the_enrollment(mira: Somebody, text: str) -> None:
    mira.says(text).hears("enroll/ask_profile")


def test_start_goes_on_with_an_enrollment_that_was_stopped(mira: Somebody) -> None:
    mira.reports("we submitted it today").says("never mind")
    mira.says("start").hears("enroll/ask_outcome")


def test_start_over_after_cancel_starts_again_what_was_stopped(mira: Somebody) -> None:
    mira.says("I want to enroll").says("cancel").hears("repair/cancelled")
    mira.says("start over").hears("enroll/ask_profile")
    mira.says("cancel").says("can I roll back?").says("restart").hears("enroll/ask_profile")


def test_start_over_with_nothing_stopped_does_not_invent_a_flow(mira: Somebody) -> None:
    mira.says("start over").hears("repair/nothing_open")


def test_cancelling_what_came_in_between_leaves_the_enrollment_open(mira: Somebody) -> None:
    mira.says("I want to enroll").says("do we still qualify?")
    opened = mira.last.templates
    assert opened != ["enroll/ask_profile"]
    mira.says("cancel").hears("repair/cancelled", "enroll/ask_profile")
    mira.says("yes").hears("enroll/ask_tenant")


def test_cancel_everything_stops_it_all(mira: Somebody) -> None:
    mira.says("I want to enroll").says("do we still qualify?")
    mira.says("cancel everything").hears("repair/cancelled")
    mira.says("yes").hears("repair/nothing_open")


def test_who_must_act_is_not_you_for_a_supporter(
    sam: Somebody, mira: Somebody, reseller: None
) -> None:
    home = opens(sam)
    assert "you or a teammate" not in home.words
    assert "the team at Contoso" in home.words
    assert "the team at Contoso" in sam.says("where are we?").words
    assert "you or a" in opens(mira).words


def test_who_must_act_says_you_to_whom_it_waits_for(
    mira: Somebody, grace: Somebody, otto: Somebody
) -> None:
    mira.reports("we submitted it today").clicks("enroll.outcome.approved")
    mira.clicks("enroll.agreement_seen.seen").clicks("agreement.second.ask")
    assert "*Waiting on:* you" in grace.says("where are we?").words
    grace.clicks("agreement.confirm.confirmed")
    assert "*Waiting on:* you" in opens(otto).words
    assert "*Waiting on:* Otto" in opens(mira).words
    assert "*Waiting on:* you" in otto.says("where are we?").words
    with otto.workspace.tx() as tx:
        assert people.meet(tx, otto.slack).name == "Otto"


def test_no_choice_has_two_buttons_of_one_label(mira: Somebody, workspace: Workspace) -> None:
    from dialogs.engine.buttons import make_choices_distinct
    from dialogs.engine.context import Turn
    from dialogs.inputs import Origin

    with workspace.tx() as tx:
        turn = Turn(workspace.assistant, tx, people.meet(tx, "U01MIRA"), Origin("D"), "k")
        twice = [
            {"title": "customers/title", "target": "customers.start.now"},
            {"title": "customer/title", "target": "customer.start.now"},
            {"title": "customers/title", "target": "remove_customer.start.now"},
        ]
        turn.say("repair/clarify", options=twice)
        turn.say("repair/claim", report="report_submitted", day="", who="", button="b")
        make_choices_distinct(turn)
        assert [name for name, _ in turn.parts] == ["repair/claim", "repair/clarify"]
        assert turn.parts[1][1]["options"] == twice[:2]
        said = workspace.words.message(turn.parts)
        assert labels_of(said.blocks).count("Our customers") == 1
        turn.parts = []
        turn.say("repair/clarify", options=[])
        make_choices_distinct(turn)
        assert [name for name, _ in turn.parts] == ["repair/not_understood"]
        assert workspace.words.message(turn.parts).blocks


def labels_of(blocks: list[dict[str, object]]) -> list[str]:
    rows = [b["elements"] for b in blocks if b["type"] == "actions"]
    return [e["text"]["text"] for row in rows for e in row]  # type: ignore[index,attr-defined]

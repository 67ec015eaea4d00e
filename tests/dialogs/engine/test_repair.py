"""What a conversation survives."""

import pytest

from dialogs.engine.context import Outcome, Slots, Turn
from tests.conftest import Somebody, Workspace


def test_cancel_anywhere(mira: Somebody) -> None:
    mira.says("I want to enroll").says("never mind").hears("repair/cancelled")
    mira.says("I want to enroll").hears("enroll/ask_profile")


def test_go_back_and_start_over(mira: Somebody) -> None:
    mira.says("I want to enroll").says("yes").clicks("enroll.tenant.this").hears(
        "enroll/ask_standing"
    )
    mira.says("go back").hears("enroll/ask_tenant")
    mira.says("start over").hears("enroll/ask_profile")


def test_skip_what_cannot_be_skipped(mira: Somebody) -> None:
    mira.says("I want to enroll").says("skip this").hears(
        "repair/cannot_skip", "enroll/ask_profile"
    )
    mira.says("what do you mean").hears("repair/said_again", "enroll/ask_profile")


def test_yes_to_three_choices_is_no_answer(mira: Somebody) -> None:
    mira.says("I want to enroll").says("yes").clicks("enroll.tenant.this").says("yes").hears(
        "repair/said_again", "enroll/ask_standing"
    )


def test_not_understood_twice_goes_to_people_and_says_so(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("blorf gnarl wibble").hears("repair/not_understood")
    mira.says("gnarl <!here> blorf").hears("support/ask_send")
    assert workspace.messages_to("#C01SUPPORT") == []
    mira.says("yes").hears("support/handed_over")
    card = workspace.messages_to("#C01SUPPORT")[-1]
    assert card.templates == ["support/card"]
    plain = [
        b["text"] for b in card.rendered.blocks if b.get("text", {}).get("type") == "plain_text"
    ]
    assert [p["text"] for p in plain] == ["blorf gnarl wibble", "gnarl <!here> blorf"]
    assert card.decision == "handover"


def test_not_understood_twice_in_a_flow_keeps_the_question(mira: Somebody) -> None:
    mira.says("I want to enroll").says("blorf gnarl").hears(
        "repair/not_understood", "enroll/ask_profile"
    )
    mira.says("gnarl blorf").hears("support/ask_send")
    mira.clicks("support.send.send").hears("support/handed_over", "enroll/ask_profile")
    mira.says("yes").hears("enroll/ask_tenant")


def test_without_a_support_channel_it_says_so(
    assistant: object, words: object, store: object, tmp_path: object
) -> None:
    from pathlib import Path

    from tests.conftest import DESCRIPTION

    workspace = Workspace(
        assistant,
        words,
        store,
        DESCRIPTION.replace('support = "C01SUPPORT"', ""),
        Path(str(tmp_path)) / "w.toml",
    )  # type: ignore[arg-type]
    workspace.people["Mira"].says("talk to a person").hears("support/nobody_there")


def test_what_is_likely_is_offered(mira: Somebody) -> None:
    mira.says("admin role and invitation of the provider").hears("repair/clarify")
    assert "support.start.now" in mira.last.buttons
    target = next(b for b in mira.last.buttons if b.startswith("answer."))
    mira.clicks(target)
    assert mira.heard[0].templates[0].startswith("answers/")


def test_two_questions_get_one_message(mira: Somebody) -> None:
    mira.says("can I roll back? how long does approval take?").hears(
        "answers/can_i_roll_back", "answers/approval_time"
    )


def test_a_broken_turn_does_nothing_and_apologises(
    mira: Somebody, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    run = workspace.assistant.actions["action_show_status"]

    def breaks(turn: Turn, slots: Slots) -> Outcome:
        raise ZeroDivisionError

    workspace.assistant.actions["action_show_status"] = breaks
    try:
        workspace.runner.hear_now("T01", _said(workspace, "where are we?"))
    finally:
        workspace.assistant.actions["action_show_status"] = run
    workspace.send()
    assert mira.last.templates == ["repair/internal_error"]
    assert workspace.runner.errors == 1


def _said(workspace: Workspace, text: str) -> object:
    from dialogs.inputs import Message, Origin

    return Message((workspace.key(),), "U01MIRA", text, Origin("DU01MIRA"))


def test_a_workspace_never_set_up_gets_one_sentence(
    assistant: object, words: object, store: object
) -> None:
    workspace = Workspace(assistant, words, store)  # type: ignore[arg-type]
    message = workspace.people["Mira"]
    workspace.runner.hear_now("T01", _said(workspace, "can I roll back?"))
    workspace.send()
    assert [m.templates for m in workspace.sent] == [["setup/not_yet"]]
    assert message


def test_in_a_channel_the_answer_comes_in_the_thread(mira: Somebody, workspace: Workspace) -> None:
    mira.says("can I roll back?", channel="C03GENERAL", thread="17.1")
    (message,) = workspace.messages_to("#C03GENERAL")
    assert (message.templates, message.thread) == (["answers/can_i_roll_back"], "17.1")


def test_in_a_shared_channel_a_partners_state_is_not_shown(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("where are we?", channel="C09SHARED", thread="17.1", shared=True)
    assert workspace.messages_to("#C09SHARED") == []
    assert mira.last.templates == ["repair/in_private", "status/where_we_are"]


def test_one_mention_as_two_events_gets_one_answer(mira: Somebody, workspace: Workspace) -> None:
    from dialogs.inputs import Message, Origin

    where = Origin("C03GENERAL", "17.1", direct=False)
    for event in ("event:Ev1", "event:Ev2"):
        workspace.take(
            Message((event, "message:C03GENERAL:17.1"), "U01MIRA", "can I roll back?", where), mira
        )
    assert len(workspace.messages_to("#C03GENERAL")) == 1


def test_a_thread_with_the_bot_needs_no_mention_but_other_talk_is_left_alone(
    mira: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    from dialogs.inputs import Message, Origin

    mira.says("I want to enroll", channel="C03GENERAL", thread="17.1")
    where = Origin("C03GENERAL", "17.1", direct=False)
    workspace.take(Message(("e1", "m1"), "U01MIRA", "yes", where, addressed=False), mira)
    assert workspace.messages_to("#C03GENERAL")[-1].templates == ["enroll/ask_tenant"]
    before = len(workspace.sent)
    workspace.take(Message(("e2", "m2"), "U03OTTO", "yes", where, addressed=False), otto)
    workspace.take(
        Message(
            ("e3", "m3"),
            "U01MIRA",
            "yes",
            Origin("C03GENERAL", "99.9", direct=False),
            addressed=False,
        ),
        mira,
    )
    assert len(workspace.sent) == before


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("please accept it for me", "act_for_us"),
        ("skip the approval", "skip_second_person"),
        ("is this link safe?", "call_it_safe"),
    ],
)
def test_what_it_must_not_do_it_refuses(mira: Somebody, text: str, template: str) -> None:
    mira.says(text).hears(f"repair/{template}")
    assert mira.last.decision == "refuse"
    assert "is safe" not in mira.words


def test_yes_to_nothing_says_that_nothing_is_open(mira: Somebody) -> None:
    mira.says("yes").hears("repair/nothing_open")
    mira.says("go back").hears("repair/nothing_open")


def test_a_person_gets_the_question_that_was_not_understood_and_no_older_one(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("blorf gnarl wibble").hears("repair/not_understood")
    mira.clicks("support.start.now").hears("support/ask_send").clicks("support.send.send").hears(
        "support/handed_over"
    )
    assert "blorf gnarl wibble" in workspace.messages_to("#C01SUPPORT")[-1].words
    mira.says("wobble").says("can I roll back?").says("I want to talk to a human").hears(
        "support/ask_words"
    )
    mira.says("our reseller in Ghana has no sandbox").hears("support/ask_send").says(
        "send it"
    ).hears("support/handed_over")
    card = workspace.messages_to("#C01SUPPORT")[-1]
    assert card.rendered.blocks[1]["text"]["text"] == "our reseller in Ghana has no sandbox"

"""An edited message, "that is not what I meant", and a turn that breaks: who hears of it, and where
nothing is posted."""

import copy
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from dialogs.engine.context import Ability, ThreadFollower
from dialogs.inputs import (
    ButtonPress,
    EmailForwarded,
    FileShared,
    FormSubmission,
    Inbound,
    ListUploaded,
    Mail,
    Message,
    MessageDeleted,
    MessageEdited,
    Origin,
)
from domain.storage.store import table
from domain.tables import ConversationRow, Feedback
from tests.conftest import TEAM, Somebody, Workspace

DM = Origin("DU01MIRA")
LUNCH = Origin("C09LUNCH", direct=False)
ELSEWHERE = Origin("C09LUNCH", "88.1", direct=False)
THREAD = Origin("C07TEAM", "17.1", direct=False)


def takes(workspace: Workspace, *heard: Inbound) -> list[tuple[str, list[str]]]:
    """Who got which templates in the end."""
    for each in heard:
        before = len(workspace.sent)
        workspace.runner.hear_now(TEAM, each)
        workspace.send()
    return [(m.to, m.templates) for m in workspace.sent[before:] if m.kind == "message"]


def said(workspace: Workspace, text: str, ts: str, where: Origin = DM, **more: Any) -> Message:
    return Message((workspace.key(),), "U01MIRA", text, where, ts=ts, **more)


def edited(workspace: Workspace, text: str, ts: str, where: Origin = DM) -> MessageEdited:
    return MessageEdited((workspace.key(),), "U01MIRA", text, where, ts)


def state_of(workspace: Workspace) -> dict[str, Any]:
    with workspace.store.reading() as db:
        return dict(db.execute(select(table(ConversationRow).c.state)).scalar_one())


def put_back(workspace: Workspace, state: dict[str, Any]) -> None:
    with workspace.store.writing() as db:
        db.execute(update(table(ConversationRow)).values(state=state))


@pytest.mark.parametrize(
    "where", [DM, LUNCH, ELSEWHERE], ids=["in her messages", "in a channel", "in a thread"]
)
@pytest.mark.parametrize("ts", ["5.1", "88.2"], ids=["the question", "another message"])
def test_an_edit_after_an_answer_says_nothing_anywhere(
    workspace: Workspace, where: Origin, ts: str
) -> None:
    takes(workspace, said(workspace, "can I roll back?", "5.1"))
    assert takes(workspace, edited(workspace, "lunch at one?", ts, where)) == []
    assert workspace.runner.errors == 0


def test_an_edit_of_a_typed_answer_is_read_again_also_after_a_question_in_between(
    workspace: Workspace,
) -> None:
    takes(workspace, said(workspace, "I want to enroll", "9.1"), said(workspace, "outdated", "9.2"))
    takes(workspace, said(workspace, "I want to enroll", "9.3"), said(workspace, "current", "9.4"))
    assert takes(workspace, said(workspace, "can I roll back?", "9.5")) == [
        ("Mira", ["answers/can_i_roll_back", "enroll/ask_tenant"])
    ]
    assert takes(workspace, edited(workspace, "outdated", "9.4")) == [
        ("Mira", ["enroll/profile_first"])
    ]
    assert takes(workspace, edited(workspace, "current", "9.4")) == []
    assert workspace.runner.errors == 0


def test_a_message_of_another_channel_with_the_same_ts_is_not_that_answer(
    workspace: Workspace,
) -> None:
    takes(workspace, said(workspace, "I want to enroll", "9.1"), said(workspace, "current", "9.2"))
    assert takes(workspace, edited(workspace, "lunch at one?", "9.2", LUNCH)) == []


@pytest.mark.parametrize("text", ["that's not what I asked", "that is not what i meant"])
@pytest.mark.parametrize("asked_before", [False, True], ids=["at once", "after a question"])
def test_not_what_i_meant_after_a_typed_answer_is_about_that_answer(
    workspace: Workspace, text: str, asked_before: bool
) -> None:
    if asked_before:
        takes(workspace, said(workspace, "can I roll back?", "9.0"))
    takes(workspace, said(workspace, "I want to enroll", "9.1"), said(workspace, "current", "9.2"))
    assert takes(workspace, said(workspace, text, "9.3")) == [
        ("Mira", ["repair/not_that", "enroll/ask_tenant"])
    ]
    assert "roll back" not in workspace.messages_to("Mira")[-1].words
    assert workspace.runner.errors == 0


def test_not_what_i_asked_after_an_answer_is_about_the_answer(workspace: Workspace) -> None:
    takes(workspace, said(workspace, "I want to enroll", "9.1"), said(workspace, "current", "9.2"))
    takes(workspace, said(workspace, "how long does approval take?", "9.3"))
    takes(workspace, said(workspace, "that's not what I asked", "9.4"))
    with workspace.store.reading() as db:
        assert list(db.execute(select(table(Feedback).c.answer)).scalars()) == ["approval_time"]


@pytest.mark.parametrize(
    "kept",
    ["can_i_roll_back", {"ts": "9.2", "flow": "enroll", "slot": "profile"}],
    ids=["an answer", "an answered question"],
)
@pytest.mark.parametrize("then", ["edit", "edit elsewhere", "not what I meant", "question"])
def test_a_conversation_that_an_earlier_version_kept_goes_on(
    workspace: Workspace, kept: Any, then: str
) -> None:
    takes(workspace, said(workspace, "I want to enroll", "9.1"), said(workspace, "current", "9.2"))
    state = {
        k: v
        for k, v in state_of(workspace).items()
        if k not in ("answer_shown", "question_answered")
    }
    put_back(workspace, state | {"answered": kept})
    heard = {
        "edit": edited(workspace, "outdated", "9.2"),
        "edit elsewhere": edited(workspace, "lunch at one?", "88.2", LUNCH),
        "not what I meant": said(workspace, "that is not what i meant", "9.3"),
        "question": said(workspace, "how long does approval take?", "9.4"),
    }[then]
    heard_of = takes(workspace, heard)
    assert workspace.runner.errors == 0
    expected = {
        "edit": [("Mira", ["enroll/profile_first"])] if isinstance(kept, dict) else [],
        "edit elsewhere": [],
        "not what I meant": [("Mira", ["repair/not_that", "enroll/ask_tenant"])],
        "question": [("Mira", ["answers/approval_time", "enroll/ask_tenant"])],
    }[then]
    assert heard_of == expected
    assert "answered" not in state_of(workspace) or heard_of == []


class BreaksWhenItLooks:
    """An ability whose look at a message raises."""

    def belongs_to(self, tx: Any, heard: Inbound) -> Any:
        raise RuntimeError("broken")


class BreaksWhenItHears:
    """An ability that follows every thread of the support channel, and raises when it hears of
    one."""

    def belongs_to(self, tx: Any, heard: Inbound) -> Any:
        return True if heard.where.channel == "C01SUPPORT" else None

    def follow(self, turn: Any, heard: Inbound, matter: Any) -> None:
        raise RuntimeError("broken")


def with_listener(workspace: Workspace, listener: Any) -> None:
    follow = getattr(listener, "follow", None)
    threads = ThreadFollower(listener.belongs_to, follow, lambda turn: False)
    broken = copy.copy(workspace.assistant)
    broken.abilities = (Ability("broken", threads=threads),)
    workspace.assistant = workspace.runner.assistant = broken


SLACK = "U01MIRA"
BREAKING: dict[str, tuple[Inbound, str]] = {
    "a direct message": (Message(("k",), SLACK, "hello", DM), "Mira"),
    "a mention in a channel": (Message(("k",), SLACK, "hello", LUNCH, mentioned=True), "#C09LUNCH"),
    "where guests read along": (
        Message(("k",), SLACK, "hello", replace(LUNCH, shared=True), mentioned=True),
        "Mira",
    ),
    "a line in our thread": (Message(("k",), SLACK, "hello", THREAD, addressed=False), "#C07TEAM"),
    "a line to somebody": (Message(("k",), SLACK, "hello", LUNCH, addressed=False), ""),
    "a line in their thread": (Message(("k",), SLACK, "hello", ELSEWHERE, addressed=False), ""),
    "a press": (ButtonPress(("k",), SLACK, "status.start.now", "0", LUNCH), "#C09LUNCH"),
    "a form": (FormSubmission(("k",), SLACK, "enroll", {}, Origin("")), "Mira"),
    "a file": (FileShared(("k",), SLACK, "F1", "https://files.slack.com/F1", DM), "Mira"),
    "a mail": (EmailForwarded(("k",), SLACK, Mail(), DM), "Mira"),
    "a list": (ListUploaded(("k",), SLACK, "name", DM), "Mira"),
    "an edit in her messages": (MessageEdited(("k",), SLACK, "hello", DM, "5.1"), ""),
    "an edit in a channel": (MessageEdited(("k",), SLACK, "hello", LUNCH, "5.1"), ""),
    "an edit in our thread": (MessageEdited(("k",), SLACK, "hello", THREAD, "5.1"), ""),
    "a deletion": (MessageDeleted(("k",), SLACK, LUNCH, "5.1"), ""),
}


@pytest.mark.parametrize("name", BREAKING)
def test_a_turn_that_breaks_apologises_only_to_who_was_talking_to_the_bot(
    workspace: Workspace, name: str
) -> None:
    takes(workspace, said(workspace, "<@B> where are we?", "17.1", THREAD, mentioned=True))
    with_listener(workspace, BreaksWhenItLooks())
    heard, to = BREAKING[name]
    assert takes(workspace, heard) == ([(to, ["repair/internal_error"])] if to else [])
    assert workspace.runner.errors == 1
    assert takes(workspace, heard) == [], "Slack sends it again: it is not apologised for twice"


@pytest.mark.parametrize(("thread", "to"), [("C01SUPPORT", "#C01SUPPORT"), ("C09LUNCH", "")])
def test_a_line_in_the_thread_of_a_question_that_breaks_is_apologised_for_there(
    workspace: Workspace, sam: Somebody, thread: str, to: str
) -> None:
    with_listener(workspace, BreaksWhenItHears())
    line = Message(
        (workspace.key(),),
        sam.slack,
        "I look at it",
        Origin(thread, "17.1", direct=False),
        addressed=False,
    )
    assert takes(workspace, line) == ([(to, ["repair/internal_error"])] if to else [])

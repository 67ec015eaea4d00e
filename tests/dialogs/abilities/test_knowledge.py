"""Answers become knowledge: Sam saves, Olga looks, Mira asks in other words and gets it at once.
And what must never happen."""

from pathlib import Path
from typing import Any

import pytest

from bot.inbound.turns import TurnRunner
from bot.worker_pool import WorkerPool
from dialogs.assistant import load_assistant
from dialogs.engine.context import Assistant
from dialogs.inputs import FormSubmission, Message, Origin
from domain import people
from domain.knowledge import own_answers, phrases
from domain.knowledge.own_answers import State
from domain.questions import question
from domain.storage import audit
from tests.conftest import DESCRIPTION, NOON, TEAM, Sent, Somebody, Workspace, member

ASKED = "which fax number does our distributor want for the signed order form"
SAID = (
    ASKED,
    "where do we fax the order form to",
    "fax number of the distributor",
    "what is the fax number for orders",
)
ASKED_OTHERWISE = "what's the distributor's fax number for order forms?"
TEXT = "Fax the signed form to +49 30 1234567."
FORM = {
    "answer_title": "Fax number for orders",
    "answer_text": TEXT,
    "answer_phrases": "\n".join(SAID),
    "rests_on": "Grace from Contoso",
    "expires_on": "2027-03-31",
    "risk": "harmless",
}


@pytest.fixture
def olga(workspace: Workspace) -> Somebody:
    """A second supporter."""
    with workspace.tx() as tx:
        person = member(tx, "U05OLGA", name="Olga")
        people.change(tx, person, name="Olga", roles=["support"])
    workspace.people["Olga"] = Somebody(workspace, "U05OLGA", "Olga")
    return workspace.people["Olga"]


def saved(sam: Somebody, **other: str) -> None:
    assert not sam.fills("knowledge", **FORM | other).wrong


def live(sam: Somebody, olga: Somebody, **other: str) -> None:
    saved(sam, **other)
    olga.clicks("second_look.verdict.approve").hears("knowledge/decided")


def answer_of(workspace: Workspace) -> Any:
    with workspace.tx() as tx:
        return own_answers.with_state(tx, *State)[0]


def test_a_date_that_the_form_showed_and_nobody_touched_is_taken(
    sam: Somebody, olga: Somebody, workspace: Workspace
) -> None:
    saved(sam, expires_on="")
    assert sam.last.templates == ["knowledge/handed_in"]
    assert answer_of(workspace).expires_on == "2027-02-23"


def test_a_saved_answer_is_given_in_other_words_at_once_and_no_more_after_revoking(
    mira: Somebody, sam: Somebody, olga: Somebody
) -> None:
    mira.says(ASKED_OTHERWISE)
    assert "knowledge/answer" not in mira.last.templates
    saved(sam)
    assert sam.last.templates == ["knowledge/handed_in"]
    assert "Olga" in sam.words
    mira.says(ASKED_OTHERWISE)
    assert "knowledge/answer" not in mira.last.templates
    mira.says("cancel")
    olga.clicks("second_look.verdict.approve").hears("knowledge/decided")
    assert sam.last.templates == ["knowledge/decided"]
    mira.says(ASKED_OTHERWISE).hears("knowledge/answer")
    assert TEXT in mira.words
    assert "your support team, Sam, 24 November 2026" in mira.words
    assert mira.last.decision == "answer"
    sam.says("show our own answers").hears("knowledge/list")
    sam.clicks(next(b for b in sam.last.buttons if b.startswith("revoke_answer"))).hears(
        "knowledge/revoked"
    )
    mira.says(ASKED_OTHERWISE)
    assert "knowledge/answer" not in mira.last.templates
    mira.says(ASKED)
    assert "knowledge/answer" not in mira.last.templates


def test_nobody_approves_their_own_answer_from_any_button(
    sam: Somebody, olga: Somebody, mira: Somebody, workspace: Workspace
) -> None:
    saved(sam)
    offer = olga.offer("second_look.verdict.approve")
    sam.clicks("second_look.verdict.approve", offer=offer).hears("repair/not_yours")
    assert answer_of(workspace).state == State.AWAITING
    mira.says(ASKED)
    assert "knowledge/answer" not in mira.last.templates


def test_without_a_second_supporter_it_waits_and_says_so(
    sam: Somebody, workspace: Workspace
) -> None:
    saved(sam)
    assert "no one else here has the support role" in sam.words
    assert answer_of(workspace).state == State.AWAITING


def test_a_later_supporter_finds_it_in_the_list(
    sam: Somebody, workspace: Workspace, request: pytest.FixtureRequest
) -> None:
    saved(sam)
    olga = request.getfixturevalue("olga")
    olga.says("show our own answers").hears("knowledge/list")
    olga.clicks(next(b for b in olga.last.buttons if b.startswith("second_look"))).hears(
        "knowledge/ask_verdict"
    )
    olga.clicks("second_look.verdict.approve").hears("knowledge/decided")
    assert answer_of(workspace).state == State.LIVE


def test_declined_with_a_reason_and_handed_in_again(
    sam: Somebody, olga: Somebody, mira: Somebody, workspace: Workspace
) -> None:
    saved(sam)
    olga.clicks("second_look.verdict.decline").hears("knowledge/ask_why_not")
    olga.says("The number is an old one").hears("knowledge/decided")
    assert "The number is an old one" in sam.words
    assert "old one" not in str([e.details for e in _log(workspace)])
    mira.says(ASKED)
    assert "knowledge/answer" not in mira.last.templates
    opened = _press(sam, "knowledge.form.now")
    assert opened["asked"]["answer_text"]["first"] == TEXT
    live(sam, olga, answer_text="Fax it to +49 30 7654321.")
    assert "7654321" in mira.says(ASKED).words


def _press(who: Somebody, action: str) -> dict[str, Any]:
    from dialogs.inputs import ButtonPress

    done = who.workspace.take(
        ButtonPress(
            (who.workspace.key(),), who.slack, action, who.offer(action), Origin(f"D{who.slack}")
        ),
        who,
    )
    assert done.form is not None
    who.workspace.words.view(*done.form)
    return done.form[1]


def _log(workspace: Workspace) -> list[audit.Entry]:
    row = answer_of(workspace)
    with workspace.tx() as tx:
        return audit.entries(tx, f"answer:{row.id}")


def test_two_seconds_one_decision_and_both_cards_show_it(
    sam: Somebody, olga: Somebody, workspace: Workspace
) -> None:
    with workspace.tx() as tx:
        people.change(tx, member(tx, "U03OTTO"), roles=["support"])
    otto = workspace.people["Otto"]
    saved(sam)
    late = otto.offer("second_look.verdict.decline")
    olga.clicks("second_look.verdict.approve")
    closed = [m for m in workspace.messages_to("Otto") if m.kind == "update"][-1]
    assert "Approved by Olga" in closed.words
    assert closed.buttons == {}
    otto.clicks("second_look.verdict.decline", offer=late).says("no").hears(
        "knowledge/decided_before"
    )


def test_another_workspace_hears_nothing_of_it(
    sam: Somebody,
    olga: Somebody,
    mira: Somebody,
    assistant: Assistant,
    workspace: Workspace,
    tmp_path: Path,
) -> None:
    before = _elsewhere(workspace, tmp_path / "2.toml", ASKED, "T02")
    live(sam, olga)
    mira.says(ASKED).hears("knowledge/answer")
    assert _elsewhere(workspace, tmp_path / "3.toml", ASKED, "T03") == before


def _elsewhere(workspace: Workspace, path: Path, text: str, team: str) -> list[str]:
    """What the same question is answered in another workspace."""
    path.write_text(DESCRIPTION.replace(TEAM, team), "utf-8")
    workspace.plant(path)
    workspace.runner.hear_now(team, Message((workspace.key(),), "U01MIRA", text, Origin("DX")))
    sent = len(workspace.sent)
    workspace.send()
    return [name for m in workspace.sent[sent:] for name in m.templates]


def test_every_process_answers_with_it_at_once(
    sam: Somebody,
    olga: Somebody,
    mira: Somebody,
    words: Any,
    workspace: Workspace,
    assistant: Assistant,
) -> None:
    mira.says("hello")
    live(sam, olga)
    other = load_assistant()  # as another process has it: the same database, a memory of its own
    runner = TurnRunner(other, workspace.store, WorkerPool(1), lambda: workspace.now)
    runner.hear_now(
        TEAM, Message((workspace.key(),), "U01MIRA", ASKED_OTHERWISE, Origin("DU01MIRA"))
    )
    workspace.send()
    assert mira.last.templates == ["knowledge/answer"]
    row = answer_of(workspace)
    with workspace.tx() as tx:
        own_answers.revoke(tx, row.id, people.meet(tx, "U04SAM"), today=NOON.date())
    mira.says(ASKED)
    assert "knowledge/answer" not in mira.last.templates


@pytest.mark.parametrize(
    "text",
    [
        "can I roll back?",
        "is there a way back to direct bill",
        "can i undo the enrollment later",
        "what do we lose when we accept",
    ],
)
def test_it_never_overrides_what_cannot_be_undone(
    text: str, mira: Somebody, sam: Somebody, olga: Somebody, workspace: Workspace
) -> None:
    mira.says(text)
    before = mira.last.templates
    assert before[0].startswith(("answers/", "repair/clarify"))
    saved(
        sam,
        answer_title="Rolling back",
        answer_phrases=f"{text}\ncan we roll back\nis there a way back",
        answer_text="Sure you can!",
    )
    assert "stay with the built-in answers" in sam.words
    olga.clicks("second_look.verdict.approve")
    mira.says(text).hears(*before)
    mira.says("can we roll back please").hears("answers/can_i_roll_back")


@pytest.mark.parametrize(
    "text",
    ["accept the agreement for us", "we accepted the agreement", "I want to enroll", "cancel"],
)
def test_it_takes_over_no_command_no_report_and_no_refusal(
    text: str, mira: Somebody, sam: Somebody, olga: Somebody
) -> None:
    mira.says(text)
    before = mira.last.templates
    mira.says("cancel")
    live(sam, olga, answer_phrases=text)
    mira.says(text)
    assert mira.last.templates == before


def test_what_it_takes_away_is_said_before_it_goes_live(
    sam: Somebody, olga: Somebody, assistant: Assistant
) -> None:
    taken = assistant.answers["approval_time"].phrases[:3]
    saved(
        sam, answer_title="Our own waiting time", answer_phrases="\n".join(taken), risk="harmless"
    )
    assert "take over questions from other answers" in sam.words
    assert "take over questions from other answers" in olga.words
    assert assistant.answers["approval_time"].phrases[0] in sam.words or "such as" in sam.words


HOSTILE = "<https://evil.example|Microsoft> https://evil.example {{ 7 * 7 }} {% raw %} <!channel> <@U02GRACE> *x* [a](enroll.start.now)\n# Head"


def test_what_a_supporter_wrote_is_dead_text(mira: Somebody, sam: Somebody, olga: Somebody) -> None:
    live(
        sam,
        olga,
        answer_text=HOSTILE,
        answer_title="{{ 7 * 7 }} <!here>",
        rests_on="{{ 8 * 8 }} [x](help.start.now)",
    )
    mira.says(ASKED).hears("knowledge/answer")
    message: Sent = mira.last
    assert set(message.buttons) <= {
        f"answer.{message.parts[0][1]['answer']}.{way}" for way in ("helpful", "not_that")
    }
    for block in message.rendered.blocks:
        for text in [block.get("text") or {}, *block.get("elements", [])]:
            if text.get("type") == "mrkdwn":
                assert "<" not in text["text"]
                assert text["verbatim"] is True
    assert "49" not in message.words.replace("{{ 7 * 7 }}", "")
    assert "{{ 7 * 7 }}" in message.words
    assert "64" not in message.words


def test_staff_saves_nothing(mira: Somebody, workspace: Workspace) -> None:
    mira.fills("knowledge", **FORM)
    assert mira.last.templates[0] == "repair/not_allowed"
    mira.says("show our own answers")
    assert mira.last.templates[0] == "repair/not_allowed"


@pytest.mark.parametrize(
    ("slot", "value"),
    [
        ("rests_on", "https://evil.example/learn.microsoft.com"),
        ("rests_on", "F-NEVER"),
        ("rests_on", "?"),
        ("expires_on", "2026-11-23"),
        ("answer_phrases", "?!"),
        ("answer_phrases", "\n".join(map(str, range(40)))),
        ("answer_text", "x" * 2901),
        ("answer_title", "t" * 71),
    ],
)
def test_what_does_not_hold_is_said_beside_the_field(
    slot: str, value: str, sam: Somebody, words: Any, workspace: Workspace
) -> None:
    wrong = sam.fills("knowledge", **FORM | {slot: value}).wrong
    assert list(wrong) == [slot]
    assert words.sentence(*wrong[slot])
    with workspace.tx() as tx:
        assert own_answers.with_state(tx, *State) == []


def test_it_ends_with_its_last_day(
    mira: Somebody, sam: Somebody, olga: Somebody, workspace: Workspace
) -> None:
    live(sam, olga, expires_on="2026-11-26")
    workspace.later(days=2)
    mira.says(ASKED).hears("knowledge/answer")
    workspace.later(days=1)
    assert sam.last.templates == ["knowledge/expired"]
    mira.says(ASKED)
    assert "knowledge/answer" not in mira.last.templates


def test_a_guest_in_the_channel_hears_it_in_private(
    mira: Somebody, sam: Somebody, olga: Somebody
) -> None:
    live(sam, olga)
    mira.says(ASKED, channel="C09", thread="1.0", shared=True)
    assert mira.last.templates == ["repair/in_private", "knowledge/answer"]


def test_it_starts_from_the_question_that_was_answered(
    sam: Somebody, olga: Somebody, mira: Somebody, workspace: Workspace
) -> None:
    from dialogs.engine.conversation_store import MENU_LIVES, offer_to
    from domain.questions import thread_log

    with workspace.tx() as tx:
        asker, supporter = people.meet(tx, "U01MIRA"), people.meet(tx, "U04SAM")
        row = question.ask(tx, asker, due_at=0)
        thread_log.add(tx, row, thread_log.Kind.QUESTION, asker, ASKED)
        thread_log.add(tx, row, thread_log.Kind.ANSWER, supporter, TEXT)
        offer = offer_to(tx, "", "menu", {"question": row.id}, MENU_LIVES)
    from dialogs.inputs import ButtonPress

    done = workspace.take(
        ButtonPress(
            (workspace.key(),),
            "U04SAM",
            "knowledge.form.now",
            offer,
            Origin("C01SUPPORT", "1.0", direct=False),
        ),
        sam,
    )
    assert done.form is not None
    asked = done.form[1]["asked"]
    assert (asked["answer_phrases"]["first"], asked["answer_text"]["first"]) == (ASKED, TEXT)
    nosy = workspace.take(
        ButtonPress(
            (workspace.key(),),
            "U01MIRA",
            "knowledge.form.now",
            offer,
            Origin("C01SUPPORT", "1.0", direct=False),
        ),
        mira,
    )
    assert nosy.form is None or nosy.form[1]["asked"]["answer_text"]["first"] == ""
    filled = FormSubmission(
        (workspace.key(),), "U04SAM", "knowledge", FORM, Origin(""), offer=done.form[1]["offer"]
    )
    assert not workspace.take(filled, sam).wrong
    olga.clicks("second_look.verdict.approve").hears("knowledge/decided")
    with workspace.tx() as tx:
        kept = {p.text: p.asker for p in phrases.everything(tx)}
    assert kept[ASKED] == asker.id
    assert kept[SAID[1]] == ""

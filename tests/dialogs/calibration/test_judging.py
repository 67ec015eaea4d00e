"""What is kept of a word about an answer: whether the head read the message rightly, and how sure
it was. One word for each message, of the person whose message it was, and never its text."""

from dataclasses import replace

import pytest

from dialogs.calibration import judging
from dialogs.inputs import ButtonPress, Origin
from domain import people
from domain.knowledge import calibration, review
from domain.knowledge.calibration import Judged, Source
from domain.people import Kind
from domain.privacy import erasure, retention
from domain.providers import providers
from domain.storage.store import Tx, table
from domain.tables import JudgedReading, Unheard
from tests.conftest import TEAM, Somebody, Workspace
from tests.dialogs.abilities.test_review import BABBLE, rows

QUESTION = "how much time does microsoft take until they let us in"
HELPFUL, NOT_THAT = "answer.approval_time.helpful", "answer.approval_time.not_that"


def judged(workspace: Workspace, *columns: str) -> list[tuple[object, ...]]:
    with workspace.store.reading() as db:
        found = db.execute(table(JudgedReading).select()).mappings().all()
    return sorted(
        tuple(row[c] for c in columns or ("entry", "is_right", "source")) for row in found
    )


def by_slack(tx: Tx, slack: str) -> people.Person:
    return next(p for p in people.everybody(tx) if p.slack == slack)


def erase(workspace: Workspace, slack: str) -> erasure.Report:
    with workspace.tx() as tx:
        return erasure.erase(tx, by_slack(tx, slack))


def test_a_press_is_kept_without_the_text(mira: Somebody, workspace: Workspace) -> None:
    mira.says(QUESTION).hears("answers/approval_time").clicks(HELPFUL)
    assert judged(workspace) == [("approval_time", True, "press")]
    with workspace.store.reading() as db:
        kept = str(db.execute(table(JudgedReading).select()).mappings().one())
    assert not any(word in kept for word in QUESTION.split() if len(word) > 4)


def test_it_cannot_be_found_by_trying_texts(mira: Somebody, workspace: Workspace) -> None:
    """Whoever has the database alone does not learn who asked what."""
    mira.says(QUESTION).clicks(HELPFUL)
    (first,) = judged(workspace, "id")
    with workspace.tx() as tx:
        assert first == (judging.digest_of(tx, by_slack(tx, "U01MIRA").id, QUESTION),)
        other = Tx(tx.db, TEAM, tx.now, type(tx.key)({"other": b"o" * 32}))
        assert first != (judging.digest_of(other, by_slack(tx, "U01MIRA").id, QUESTION),)


@pytest.mark.parametrize("word", ["that's not what I asked", NOT_THAT])
def test_a_second_word_about_a_message_replaces_the_first(
    mira: Somebody, workspace: Workspace, word: str
) -> None:
    mira.says(QUESTION).clicks(HELPFUL)
    mira.clicks(word) if word == NOT_THAT else mira.says(word)
    assert judged(workspace) == [("approval_time", False, "press")]


def test_the_same_message_twice_is_one_reading(mira: Somebody, workspace: Workspace) -> None:
    for _ in range(3):
        mira.says(QUESTION).clicks(HELPFUL)
    assert judged(workspace) == [("approval_time", True, "press")]


def test_not_that_in_words_counts_for_each_message(mira: Somebody, workspace: Workspace) -> None:
    mira.says(QUESTION).says("that's not what I asked")
    mira.says("what period of waiting is usual until approval").says("that's not what I asked")
    assert len(judged(workspace)) == 2


def test_what_counts_word_for_word_is_no_reading(mira: Somebody, workspace: Workspace) -> None:
    mira.says("can I roll back?").clicks("answer.can_i_roll_back.helpful")
    assert judged(workspace) == []


def test_helpful_under_an_answer_that_one_sentence_asked_for_is_no_mistake(
    mira: Somebody, workspace: Workspace
) -> None:
    """The whole message may sound like something else; it was the sentence that was read."""
    mira.says(f"Hello there. Our office dog is ill today and barks at everyone. {QUESTION}?")
    assert "answers/approval_time" in mira.last.templates
    mira.clicks(HELPFUL)
    assert (False,) not in judged(workspace, "is_right")


def test_a_word_about_an_older_answer_says_nothing_of_the_last_message(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("does the switch have a price tag").hears("answers/what_it_costs")
    older = mira.offer("answer.what_it_costs.not_that")
    mira.says(QUESTION).hears("answers/approval_time")
    mira.clicks("answer.what_it_costs.not_that", offer=older)
    assert judged(workspace) == [("what_it_costs", False, "press")]


def test_a_press_on_what_a_button_brought_says_nothing_of_an_earlier_message(
    mira: Somebody, workspace: Workspace
) -> None:
    """After a choice the last text is the one that was understood before it."""
    mira.says(QUESTION).hears("answers/approval_time")
    mira.says("going back, is that over once approved or once signed?").hears("repair/clarify")
    chosen = next(b for b in mira.last.buttons if b.startswith("answer.") and b.endswith(".now"))
    mira.clicks(chosen)
    before = judged(workspace)
    mira.clicks(chosen.replace(".now", ".helpful"))
    assert judged(workspace) == before


def held_back(workspace: Workspace, text: str) -> str:
    """A message of Mira's that waits for support; its id."""
    with workspace.tx() as tx:
        return review.note(tx, text, by_slack(tx, "U01MIRA"), "unsure", ["approval_time"])


def test_what_support_assigns_belongs_to_whose_message_it_was(
    mira: Somebody, sam: Somebody, workspace: Workspace
) -> None:
    held_back(workspace, QUESTION)
    sam.says("review misunderstood messages").clicks("review.settle.other").says("what_it_costs")
    assert judged(workspace) == [("approval_time", False, "review")]
    assert erase(workspace, "U04SAM").done.get("judged readings", 0) == 0
    assert erase(workspace, "U01MIRA").done["judged readings"] == 1
    assert judged(workspace) == []


def test_support_has_the_last_word_and_counts_once(
    mira: Somebody, sam: Somebody, workspace: Workspace
) -> None:
    mira.says(QUESTION).clicks(NOT_THAT)
    assert judged(workspace) == [("approval_time", False, "press")]
    sam.says("review misunderstood messages").clicks("review.settle.other").says("approval_time")
    assert judged(workspace) == [("approval_time", True, "review")]


def test_a_choice_among_several_is_kept(mira: Somebody, workspace: Workspace) -> None:
    mira.says("going back, is that over once approved or once signed?").hears("repair/clarify")
    chosen = next(b for b in mira.last.buttons if b.startswith("answer.") and b.endswith(".now"))
    mira.clicks(chosen)
    ((entry, is_right, source),) = judged(workspace)
    assert source == "choice"
    assert is_right == (chosen == f"answer.{entry}.now")


def test_what_a_rule_holds_back_needs_no_threshold(
    mira: Somebody, sam: Somebody, workspace: Workspace
) -> None:
    """A threshold decides nothing about it, so it teaches none."""
    read = workspace.assistant.understanding.whole(BABBLE).ranked[0]
    assert read.decided.held_back
    assert judging.reading_of(read) is None
    held_back(workspace, BABBLE)
    sam.says("review misunderstood messages").clicks("review.settle.other").says("approval_time")
    assert judged(workspace) == []


def test_a_name_is_masked_as_it_was_when_the_message_was_read(
    mira: Somebody, workspace: Workspace
) -> None:
    named = "how long till Ingram Micro is approved by microsoft as ours"
    with workspace.tx() as tx:
        providers.note(tx, by_slack(tx, "U01MIRA").partner, "Ingram Micro")
    mira.says(named)
    (answer,) = (b for b in mira.last.buttons if b.endswith(".helpful"))
    mira.clicks(answer)
    masked = named.replace("Ingram Micro", "the provider")
    read = workspace.assistant.understanding.hear(masked).meanings[0]
    assert read.decided.by == "classifier", "write another message"
    assert read.decided.probability != pytest.approx(
        workspace.assistant.understanding.whole(named).ranked[0].decided.probability
    )
    assert judged(workspace, "entry", "share") == [
        (read.entry.name, pytest.approx(read.decided.probability))
    ]


@pytest.mark.parametrize("kind", [Kind.GUEST, Kind.OUTSIDER, Kind.UNKNOWN])
def test_only_members_teach(workspace: Workspace, kind: Kind) -> None:
    """A guest or somebody of another workspace in a shared channel moves nothing here."""
    mira = workspace.people["Mira"]
    mira.says(QUESTION).hears("answers/approval_time")
    press = ButtonPress((workspace.key(),), mira.slack, HELPFUL, mira.offer(HELPFUL), Origin("D1"))
    with workspace.tx() as tx:
        people.change(tx, by_slack(tx, mira.slack), kind=kind)
    workspace.runner.hear_now(TEAM, press)
    assert judged(workspace) == []
    with workspace.tx() as tx:
        people.change(tx, by_slack(tx, mira.slack), kind=Kind.MEMBER)
    workspace.runner.hear_now(TEAM, replace(press, keys=(workspace.key(),)))
    assert len(judged(workspace)) == 1


def test_the_night_takes_it_after_a_year(mira: Somebody, workspace: Workspace) -> None:
    mira.says(QUESTION).clicks(HELPFUL)
    for _ in range(12):
        workspace.later(days=30)
    assert len(judged(workspace)) == 1
    workspace.later(days=6)
    workspace.later(days=1)
    assert judged(workspace) == []


def test_two_people_with_the_same_words_are_two(
    mira: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    for somebody in (mira, otto):
        somebody.says(QUESTION).clicks(HELPFUL)
    assert len(judged(workspace)) == 2
    assert erase(workspace, "U03OTTO").done["judged readings"] == 1
    assert len(judged(workspace)) == 1


def test_texts_go_earlier_than_what_was_said_of_them(mira: Somebody, workspace: Workspace) -> None:
    mira.says(QUESTION).clicks(NOT_THAT)
    workspace.later(days=40)
    with workspace.tx() as tx:
        retention.forget_old(tx)
    assert rows(workspace, Unheard, "id") == []
    assert len(judged(workspace)) == 1


def test_no_word_is_kept_longer_than_a_year_even_where_texts_are(workspace: Workspace) -> None:
    with workspace.tx() as tx:
        calibration.note(tx, "p1", "d1", "x", "harmless", Judged(0.7, is_right=True), Source.PRESS)
    workspace.now = workspace.now.replace(year=workspace.now.year + 1, month=12)
    with workspace.tx() as tx:
        calibration.forget_before(tx, 0)  # a workspace that keeps texts for ten years
    assert rows(workspace, JudgedReading, "id") == []

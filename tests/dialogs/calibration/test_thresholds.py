"""What people and support say of readings moves the thresholds of their own workspace, slowly, and
of no other."""

from collections.abc import Sequence

import numpy as np
import pytest

from dialogs.calibration.risk_control import lowest_threshold
from dialogs.nlu.model_store import shipped_thresholds
from dialogs.nlu.workspace_model import WorkspaceModels
from dialogs.review import thresholds
from domain import people
from domain.knowledge import calibration
from domain.knowledge.calibration import LEAST, STEP, Judged, Source
from domain.privacy import erasure, retention
from domain.storage.store import Tx, table
from domain.tables import JudgedReading
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_review import BABBLE, rows

QUESTION = "how much time does microsoft take until they let us in"
FINAL = "irreversible"
OTHER_TEAM = "T0OTHER"


def mira_of(tx: Tx) -> people.Person | None:
    return next((p for p in people.everybody(tx) if p.slack == "U01MIRA"), None)


def learned(workspace: Workspace) -> dict[str, float]:
    with workspace.tx() as tx:
        thresholds.monthly(tx, "", {})
    workspace.send()
    with workspace.tx() as tx:
        return calibration.own(tx)


def fill(workspace: Workspace, many: int, wrong: int, **more: object) -> None:
    with workspace.tx() as tx:
        mira = mira_of(tx)
        assert mira is not None
        for n in range(many):
            reading = Judged(float(more.get("share", 0.7)), n >= wrong)  # type: ignore[arg-type]
            risk = str(more.get("risk", "harmless"))
            calibration.note(tx, mira, f"m{n}", "x", risk, reading, Source.PRESS)


# what is kept


def test_a_press_is_kept_without_the_text(mira: Somebody, workspace: Workspace) -> None:
    mira.says(QUESTION).hears("answers/approval_time")
    mira.clicks("answer.approval_time.helpful")
    assert rows(workspace, JudgedReading, "is_right") == [True]
    assert rows(workspace, JudgedReading, "source") == ["press"]
    with workspace.store.reading() as db:
        kept = db.execute(table(JudgedReading).select()).mappings().one()
    assert not any(word in str(kept) for word in QUESTION.split() if len(word) > 4)


def test_a_second_press_replaces_the_first(mira: Somebody, workspace: Workspace) -> None:
    mira.says(QUESTION).clicks("answer.approval_time.helpful")
    mira.says(QUESTION)
    mira.clicks("answer.approval_time.not_that")
    assert sorted(rows(workspace, JudgedReading, "is_right")) == [False, True]


def test_what_counts_word_for_word_is_no_reading(mira: Somebody, workspace: Workspace) -> None:
    mira.says("can I roll back?").clicks("answer.can_i_roll_back.helpful")
    assert rows(workspace, JudgedReading, "id") == []


def test_what_support_assigns_is_kept(mira: Somebody, sam: Somebody, workspace: Workspace) -> None:
    mira.says(BABBLE)
    sam.says("review misunderstood messages").clicks("review.settle.other").says("approval_time")
    assert rows(workspace, JudgedReading, "source") == ["review"]
    assert rows(workspace, JudgedReading, "is_right") == [False]


def test_it_goes_with_the_person_and_not_with_the_texts(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says(QUESTION).clicks("answer.approval_time.helpful")
    workspace.later(days=40)
    with workspace.tx() as tx:
        retention.forget_old(tx)
    assert rows(workspace, JudgedReading, "is_right") == [True]
    with workspace.tx() as tx:
        who = mira_of(tx)
        assert who is not None
        assert erasure.erase(tx, who).done["judged readings"] == 1
    assert rows(workspace, JudgedReading, "id") == []


def test_it_goes_after_a_year(mira: Somebody, workspace: Workspace) -> None:
    fill(workspace, 1, 0)
    workspace.later(days=366)
    with workspace.tx() as tx:
        retention.forget_old(tx)
    assert rows(workspace, JudgedReading, "id") == []


# what follows from it


def test_few_judgements_move_nothing(workspace: Workspace) -> None:
    fill(workspace, LEAST - 1, LEAST - 1)
    assert learned(workspace) == {}
    assert not workspace.sent


def test_many_mistakes_raise_the_threshold_by_one_step_a_month(workspace: Workspace) -> None:
    before = shipped_thresholds()["harmless"]
    fill(workspace, LEAST, LEAST // 2)
    first = learned(workspace)["harmless"]
    assert first == pytest.approx(before + STEP, abs=0.01)
    assert learned(workspace)["harmless"] == first, "the same month again"
    workspace.later(days=31)
    assert learned(workspace)["harmless"] == pytest.approx(first + STEP, abs=0.01)


def test_the_admins_hear_it_once(workspace: Workspace) -> None:
    fill(workspace, LEAST, LEAST // 2)
    learned(workspace)
    learned(workspace)
    (told,) = [m for m in workspace.sent if "review/thresholds" in m.templates]
    assert f"'judged': {LEAST}" in str(told.parts)


def test_what_cannot_be_undone_is_never_easier(workspace: Workspace) -> None:
    fill(workspace, 4 * LEAST, 0, risk=FINAL, share=0.3)
    found = learned(workspace)
    assert found.get(FINAL, 1.0) >= shipped_thresholds()[FINAL]


def test_good_judgements_lower_the_threshold_and_the_answer_follows(workspace: Workspace) -> None:
    fill(workspace, 4 * LEAST, 0, share=0.3)
    assert learned(workspace)["harmless"] < shipped_thresholds()["harmless"]
    models = WorkspaceModels(workspace.assistant.understanding)
    with workspace.tx() as tx:
        _, understanding = models.of(tx)
        assert understanding.sure["harmless"] == calibration.own(tx)["harmless"]
        other = Tx(tx.db, OTHER_TEAM, tx.now, tx.key)
        assert models.of(other)[1].sure == shipped_thresholds()
        assert calibration.judged(other, "harmless") == []


def test_it_can_be_set_back(workspace: Workspace) -> None:
    fill(workspace, LEAST, LEAST // 2)
    assert learned(workspace)
    with workspace.tx() as tx:
        assert calibration.set_back(tx, "clock")
        assert not calibration.set_back(tx, "clock")
        assert calibration.own(tx) == {}
    assert learned(workspace) == {}, "not before next month"


def test_the_night_looks_once_a_month(mira: Somebody, workspace: Workspace) -> None:
    fill(workspace, LEAST, LEAST // 2)
    mira.says(BABBLE)  # sets the nightly timer
    workspace.later(days=1)
    workspace.send()
    workspace.later(hours=12)
    workspace.send()
    with workspace.tx() as tx:
        assert calibration.own(tx)
        assert not calibration.is_due(tx)


# the rule


def lowest(shares: Sequence[float], right: Sequence[int], most: float) -> float:
    share = np.array(shares, np.float32)
    return lowest_threshold(share, np.array(right, np.float32), np.ones_like(share), most)


def test_the_lowest_threshold_keeps_the_promise() -> None:
    assert lowest([], [], 0.1) == 1.0
    assert lowest([0.9, 0.8], [0, 0], 0.1) == 1.0
    many = [0.9] * 40 + [0.5] * 10
    assert lowest(many, [1] * 50, 0.1) == pytest.approx(0.5)
    assert lowest(many, [1] * 40 + [0] * 10, 0.1) == pytest.approx(0.9)

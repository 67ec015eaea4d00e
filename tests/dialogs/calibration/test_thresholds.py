"""What people and support say of readings moves the thresholds of their own workspace, slowly,
within bounds, and of no other."""

import io
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, update

from bot.cli import explain
from dialogs.calibration.risk_control import lowest_threshold
from dialogs.inputs import Message, Origin
from dialogs.nlu.clause_classifier import ClauseClassifier
from dialogs.nlu.model_store import shipped_thresholds
from dialogs.nlu.workspace_model import WorkspaceModels
from dialogs.review import thresholds
from domain import people
from domain.knowledge import calibration, own_answers
from domain.knowledge.calibration import HIGHEST, LEAST, LOWEST, STEP, Judged, Move, Source
from domain.privacy import erasure
from domain.storage.store import Tx, table
from domain.tables import JudgedReading, OwnThreshold
from tests.conftest import DESCRIPTION, TEAM, Somebody, Workspace
from tests.dialogs.calibration.test_judging import HELPFUL, QUESTION, by_slack, judged

FINAL, OTHER_TEAM = "irreversible", "T02"
# One of these is answered now and asked back about from a threshold of 0.90 on.
ANSWERED = (
    "what happens with the people who buy from me",
    "does the switch have a price tag",
    "roughly what will this cost my company each month",
    "who will bill my clients afterwards",
)


def fill(
    tx: Tx, many: int, wrong: int, *, share: float = 0.7, risk: str = "harmless", whose: str = "p"
) -> None:
    for n in range(many):
        reading = Judged(share, n >= wrong)
        calibration.note(tx, whose, f"{whose}{risk}{n}", "x", risk, reading, Source.PRESS)


def filled(workspace: Workspace, many: int, wrong: int, **more: object) -> None:
    with workspace.tx() as tx:
        fill(tx, many, wrong, **more)  # type: ignore[arg-type]


def learned(workspace: Workspace) -> dict[str, float]:
    """The monthly round, at this moment."""
    with workspace.tx() as tx:
        thresholds.monthly(tx, "", {})
    workspace.send()
    with workspace.tx() as tx:
        return calibration.own(tx)


def told(workspace: Workspace) -> list[str]:
    return [m.words for m in workspace.sent if "review/thresholds" in m.templates]


# when, and how far


def test_few_judgements_move_nothing(workspace: Workspace) -> None:
    filled(workspace, LEAST - 1, LEAST - 1)
    assert learned(workspace) == {}
    assert not told(workspace)


def test_judgements_of_another_class_move_nothing(workspace: Workspace) -> None:
    filled(workspace, LEAST - 1, LEAST - 1)
    filled(workspace, LEAST, LEAST, risk="deadline")
    assert list(learned(workspace)) == ["deadline"]


def test_many_mistakes_raise_the_threshold_by_one_step_a_month(workspace: Workspace) -> None:
    before = shipped_thresholds()["harmless"]
    filled(workspace, LEAST, LEAST // 2)
    assert learned(workspace)["harmless"] == pytest.approx(before + STEP)
    workspace.later(days=31)
    assert learned(workspace)["harmless"] == pytest.approx(before + 2 * STEP)


def test_the_same_month_twice_is_once(workspace: Workspace) -> None:
    filled(workspace, LEAST, LEAST // 2)
    first = learned(workspace)
    workspace.later(days=3)
    assert learned(workspace) == first
    assert len(told(workspace)) == 1
    assert workspace.audit().count(calibration.MOVED) == 1


def test_a_crash_between_leaves_nothing_behind(workspace: Workspace) -> None:
    """Threshold, log and message are one transaction: half of it is never seen, and the next try
    does all of it once."""
    filled(workspace, LEAST, LEAST // 2)
    with pytest.raises(RuntimeError), workspace.tx() as tx:
        thresholds.monthly(tx, "", {})
        assert calibration.own(tx)
        raise RuntimeError
    with workspace.tx() as tx:
        assert calibration.thresholds(tx) == []
        assert calibration.is_due(tx)
        _, understanding = WorkspaceModels(workspace.assistant.understanding).of(tx)
        assert understanding.sure == shipped_thresholds()
    assert calibration.MOVED not in workspace.audit()
    assert learned(workspace)
    assert len(told(workspace)) == 1


def test_the_admins_hear_what_moved_and_why(workspace: Workspace) -> None:
    filled(workspace, LEAST, LEAST // 2)
    learned(workspace)
    (words,) = told(workspace)
    now = round(100 * shipped_thresholds()["harmless"])
    assert f"Most answers: {now + 5}% sure, before {now}%." in words
    assert f"misread {LEAST // 2} of the {LEAST} messages" in words
    assert "changeover thresholds --reset" in words
    assert [m.to for m in workspace.sent if "review/thresholds" in m.templates] == ["#C02ADMINS"]


def test_the_night_looks_once_a_month(mira: Somebody, workspace: Workspace) -> None:
    mira.says(QUESTION).clicks(HELPFUL)  # sets the timer of the night
    filled(workspace, LEAST, LEAST // 2)
    for _ in range(20):
        workspace.later(hours=12)
    with workspace.tx() as tx:
        assert calibration.own(tx)
        assert [t.month for t in calibration.thresholds(tx)] == ["2026-12"] * 4
    assert len(told(workspace)) == 2, "for November and for December"


# the bounds


@pytest.mark.parametrize("least", [0.7, 0.7034, 0.96, 0.31])
@pytest.mark.parametrize(("wrong", "share"), [(0, 0.05), (LEAST, 0.99), (6, 0.8)])
def test_no_month_leaves_the_bounds(
    workspace: Workspace, least: float, wrong: int, share: float
) -> None:
    """Two years of it: never more than a step a month, what is final never below shipped."""
    shipped = {"harmless": least, FINAL: least}
    before = dict(shipped)
    for _ in range(24):
        with workspace.tx() as tx:
            for risk in shipped:
                fill(tx, LEAST, wrong, share=share, risk=risk)
            calibration.learn(tx, shipped, thresholds.lowest)
            now = calibration.in_force(shipped, calibration.own(tx))
        for risk, value in now.items():
            assert abs(value - before[risk]) <= STEP + 1e-9
            assert min(LOWEST, least) <= value <= max(HIGHEST, least)
        assert now[FINAL] >= least
        before = now
        workspace.now += calibration.timedelta(days=31)


def test_what_is_final_is_never_below_what_a_newer_version_ships(workspace: Workspace) -> None:
    with workspace.tx() as tx:
        fill(tx, LEAST, LEAST, risk=FINAL)
        calibration.learn(tx, {FINAL: 0.60}, thresholds.lowest)
        own = calibration.own(tx)
        assert own[FINAL] == pytest.approx(0.65)
        assert calibration.in_force({FINAL: 0.72}, own) == {FINAL: 0.72}
        assert calibration.in_force({FINAL: 0.60}, own) == own


@pytest.mark.parametrize("bad", [0.0, -3.0, float("inf"), 7.0, float("nan")])
def test_a_threshold_that_cannot_be_does_no_harm(workspace: Workspace, bad: float) -> None:
    """Whatever stands in the row: the interpreter takes it within the bounds."""
    shipped = shipped_thresholds()
    own = {FINAL: bad, "harmless": bad, "of_an_older_version": 0.1}
    found = calibration.in_force(shipped, own)
    assert set(found) == set(shipped)
    assert shipped[FINAL] <= found[FINAL] <= HIGHEST
    assert LOWEST <= found["harmless"] <= HIGHEST
    assert found["deadline"] == shipped["deadline"]
    with workspace.tx() as tx:
        for risk, value in own.items():
            row = {"team": TEAM, "risk": risk, "value": value, "month": "2026-10", "judged": 99}
            tx.db.execute(insert(table(OwnThreshold)), row)
        own_answers.changed(tx)
        assert WorkspaceModels(workspace.assistant.understanding).of(tx)[1].sure == found


def test_bad_rows_are_left_out(workspace: Workspace) -> None:
    """What is no share teaches nothing; a class that is not known is not looked at; what says it
    was judged tomorrow waits."""
    filled(workspace, LEAST - 1, LEAST - 1)
    same = {"team": TEAM, "person": "p", "entry": "x", "risk": "harmless", "source": "press"}
    bad = [("a", 7.0, 0), ("b", -1.0, 0), ("c", 1e308, 0), ("d", 0.5, 10**9)]
    with workspace.tx() as tx:
        for id_, share, ahead in bad:
            row = {"id": id_, "share": share, "is_right": False, "at": tx.at + ahead}
            tx.db.execute(insert(table(JudgedReading)), same | row)
        fill(tx, LEAST, LEAST, risk="unknown")
        assert len(calibration.judged(tx, "harmless")) == LEAST - 1
    assert learned(workspace) == {}
    with workspace.tx() as tx:
        tx.db.execute(update(table(OwnThreshold)).values(month="?"))
        assert calibration.is_due(tx)
    assert learned(workspace) == {}


# who is concerned


def other_workspace(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text(DESCRIPTION.replace(f'"{TEAM}"', f'"{OTHER_TEAM}"'), "utf-8")
    workspace.plant(path)


def answered(workspace: Workspace) -> tuple[str, str]:
    """A text that a higher threshold holds back, and its answer."""
    for text in ANSWERED:
        read = workspace.assistant.understanding.whole(text).ranked[0]
        if read.sure and read.entry.risk == "harmless" and read.score < 0.90:
            return text, f"answers/{read.entry.name}"
    raise AssertionError("write others")


def answer_in(workspace: Workspace, team: str, text: str) -> list[str]:
    """The templates of the reply that Mira gets in that workspace."""
    with workspace.store.turn(team, workspace.now) as tx:
        mira = by_slack(tx, "U01MIRA")
        people.change(tx, mira, kind="member", live=True)
    heard = Message((workspace.key(),), "U01MIRA", text, Origin("DU01MIRA", direct=True))
    return [name for name, _ in workspace.runner.hear_now(team, heard).parts]


def test_no_workspace_learns_from_another(workspace: Workspace, tmp_path: Path) -> None:
    """Mistakes in one workspace raise what it needs; the same words are answered as before in the
    other, which has no judgement and hears nothing."""
    other_workspace(workspace, tmp_path)
    text, answer = answered(workspace)
    assert answer_in(workspace, TEAM, text) == [answer]
    assert answer_in(workspace, OTHER_TEAM, text) == [answer]
    filled(workspace, LEAST, LEAST)
    for _ in range(12):
        learned(workspace)
        with workspace.store.turn(OTHER_TEAM, workspace.now) as tx:
            assert calibration.judged(tx, "harmless") == []
            thresholds.monthly(tx, "", {})
            assert calibration.own(tx) == {}
        workspace.now += calibration.timedelta(days=28)
    with workspace.tx() as tx:
        assert calibration.own(tx)["harmless"] == pytest.approx(HIGHEST)
    assert answer_in(workspace, TEAM, text) != [answer]
    assert answer_in(workspace, OTHER_TEAM, text) == [answer]
    with workspace.store.turn(OTHER_TEAM, workspace.now) as tx:
        assert not calibration.set_back(tx, "clock")
    with workspace.tx() as tx:
        assert calibration.own(tx)


def test_a_person_with_one_id_in_two_workspaces_is_erased_in_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    other_workspace(workspace, tmp_path)
    with workspace.tx() as tx:
        mira = by_slack(tx, "U01MIRA")
        fill(tx, 2, 0, whose=mira.id)
        fill(tx, 3, 0, whose="somebody else")
    with workspace.store.turn(OTHER_TEAM, workspace.now) as tx:
        fill(tx, 4, 0, whose=mira.id)
    with workspace.tx() as tx:
        assert erasure.erase(tx, mira).done["judged readings"] == 2
    assert len(judged(workspace)) == 3 + 4


def test_judgements_of_somebody_who_was_erased_count_no_more(workspace: Workspace) -> None:
    with workspace.tx() as tx:
        mira = by_slack(tx, "U01MIRA")
        fill(tx, LEAST, LEAST, whose=mira.id)
        erasure.erase(tx, mira)
    assert learned(workspace) == {}


# what follows


def test_good_judgements_lower_the_threshold_and_the_answer_follows(workspace: Workspace) -> None:
    filled(workspace, 4 * LEAST, 0, share=0.3)
    before = shipped_thresholds()["harmless"]
    assert learned(workspace)["harmless"] == pytest.approx(before - STEP)
    models = WorkspaceModels(workspace.assistant.understanding)
    with workspace.tx() as tx:
        assert models.of(tx)[1].sure["harmless"] == pytest.approx(before - STEP)


def test_it_can_be_set_back(workspace: Workspace) -> None:
    models = WorkspaceModels(workspace.assistant.understanding)
    filled(workspace, LEAST, LEAST // 2)
    assert learned(workspace)
    with workspace.tx() as tx:
        assert models.of(tx)[1].sure != shipped_thresholds()
        assert calibration.set_back(tx, "clock")
        assert not calibration.set_back(tx, "clock")
        assert models.of(tx)[1].sure == shipped_thresholds()
    assert learned(workspace) == {}, "not before next month"
    workspace.later(days=31)
    assert learned(workspace)


def test_the_trace_says_whose_threshold_counted(mira: Somebody, workspace: Workspace) -> None:
    def line() -> str:
        out = io.StringIO()
        assert explain.explain(workspace.store, mira.says(QUESTION).last.key, out) == 0
        return next(s for s in out.getvalue().splitlines() if s.startswith("  approval_time"))

    risk = str(workspace.assistant.understanding.entries["approval_time"].risk)
    assert f"needed {shipped_thresholds()[risk]:.2f} (shipped)" in line()
    filled(workspace, LEAST, LEAST // 2, risk=risk)
    now = learned(workspace)[risk]
    assert f"needed {now:.2f} (learned from use in this workspace)" in line()


def test_the_head_of_others_is_not_touched(workspace: Workspace) -> None:
    """Thresholds of a workspace are a copy: what is shared stays as it was shipped."""
    shared: ClauseClassifier = workspace.assistant.understanding
    filled(workspace, LEAST, LEAST)
    learned(workspace)
    with workspace.tx() as tx:
        mine = WorkspaceModels(shared).of(tx)[1]
    assert mine.sure["harmless"] > shared.sure["harmless"]
    assert shared.sure == shipped_thresholds() == dict(shared.learned.sure)


# the rule


def lowest(shares: Sequence[float], right: Sequence[int], most: float, **how: bool) -> float:
    share = np.array(shares, np.float32)
    return lowest_threshold(share, np.array(right, np.float32), np.ones_like(share), most, **how)


def test_the_lowest_threshold_keeps_the_promise() -> None:
    assert lowest([], [], 0.1) == 1.0
    assert lowest([0.9, 0.8], [0, 0], 0.1) == 1.0
    many = [0.9] * 40 + [0.5] * 10
    assert lowest(many, [1] * 50, 0.1) == pytest.approx(0.5)
    assert lowest(many, [1] * 40 + [0] * 10, 0.1) == pytest.approx(0.9)


def test_equal_shares_are_acted_upon_together() -> None:
    """A threshold cannot act upon one of them and not on the other, in whatever order they stand."""
    mixed = [0.9] * 30 + [0.5] * 20
    right = [1] * 40 + [0] * 10
    for how in (False, True):
        found = lowest(mixed, right, 0.1, in_sequence=how)
        assert found == lowest(mixed[::-1], right[::-1], 0.1, in_sequence=how)
        assert found == pytest.approx(0.9)


def test_few_readings_go_down_only_as_long_as_it_holds() -> None:
    """Below a stretch of mistakes many right ones make it hold once more."""
    shares = [0.9] * 20 + [0.8] * 5 + [0.5] * 80
    right = [1] * 20 + [0] * 5 + [1] * 80
    assert lowest(shares, right, 0.1) == pytest.approx(0.5)
    assert lowest(shares, right, 0.1, in_sequence=True) == pytest.approx(0.9)


def test_the_promise_holds_for_messages_that_were_not_judged() -> None:
    """Over many workspaces with the fewest judgements that move anything, what is acted upon later
    is wrong no more often than wanted. A reading of share s is right with probability s."""
    rng, most, wrong, acted = np.random.default_rng(0), 0.10, 0.0, 0.0
    for _ in range(1000):
        share = rng.uniform(0.5, 1.0, LEAST + 200)
        right = (rng.uniform(size=LEAST + 200) < share).astype(float)
        found = lowest(list(share[:LEAST]), list(right[:LEAST]), most, in_sequence=True)
        taken = share[LEAST:] >= found
        wrong, acted = wrong + float((1 - right[LEAST:])[taken].sum()), acted + float(taken.sum())
    assert acted > 20_000
    assert wrong / acted <= most


def test_every_class_that_is_shipped_has_its_share_of_mistakes() -> None:
    assert set(thresholds.MOST_WRONG) == set(shipped_thresholds())


def test_a_move_is_said_in_whole_numbers_that_differ() -> None:
    for before in np.arange(0.40, 0.95, 0.0001):
        move = Move("harmless", float(before), float(before) + calibration.NOTICED, 60, 1)
        said = thresholds.said_of(move)
        assert re.fullmatch(r"\d\d", str(said["after"]))
        assert said["after"] != said["before"], before

"""`changeover play`: whole conversations from a file. What it says of a step comes from the turn,
and nothing is kept."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.cli.play import outcome_of, play
from bot.cli.play.script import MAX_LINE, MAX_STEPS
from bot.cli.play.workspace import House
from tests.bot.recording import PATIENCE

Step = dict[str, Any]
ENROLL: list[Step] = [
    {"as": "mira", "say": "I want to enroll"},
    {"as": "mira", "press": "enroll.profile.current"},
    {"as": "mira", "press": "enroll.tenant.this"},
    {"as": "mira", "press": "enroll.standing.restricted"},
    {"as": "mira", "press": "enroll.weighed.weighed"},
    {"as": "mira", "press": "enroll.admin", "label": "grace"},
    {"as": "mira", "press": "enroll.submitted_on.today"},
    {"as": "mira", "press": "enroll.outcome.approved"},
    {"as": "mira", "press": "enroll.agreement_seen.seen"},
    {"as": "mira", "press": "agreement.second.ask"},
    {"as": "grace", "press": "agreement.confirm.confirmed"},
]
ASKED: list[Step] = [
    {"as": "mira", "say": "I want to talk to a person"},
    {"as": "mira", "say": "Does our old support contract cover the tenant we close?"},
    {"as": "mira", "press": "support.send.send"},
]
CARD = {"in": "#csp-support", "thread": "card"}


def written(*steps: Step, **more: Any) -> bytes:
    return json.dumps({"id": "x", "steps": list(steps)} | more).encode()


def steps_of(house: House, *steps: Step, **more: Any) -> list[dict[str, Any]]:
    outcome = outcome_of(house, written(*steps, **more), 1)
    assert "error" not in outcome, outcome["error"]
    return list(outcome["steps"])


def last(house: House, *steps: Step, **more: Any) -> dict[str, Any]:
    return steps_of(house, *steps, **more)[-1]


def without_ids(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{16}\b", "ID", text)


# --- what must never happen


def test_playing_keeps_nothing_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(written(*ENROLL) + b"\n")
    monkeypatch.chdir(tmp_path)
    assert main(["play", "--json", str(file)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["cases.jsonl"]


def test_a_line_knows_nothing_of_the_line_before(house: House) -> None:
    before = without_ids(json.dumps(steps_of(house, *ENROLL)))
    steps_of(house, *ENROLL, {"as": "otto", "press": "decide.decision.approve"})
    assert without_ids(json.dumps(steps_of(house, *ENROLL))) == before


def test_played_twice_it_comes_to_the_same(house: House) -> None:
    lines = [
        line
        for path in sorted(Path("tests/conversations").glob("*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]
    assert len(lines) > 10
    once, again = io.StringIO(), io.StringIO()
    assert play(house, lines, once) == play(house, lines, again) == 0
    for first, second in zip(
        once.getvalue().splitlines(), again.getvalue().splitlines(), strict=True
    ):
        for one, other in zip(json.loads(first)["steps"], json.loads(second)["steps"], strict=True):
            for reply in (one["reply"], other["reply"]):
                if reply:
                    reply["buttons"] = [without_ids(button) for button in reply["buttons"]]
            assert one == other


def test_looking_what_a_button_would_record_records_nothing(house: House) -> None:
    notice = {"as": "mira", "say": "we got a notice from Microsoft"}
    first, second = steps_of(house, notice, {"as": "mira", "say": "3 November"})
    assert (first["asked_to_confirm"], first["recorded"]) == (["notice_sent"], [])
    assert [e["event"] for e in second["recorded"]] == ["notice_sent"]


# --- what a step gives


def test_a_step_says_what_it_filled_recorded_told_and_waits_for(house: House) -> None:
    found = last(house, *ENROLL[:6], {"as": "mira", "say": "27 November"})
    assert found["filled"] == {"enroll.submitted_on": "2026-11-27"}
    submitted = {"machine": "enrollment", "event": "submitted", "by": "mira", "day": "2026-11-27"}
    assert submitted in found["recorded"]
    assert {"to": "#csp-admins", "templates": ["notices/submitted"]} in found["told"]
    assert found["waits_for"] == "enroll.outcome"
    assert found["reply"]["templates"][-1] == "enroll/ask_outcome"
    assert found["reply"]["decision"] == "command"
    assert "enroll.outcome.approved" in found["reply"]["buttons"]
    assert "P-APPROVAL-DAYS" in found["reply"]["facts"]
    assert "Approved" not in found["reply"]["text"].splitlines()[-1]


def test_a_persons_id_is_her_name_and_an_amount_its_bounds(house: House) -> None:
    assert last(house, *ENROLL[:6])["filled"] == {"enroll.admin": "grace"}
    amount = last(
        house,
        {"as": "mira", "say": "do we still qualify?"},
        {"as": "mira", "press": "standing.anniversary.unknown"},
        {"as": "mira", "say": "1.2 million USD"},
    )
    assert amount["filled"] == {"standing.csp_revenue": {"low": 1_200_000, "high": 1_200_000}}


def test_what_was_answered_before_is_not_filled_again(house: House) -> None:
    again = last(house, *ENROLL[:3], {"as": "mira", "say": "can I roll back?"})
    assert again["filled"] == {}
    assert again["waits_for"] == "enroll.standing"


def test_the_standing_question_asked_once_more_offers_nothing(house: House) -> None:
    found = last(house, *ENROLL[:6], {"as": "mira", "say": "can I roll back?"})
    assert found["waits_for"] == "enroll.submitted_on"
    assert found["asked_to_confirm"] == []


def test_a_report_beside_a_question_says_what_its_button_would_record(house: House) -> None:
    said = "we submitted it on Friday. Is there downtime when we move customers?"
    found = last(house, {"as": "mira", "say": said})
    assert "submitted" in found["asked_to_confirm"]
    assert found["recorded"] == []


def test_a_changed_message_is_told_as_an_update(house: House) -> None:
    found = last(house, *ENROLL, {"as": "otto", "press": "decide.decision.approve"})
    assert [told["to"] for told in found["told"] if told.get("update")]
    assert all(told["templates"] for told in found["told"])


def test_a_form_is_asked_in_the_chat(house: House) -> None:
    asked, declined = steps_of(
        house,
        *ENROLL,
        {"as": "otto", "press": "decide.form.decline"},
        {"as": "otto", "say": "the board has not seen it"},
    )[-2:]
    assert asked["reply"]["templates"] == ["agreement/ask_decline_reason"]
    assert asked["waits_for"] == "decide.decline_reason"
    assert [e["event"] for e in declined["recorded"]] == ["approval_declined"]


def test_the_message_of_a_slack_link_is_read_as_slack_writes_it(house: House) -> None:
    link = "https://evil.example/x"
    hidden = f"<{link}|https://partner.microsoft.com/invitation>"
    plain, marked = (
        last(house, {"as": "mira", "say": f"is this safe? {text}"})["reply"]["templates"]
        for text in (link, f"<{link}>")
    )
    assert plain == marked
    assert last(house, {"as": "mira", "say": hidden})["recorded"] == []
    typed = last(house, {"as": "mira", "say": "who is <@U02GRACE> &amp; can I roll back?"})
    assert typed["reply"] is not None


# --- where and when


def test_a_mention_is_answered_in_its_thread_and_the_thread_goes_on(house: House) -> None:
    first, second = steps_of(
        house,
        {"as": "mira", "say": "can I roll back?", "in": "#general"},
        {"as": "mira", "say": "thanks", "in": "#general", "thread": "last"},
    )
    assert first["reply"]["decision"] == "answer"
    assert second["reply"]["decision"] == "chitchat"
    assert first["told"] == second["told"] == []


def test_a_line_under_the_card_reaches_the_person_who_asked(house: House) -> None:
    found = last(house, *ASKED, {"as": "sam", "say": "It covers both until it ends.", **CARD})
    assert "mira" in [told["to"] for told in found["told"]]
    assert found["recorded"][0]["by"] == "sam"


def test_an_edited_answer_is_read_again(house: House) -> None:
    current, outdated = steps_of(
        house,
        ENROLL[0],
        {"as": "mira", "say": "it is current"},
        {"as": "mira", "edit": {"step": 2, "say": "it is outdated"}},
    )[-2:]
    assert current["filled"] == {"enroll.profile": "current"}
    assert outdated["filled"] == {"enroll.profile": "outdated"}


def test_what_becomes_due_leaves_while_time_passes(house: House) -> None:
    waited = last(house, *ASKED, {"wait": "P7D"})
    assert waited["reply"] is None
    assert waited["waits_for"] is None
    assert waited["told"], "support was never reminded of an open question"


def test_the_day_is_that_of_the_line_and_moves_with_the_wait(house: House) -> None:
    today = {"as": "mira", "say": "today"}
    early = last(house, *ENROLL[:6], today, today="2026-12-07")
    late = last(house, *ENROLL[:6], {"wait": "P1DT4H"}, today, today="2026-12-07")
    assert early["filled"] == {"enroll.submitted_on": "2026-12-07"}
    assert late["filled"] == {"enroll.submitted_on": "2026-12-08"}


def test_the_nth_button_is_counted_from_one(house: House) -> None:
    first, second = (
        last(house, *ENROLL[:5], {"as": "mira", "press": "enroll.admin", "nth": nth})["filled"]
        for nth in (1, 2)
    )
    assert first != second
    assert set(first) == set(second) == {"enroll.admin"}


# --- lines that cannot be played


SAY = {"as": "mira", "say": "hello"}
BAD: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"{", "line 4: "),
    "no text": (b'{"id":"x","steps":[{"as":"mira","say":"\xff"}]}', "line 4: "),
    "half a character": (b'{"id":"x","steps":[{"as":"mira","say":"\\ud800"}]}', "line 4: "),
    "no object": (b"[1]", "line 4: not an object"),
    "no id": (json.dumps({"steps": [SAY]}).encode(), "needs an id"),
    "an id that is no text": (json.dumps({"id": True, "steps": [SAY]}).encode(), "needs an id"),
    "no steps": (b'{"id":"x"}', "needs steps"),
    "too many steps": (written(*[SAY] * (MAX_STEPS + 1)), "needs steps"),
    "too long": (written({"as": "mira", "say": "x" * MAX_LINE}), "longer than"),
    "no day": (written(SAY, today="tomorrow"), "today is a day"),
    "a step that is no object": (written(SAY, "hello"), "step 2: not an object"),  # type: ignore[arg-type]
    "an unknown key": (written(SAY | {"where": "#general"}), "step 1: unknown key 'where'"),
    "two deeds": (written(SAY | {"press": "a.b.c"}), "step 1: needs one of"),
    "no deed": (written({"as": "mira"}), "step 1: needs one of"),
    "nobody": (written({"say": "hello"}), "step 1: needs 'as'"),
    "an unknown person": (written({"as": "bob", "say": "hello"}), "nobody called 'bob'"),
    "an unknown channel": (written(SAY | {"in": "#random"}), "no channel '#random'"),
    "a card in the direct messages": (written(SAY | {"thread": "card"}), "thread is"),
    "no card there": (written(SAY | CARD), "there is no question card in #csp-support"),
    "nothing to answer": (written(SAY | {"thread": "last"}), "there is no message of the bot"),
    "an unknown wait": (written({"wait": "two days"}), "wait is a time"),
    "an endless wait": (written({"wait": "P99999999999999D"}), "wait is at most"),
    "an edit of nothing": (
        written({"as": "mira", "edit": {"step": 1, "say": "x"}}),
        "there is no step 1",
    ),
    "an edit of another's words": (
        written(SAY, {"as": "otto", "edit": {"step": 1, "say": "x"}}),
        "step 1 is no message of otto",
    ),
    "a button that is not there": (
        written(ENROLL[0], {"as": "mira", "press": "enroll.profile.currant"}),
        "line 4: step 2: mira sees no button enroll.profile.currant",
    ),
    "a button of somebody else": (
        written(*ENROLL, {"as": "mira", "press": "decide.decision.approve"}),
        "mira sees no button decide.decision.approve",
    ),
    "a label that is not there": (
        written(*ENROLL[:5], {"as": "mira", "press": "enroll.admin", "label": "Ute"}),
        "mira sees no button enroll.admin with 'Ute' in its label",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_line_that_cannot_be_played_is_named(house: House, name: str) -> None:
    line, wrong = BAD[name]
    outcome = outcome_of(house, line, 4)
    assert set(outcome) == {"id", "error"}
    assert outcome["error"].startswith("line 4: ")
    assert wrong in outcome["error"]
    assert outcome["id"] in (None, "x")


def test_a_turn_that_breaks_is_an_error_that_says_which(house: House) -> None:
    broken = outcome_of(
        house, written(SAY | {"say": "how long does approval take?"}, today="0001-01-01"), 7
    )
    assert broken["error"].startswith("line 7: OverflowError")


def test_a_bad_line_stops_no_other_and_the_exit_status_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.jsonl"
    unknown = written(SAY, context="first", right=[{}], never=["approved"], note="ignored")
    file.write_bytes(b"\n".join([written(SAY, id=1), b"", b"{", unknown]))
    assert main(["play", "--json", str(file)]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["id"] for line in lines] == [1, None, "x"]
    assert lines[1]["error"].startswith("line 3: ")
    assert [bool(line.get("steps")) for line in lines] == [True, False, True]


def test_a_file_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", "no-such-file.jsonl"]) == 1
    assert "no-such-file.jsonl: cannot be read" in capsys.readouterr().err


def test_each_line_of_standard_input_is_answered_before_the_next() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "play", "--json", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for id_ in (1, 2):
            process.stdin.write(written(SAY, id=id_) + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == id_
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


def test_for_people_it_prints_who_said_what_and_what_came(house: House) -> None:
    out = io.StringIO()
    lines = [written(*ENROLL[:6], {"wait": "P1D"}), written({"as": "mira", "press": "a.b.c"})]
    assert play(house, lines, out, as_json=False) == 1
    shown = out.getvalue()
    assert "Mira> I want to enroll" in shown
    assert "  *Step 1: the partner profile.*" in shown
    assert "[to Grace]" in shown
    assert "(P1D later)" in shown
    assert "line 2: step 1: mira sees no button a.b.c" in shown

"""The scorer of conversations would find what it is there to find."""

from typing import Any

from tests.context import harm, is_right, missed

RESULT: dict[str, Any] = {
    "reply": {
        "templates": ["repair/corrected", "enroll/ask_outcome"],
        "decision": "command",
        "facts": ["P-APPROVAL-DAYS"],
        "text": "Has Microsoft answered yet?",
        "buttons": ["enroll.outcome.approved"],
    },
    "filled": {"enroll.submitted_on": "2026-11-29", "standing.csp_revenue": {"low": 1, "high": 2}},
    "asked_to_confirm": ["submitted"],
    "recorded": [
        {"machine": "customer", "event": "named_direct", "by": "mira", "day": "2026-11-30"},
        {"machine": "customer", "event": "named_new", "by": "mira", "day": "2026-11-30"},
    ],
    "told": [{"to": "grace", "templates": ["notices/submitted"]}],
    "waits_for": "enroll.outcome",
}
NOTHING: dict[str, Any] = {
    "reply": None,
    "filled": {},
    "asked_to_confirm": [],
    "recorded": [],
    "told": [],
    "waits_for": None,
}
HOLDS: dict[str, Any] = {
    "filled": {"enroll.submitted_on": "*-11-29"},
    "filled_none": ["agreement.*"],
    "filled_amount": {"standing.csp_revenue": [1, 2]},
    "asked_to_confirm": ["enrollment.submitted", "approved"],
    "asked_to_confirm_none": ["approved"],
    "recorded_any": ["customer.named_*"],
    "recorded_none": ["partnership.*"],
    "recorded_count": {"customer.named_*": 2},
    "told_any": ["Grace"],
    "told_none": ["otto"],
    "waits_for": "enroll.*",
    "decision": "command",
    "facts_any": ["P-APPROVAL-DAYS"],
    "templates_any": ["enroll/*"],
    "templates_none": ["repair/not_understood"],
    "buttons_any": ["enroll.outcome.*"],
    "buttons_none": ["agreement.*"],
    "text_any": ["microsoft"],
    "text_none": ["google"],
    "besides_question": False,
}
HOLDS_NOT: dict[str, Any] = {
    "filled": {"enroll.submitted_on": "2026-11-29", "enroll.outcome": "*"},
    "filled_none": ["enroll.*"],
    "filled_amount": {"standing.csp_revenue": [1, None]},
    "asked_to_confirm": ["approved"],
    "asked_to_confirm_none": ["submitted"],
    "recorded_any": ["partnership.named_*"],
    "recorded_none": ["named_new"],
    "recorded_count": {"customer.named_*": 1},
    "told_any": ["otto"],
    "told_none": ["grace"],
    "waits_for": None,
    "decision": "answer",
    "facts_any": ["P-TRANSFER"],
    "templates_any": ["ask_outcome"],
    "templates_none": ["*/corrected"],
    "buttons_any": ["enroll.outcome"],
    "buttons_none": ["*.approved"],
    "text_any": ["google"],
    "text_none": ["answered"],
    "besides_question": True,
}


def test_each_key_holds_where_it_is_so_and_only_there() -> None:
    assert missed(RESULT, HOLDS) == []
    assert missed(RESULT, HOLDS_NOT) == list(HOLDS_NOT)
    assert list(HOLDS) == list(HOLDS_NOT)


def test_a_step_without_a_reply_has_no_templates_and_no_words() -> None:
    wanted = {"templates_any": ["*"], "text_any": ["a"], "decision": "command", "told_any": ["*"]}
    assert missed(NOTHING, wanted) == list(wanted)
    assert missed(NOTHING, {"waits_for": None, "recorded_none": ["*"]}) == []


def test_one_alternative_has_to_hold_with_all_of_its_keys() -> None:
    half = {"decision": "command", "waits_for": "enroll.appeal"}
    assert not is_right({"right": [half]}, RESULT)
    assert is_right({"right": [half, {"decision": "command"}]}, RESULT)


def test_what_must_not_be_recorded_or_filled_is_harm_and_never_right() -> None:
    case: dict[str, Any] = {"right": [{}], "never": ["customer.named_new", "approved"]}
    assert harm(case, RESULT) == ["recorded customer.named_new"]
    assert not is_right(case, RESULT)
    filled = {"right": [{}], "never_filled": {"enroll.submitted_on": ["2026-11-29"]}}
    assert harm(filled, RESULT) == ["filled enroll.submitted_on = 2026-11-29"]
    assert harm({"right": [{}], "never": ["approved"]}, RESULT) == []

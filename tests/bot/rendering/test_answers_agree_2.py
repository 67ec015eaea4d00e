"""Messages on one subject say the same, in every state: transfers, suspension, the steps of
enforcement, the wait for Microsoft, the one-way door. The other pairs of the style:
tests/dialogs/engine/test_answers_agree.py."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.rendering.block_kit import lines_of
from bot.rendering.render import TEMPLATES, Templates
from domain.knowledge.facts import Facts
from domain.tenant import standing
from domain.tenant.enrollment import State
from tests.bot.rendering.test_words import cases, data
from tests.loops import for_each

Say = Callable[..., str]
BEFORE, SINCE = "2026-11-30", "2026-12-01"
ACCEPTED = ("accepted", "listed")
PAGE_SAYS = "“Once you enroll as an indirect reseller using the new capability"
TWO_WAYS = "is told in two ways: check one customer now"


@pytest.fixture(scope="module")
def say() -> Say:
    """What a message shows of a case on a day, its small print too."""
    words = Templates(Facts.load())

    def shown(name: str, here: dict[str, Any], day: str = SINCE, **more: Any) -> str:
        values = data(name, here) | {"case": here, "today": day} | more
        blocks = words.message([(name, values)]).blocks
        return "\n".join(line for block in blocks for line in lines_of(block))

    return shown


def everywhere() -> Iterator[dict[str, Any]]:
    """A case in every state of the enrollment, also with a provider in the list."""
    for here in cases():
        yield here
        if here["stage"] == "accepted":
            yield here | {"stage": "listed", "providers": ["Northlight"]}


@for_each("name", ["seats_changed_in_transfer", "who_starts_transfer"])
def test_the_provider_makes_a_transfer_request_and_alone_cancels_it(say: Say, name: str) -> None:
    for here in everywhere():
        said = say(f"answers/{name}", here)
        assert "your admin agent" in said.lower() and "accepts" in said
        assert "only while it is pending" in said
        assert "*legacy* licenses" in said
        assert "close it and make a new one" not in said


@for_each("name", ["who_starts_transfer", "subscriptions_move_themselves"])
def test_a_request_lapses_after_thirty_days_which_is_written_for_azure(say: Say, name: str) -> None:
    for here in everywhere():
        said = say(f"answers/{name}", here)
        assert "Unanswered for 30 days" in said
        assert "for Azure only" in said


@for_each("name", ["what_cannot_move", "what_happens_to_customers"])
def test_azure_plan_moves_and_software_is_asked_about_first(say: Say, name: str) -> None:
    for here in everywhere():
        said = say(f"answers/{name}", here)
        assert "reservations and savings plans" in said
        assert "Software" in said or "software" in said
        assert "bought again" in said or "buy nothing again" in said


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("answers/reseller_suspended", {}),
        ("reseller/stands", {"state": "Suspended", "since": "2026-11-20"}),
        ("reseller/recorded", {"event": "suspended"}),
        ("reseller/notice", {"event": "suspended"}),
    ],
)
def test_nothing_says_flatly_what_a_suspension_does_to_gdap(
    say: Say, name: str, more: dict[str, Any]
) -> None:
    for here in everywhere():
        said = say(name, here, **more)
        assert TWO_WAYS in said
        assert "can still be managed" in said
        assert "are revoked with every customer" not in said


def test_a_reseller_reads_the_same_of_gdap_before_a_suspension(say: Say) -> None:
    for here in everywhere():
        said = say("answers/reseller_gdap", here)
        assert said.startswith("*A reseller can send GDAP requests")
        assert (TWO_WAYS in said) == (here["stage"] in ACCEPTED)


@for_each(
    "name",
    [
        "answers/restricted_suspended_revoked",
        "answers/what_while_restricted",
        "answers/restriction_notice",
        "standing/verdict",
    ],
)
def test_the_steps_of_enforcement_are_a_partners_words(say: Say, name: str) -> None:
    for here in everywhere():
        said = say(name, here)
        assert "partner quotes" in said
        assert "Suspended 30" in said and "Revoked 60" in said
        assert "Eligibility Dashboard" in said


@for_each("name", ["answers/restricted_suspended_revoked", "standing/verdict"])
def test_enforcement_by_the_dashboard_has_one_day_and_the_own_dashboard_decides(
    say: Say, name: str
) -> None:
    said = say(name, next(cases()))
    assert "25 November 2026 or later" in said
    assert "own" in said and "decide" in said


@for_each(
    "name",
    ["answers/still_pending", "answers/when_to_worry", "remind/enrollment_pending_overdue"],
)
def test_after_five_business_days_it_is_microsoft_support(say: Say, name: str) -> None:
    overdue = next(c for c in cases() if c["enrollment"] == State.OVERDUE)
    said = say(name, overdue).lower()
    assert any(w in said for w in ("five business days", "fifth business day", "overdue"))
    assert "support" in said
    assert "at most" not in said


@for_each("name", ["what_accepting_changes", "same_tenant_or_new"])
def test_the_words_of_the_page_and_our_reading_are_told_apart(say: Say, name: str) -> None:
    for here in everywhere():
        said = say(f"answers/{name}", here)
        if name == "what_accepting_changes" or here["stage"] not in ACCEPTED:
            assert PAGE_SAYS in said and "our own reading, not its words" in said
        else:
            assert "can't be direct bill only again" in said and "12 months" in said


@for_each("name", ["what_accepting_changes", "where_is_the_agreement", "who_signs_the_agreement"])
def test_on_1_december_the_agreement_is_another(say: Say, name: str) -> None:
    for here in everywhere():
        before, since = (say(f"answers/{name}", here, day) for day in (BEFORE, SINCE))
        assert "comes into force on 1 December 2026" in before
        assert "in force since 1 December 2026" in since
        assert "secondary texts" in before and "secondary texts" in since


@for_each("name", ["what_accepting_changes", "who_signs_the_agreement", "where_is_the_agreement"])
def test_who_accepted_is_not_told_to_look_before_accepting(say: Say, name: str) -> None:
    for here in everywhere():
        said = say(f"answers/{name}", here)
        asked_first = "go-ahead" in said or "read the version that is shown" in said
        assert asked_first == (here["stage"] not in ACCEPTED)


@pytest.mark.parametrize("direct_bill", [standing.State.REVOKED, standing.State.ENDED])
@for_each("name", ["what_happens_to_customers", "who_invoices_customers", "what_accepting_changes"])
def test_nobody_keeps_billing_after_direct_bill_is_gone(
    say: Say, name: str, direct_bill: str
) -> None:
    for here in everywhere():
        said = say(f"answers/{name}", here | {"standing": direct_bill})
        assert "as reported" in said
        assert "you keep managing" not in said and "go on during the transition" not in said


def test_the_security_items_and_the_two_revenues_are_the_same_wherever_they_are_told(
    say: Say,
) -> None:
    for here in everywhere():
        assert "A total score isn't required" in say("answers/security_score", here)
        for name in ("what_revenue_counts", "reseller_revenue"):
            said = say(f"answers/{name}", here)
            assert "perpetual software included; CPOR, DPOR and PAL don't" in said, name
        for name in ("what_revenue_counts", "revenue_per_location"):
            assert "USD 1,000,000" in say(f"answers/{name}", here), name


@for_each("name", sorted(p.stem for p in (TEMPLATES / "answers").glob("*.j2")))
def test_no_answer_begins_with_a_yes_or_no_to_a_question_that_may_be_asked_the_other_way_round(
    say: Say, name: str
) -> None:
    """ "Is it final?" and "can we go back?" get the same answer; only one of them is a no."""
    for here in everywhere():
        for day in (BEFORE, SINCE):
            first = say(f"answers/{name}", here, day).lstrip("* \n")
            assert not re.match(r"(?:yes|no)\b", first, re.I), first[:80]

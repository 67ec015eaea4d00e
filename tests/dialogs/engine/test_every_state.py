"""What is said in every state of an enrollment together with every state of direct bill, as real
reports have led there.

The expectations come from the tables and from what was reported, never from the case that the words
read.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.rendering.render import Templates
from dialogs.engine.context import Assistant
from domain import people
from domain.machine import advance
from domain.tenant import case, enrollment, standing
from domain.tenant.enrollment import State as B
from domain.tenant.standing import State as A
from tests.bot.rendering.test_words import data
from tests.dialogs.engine.test_every_ability import way_to, workspace_at

PAIRS = [(b, a) for b in B for a in A]


def comes_back(direct_bill: str) -> bool:
    return A.ACTIVE in standing.MACHINE.reachable_from(direct_bill)


def is_open(enrolled: str) -> bool:
    return B.NOT_STARTED in enrollment.MACHINE.reachable_from(enrolled)


def was_submitted(enrolled: str) -> bool:
    return enrollment.Event.SUBMITTED in way_to(enrollment.MACHINE, enrolled)


@pytest.mark.parametrize(("enrolled", "direct_bill"), PAIRS)
def test_can_i_roll_back_is_answered_by_the_tables(
    assistant: Assistant, words: Templates, tmp_path: Path, enrolled: str, direct_bill: str
) -> None:
    with workspace_at(assistant, words, tmp_path / "w.toml", enrolled, direct_bill) as workspace:
        said = (
            workspace.people["Mira"].says("can I roll back?").hears("answers/can_i_roll_back").words
        )
    assert said.startswith("*There is no way back on this tenant.*") == (not is_open(enrolled))
    assert said.startswith(("*Direct bill", "*Not that I know of")) == (
        is_open(enrolled) and not comes_back(direct_bill)
    )
    assert said.startswith(("*You can", "*Nothing is submitted yet")) == (
        is_open(enrolled) and comes_back(direct_bill)
    )
    if was_submitted(enrolled) or enrolled == B.WITHDRAWN:
        assert "Nothing is submitted" not in said
    if is_open(enrolled):
        assert "The agreement for" not in said
        assert ("stopping now may not restore" in said) == (
            direct_bill in (A.RESTRICTED, A.SUSPENDED)
        )


@pytest.mark.parametrize("direct_bill", A)
def test_a_stopped_enrollment_that_was_submitted_may_go_on_at_microsoft(
    assistant: Assistant, words: Templates, tmp_path: Path, direct_bill: str
) -> None:
    with workspace_at(assistant, words, tmp_path / "w.toml", B.SUBMITTED, direct_bill) as workspace:
        mira = workspace.people["Mira"]
        mira.says("stop our enrollment").clicks("withdraw.which.enrollment").says(
            "we wait for next year"
        )
        mira.clicks("withdraw.sure.sure").hears("withdraw/withdrawn")
        said = mira.says("can I roll back?").hears("answers/can_i_roll_back").words
        if comes_back(direct_bill):
            assert said.startswith(
                "*You can still leave it: our record of the enrollment is stopped"
            )
            assert "submitted on 16 November 2026 may go on" in said
        with workspace.tx() as tx:
            me = people.meet(tx, "U01MIRA")
            (tenant,) = people.tenants_of(tx, me.partner)
            day = workspace.now.date()
            advance(
                tx,
                enrollment.MACHINE,
                tenant.id,
                "reopened",
                me,
                day=day,
                today=day,
                partner=me.partner,
            )
        again = mira.says("can I roll back?").words
        if comes_back(direct_bill):
            assert again.startswith("*Nothing is submitted yet since you started again")
            assert "submitted on 16 November 2026 may still go on" in again
        assert "Nothing is submitted since you started again" in mira.says("where are we?").words


Holds = Callable[[str, str], bool]
GOES_ON = (A.NOT_REPORTED, A.ACTIVE, A.AT_RISK, A.LEAVING)
# A sentence -> in which states it is true. It is said in these and in no other.
TRUE_IN: list[tuple[str, str, Holds]] = [
    ("answers/sell_while_pending", "Not as a reseller", lambda b, a: b != B.ACCEPTED),
    (
        "answers/sell_while_pending",
        "Your direct business goes on",
        lambda b, a: b != B.ACCEPTED and a in GOES_ON and a != A.NOT_REPORTED,
    ),
    (
        "answers/sell_while_pending",
        "no new purchases",
        lambda b, a: b != B.ACCEPTED and a == A.RESTRICTED,
    ),
    ("answers/approval_time", "is in time until", lambda b, a: b in (B.SUBMITTED, B.PENDING)),
    ("answers/approval_time", "is late now", lambda b, a: b == B.OVERDUE),
    ("answers/when_to_worry", "Not before", lambda b, a: b in (B.SUBMITTED, B.PENDING)),
    ("answers/when_to_worry", "Now: ", lambda b, a: b == B.OVERDUE),
    ("answers/still_pending", "so it is time to ask", lambda b, a: b == B.OVERDUE),
    ("answers/are_we_restricted", "it is Restricted", lambda b, a: a == A.RESTRICTED),
    ("answers/are_we_restricted", "I haven't been told yet", lambda b, a: a == A.NOT_REPORTED),
    ("answers/same_tenant_or_new", "is reported as Restricted", lambda b, a: a == A.RESTRICTED),
    ("answers/where_is_the_agreement", "ask for the go-ahead", lambda b, a: b != B.ACCEPTED),
    ("status/where_we_are", "*Way back:* open", lambda b, a: is_open(b) and comes_back(a)),
    (
        "status/where_we_are",
        "*Way back:* none that I know of",
        lambda b, a: is_open(b) and not comes_back(a),
    ),
    ("status/where_we_are", "*Way back:* closed on this tenant", lambda b, a: not is_open(b)),
    ("status/where_we_are", "Nothing is submitted", lambda b, a: b == B.NOT_STARTED),
    ("status/home", "Nothing is submitted", lambda b, a: b == B.NOT_STARTED),
    ("status/card", "Nothing is submitted", lambda b, a: b == B.NOT_STARTED),
    ("support/card", "Nothing is submitted", lambda b, a: b == B.NOT_STARTED),
    ("provider/chosen", "It waits until the agreement is accepted", lambda b, a: is_open(b)),
    ("provider/what_counts", "only after the agreement", lambda b, a: is_open(b)),
    (
        "remind/enrollment_accepted",
        "your direct customers as before",
        lambda b, a: a in GOES_ON and a != A.NOT_REPORTED,
    ),
    ("remind/enrollment_accepted", "no new purchases there", lambda b, a: a == A.RESTRICTED),
    ("notices/standing_changed", "is restricted", lambda b, a: a == A.AT_RISK),
    ("notices/standing_changed", "No new purchases", lambda b, a: a == A.RESTRICTED),
]
# Names of states that are no words.
NAMES = re.compile(r"\b(?:" + "|".join(s for s in {*A, *B} if re.search(r"[a-z][A-Z]", s)) + r")\b")


@pytest.fixture(scope="module")
def stands(
    assistant: Assistant, words: Templates, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], case.Case]:
    """The case in each pair of states, as it is read from the database."""
    found = {}
    for enrolled, direct_bill in PAIRS:
        with workspace_at(
            assistant, words, tmp_path_factory.mktemp("w") / "w.toml", enrolled, direct_bill
        ) as workspace:
            found[enrolled, direct_bill] = workspace.case()
            assert (workspace.case().enrollment, workspace.case().standing) == (
                enrolled,
                direct_bill,
            )
    return found


@pytest.mark.parametrize(
    ("template", "sentence", "holds"), TRUE_IN, ids=[f"{t}: {s}" for t, s, _ in TRUE_IN]
)
def test_a_sentence_is_said_exactly_where_it_is_true(
    words: Templates,
    stands: dict[tuple[str, str], case.Case],
    template: str,
    sentence: str,
    holds: Holds,
) -> None:
    wrong = []
    for (enrolled, direct_bill), here in stands.items():
        values = data(template, here.values()) | {"case": here.values(), "state": direct_bill}
        blocks = words.message([(template, values)]).blocks
        said = "\n".join(
            str(b.get("text", {}).get("text", "")) for b in blocks if b["type"] != "actions"
        )
        if (sentence in said) != holds(enrolled, direct_bill):
            wrong.append((enrolled, direct_bill, sentence in said))
        assert not NAMES.search(said), said
    assert wrong == []


def test_an_answer_kept_by_an_earlier_version_can_still_be_sent(
    words: Templates, stands: dict[tuple[str, str], case.Case]
) -> None:
    """A message may wait in the outbox while a new version is installed: its case lacks what is
    new."""
    for template in ("answers/can_i_roll_back", "status/where_we_are"):
        values = data(template, stands[B.PENDING, A.ACTIVE].values())
        del values["case"]["direct_bill_has_way_back"]
        assert words.message([(template, values)]).text

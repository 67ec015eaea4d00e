"""The small print: one line that names the page, its own date, how it was read and when it was
checked, with a link that opens it."""

import re
from datetime import date
from typing import Any

import pytest

from bot.rendering.block_kit import unescape
from bot.rendering.render import Templates, short_day
from domain.knowledge.facts import Facts

DAY = date(2026, 12, 1)
DIRECT = "https://learn.microsoft.com/partner-center/transition-direct-to-indirect"


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load()


def small_print(facts: Facts, *ids: str, today: date = DAY, **data: Any) -> list[str]:
    """The lines of small print below a message that rests on these facts."""
    words = Templates(facts)
    words.env.globals["ids"] = ids
    words.env.loader = _Loader(words.env.loader)
    said = words.message([("x", {"today": today.isoformat()} | data)])
    lines = [b["elements"][0]["text"] for b in said.blocks if b["type"] == "context"]
    assert said.facts
    assert not re.search(r"\b[FXPG]-[A-Z]{2}|\bv\d", " ".join(lines)), "ids are not for people"
    return [unescape(line) for line in lines]


class _Loader:
    """The real templates, and one that rests on what a test names."""

    def __init__(self, real: Any) -> None:
        self.real = real

    def load(self, env: Any, name: str, globals: Any = None) -> Any:
        if name != "x.j2":
            return self.real.load(env, name, globals)
        text = "Said.{% for id in ids %}{{ cite(id) }}{% endfor %}"
        return env.from_string(text)


def test_the_page_its_own_date_how_it_was_read_and_when_it_was_checked(facts: Facts) -> None:
    (line,) = small_print(facts, "P-TRANSFER@v2-azure")
    page = (
        "https://learn.microsoft.com/partner-center/transfer-azure-subscriptions-under-azure-plan"
    )
    assert line == (
        f"Microsoft, <{page}|Transfer Azure subscriptions under an Azure plan>, "
        "dated 14 Sep 2023 (copy read), checked 30 Nov 2026."
    )


def test_a_page_without_a_date_is_undated_and_checked_never_stands_alone(facts: Facts) -> None:
    (line,) = small_print(facts, "X-GUIDE")
    assert "Partner transition guide>, undated, checked 30 Nov 2026." in line


def test_what_was_only_quoted_is_not_said_to_be_read(facts: Facts) -> None:
    (line,) = small_print(facts, "P-MPA-2026")
    assert "dated 2026 (not read, quoted by others), checked 30 Nov 2026. In force since" in line
    assert line.endswith("Part of this is not Microsoft's own text: have a person confirm it.")


def test_the_day_before_the_agreement_says_from_when(facts: Facts) -> None:
    (line,) = small_print(facts, "P-MPA-2026", today=date(2026, 11, 30))
    assert "In force from 1 Dec 2026." in line


def test_every_page_can_be_opened_and_none_is_hidden_behind_a_number(facts: Facts) -> None:
    (line,) = small_print(facts, "P-TRANSFER", "P-TRANSFER@v2-azure", "P-TRANSFER@v2-open")
    assert len(re.findall(r"<https://learn\.microsoft\.com/[^|]+\|[^>]+>", line)) == 3
    assert "more" not in line
    assert "|14 Sep 2023> (copy)" in line  # the age of each is seen


def test_editions_of_one_page_are_one_link(facts: Facts) -> None:
    (line,) = small_print(facts, "F-ROLLBACK-NONE", "P-ROLLBACK")
    assert line.count(DIRECT) == 1
    assert "editions 2021, 7 Oct 2021 (copy read), checked 24 Nov 2026" in line


def test_a_secondary_source_is_named_as_what_it_is(facts: Facts) -> None:
    (line,) = small_print(facts, "P-EST")
    assert line.startswith("a distributor, Ingram Micro and Xylos, dated 2026, checked")
    assert "<http" not in line
    assert "not Microsoft's own text" in line


def test_a_gap_says_so_once(facts: Facts) -> None:
    (line,) = small_print(facts, "G-PRICE", "G-REGION-LIST")
    assert line == (
        "Part of this is not documented anywhere we know of (checked 24 Nov 2026); "
        "a person can help."
    )


def test_what_is_overdue_says_so_once_with_the_day(facts: Facts) -> None:
    (line,) = small_print(facts, "P-DB-REVENUE", "P-IR-REVENUE", today=date(2027, 6, 1))
    assert line.count("This is due for a check since 28 Feb 2027.") == 1


def test_a_confirmed_fact_is_not_overdue_and_shows_who_confirmed_it(facts: Facts) -> None:
    known = {"P-DB-REVENUE@v2": "2027-05-20"}
    (line,) = small_print(facts, "P-DB-REVENUE", today=date(2027, 6, 1), confirmed=known)
    assert "Confirmed by your support team 20 May 2027." in line
    assert "due for a check" not in line


def test_a_replaced_fact_is_told_above_the_small_print(facts: Facts) -> None:
    words = Templates(facts)
    new = {"F-APPROVAL-INSTANT": {"day": "2026-12-01", "text": "<!here> soon", "source": DIRECT}}
    cited = words.may_cite("answers/approval_time")
    assert "F-APPROVAL-INSTANT" in cited
    words.env.globals["ids"] = ["F-APPROVAL-INSTANT"]
    words.env.loader = _Loader(words.env.loader)
    said = words.message([("x", {"today": "2026-12-01", "replaced": new})])
    (told,) = [b for b in said.blocks if b["type"] == "section" and "replaced" in b["text"]["text"]]
    assert told["text"]["text"].endswith("(1 Dec 2026):* &lt;!here&gt; soon")


@pytest.mark.parametrize(
    ("said", "short"),
    [
        ("2026-11-30", "30 Nov 2026"),
        ("2020-06 to 2021-06", "Jun 2020 to Jun 2021"),
        ("about 2026-03", "about Mar 2026"),
        ("2021", "2021"),
        ("undated", "undated"),
    ],
)
def test_days_are_short(said: str, short: str) -> None:
    assert short_day(said) == short

"""Bad news is told with one line of what it means, then the question."""

import pytest

from bot.rendering.render import Templates
from tests.bot.rendering.test_words import cases, data


def asked(words: Templates, event: str) -> tuple[str, list[str]]:
    name = "standing/ask_standing_day"
    usual = data(name, next(cases())) | {"slots": {"standing_event": event}}
    page = words.message([(name, usual)])
    return page.text, page.facts


@pytest.mark.parametrize(
    ("event", "what", "rests_on"),
    [
        ("notice_sent", "A notice is a warning", "F-NOTICE-ALL"),
        ("restricted_shown", "existing subscriptions still renew", "X-RESTRICT-KEEP"),
        ("suspended", "can still manage existing licenses", "P-SUSPENDED@v2"),
        ("revoked", "a new one may apply", "P-ROLLBACK@v2"),
    ],
)
def test_what_it_means_stands_before_the_question_of_the_day(
    words: Templates, event: str, what: str, rests_on: str
) -> None:
    text, facts = asked(words, event)
    assert what in text.split("\n")[0]
    assert text.index("Press a button or write a day") > text.index(what)
    assert rests_on in facts


def test_good_news_asks_for_the_day_only(words: Templates) -> None:
    assert asked(words, "requirements_met") == (
        "*Since which day?* Press a button or write a day, like 3 November.",
        [],
    )


def test_a_rejection_is_told_with_the_way_on(words: Templates) -> None:
    text = words.message([("enroll/ask_appeal", data("enroll/ask_appeal", next(cases())))]).text
    assert text.startswith("*Rejected isn't the end:*")


@pytest.mark.parametrize(
    ("standing", "first"),
    [("Active", "A notice takes nothing away yet"), ("Restricted", "direct bill is Restricted")],
)
def test_are_we_in_trouble_is_answered_by_what_is_on_record(
    words: Templates, standing: str, first: str
) -> None:
    here = next(cases()) | {"standing": standing}
    name = "answers/restriction_notice"
    assert first in words.message([(name, data(name, here))]).text

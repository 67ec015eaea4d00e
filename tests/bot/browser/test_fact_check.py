"""A built-in fact is replaced by two supporters in headless Chromium, and the next answer says so;
screens in .ci-output/ are to be looked at."""

import pytest

from tests.bot.browser.test_browser import WHY_NOT, Page, demo_url, page
from tests.bot.browser.test_browser_people import Tab

__all__ = ["demo_url", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]

ASKED = "how long does approval take?"
NOW = "Approval takes two business days at the moment."
PAGE = "https://learn.microsoft.com/partner-center/enroll/enroll-as-indirect-reseller"


def test_a_fact_that_two_supporters_replaced_is_told_with_the_next_answer(page: Page) -> None:
    mira, sam, ute = Tab(page, "Mira"), Tab(page, "Sam"), Tab(page, "Ute")
    mira.says(ASKED)
    mira.hears("up to five business days")
    sam.says("which facts are suspended")
    sam.clicks("Check a fact")
    sam.hears("Which fact?")
    sam.says("Approval is usually immediate")
    sam.hears("Is it still right?")
    sam.shoot("fact-1-sam-opens-the-page")
    sam.clicks("It has changed")
    sam.hears("What does the page say now?")
    sam.says(NOW)
    sam.hears("Paste its https address")
    sam.says(PAGE)
    sam.hears("Ute can decide")
    ute.hears("Replace this fact?")
    ute.shoot("fact-2-ute-looks")
    ute.clicks("I agree")
    ute.hears("Answers that use it show the new words")
    mira.says(ASKED)
    mira.hears("Your support team replaced a fact that this rests on")
    mira.shoot("fact-3-mira-reads")
    assert NOW in mira.hears("Your support team replaced a fact").inner_text()

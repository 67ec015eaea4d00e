"""What Mira writes as people do, in headless Chromium: several questions, typos, German, what is
not ours, what we must not do."""

import pytest

from tests.bot.browser.test_browser import Page, demo_url, page, pytestmark  # noqa: F401
from tests.bot.chromium import SHOTS


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_people_write_is_understood(page: Page) -> None:
    page.folder = SHOTS / "understanding"
    page.acts_as("Mira")
    page.says("Can I roll back? How long does the approval take? And do we lose the API access?")
    page.hears(
        "About: Going back to direct bill; How long approval takes; API and sandbox.",
        "three-questions",
    )
    page.says("how logn does teh aproval take")
    page.hears("business days", "typos")
    page.says("Wie lange dauert die Genehmigung durch Microsoft?")
    page.hears("antworte aber auf Englisch", "german")
    page.says("can I roll back my database migration?")
    page.hears("That sounds like rolling back software", "not-ours")
    page.says("please accept it for me")
    page.hears("I can't do that for you", "refused")
    page.says("I want to enroll")
    page.hears("Step 1")
    page.says("we got approved yesterday")
    page.hears("submitted yet, so that first", "told-before-its-time")
    page.says("last Monday")
    page.hears("Is the agreement there?", "caught-up")
    page.says("no wait, we were not approved")
    page.hears("Taken back", "taken-back")
    page.says("where are we?")
    page.hears("Nothing is submitted yet", "where-we-are")

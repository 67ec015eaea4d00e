"""What Mira writes as people do, in headless Chromium: several questions, typos, German, what is not ours, what we must not do."""

import pytest

from tests.bot.test_browser import SHOTS, Page, demo_url, page, pytestmark  # noqa: F401


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_people_write_is_understood_in_the_browser(page: Page) -> None:  # noqa: F811
    page.folder = SHOTS / "understanding"
    page.acts_as("Mira")
    page.says("Can I roll back? How long does the approval take? And do we lose the API access?")
    page.shoot("three-questions-sent")
    page.hears("About", "three-questions")
    page.says("hwo logn dose teh aproval tkae")
    page.hears("business days", "typos")
    page.says("Wie lange dauert die Genehmigung durch Microsoft?")
    page.page.wait_for_timeout(4000)
    page.shoot("german-first")
    page.says("Wie lange dauert die Genehmigung durch Microsoft?")
    page.page.wait_for_timeout(2500)
    page.shoot("german-again")
    page.says("can I roll back my database migration?")
    page.page.wait_for_timeout(1500)
    page.shoot("not-ours")
    page.says("please accept it for me")
    page.page.wait_for_timeout(1500)
    page.shoot("refused")
    page.says("I want to enroll")
    page.hears("Step 1")
    page.says("we got approved yesterday")
    page.page.wait_for_timeout(1500)
    page.shoot("approved-mid-enrollment")
    page.says("no wait, we were not approved")
    page.page.wait_for_timeout(1500)
    page.shoot("not-approved")
    page.says("is there a way back once we accepted, and who has to sign in again?")
    page.page.wait_for_timeout(1500)
    page.shoot("two-in-one")

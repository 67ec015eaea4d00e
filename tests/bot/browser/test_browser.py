"""The whole story in headless Chromium, as Mira, Grace and Otto; every screen is kept in
.ci-output/ to be looked at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.chromium import WHY_NOT, Page, open_page, running_demo

pytestmark = [pytest.mark.browser, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]
__all__ = ["WHY_NOT", "Page", "demo_url", "page"]


@pytest.fixture
def demo_url(tmp_path: Path) -> Iterator[str]:
    with running_demo(tmp_path) as url:
        yield url


@pytest.fixture
def page(demo_url: str) -> Iterator[Page]:
    with open_page(demo_url) as page:
        yield page


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_whole_story_in_the_browser(page: Page) -> None:
    page.acts_as("Mira")
    page.says("can I roll back?")
    page.hears("Nothing is submitted yet", "mira-asks")
    page.says("I want to enroll")
    page.hears("Step 1", "mira-enrolls")
    page.clicks("Use a form instead")
    modal = page.page.locator(".modal")
    modal.wait_for()
    page.shoot("the-form")
    page.page.locator(".modal-x").click()
    modal.wait_for(state="detached")
    page.hears("1 of 6, waiting on you", "the-live-card")
    page.clicks("Yes, both are current")
    page.hears("Step 2")
    page.hears("2 of 6, waiting on you")
    page.says("can I roll back?")
    page.hears("Nothing is submitted yet, so you can simply not enroll", "mira-digresses")
    page.clicks("Tenant 11111111…5555")
    page.hears("Step 3")
    page.clicks("Active")
    page.hears("A warning before you go on", "the-tenant-rule")
    page.clicks("It shows Restricted now")
    page.hears("Step 4", "what-you-give-up")
    page.clicks("We have weighed it")
    page.hears("Step 5")
    page.clicks("Grace")
    page.hears("Step 6", "the-steps")
    page.says("last Thursday")
    page.hears("Recorded:", "submitted")
    page.clicks("Still pending")
    page.hears("Waiting on: Microsoft", "waiting")
    page.says("we got approved")
    page.hears("Nothing is recorded until you press", "offered")
    page.clicks("Record it")
    page.hears("Is the agreement there?", "approved")
    page.clicks("Yes, we see it")
    page.hears("Shall I ask?", "ask-the-second-person")
    page.clicks("Ask for the go-ahead")
    page.hears("confirms the request first")
    page.acts_as("Grace")
    page.hears("which only you as Global admin can do", "grace-confirms")
    page.clicks("Yes, ask the second person")
    page.hears("Otto decides now")
    page.acts_as("Otto")
    page.hears("Go-ahead to accept", "otto-decides")
    page.clicks("Approve")
    page.hears("You approved it", "otto-has-decided")
    page.acts_as("Grace")
    page.hears("gave the go-ahead", "grace-may-accept")
    page.clicks("I accepted it")
    page.hears("with the go-ahead of a second person", "accepted")
    page.acts_as("Mira")
    page.says("can I roll back?")
    page.hears("no way back on this tenant", "no-way-back")
    page.says("blorf gnarl")
    page.hears("I didn't understand that")
    page.says("gnarl blorf")
    page.hears("This is what your support team would see", "shown-first")
    page.clicks("Send it")
    page.hears("your support team", "handed-over")
    page.page.locator("button.sidebar-item", has_text="csp-support").click()
    page.hears("A question for a person", "support-card")
    page.page.locator("button.sidebar-item", has_text="csp-admins").click()
    page.hears("Approved by Otto", "admins-channel")
    page.page.locator("button.sidebar-item", has_text="Changeover").click()
    page.page.locator(".home").get_by_text("Waiting on").wait_for()
    page.shoot("app-home")

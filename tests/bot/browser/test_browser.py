"""The whole story in headless Chromium, as Mira, Grace and Otto; every screen is kept in .ci-output/ to be looked at."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.running import ROOT
from tests.bot.workspace import LocalSlack

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WHY_NOT = LocalSlack.why_not() or ("" if CHROMIUM else "no Chromium: apt-get install chromium")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
SHOTS = ROOT / ".ci-output"


@pytest.fixture
def demo_url(tmp_path: Path) -> Iterator[str]:
    """`changeover demo` itself, in a folder of its own, until Ctrl-C."""
    program = LocalSlack.program()
    assert program is not None
    package = program.parent.parent
    shutil.copytree(package, tmp_path / ".demo" / "node_modules" / package.name)
    env = {k: v for k, v in os.environ.items() if not k.startswith("SLACK_")} | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-m", "bot", "demo"], cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("open http"):
            yield line.split()[1]
            break
    else:
        raise AssertionError("the demo did not start")
    process.terminate()
    assert process.wait(15) == 0
    process.stdout.close()


class Page:
    """The local Slack in a browser, as the test speaks of it."""

    def __init__(self, page: Any) -> None:
        self.page, self.shots, self.folder = page, 0, SHOTS

    def acts_as(self, name: str) -> None:
        self.page.get_by_label("Act as").select_option(label=name)
        self.page.locator("button.sidebar-item", has_text=name).click()

    def says(self, text: str) -> None:
        composer = self.page.locator("main .composer-input")
        composer.fill(text)
        composer.press("Enter")

    def hears(self, part: str, shot: str = "") -> Any:
        message = self.page.locator("main .msg", has=self.page.locator(".badge-app")).filter(has_text=part).last
        message.wait_for(timeout=10_000)
        if shot:
            self.shoot(shot)
        return message

    def clicks(self, button: str) -> None:
        self.page.locator("main .msg").get_by_role("button", name=button, exact=True).last.click()

    def shoot(self, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.shots += 1
        self.page.locator("main .messages, main .home").first.evaluate("e => e.scrollTo(0, e.scrollHeight)")
        self.page.screenshot(path=str(self.folder / f"{self.shots:02d}-{name}.png"))


@pytest.fixture
def page(demo_url: str) -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        tab = browser.new_page(viewport={"width": 1200, "height": 1000})
        tab.goto(demo_url)
        yield Page(tab)
        browser.close()


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
    page.clicks("Yes, both are current")
    page.hears("Step 2")
    page.says("can I roll back?")
    page.hears("Later, direct bill would be possible again", "mira-digresses")
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
    page.hears("Who must act: Microsoft", "waiting")
    page.says("we got approved")
    page.hears("Is the agreement there?", "approved")
    page.clicks("Yes, we see it")
    page.hears("Shall I ask?", "ask-the-second-person")
    page.clicks("Ask for the go-ahead")
    page.hears("must confirm it")
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
    page.hears("No, not on this tenant", "no-way-back")
    page.says("blorf gnarl")
    page.hears("I did not understand that")
    page.says("gnarl blorf")
    page.hears("This is what your support team would see", "shown-first")
    page.clicks("Send it")
    page.hears("your support team", "handed-over")
    page.page.locator("button.sidebar-item", has_text="csp-support").click()
    page.hears("A question for a person", "support-card")
    page.page.locator("button.sidebar-item", has_text="csp-admins").click()
    page.hears("Approved by Otto", "admins-channel")
    page.page.locator("button.sidebar-item", has_text="Changeover").click()
    page.page.locator(".home").get_by_text("Who must act").wait_for()
    page.shoot("app-home")

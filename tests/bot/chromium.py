"""The demo in headless Chromium, for tests and the README's picture. Knows no rule."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bot.running import ROOT
from tests.bot.workspace import LocalSlack

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
WHY_NOT = LocalSlack.why_not() or ("" if CHROMIUM else "no Chromium: apt-get install chromium")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOTS = ROOT / ".ci-output"


@contextlib.contextmanager
def running_demo(folder: Path) -> Iterator[str]:
    """`changeover demo` itself, in a folder of its own, until Ctrl-C; yields its address."""
    program = LocalSlack.program()
    assert program is not None
    package = program.parent.parent
    shutil.copytree(package, folder / ".demo" / "node_modules" / package.name)
    env = {k: v for k, v in os.environ.items() if not k.startswith("SLACK_")}
    env["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-m", "bot", "demo"]
    process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("open http"):
                yield line.split()[1]
                break
        else:
            raise AssertionError("the demo did not start")
    finally:
        process.terminate()
        ended = process.wait(120)
        process.stdout.close()
    assert ended == 0


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
        app = self.page.locator(".badge-app")
        message = self.page.locator("main .msg", has=app).filter(has_text=part).last
        message.wait_for(timeout=120_000)
        if shot:
            self.shoot(shot)
        return message

    def clicks(self, button: str) -> None:
        messages = self.page.locator("main .msg")
        messages.get_by_role("button", name=button, exact=True).last.click()

    def shoot(self, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.shots += 1
        shown = self.page.locator("main .messages, main .home").first
        shown.evaluate("e => e.scrollTo(0, e.scrollHeight)")
        self.page.screenshot(path=str(self.folder / f"{self.shots:02d}-{name}.png"))


@contextlib.contextmanager
def open_page(url: str, width: int = 1200, height: int = 1000) -> Iterator[Page]:
    """One tab of headless Chromium at this address."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        tab = browser.new_page(viewport={"width": width, "height": height})
        tab.set_default_timeout(120_000)
        tab.goto(url)
        yield Page(tab)
        browser.close()

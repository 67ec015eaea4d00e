"""A small Slack, and `changeover serve` against it with a database of its own, for each test that
asks for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.recording import RecordingSlack
from tests.bot.running import STARTED, Running


@pytest.fixture(autouse=True)
def nothing_is_left_running() -> Iterator[None]:
    """A bot that a failed test has started ends with that test."""
    before = len(STARTED)
    yield
    while len(STARTED) > before:
        STARTED.pop().stop()


@pytest.fixture
def slack() -> Iterator[RecordingSlack]:
    slack = RecordingSlack()
    yield slack
    slack.stop()


@pytest.fixture
def bot(slack: RecordingSlack, tmp_path: Path) -> Iterator[Running]:
    bot = Running(tmp_path, slack.url)
    bot.seed()
    bot.start()
    yield bot
    bot.stop()

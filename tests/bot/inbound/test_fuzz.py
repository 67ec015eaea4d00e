"""Signed payloads with fields replaced: never a server error, never a broken turn, and what is
refused changes nothing."""

import asyncio
from pathlib import Path

import pytest

from bot.rendering.render import Templates
from dialogs.engine.context import Assistant
from domain.storage.store import Store
from tests.bench.fuzz import Fuzz

REQUESTS = 600


@pytest.mark.slow
def test_some_hundred_damaged_requests_do_no_harm(
    assistant: Assistant, words: Templates, store: Store, tmp_path: Path
) -> None:
    fuzz = Fuzz(assistant, words, store, tmp_path, seed=2026)
    asyncio.run(fuzz.run(REQUESTS))
    assert [status for status in fuzz.answers if not status.startswith(("2", "4"))] == [], (
        fuzz.failed.at
    )
    assert fuzz.at_fault == []
    assert fuzz.changed == 0
    assert min(fuzz.answers["200"], fuzz.answers["400"]) > REQUESTS / 5, "both doors were tried"
    assert sum(fuzz.answers.values()) == REQUESTS

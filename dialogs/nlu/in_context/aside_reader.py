"""Reads what people ask back, with what was learned of such questions, and keeps that beside the
phrases (`nlu-asides.npz`, `nlu-asides.json`; built, never committed)."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from dialogs.nlu import training
from dialogs.nlu.clause_classifier import ClauseClassifier
from dialogs.nlu.in_context import asides
from dialogs.nlu.in_context.asides import AsideModel, Asked, shares_of, sort
from dialogs.nlu.in_context.reply_classifier import Text, texts_of
from dialogs.nlu.model_store import Stale, is_fresh

NAME = "nlu-asides"


class Asides:
    """Reads a text at a place. Without the encoder's weights it reads nothing."""

    def __init__(self, classifier: ClauseClassifier, model: AsideModel | None) -> None:
        self._classifier, self.model = classifier, model
        self._kinds = {name: entry.kind for name, entry in classifier.entries.items()}

    def read(self, text: str, place: str) -> tuple[str, float]:
        """The answer that a text asks for at a place (`flow.slot`, `stage.name`), and how likely;
        ("", 0) where nothing is known of the place."""
        said = self._classifier.spelled(text)
        if self.model is None or not said or place not in self.model.places:
            return "", 0.0
        known = text_of(self._classifier, said, text)
        own = shares_of(known.meanings, self._classifier.learned.labels, self._kinds)
        return self.model.read(known, place, own)

    def is_enough(self, place: str, entry: str, score: float) -> bool:
        """Is an entry that is so likely taken up there?"""
        if self.model is None:
            return False
        return score >= self.model.enough[sort(place, self._kinds.get(entry))]


def text_of(classifier: ClauseClassifier, said: str, raw: str) -> Text:
    """What is known of one text. `said`: normalised; `raw`: as it was written."""
    vector = classifier.vector(said)
    (judged,) = classifier.judged([said])
    right = np.array([judged.right], np.float32)
    return texts_of(classifier.learned.head, vector[None, :], [said], [raw], right)[0]


def load_asides(
    classifier: ClauseClassifier,
    asked: Mapping[tuple[str, str], Sequence[str]],
    folder: Path,
    *,
    relearn: bool,
) -> Asides:
    """What was learned of the questions, learned now where it is stale. `asked`: (place, answer) ->
    as people wrote them. Raises Stale without `relearn`."""
    if not classifier.learned.with_weights or classifier.encoder is None or not asked:
        return Asides(classifier, None)
    key = _key(asked, classifier.learned.key)
    if not is_fresh(folder, key, NAME):
        if not relearn:
            raise Stale(f"nothing usable is learned yet in {folder}; run `changeover train`")
        _save(folder, key, _learned(classifier, asked))
    return Asides(classifier, _load(folder))


def _key(asked: Mapping[tuple[str, str], Sequence[str]], of: str) -> str:
    found = hashlib.sha256(
        json.dumps([[[*name, *lines] for name, lines in asked.items()], of]).encode()
    )
    for code in (asides.__file__, __file__):
        found.update(Path(code).read_bytes())
    return found.hexdigest()[:32]


def _learned(
    classifier: ClauseClassifier, asked: Mapping[tuple[str, str], Sequence[str]]
) -> AsideModel:
    assert classifier.encoder is not None
    rows: dict[tuple[str, str], tuple[str, str]] = {}
    for (place, answer), lines in asked.items():
        for raw in lines:
            if said := classifier.spelled(raw):
                rows.setdefault((place, said), (answer, raw))
    wanted, raws = [key[1] for key in rows], [row[1] for row in rows.values()]
    head, labels = classifier.learned.head, classifier.learned.labels
    vectors = classifier.encoder.vectors(wanted)
    unknown = [training.unknown_share(text, classifier.spelling) for text in wanted]
    right = np.array([j.right for j in head.judge(vectors, wanted, unknown)], np.float32)
    texts = texts_of(head, vectors, wanted, raws, right)
    kinds = {name: entry.kind for name, entry in classifier.entries.items()}
    return asides.learn(
        [Asked(p, a, t) for ((p, _), (a, _)), t in zip(rows.items(), texts, strict=True)],
        [shares_of(t.meanings, labels, kinds) for t in texts],
        kinds,
    )


def _save(folder: Path, key: str, model: AsideModel) -> None:
    new = folder / f"{NAME}.{os.getpid()}.new"
    with new.open("wb") as file:
        np.savez(
            file,
            near=model.near.astype(np.float16),
            letters=model.letters.astype(np.float16),
            place=model.place,
            answer=model.answer,
            gate=model.gate,
        )
    new.replace(folder / f"{NAME}.npz")
    told = {
        "key": key,
        "places": model.places,
        "answers": model.answers,
        "enough": dict(model.enough),
        "measured": dict(model.measured),
    }
    new.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    new.replace(folder / f"{NAME}.json")


def _load(folder: Path) -> AsideModel:
    told = json.loads((folder / f"{NAME}.json").read_text("utf-8"))
    with np.load(folder / f"{NAME}.npz", allow_pickle=False) as kept:
        return AsideModel(
            tuple(told["places"]),
            tuple(told["answers"]),
            kept["near"].astype(np.float32),
            kept["letters"].astype(np.float32),
            kept["place"],
            kept["answer"],
            kept["gate"],
            told["enough"],
            told["measured"],
        )

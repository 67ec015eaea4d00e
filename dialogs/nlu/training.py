"""Learns the head from the phrases, and its gate where there is none yet. Knows no message.

The gate of the shipped head is learned with the encoder (`changeover train --encoder`);
after a change of phrases only the head is fitted again, and the gate stays.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dialogs.nlu import classifier, gate
from dialogs.nlu.classifier import Classifier, Flags
from dialogs.nlu.encoder import Encoder, Encodes, NoWeights, Vectors
from dialogs.nlu.encoding import arrays, weights
from dialogs.nlu.fitting import Labels, unit
from dialogs.nlu.gate import Gate
from dialogs.nlu.model_store import UNSTATED, Example, Model
from dialogs.nlu.normalise import STOP
from dialogs.nlu.spelling import Spelling

FOLDS = 5
OUTSIDE_SHARE = 0.3
# The share of right answers that the folds have to show at a threshold, per risk class. The folds
# lack a fifth of the phrases and many whole entries, so they promise less than is held: where they
# show 0.90, held-out questions measured 0.98 and more. Where nothing is stated (commands, refusals)
# less is enough: a flow asks before it records, and to refuse does no harm.
PRECISION = {"harmless": 0.872, "deadline": 0.882, "irreversible": 0.95}
UNSTATED_PRECISION = 0.828
FLOORS = {"accuracy": 0.85, "auroc": 0.85, "coverage": 0.6}


class TooWeak(Exception):
    """What was learned falls below its own floors and is not kept."""


class KeptVectors:
    """An encoder that keeps the vectors of phrases on disk (`learned/vectors.npz`, never
    committed), so that only new ones are encoded. `keep` writes them."""

    NAME = "vectors"

    def __init__(self, encode: Encodes, folder: Path) -> None:
        self._encode, self._path = encode, folder / f"{self.NAME}.npz"
        self.size, self.meaning = encode.size, encode.meaning
        self._rows: dict[str, int] = {}
        self._kept: Vectors = np.zeros((0, encode.size), np.float32)
        self._read()
        self._on_disk = len(self._rows)

    @property
    def sha256(self) -> str:
        return self._encode.sha256

    def vectors(self, texts: Iterable[str]) -> Vectors:
        """(texts, size), as the encoder gives them, rounded to 16 bits."""
        texts = list(texts)
        if new := [t for t in dict.fromkeys(texts) if t not in self._rows]:
            made = self._encode.vectors(new).astype(np.float16).astype(np.float32)
            self._rows |= {t: len(self._kept) + n for n, t in enumerate(new)}
            self._kept = np.concatenate([self._kept, made])
        return self._kept[[self._rows[t] for t in texts]]

    def keep(self) -> None:
        """Write them, if there are new ones. A folder that cannot be written leaves all as it
        is."""
        if len(self._rows) == self._on_disk:
            return
        with suppress(OSError):
            arrays.write(
                self._path,
                {
                    "sha256": np.array(self.sha256),
                    "texts": np.frombuffer(json.dumps(list(self._rows)).encode(), np.uint8),
                    "vectors": self._kept.astype(np.float16),
                },
            )

    def _read(self) -> None:
        found = arrays.read(self._path)
        if found is not None and str(found["sha256"]) == self.sha256:
            texts = json.loads(found["texts"].tobytes())
            self._kept = found["vectors"].astype(np.float32)
            self._rows = {text: n for n, text in enumerate(texts)}


def encoder_or_none() -> Encoder | None:
    """The encoder where its weights are installed; without them only "did you mean" is left."""
    try:
        return Encoder()
    except NoWeights:
        return None


def head_of(
    examples: Sequence[Example],
    encode: Encodes | None,
    tuned: Mapping[str, Vectors] | None = None,
    *,
    letters: bool = True,
) -> tuple[Classifier, tuple[str, ...], tuple[str, ...]]:
    """A head without a gate, its labels, and the text of each of its phrases. `tuned`: the place
    of labels that was learned with the encoder; a label that has come since stands where its
    phrases are. `letters`: will messages be in the language of the phrases?"""
    rows = sorted(examples, key=lambda e: e.label)
    said = tuple(e.said for e in rows)
    x = encode.vectors(said) if encode else np.zeros((len(said), weights.SIZE), np.float32)
    meaning = encode.meaning if encode else weights.MEANING
    labels = tuple(dict.fromkeys(e.label for e in rows))
    owner = _owner(rows, labels)
    places = None
    if tuned is not None:
        own = np.zeros((len(labels), meaning), np.float32)
        np.add.at(own, owner, x[:, :meaning])
        own = unit(own)
        places = np.stack([tuned.get(label, own[n]) for n, label in enumerate(labels)])
    known = owner, _kin(rows, labels), _ours(rows, labels)
    return (
        Classifier.trained(x, said, *known, meaning=meaning, letters=letters, tuned=places),
        labels,
        said,
    )


def refit(examples: Sequence[Example], encode: Encodes, old: Model, key: str) -> Model:
    """The head anew, for other phrases; gate, thresholds and the tuned places stay."""
    places = dict(zip(old.labels, old.head.tuned, strict=True)) if len(old.head.tuned) else None
    head, labels, said = head_of(examples, encode, places, letters=len(old.head.idf) > 0)
    return Model(
        head.with_gate(old.head.gate), labels, old.sure, old.measured, key, said, None, True
    )


def learn(
    examples: Sequence[Example],
    encode: Encodes | None,
    key: str = "",
    floors: Mapping[str, float] = FLOORS,
    *,
    letters: bool = True,
) -> Model:
    """A head of all examples, and a gate of heads that lack some. `letters`: will messages be in
    the language of the phrases? Raises TooWeak below the floors."""
    rows = sorted(examples, key=lambda e: e.label)
    said = [e.said for e in rows]
    x = encode.vectors(said) if encode else np.zeros((len(said), weights.SIZE), np.float32)
    meaning = encode.meaning if encode else weights.MEANING
    folds = _folds(rows, x, meaning, letters)
    found = Gate.logistic(gate.fitted_gate(folds.features, folds.right, folds.weight))
    scores = found.right(folds.features)
    sure = _thresholds(folds, scores)
    measured = folds.measured(scores, sure)
    for name, floor in floors.items():
        if len({e.label for e in rows}) > FOLDS * 4 and encode and measured[name] < floor:
            raise TooWeak(
                f"{name} is {measured[name]:.3f} where {floor} is the least: are the phrases of "
                "two entries mixed up?"
            )
    head, labels, texts = head_of(rows, encode, letters=letters)
    return Model(
        head.with_gate(found), labels, sure, measured, key, texts, None, encode is not None
    )


def _owner(rows: Sequence[Example], labels: Sequence[str]) -> Labels:
    at = {label: n for n, label in enumerate(labels)}
    return np.array([at[e.label] for e in rows], np.int64)


def _kin(rows: Sequence[Example], labels: Sequence[str]) -> Flags:
    """Which entries would do for each other: the same one, and those that share what they are
    about."""
    about = {e.label: {e.label, *e.about} for e in rows}
    return np.array([[bool(about[a] & about[b]) for b in labels] for a in labels])


def _ours(rows: Sequence[Example], labels: Sequence[str]) -> Flags:
    ours = {e.label: e.ours for e in rows}
    return np.array([ours[label] for label in labels])


def unknown_share(said: str, spelling: Spelling) -> float:
    """Of the telling words of a text, how many no phrase of ours has."""
    telling = [w for w in said.split() if w not in STOP]
    return sum(not spelling.knows(w) for w in telling) / len(telling) if telling else 0.0


def takes_its_turn(example: Example) -> bool:
    """Is its entry one of those that are left out once? All neighbouring topics, for that is what
    will come unknown; one in four of our own, for nearly all questions about the subject have an
    entry."""
    return not example.ours or zlib.crc32(example.label.encode()) % 4 == 0


def fold_of(name: str, folds: int = FOLDS) -> int:
    return zlib.crc32(name.encode()) % folds


@dataclass(frozen=True)
class Unseen:
    """What heads said of texts that they had not seen: (texts, features), was the first right, is
    it without an entry, and the example with the label that it was taken for."""

    features: Vectors
    right: Any
    outside: Any
    seen: Sequence[Example]

    @property
    def weight(self) -> Any:
        """Each text's share: those without an entry have theirs of the traffic, however many."""
        share = float(self.outside.mean())
        return np.where(
            self.outside,
            OUTSIDE_SHARE / max(share, 1e-9),
            (1 - OUTSIDE_SHARE) / max(1 - share, 1e-9),
        )

    @property
    def ours(self) -> Any:
        return np.array([e.ours for e in self.seen])

    def measured(self, scores: Vectors, sure: Mapping[str, float]) -> dict[str, float]:
        """`scores`: how likely the first of each was held to be right."""
        right, inside = self.right == 1, ~self.outside & self.ours
        return {
            "accuracy": float(self.right[~self.outside].mean()),
            "auroc": classifier.area(scores[right], scores[~right]),
            "coverage": float((scores[inside] >= sure["deadline"]).mean()),
            "examples": float(len(scores)),
        }


def joined(parts: Sequence[Unseen]) -> Unseen:
    return Unseen(
        np.concatenate([p.features for p in parts]),
        np.concatenate([p.right for p in parts]),
        np.concatenate([p.outside for p in parts]),
        [e for p in parts for e in p.seen],
    )


def _folds(rows: Sequence[Example], x: Vectors, meaning: int, letters: bool) -> Unseen:
    """What heads say of examples that they have not seen, a fifth of them of entries that they have
    not seen either."""
    found = []
    for fold in range(FOLDS):
        absent = [takes_its_turn(e) and fold_of("entry " + e.label) == fold for e in rows]
        held = [gone or fold_of(e.said) == fold for e, gone in zip(rows, absent, strict=True)]
        train = [n for n, out in enumerate(held) if not out]
        test = [n for n, out in enumerate(held) if out]
        labels = tuple(dict.fromkeys(rows[n].label for n in train))
        if len(labels) < 2 or not test:
            continue
        there, said = [rows[n] for n in train], [rows[n].said for n in train]
        known = _owner(there, labels), _kin(there, labels), _ours(there, labels)
        kept = Classifier.trained(x[train], said, *known, meaning=meaning, letters=letters)
        spelling = Spelling(said if letters else ())
        found.append(
            unseen(
                kept,
                labels,
                {e.label: e for e in rows},
                [rows[n] for n in test],
                x[test],
                spelling if letters else None,
                [absent[n] for n in test],
            )
        )
    return joined(found)


def unseen(
    head: Classifier,
    labels: Sequence[str],
    of: Mapping[str, Example],
    rows: Sequence[Example],
    x: Vectors,
    spelling: Spelling | None,
    absent: Sequence[bool],
) -> Unseen:
    """What a head says of examples that it has not seen. `of`: label -> any example of it."""
    texts = [e.said for e in rows]
    unknown = [unknown_share(t, spelling) if spelling else 0.0 for t in texts]
    looked = head.look(x, texts)
    features = np.array(
        [head.features(*row) for row in zip(looked, texts, unknown, strict=True)], np.float32
    )
    right, seen = [], []
    for e, one in zip(rows, looked, strict=True):
        taken_for = of[labels[int(one.logits.argmax())]]
        right.append(e.label == taken_for.label or bool({*e.about} & {*taken_for.about}))
        seen.append(Example(e.said, taken_for.label, taken_for.ours, taken_for.risk))
    return Unseen(features, np.array(right, np.float64), np.array(absent, bool), seen)


def _thresholds(folds: Unseen, scores: Vectors) -> dict[str, float]:
    """The lowest score at which what is answered, or done, is right often enough, per risk
    class."""
    stated = np.array([e.risk != UNSTATED for e in folds.seen])
    of = folds.right, folds.weight
    found = {
        risk: _lowest(scores, *of, folds.ours & stated, least) for risk, least in PRECISION.items()
    }
    return found | {UNSTATED: _lowest(scores, *of, folds.ours & ~stated, UNSTATED_PRECISION)}


def _lowest(scores: Vectors, right: Any, weight: Any, among: Any, least: float) -> float:
    order = np.argsort(-scores[among])
    s, r, w = scores[among][order], right[among][order], weight[among][order]
    rows: Any = np.flatnonzero(np.cumsum(r * w) / np.cumsum(w) >= least) if len(s) else []
    return float(s[rows[-1]]) if len(rows) else 1.0

"""Vector -> which entry, and how likely that is right. Knows labels and numbers, no entry's kind
and no words to say.

Sentence vectors beside hashed n-grams, a softmax regression over the entries, a little of what the
nearest phrases say, the classes that were learned together with the encoder, and a gate: the
probability that the top answer is right (dialogs/nlu/gate.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogs.nlu.encoding.weights import Vectors
from dialogs.nlu.fitting import Labels, hashed, regression, softmax, unit, whitening
from dialogs.nlu.gate import NO_GATE, Gate

GRAM_SHARE, NEAREST_SHARE = 0.6, 3.0
CLOSEST, RANKED, LISTED, CROWD = 3, 8, 24, 0.05
# The encoder's own classes: cosine times SCALE is their logit, as in their tuning, and they have
# half of the say.
SCALE, TUNED_SHARE = 20.0, 0.5
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Phrases:
    """The place of every phrase, (phrases, 384), or its letters, (phrases, 512), in whole numbers
    of 8 bits: `whole` times the `step` of its row is a vector of length 1."""

    whole: NDArray[np.int8]
    step: Vectors

    @classmethod
    def of(cls, near: Vectors) -> "Phrases":
        step = np.abs(near).max(1, initial=1e-9) / 127
        return cls(np.rint(near / step[:, None]).astype(np.int8), step.astype(np.float32))

    def __len__(self) -> int:
        return len(self.whole)

    def packed(self, name: str) -> dict[str, NDArray[np.generic]]:
        """As arrays to keep, under names that begin with this one."""
        return {f"{name}.whole": self.whole, f"{name}.step": self.step}

    @classmethod
    def unpacked(cls, name: str, arrays: Mapping[str, Any]) -> "Phrases":
        return cls(arrays[f"{name}.whole"], arrays[f"{name}.step"])

    def cosines(self, near: Vectors, rows: Labels | None = None) -> Vectors:
        """(rows) of these phrases, or of all, with one text."""
        whole = self.whole if rows is None else self.whole[rows]
        step = self.step if rows is None else self.step[rows]
        return np.asarray((whole.astype(np.float32) @ near) * step, np.float32)

    def floats(self, start: int = 0, end: int | None = None) -> Vectors:
        """The vectors of these rows."""
        return np.asarray(self.whole[start:end] * self.step[start:end, None], np.float32)


@dataclass(frozen=True)
class Judged:
    """Of one text: labels, best first, with probabilities; how likely the first is right; the
    nearest phrase and its cosine."""

    ranked: tuple[tuple[int, float], ...]
    right: float
    nearest: float
    phrase: int


@dataclass(frozen=True)
class Looked:
    """What is known of one text: `logits` (labels); the labels of the shortlist, `listed`, and the
    `best` cosine of each; what the tuned classes alone say (`tuned`, labels, or empty); `within`:
    the mean of the three nearest phrases of the first; the nearest phrase of all, and its
    cosine. `near` and `columns`: its place, and what the regression reads."""

    near: Vectors
    columns: Vectors
    logits: Vectors
    listed: Labels
    best: Vectors
    tuned: Vectors
    within: float
    nearest: float
    phrase: int


@dataclass(frozen=True)
class Classifier:
    """`weights` (768 + 512, labels), `idf` (512), `mean` (768), `even` (384, 384); `phrases` with
    the label `owner` of each, ascending and none left out; `kin` (labels, labels): would the one do
    for the other; `ours` (labels): what we answer or act upon; `gate`: the probability that the
    first is right (dialogs/nlu/gate.py); `tuned` (labels, 384): the place of each label that was
    learned together with the encoder, or nothing. Of an encoder of other widths those; without
    letters to compare `idf` is empty."""

    weights: Vectors
    idf: Vectors
    mean: Vectors
    even: Vectors
    phrases: Phrases
    owner: Labels
    equivalent: Flags
    ours: Flags
    gate: Gate
    tuned: Vectors

    @classmethod
    def trained(
        cls,
        vectors: Vectors,
        texts: Sequence[str],
        owner: Labels,
        equivalent: Flags,
        ours: Flags,
        *,
        meaning: int,
        letters: bool = True,
        tuned: Vectors | None = None,
    ) -> "Classifier":
        """Without a gate: that one is learned from heads which lack an entry. Shapes: (n, 768), n,
        (n,), (m, m), (m,).

        `meaning`: how many columns of the vectors, the first ones, are compared. `letters`: have
        messages the phrases' language?
        """
        counts, none = hashed(texts), np.zeros(0, np.float32)
        idf = (
            np.log(1 + len(texts) / (1 + (counts > 0).sum(0))).astype(np.float32)
            if letters
            else none
        )
        bare = cls(
            none,
            idf,
            vectors.mean(0),
            whitening(vectors[:, :meaning], owner),
            Phrases.of(np.zeros((0, meaning), np.float32)),
            owner,
            equivalent,
            ours,
            NO_GATE,
            np.zeros((0, meaning), np.float32) if tuned is None else tuned,
        )
        bare = replace(bare, phrases=Phrases.of(bare.near(vectors)))
        return replace(bare, weights=regression(bare.columns(vectors, counts), owner, len(ours)))

    def with_gate(self, gate: Gate) -> "Classifier":
        return replace(self, gate=gate)

    @cached_property
    def starts(self) -> Labels:
        """Where the phrases of each label begin, and where the last ones end."""
        return np.searchsorted(self.owner, np.arange(len(self.ours) + 1))

    def near(self, vectors: Vectors) -> Vectors:
        """(texts, 384) as they are compared with phrases: what they mean, without what all have in
        common, length 1."""
        return unit((vectors - self.mean)[:, : len(self.even)])

    def columns(self, vectors: Vectors, counts: Vectors) -> Vectors:
        """(texts, columns): what the regression reads: meaning, wording, letters."""
        apart, meaning = vectors - self.mean, len(self.even)
        said = [GRAM_SHARE * unit(np.log1p(counts) * self.idf)] if len(self.idf) else []
        return np.hstack(
            [
                unit(np.asarray(apart[:, :meaning] @ self.even, np.float32)),
                unit(apart[:, meaning:]),
                *said,
            ]
        )

    def look(self, vectors: Vectors, texts: Sequence[str]) -> list[Looked]:
        """What is known of texts, normalised. Only the phrases of the 24 likeliest labels are
        compared: that the nearest one stands elsewhere changes nothing (measured), and to compare
        all takes eight times as long."""
        columns = self.columns(vectors, hashed(texts))
        told = columns @ self.weights
        tuned: Vectors = told[:, :0]
        if len(self.tuned):
            tuned = np.asarray(SCALE * vectors[:, : len(self.even)] @ self.tuned.T, np.float32)
            told = (1 - TUNED_SHARE) * told + TUNED_SHARE * tuned
        near = self.near(vectors)
        return [
            self._look(
                near[n], columns[n], told[n], tuned[n] if len(self.tuned) else tuned[:0].ravel()
            )
            for n in range(len(texts))
        ]

    def _look(self, near: Vectors, columns: Vectors, told: Vectors, tuned: Vectors) -> Looked:
        many = min(LISTED, len(told))
        listed = np.sort(np.argpartition(-told, many - 1)[:many])
        firsts, ends = self.starts[listed], self.starts[listed + 1]
        rows = np.concatenate([np.arange(a, b) for a, b in zip(firsts, ends, strict=True)])
        cosines = self.phrases.cosines(near, rows)
        borders = np.concatenate([[0], np.cumsum(ends - firsts)[:-1]])
        best = np.maximum.reduceat(cosines, borders)
        share = NEAREST_SHARE * (1 - TUNED_SHARE if len(self.tuned) else 1)
        logits = told + share * best.min()
        logits[listed] = told[listed] + share * best
        top = int(np.searchsorted(listed, logits.argmax()))
        own = (
            cosines[borders[top] : borders[top] + ends[top] - firsts[top]]
            if top < many and listed[top] == logits.argmax()
            else cosines[:0]
        )
        at = int(cosines.argmax())
        return Looked(
            near,
            columns,
            logits.astype(np.float32),
            listed,
            best.astype(np.float32),
            tuned,
            closest(own) if len(own) else 0.0,
            float(cosines[at]),
            int(rows[at]),
        )

    def features(self, looked: Looked, text: str, unknown: float) -> list[float]:
        """What the gate looks at, twenty numbers: how clear the first is
        against all that would not do for it, how near it lies, how much of the text nobody knows,
        how much speaks for what is not ours, and whether the two ways of judging agree."""
        p = softmax(looked.logits[None, :])[0]
        top = int(p.argmax())
        kin = self.equivalent[top]
        together, others = float(p @ kin), float(np.where(kin, 0, p).max())
        listed_kin, listed_ours = kin[looked.listed], self.ours[looked.listed]
        near = float(looked.best[listed_kin].max(initial=-0.2))
        other = float(looked.best[~listed_kin].max(initial=-0.2))
        outside = float(looked.best[~listed_ours].max(initial=-0.2))
        alone, agree, second = 0.5, 1.0, 0.0
        if len(looked.tuned):
            q = softmax(looked.tuned[None, :])[0]
            alone, agree = float(q @ kin), float(kin[q.argmax()])
            second = float(np.where(kin, 0, q).max())
        many = int(self.starts[top + 1] - self.starts[top])
        return [
            _log_odds(together),
            float(np.log((together + 1e-6) / (others + 1e-4))),
            float(-(p * np.log(p + 1e-9)).sum()),
            looked.nearest,
            near,
            looked.within,
            near - other,
            unknown,
            float(unknown > 0),
            float(np.log(p.max() + 1e-6)),
            near - outside,
            float(p @ ~self.ours),
            _log_odds(alone),
            float(np.log((alone + 1e-6) / (second + 1e-4))),
            agree,
            float(np.log1p(len(text.split()))),
            float(np.log1p(many)),
            float(self.ours[top]),
            float((looked.best > looked.best.max() - CROWD).sum()),
            float(looked.best.mean()),
        ]

    def right(
        self, looked: Sequence[Looked], texts: Sequence[str], unknown: Sequence[float]
    ) -> Vectors:
        """(texts) how likely the first of each is right."""
        rows = [self.features(*row) for row in zip(looked, texts, unknown, strict=True)]
        return self.gate.right(np.array(rows, np.float32).reshape(len(texts), -1))

    def judge(
        self, vectors: Vectors, texts: Sequence[str], unknown: Sequence[float]
    ) -> list[Judged]:
        """Texts, normalised; `unknown`: the share of their telling words that none of our phrases
        has."""
        looked = self.look(vectors, texts)
        right = self.right(looked, texts, unknown)
        return [
            Judged(ranking(one.logits), float(sure), one.nearest, one.phrase)
            for one, sure in zip(looked, right, strict=True)
        ]


def ranking(logits: Vectors) -> tuple[tuple[int, float], ...]:
    """The likeliest labels, best first, with their shares."""
    p = softmax(logits[None, :])[0]
    first = np.argpartition(-p, RANKED)[:RANKED] if len(p) > RANKED else np.arange(len(p))
    return tuple((int(n), float(p[n])) for n in first[np.argsort(-p[first], kind="stable")])


def _log_odds(p: float) -> float:
    return float(np.log((p + 1e-6) / (1 - p + 1e-4)))


def closest(cosines: Vectors) -> float:
    """The mean of the three highest, of which none counts below 0."""
    found = np.partition(cosines, -CLOSEST)[-CLOSEST:] if len(cosines) > CLOSEST else cosines
    return float(np.maximum(found, 0).sum()) / CLOSEST


def area(inside: Iterable[float], outside: Iterable[float]) -> float:
    """AUROC: how often something inside scores above something outside."""
    a, b = np.asarray(list(inside)), np.asarray(list(outside))
    if not len(a) or not len(b):
        return 0.0
    ranks = np.concatenate([a, b]).argsort().argsort()[: len(a)] + 1
    return float((ranks.sum() - len(a) * (len(a) + 1) / 2) / len(a) / len(b))

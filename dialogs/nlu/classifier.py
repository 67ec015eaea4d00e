"""Vector -> which entry, and how likely that is right. Knows labels and numbers, no entry's kind
and no words to say.

Sentence vectors beside hashed n-grams, a softmax regression over the entries, a little of what the
nearest phrases say, and a gate: the probability that the top answer is right, learned from entries
that were left out.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogs.nlu.encoder import Vectors

BUCKETS, GRAM_SHARE, NEAREST_SHARE = 512, 0.6, 3.0
RIDGE, ROUNDS = 0.05, 60
# How much of the spread within the entries is not believed, for there are few phrases of each.
SHRINK = 0.3
FEATURES, CLOSEST, RANKED = 12, 3, 8
FEW, ROWS = 12, 64
Flags = NDArray[np.bool_]
Labels = NDArray[np.int64]


def grams(text: str) -> Iterator[str]:
    """Words, pairs of words, and the three to five letters of each word with its borders."""
    words = text.split()
    yield from words
    yield from (f"{a} {b}" for a, b in pairwise(words))
    for word in (f"<{w}>" for w in words):
        yield from (f"#{word[at : at + n]}" for n in (3, 4, 5) for at in range(len(word) - n + 1))


def hashed(texts: Sequence[str]) -> Vectors:
    """Counts per bucket, (texts, 512), the same on every machine. 4,096 buckets measured no better
    and cost ten times as much."""
    found = np.zeros((len(texts), BUCKETS), np.float32)
    for row, text in enumerate(texts):
        for gram in grams(text):
            found[row, zlib.crc32(gram.encode()) % BUCKETS] += 1
    return found


def unit(x: Vectors) -> Vectors:
    return np.asarray(x / (np.linalg.norm(x, axis=1, keepdims=True) + 1e-9), np.float32)


def softmax(logits: Vectors) -> Vectors:
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True), np.float32)


def regression(x: Vectors, labels: Labels, many: int) -> Vectors:
    """Weights (columns of x, many) of a ridge softmax regression; every label weighs the same,
    however many examples it has.

    By Böhning's bound, with Nesterov's momentum: every round is a fixed matrix product. Source: D.
    Böhning, Multinomial logistic regression algorithm (1992).
    """
    counts = np.bincount(labels, minlength=many)
    share = (len(x) / many / counts[labels])[:, None].astype(np.float32)
    step = np.linalg.inv(
        (x * share).T @ x / 2 + RIDGE * np.eye(x.shape[1], dtype=np.float32)
    ).astype(np.float32)
    truth = np.eye(many, dtype=np.float32)[labels]
    weights: Vectors = np.zeros((x.shape[1], many), np.float32)
    ahead, pace = weights, 1.0
    for _ in range(ROUNDS):
        slope = x.T @ (share * (softmax(x @ ahead) - truth)) + RIDGE * ahead
        new, faster = (
            np.asarray(ahead - step @ slope, np.float32),
            (1 + (1 + 4 * pace * pace) ** 0.5) / 2,
        )
        ahead = np.asarray(new + (pace - 1) / faster * (new - weights), np.float32)
        weights, pace = new, faster
    return np.asarray(weights, np.float32)


def whitening(x: Vectors, labels: Labels) -> Vectors:
    """A (n, n) turn of the columns in which the phrases of one entry scatter alike in all
    directions: what differs among phrases that mean the same tells little. (Within-class whitening,
    shrunk.)"""
    sums = np.zeros((int(labels.max()) + 1, x.shape[1]), np.float32)
    np.add.at(sums, labels, x)
    apart = x - (sums / np.maximum(np.bincount(labels), 1)[:, None])[labels]
    spread = apart.T @ apart / len(x)
    spread = (1 - SHRINK) * spread + (SHRINK * np.trace(spread) / len(spread) + 1e-9) * np.eye(
        len(spread)
    )
    values, axes = np.linalg.eigh(spread.astype(np.float64))
    return np.asarray((axes * values**-0.5) @ axes.T, np.float32)


@dataclass(frozen=True)
class Judged:
    """Of one text: labels, best first, with probabilities; how likely the first is right; the
    nearest phrase and its cosine."""

    ranked: tuple[tuple[int, float], ...]
    right: float
    nearest: float
    phrase: int


@dataclass(frozen=True)
class Classifier:
    """`weights` (768 + 512, labels), `idf` (512), `mean` (768), `even` (384, 384), `phrases`
    (phrases, 384) with the label `owner` of each, ascending and none left out; `kin` (labels,
    labels): would the one do for the other; `ours` (labels): what we answer or act upon; `gate`
    (13). Of an encoder of other widths those; without letters to compare `idf` is empty."""

    weights: Vectors
    idf: Vectors
    mean: Vectors
    even: Vectors
    phrases: Vectors
    owner: Labels
    equivalent: Flags
    ours: Flags
    gate: Vectors

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
            none,
            owner,
            equivalent,
            ours,
            none,
        )
        bare = replace(bare, phrases=bare.near(vectors))
        return replace(bare, weights=regression(bare.columns(vectors, counts), owner, len(ours)))

    def with_gate(self, gate: Vectors) -> "Classifier":
        return replace(self, gate=gate)

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

    def logits(self, vectors: Vectors, texts: Sequence[str]) -> tuple[Vectors, Vectors, Vectors]:
        """(texts, labels) logits, (texts, labels) best cosine within each label, (texts, phrases)
        cosines."""
        cosines = self._cosines(self.near(vectors))
        best = np.maximum.reduceat(
            cosines, np.searchsorted(self.owner, np.arange(self.weights.shape[1])), axis=1
        )
        logits = self.columns(vectors, hashed(texts)) @ self.weights + NEAREST_SHARE * best
        return np.asarray(logits, np.float32), best, np.asarray(cosines, np.float32)

    def _cosines(self, near: Vectors) -> Vectors:
        """(texts, phrases). Of a few texts 64 phrases at a time: what BLAS multiplies at once it
        copies first, which is dearer."""
        if len(near) > FEW:
            return np.asarray(near @ self.phrases.T, np.float32)
        even = len(self.phrases) // ROWS * ROWS
        most = self.phrases[:even].reshape(-1, ROWS, near.shape[1]) @ near.T
        return np.ascontiguousarray(
            np.vstack([most.reshape(even, -1), self.phrases[even:] @ near.T]).T, np.float32
        )

    def features(
        self, logits: Vectors, best: Vectors, cosines: Vectors, unknown: Vectors
    ) -> Vectors:
        """What the gate looks at, (texts, 12): how clear the top is against all that would not do
        for it, how near it lies, how much of the text nobody knows, how much speaks for what is not
        ours."""
        p, rows, top = softmax(logits), np.arange(len(logits)), logits.argmax(1)
        equivalent = self.equivalent[top]
        together = (p * equivalent).sum(1)
        near, next_best = (
            np.where(equivalent, best, -1).max(1),
            np.where(equivalent, -1, best).max(1),
        )
        first, last = np.searchsorted(self.owner, top), np.searchsorted(self.owner, top, "right")
        within = np.array(
            [closest(cosines[row, first[row] : last[row]]) for row in rows], np.float32
        )
        return np.stack(
            [
                np.log(together / (1 - together + 1e-4) + 1e-6),
                np.log(together / (np.where(equivalent, 0, p).max(1) + 1e-4)),
                -(p * np.log(p + 1e-9)).sum(1),
                cosines.max(1),
                best[rows, top],
                within,
                near - next_best,
                unknown,
                unknown > 0,
                np.log(p.max(1) + 1e-6),
                near - np.where(self.ours[None, :], -1, best).max(1),
                (p * ~self.ours[None, :]).sum(1),
            ],
            1,
        ).astype(np.float32)

    def judge(
        self, vectors: Vectors, texts: Sequence[str], unknown: Sequence[float]
    ) -> list[Judged]:
        """Texts, normalised; `unknown`: the share of their telling words that none of our phrases
        has."""
        logits, best, cosines = self.logits(vectors, texts)
        p, right = (
            softmax(logits),
            sigmoid(self.gate, self.features(logits, best, cosines, np.array(unknown, np.float32))),
        )
        return [
            Judged(
                tuple((int(n), float(p[row, n])) for n in np.argsort(-p[row])[:RANKED]),
                float(right[row]),
                float(cosines[row].max()),
                int(cosines[row].argmax()),
            )
            for row in range(len(texts))
        ]


def closest(cosines: Vectors) -> float:
    """The mean of the three highest, of which none counts below 0."""
    found = np.partition(cosines, -CLOSEST)[-CLOSEST:] if len(cosines) > CLOSEST else cosines
    return float(np.maximum(found, 0).sum()) / CLOSEST


def sigmoid(gate: Vectors, features: Vectors) -> Vectors:
    """The gate's probability for each row of features."""
    return np.asarray(1 / (1 + np.exp(-(features @ gate[:-1] + gate[-1]))), np.float32)


def fitted_gate(
    features: Vectors, right: NDArray[Any], weight: Vectors, ridge: float = 1.0
) -> Vectors:
    """A ridge logistic regression by Newton's steps on standardised columns; returns weights and
    constant for raw columns."""
    mean, spread = features.mean(0), features.std(0) + 1e-6
    x = np.hstack([(features - mean) / spread, np.ones((len(features), 1), np.float32)]).astype(
        np.float64
    )
    w = np.zeros(x.shape[1])
    keep = ridge * np.eye(x.shape[1])
    keep[-1, -1] = 0
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ w))
        slope = x.T @ (weight * (p - right)) + keep @ w
        w -= np.linalg.solve((x * (weight * p * (1 - p))[:, None]).T @ x + keep, slope)
    scaled = w[:-1] / spread
    return np.append(scaled, w[-1] - (scaled * mean).sum()).astype(np.float32)


def area(inside: Iterable[float], outside: Iterable[float]) -> float:
    """AUROC: how often something inside scores above something outside."""
    a, b = np.asarray(list(inside)), np.asarray(list(outside))
    if not len(a) or not len(b):
        return 0.0
    ranks = np.concatenate([a, b]).argsort().argsort()[: len(a)] + 1
    return float((ranks.sum() - len(a) * (len(a) + 1) / 2) / len(a) / len(b))

"""The numbers behind the heads: hashed n-grams, softmax regression, within-class whitening. Knows
no entry."""

import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dialogs.nlu.encoding.weights import Vectors

BUCKETS = 512
RIDGE, ROUNDS = 0.05, 60
# How much of the spread within the entries is not believed, for there are few phrases of each.
SHRINK = 0.3
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

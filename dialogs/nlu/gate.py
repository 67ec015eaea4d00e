"""What is known of the first of a ranking -> the probability that it is right. Knows no label.

A boosted ensemble of small trees, written out as arrays, or a logistic regression where there is
too little to grow trees from. Both are fitted on texts that the classifier has not seen.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogs.nlu.encoding.weights import Vectors


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


@dataclass(frozen=True)
class Gate:
    """`linear` (features + 1): a logistic regression; or trees: of every node the `feature` that is
    compared (-1 in a leaf), its `bound`, where to go from there (`low` where it is at most the
    bound, else `high`), and its `value` in a leaf; `roots`: where each tree begins. `level`: the
    log-odds before the first tree."""

    linear: Vectors
    feature: NDArray[np.int16]
    bound: Vectors
    low: NDArray[np.int32]
    high: NDArray[np.int32]
    value: Vectors
    roots: NDArray[np.int32]
    level: float = 0.0

    @classmethod
    def logistic(cls, weights: Vectors) -> "Gate":
        """A logistic regression alone."""
        ints, none = np.zeros(0, np.int32), np.zeros(0, np.float32)
        return cls(weights, ints.astype(np.int16), none, ints, ints, none, ints)

    def right(self, rows: Vectors) -> Vectors:
        """(rows) the probability that the first is right."""
        if not len(self.roots):
            return sigmoid(self.linear, rows)
        found = np.empty(len(rows), np.float32)
        for n, row in enumerate(rows):
            at = self.roots
            while (inner := self.feature[at] >= 0).any():
                below = row[self.feature[at]] <= self.bound[at]
                at = np.where(inner, np.where(below, self.low[at], self.high[at]), at)
            found[n] = 1 / (1 + np.exp(-(self.level + float(self.value[at].sum()))))
        return found


NO_GATE = Gate.logistic(np.zeros(0, np.float32))

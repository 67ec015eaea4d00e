"""The gate: the same probability as the trees that it was written out of."""

import numpy as np

from dialogs.nlu.gate import Gate, sigmoid


def test_a_tree_is_followed_to_its_leaf() -> None:
    """One tree: feature 0 at most 1 -> +2; else feature 1 at most 0 -> -1, else +3."""
    gate = Gate(
        np.zeros(0, np.float32),
        np.array([0, -1, 1, -1, -1], np.int16),
        np.array([1, 0, 0, 0, 0], np.float32),
        np.array([1, 0, 3, 0, 0], np.int32),
        np.array([2, 0, 4, 0, 0], np.int32),
        np.array([0, 2, 0, -1, 3], np.float32),
        np.array([0], np.int32),
        0.5,
    )
    rows = np.array([[1, 9], [1.5, 0], [1.5, 0.1]], np.float32)
    wanted = 1 / (1 + np.exp(-(0.5 + np.array([2, -1, 3]))))
    assert np.allclose(gate.right(rows), wanted)


def test_without_trees_it_is_a_logistic_regression() -> None:
    weights, rows = np.array([1, -2, 0.5], np.float32), np.array([[0, 0], [1, 1]], np.float32)
    assert np.allclose(Gate.logistic(weights).right(rows), sigmoid(weights, rows))

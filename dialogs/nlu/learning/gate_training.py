"""Fits the gate and its thresholds on texts that neither encoder nor head has seen."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier

from dialogs.calibration.risk_control import lowest_threshold
from dialogs.nlu.encoding.weights import Vectors
from dialogs.nlu.gate import Gate
from dialogs.nlu.model_store import UNSTATED
from dialogs.nlu.training import Unseen, joined

# Small trees, many of them, each of half of the rows.
TREES, DEPTH, RATE, LEAST, HALF = 200, 3, 0.05, 20, 0.5
# Of 100 messages of which something is made that is stated (or done), so many may be wrong, per
# risk class; the texts without an entry have their share among them. Conformal risk control: the
# lowest threshold at which the mistakes, and one more, stay below it.
RISK = {"harmless": 0.13, "deadline": 0.13, "irreversible": 0.14, UNSTATED: 0.17}
# What cannot be undone is held back below this whatever the folds say, until enough people have
# judged such answers.
LOWEST = {"irreversible": 0.75}
CURVE = (0.02, 0.04, 0.06, 0.08, 0.10, 0.12, 0.15, 0.18, 0.22, 0.26, 0.30)
log = logging.getLogger("changeover.tune")


def gate_of(parts: Sequence[Unseen]) -> tuple[Gate, dict[str, float], dict[str, float]]:
    """The gate of all parts, the thresholds, and what was measured: each part judged by a gate of
    the others."""
    scores = [
        _grown([other for other in parts if other is not part]).right(part.features)
        for part in parts
    ]
    whole = joined(parts)
    score = np.concatenate(scores)
    sure = {
        risk: max(threshold(whole, score, risk, most), LOWEST.get(risk, 0.0))
        for risk, most in RISK.items()
    }
    for risk in RISK:
        curve = (f"{m:.2f}: {threshold(whole, score, risk, m):.2f}" for m in CURVE)
        log.info("%s, wrong of what is acted upon and the threshold: %s", risk, ", ".join(curve))
    return _grown(parts), sure, whole.measured(score, sure)


def threshold(whole: Unseen, score: Vectors, risk: str, most: float) -> float:
    """The lowest score from which on mistakes of this class stay below `most`."""
    among = np.array([e.ours and e.risk == risk for e in whole.seen])
    return lowest_threshold(score[among], whole.right[among], whole.weight[among], most)


def _grown(parts: Sequence[Unseen]) -> Gate:
    whole = joined(parts)
    found = GradientBoostingClassifier(
        n_estimators=TREES,
        max_depth=DEPTH,
        learning_rate=RATE,
        min_samples_leaf=LEAST,
        subsample=HALF,
        random_state=0,
    ).fit(whole.features, whole.right, sample_weight=whole.weight)
    trees = [row[0].tree_ for row in found.estimators_]
    sizes = np.cumsum([0, *(tree.node_count for tree in trees)])
    parts_of: Mapping[str, Any] = {
        "feature": np.concatenate([np.maximum(tree.feature, -1) for tree in trees]),
        "bound": np.concatenate([tree.threshold for tree in trees]),
        "low": np.concatenate([t.children_left + n for t, n in zip(trees, sizes, strict=False)]),
        "high": np.concatenate([t.children_right + n for t, n in zip(trees, sizes, strict=False)]),
        "value": RATE * np.concatenate([tree.value[:, 0, 0] for tree in trees]),
    }
    share = np.average(whole.right, weights=whole.weight)
    return Gate(
        np.zeros(0, np.float32),
        parts_of["feature"].astype(np.int16),
        parts_of["bound"].astype(np.float32),
        parts_of["low"].astype(np.int32),
        parts_of["high"].astype(np.int32),
        parts_of["value"].astype(np.float32),
        sizes[:-1].astype(np.int32),
        float(np.log(share / (1 - share))),
    )

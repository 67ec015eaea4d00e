"""The network in numpy alone: where onnxruntime is not installed. BERT's pass: six layers of
attention and feed-forward, mean over the tokens, length 1."""

import math
from collections.abc import Mapping
from itertools import groupby
from typing import Any

import numpy as np

from dialogs.nlu.encoding.weights import HEADS, LAYERS, MEANING, WORDING, Vectors

BLOCK = 64
ROOT = math.sqrt(2 / math.pi)
_EPS = 1e-12


class NumpyPass:
    """`tensors`: the weights by their names in the file. They are kept turned round and in blocks
    of 64 columns, (blocks, in, 64): of a few dozen tokens the products are small then, and small
    ones skip what BLAS does to prepare large ones (a third to a half of the time, measured). Query,
    key and value are one product. What is mapped stays so."""

    def __init__(self, tensors: Mapping[str, Any]) -> None:
        self._w = {
            name: _in_blocks(w) if name.startswith("encoder.") and w.ndim == 2 else w
            for name, w in tensors.items()
        }
        for layer in range(LAYERS):
            self_ = f"encoder.layer.{layer}.attention.self."
            for kind in ("weight", "bias"):
                self._w[f"{self_}qkv.{kind}"] = np.concatenate(
                    [self._w.pop(f"{self_}{n}.{kind}") for n in ("query", "key", "value")]
                )

    def run(self, rows: list[list[int]]) -> Vectors:
        """All tokens of all rows in one product per step; only attention looks at the rows, at
        those of one length together, so that nothing has to be padded or masked. The rows come in
        the order of their lengths."""
        w, e = self._w, "embeddings."
        lengths = [len(row) for row in rows]
        ids, at = np.concatenate(rows), np.concatenate([np.arange(long) for long in lengths])
        x = (
            w[e + "word_embeddings.weight"][ids]
            + w[e + "position_embeddings.weight"][at]
            + w[e + "token_type_embeddings.weight"][0]
        )
        x = self._norm(x, e + "LayerNorm")
        starts = np.cumsum([0, *lengths[:-1]])
        means = []
        for layer in range(LAYERS):
            a = f"encoder.layer.{layer}."
            mixed = _attend(self._linear(x, f"{a}attention.self.qkv"), lengths)
            x = self._norm(
                x + self._linear(mixed, a + "attention.output.dense"),
                a + "attention.output.LayerNorm",
            )
            inner = _gelu(self._linear(x, a + "intermediate.dense"))
            x = self._norm(x + self._linear(inner, a + "output.dense"), a + "output.LayerNorm")
            if layer in (WORDING, LAYERS - 1):
                mean = np.add.reduceat(x, starts) / np.array(lengths, np.float32)[:, None]
                means.append(mean / np.linalg.norm(mean, axis=-1, keepdims=True))
        return np.asarray(np.hstack(means[::-1]), np.float32)

    def _linear(self, x: Vectors, name: str) -> Vectors:
        blocks = x @ self._w[f"{name}.weight"]
        found = blocks.transpose(1, 0, 2).reshape(len(x), -1)
        found += self._w[f"{name}.bias"]
        return np.asarray(found, np.float32)

    def _norm(self, x: Vectors, name: str) -> Vectors:
        x = x - x.sum(-1, keepdims=True) / np.float32(MEANING)
        x /= np.sqrt(np.einsum("ij,ij->i", x, x) / MEANING + _EPS)[:, None]
        x *= self._w[f"{name}.weight"]
        x += self._w[f"{name}.bias"]
        return x


def _attend(qkv: Vectors, lengths: list[int]) -> Vectors:
    """What the tokens of each row take from each other; query, key and value stand side by side in
    a row of `qkv`."""
    out, start = np.empty((len(qkv), MEANING), np.float32), 0
    for long, rows in groupby(lengths):
        many = len(list(rows))
        q, k, v = (
            _heads(part, many, long)
            for part in np.split(qkv[start : start + many * long], 3, axis=1)
        )
        scores = q @ k.swapaxes(-1, -2) / np.float32(math.sqrt(MEANING / HEADS))
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ v
        out[start : start + many * long] = mixed.swapaxes(1, 2).reshape(many * long, MEANING)
        start += many * long
    return out


def _heads(x: Vectors, many: int, long: int) -> Vectors:
    return x.reshape(many, long, HEADS, MEANING // HEADS).swapaxes(1, 2)


def _gelu(x: Vectors) -> Vectors:
    """x times the normal distribution's share below x, by the tanh of Hendrycks and Gimpel (2016),
    5e-4 off at most: six times as fast as an exact one, and the vectors turn by a cosine of
    1e-6."""
    slope = x * x
    slope *= np.float32(0.044715 * ROOT)
    slope += np.float32(ROOT)
    slope *= x
    np.tanh(slope, out=slope)
    slope += np.float32(1)
    slope *= x
    slope *= np.float32(0.5)
    return slope


def _in_blocks(layer: Vectors) -> Vectors:
    """(out, in) as (out / 64, in, 64)."""
    return layer.reshape(-1, BLOCK, layer.shape[1]).swapaxes(1, 2).copy()

"""The network in onnxruntime, with weights in 8 bits: eight times as fast as in numpy.

`learned/encoder.onnx` holds the steps and no weights (dialogs/nlu/learning/graph.py draws it). The
weights are rounded from the same tensors that the numpy pass uses, once, and kept with the words
that they were made for; so a wheel needs nothing but that file. Where nothing can be written they
are made anew at each start (half a second). Whole numbers of 7 bits are used, because processors
without VNNI overflow on 8; so every machine computes the same.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from dialogs.nlu.encoding import arrays, storage
from dialogs.nlu.encoding.storage import LEARNED
from dialogs.nlu.encoding.weights import LAYERS, POSITIONS, Vectors

GRAPH, ROUNDED = LEARNED / "encoder.onnx", LEARNED / "encoder.int8.safetensors"
MOST = 63
_WORDS = "embeddings.word_embeddings.weight"


def available() -> bool:
    """Can the network be run here?"""
    try:
        import onnxruntime  # noqa: F401
    except ImportError:
        return False
    return GRAPH.is_file()


def initializers(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The weights as the graph names them. Of a matrix (out, in): NAME.q (in, out), whole numbers,
    and NAME.s (out), the step of each column; of the words' table the step of each row."""
    words = np.asarray(tensors[_WORDS], np.float32)
    steps = np.abs(words).max(1, keepdims=True) / 127
    found: dict[str, Any] = {
        "words.q": np.rint(words / steps).astype(np.int8),
        "words.s": steps.astype(np.float32),
        "positions": np.asarray(
            tensors["embeddings.position_embeddings.weight"][:POSITIONS]
            + tensors["embeddings.token_type_embeddings.weight"][0],
            np.float32,
        ),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        a = f"encoder.layer.{layer}."
        norms += [f"{a}attention.output.LayerNorm", f"{a}output.LayerNorm"]
        self_ = [f"{a}attention.self.{n}" for n in ("query", "key", "value")]
        dense = {
            f"{a}qkv": self_,
            f"{a}out": [f"{a}attention.output.dense"],
            f"{a}up": [f"{a}intermediate.dense"],
            f"{a}down": [f"{a}output.dense"],
        }
        for name, parts in dense.items():
            matrix = np.concatenate([tensors[f"{p}.weight"] for p in parts]).T
            found[f"{name}.q"], found[f"{name}.s"] = rounded(matrix)
            found[f"{name}.b"] = np.concatenate([tensors[f"{p}.bias"] for p in parts])
    for norm in norms:
        found[f"{norm}.w"], found[f"{norm}.b"] = tensors[f"{norm}.weight"], tensors[f"{norm}.bias"]
    return {name: np.ascontiguousarray(array) for name, array in found.items()}


def rounded(matrix: Vectors) -> tuple[Any, Vectors]:
    """(in, out) as whole numbers of 7 bits, and the step of each column."""
    step = np.maximum(np.abs(matrix).max(0), 1e-8) / MOST
    whole = np.clip(np.rint(matrix / step), -MOST, MOST).astype(np.int8)
    return whole, step.astype(np.float32)


class Int8Pass:
    """`rounded`: the weights as `initializers` makes them."""

    def __init__(self, rounded: Mapping[str, Any]) -> None:
        import onnxruntime

        self._rounded = rounded
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in rounded.values()]
        options.add_external_initializers(list(rounded), values)
        self._session = onnxruntime.InferenceSession(
            GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def run(self, rows: list[list[int]]) -> Vectors:
        """(rows, 768). One row at a time: rounding looks at all numbers of a run, and what a text
        means must not depend on its neighbours."""
        found = [self._session.run(None, {"ids": np.array([row], np.int64)})[0] for row in rows]
        return np.concatenate(found).astype(np.float32)


@dataclass(frozen=True)
class Rounded:
    """The weights as `initializers` makes them, and the pieces of words that they were made for, in
    the order of their numbers."""

    arrays: Mapping[str, Any]
    vocabulary: Sequence[str]


def kept(key: str) -> Rounded | None:
    """The rounded weights of this key; None where they are not there yet."""
    for folder in storage.places(ROUNDED.parent):
        with suppress(OSError, ValueError, KeyError, TypeError):
            found, about = arrays.mapped(folder / ROUNDED.name)
            if about["key"] == key:
                return Rounded(found, about["vocabulary"].splitlines())
    return None


def made(key: str, tensors: Mapping[str, Any], vocabulary: Sequence[str]) -> Rounded:
    """The weights of these tensors, rounded, and kept for the next time where that is possible."""
    found = Rounded(initializers(tensors), vocabulary)
    with suppress(OSError):
        path = storage.place_to_write(ROUNDED.parent) / ROUNDED.name
        path.parent.mkdir(parents=True, exist_ok=True)
        about = {"key": key, "vocabulary": "\n".join(vocabulary)}
        arrays.write_mapped(path, found.arrays, about)
    return found

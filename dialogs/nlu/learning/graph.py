"""Draws the encoder's network for onnxruntime: BERT's steps, with whole numbers where matrices are
multiplied, and no weights (dialogs/nlu/encoding/int8.py names and makes them)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from dialogs.nlu.encoding.weights import HEADS, LAYERS, MEANING, WORDING

OPSET, IR = 20, 9
# Every tensor of weights stands in the graph as a promise of this file's, which onnxruntime gets
# handed over instead.
ELSEWHERE = "encoder.int8"


def write(path: Path, arrays: Mapping[str, Any]) -> None:
    """`arrays`: `int8.initializers`; only their shapes and kinds are used."""
    drawn = _Drawing(arrays)
    graph = helper.make_graph(
        drawn.nodes,
        "encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "pieces"])],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [1, 2 * MEANING])],
        [*drawn.constants, *(_promise(name, array) for name, array in arrays.items())],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR, producer_name=""
    )
    path.write_bytes(model.SerializeToString())


def _promise(name: str, array: Any) -> Any:
    found = onnx.TensorProto()
    found.name, found.data_location = name, onnx.TensorProto.EXTERNAL
    found.data_type = helper.np_dtype_to_tensor_dtype(array.dtype)
    found.dims.extend(array.shape)
    found.external_data.add(key="location", value=ELSEWHERE)
    return found


class _Drawing:
    def __init__(self, arrays: Mapping[str, Any]) -> None:
        self.arrays = arrays
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._many = 0
        self._number("nothing", np.zeros((), np.int8))
        for name, value in {"at0": [0], "at1": [1], "at2": [2]}.items():
            self._number(name, np.array(value, np.int64))
        self._number("root", np.float32((MEANING // HEADS) ** -0.5))
        self._number("heads", np.array([0, 0, HEADS, MEANING // HEADS], np.int64))
        self._number("joined", np.array([0, 0, MEANING], np.int64))
        x, means = self._embedded(), []
        for layer in range(LAYERS):
            x = self._layer(x, f"encoder.layer.{layer}.")
            if layer in (WORDING, LAYERS - 1):
                mean = self._op("ReduceMean", x, "at1", keepdims=0)
                means.append(self._op("LpNormalization", mean, axis=1, p=2))
        self._op("Concat", *means[::-1], into="vectors", axis=1)

    def _number(self, name: str, value: Any) -> None:
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))

    def _op(self, kind: str, *inputs: str, into: str = "", **how: Any) -> str:
        self._many += 1
        out = into or f"{kind}_{self._many}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], **how))
        return out

    def _embedded(self) -> str:
        rows = self._op("Cast", self._op("Gather", "words.q", "ids"), to=TensorProto.FLOAT)
        words = self._op("Mul", rows, self._op("Gather", "words.s", "ids"))
        many = self._op("Slice", self._op("Shape", "ids"), "at1", "at2")
        places = self._op("Slice", "positions", "at0", many, "at0")
        return self._norm(self._op("Add", words, places), "embeddings.LayerNorm")

    def _layer(self, x: str, a: str) -> str:
        parts = [f"{a}{n}" for n in ("query", "key", "value")]
        every = self._linear(x, f"{a}qkv")
        self.nodes.append(helper.make_node("Split", [every], parts, axis=2, num_outputs=3))
        q, k, v = (self._op("Reshape", part, "heads") for part in parts)
        q, v = (self._op("Transpose", of, perm=[0, 2, 1, 3]) for of in (q, v))
        k = self._op("Transpose", k, perm=[0, 2, 3, 1])
        scores = self._op("Mul", self._op("MatMul", q, k), "root")
        mixed = self._op("MatMul", self._op("Softmax", scores, axis=-1), v)
        mixed = self._op("Reshape", self._op("Transpose", mixed, perm=[0, 2, 1, 3]), "joined")
        told = self._linear(mixed, f"{a}out")
        x = self._norm(self._op("Add", x, told), f"{a}attention.output.LayerNorm")
        inner = self._op("Gelu", self._linear(x, f"{a}up"))
        return self._norm(
            self._op("Add", x, self._linear(inner, f"{a}down")), f"{a}output.LayerNorm"
        )

    def _linear(self, x: str, name: str) -> str:
        self._many += 1
        whole, step, zero = (f"{part}_{self._many}" for part in ("whole", "step", "zero"))
        self.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], [whole, step, zero]))
        product = self._op("MatMulInteger", whole, f"{name}.q", zero, "nothing")
        scale = self._op("Mul", step, f"{name}.s")
        told = self._op("Mul", self._op("Cast", product, to=TensorProto.FLOAT), scale)
        return self._op("Add", told, f"{name}.b")

    def _norm(self, x: str, name: str) -> str:
        return self._op("LayerNormalization", x, f"{name}.w", f"{name}.b", axis=-1, epsilon=1e-12)

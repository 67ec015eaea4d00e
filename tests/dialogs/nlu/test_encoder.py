"""The encoder: one text, one vector, whatever runs it and whoever stands beside it."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from dialogs.nlu.encoder import Encoder, NoWeights, Vectors
from dialogs.nlu.encoding import int8, weights
from dialogs.nlu.training import KeptVectors

TEXTS = [
    "can we go back to direct bill",
    "no",
    "grace accepted the agreement this morning and nobody of us had looked at it before that",
    "where is the invitation of ingram micro",
    "ça marche ? 授权",
    "",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_what_a_text_means_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    together = encoder.vectors(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.array_equal(encoder.vectors([text])[0], vector), text


def test_without_onnxruntime_the_same_network_runs_in_numpy(encoder: Encoder) -> None:
    assert int8.available(), "onnxruntime comes with the weights; this machine lacks it"
    plain = Encoder(numpy_only=True)
    near = (encoder.vectors(TEXTS) * plain.vectors(TEXTS))[:, : weights.MEANING].sum(1)
    assert near.mean() > 0.98 and near.min() > 0.94, near


def test_both_halves_of_a_vector_have_the_length_of_one(encoder: Encoder) -> None:
    found = encoder.vectors(TEXTS).reshape(len(TEXTS), 2, weights.MEANING)
    assert np.allclose(np.linalg.norm(found, axis=2), 1, atol=1e-5)


def test_rounded_weights_that_are_broken_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: Encoder
) -> None:
    monkeypatch.setattr(int8, "ROUNDED", tmp_path / "encoder.int8.safetensors")
    int8.ROUNDED.write_bytes(b"\x10\0\0\0\0\0\0\0{not a header}..")
    again = Encoder()
    assert np.array_equal(again.vectors(TEXTS), encoder.vectors(TEXTS))
    assert int8.ROUNDED.stat().st_size > 10_000_000


def test_where_nothing_can_be_written_the_weights_are_rounded_in_memory(
    monkeypatch: pytest.MonkeyPatch, encoder: Encoder
) -> None:
    monkeypatch.setattr(int8, "ROUNDED", Path("/proc/nowhere/encoder.int8.safetensors"))
    assert np.array_equal(Encoder().vectors(TEXTS), encoder.vectors(TEXTS))


def test_other_weights_than_the_measured_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / weights.FILE).write_bytes(b"0" * 100)
    with pytest.raises(NoWeights, match="not the file that was measured"):
        Encoder(tmp_path)
    with pytest.raises(NoWeights, match="does not exist"):
        Encoder(tmp_path / "elsewhere")


def test_a_delta_survives_being_written_with_its_strongest_directions(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    low = (random.normal(size=(384, 20)) @ random.normal(size=(20, 384)) / 100).astype(np.float32)
    bias = random.normal(size=384).astype(np.float32)
    weights.save_delta({"layer.weight": low, "layer.bias": bias}, tmp_path / "delta.npz")
    found = weights.delta(tmp_path / "delta.npz")
    assert np.allclose(found["layer.weight"], low, atol=2e-3)
    assert np.allclose(found["layer.bias"], bias, atol=2e-3)
    assert weights.delta(tmp_path / "none.npz") == {}


def test_only_new_phrases_are_encoded(tmp_path: Path, encoder: Encoder) -> None:
    asked: list[str] = []

    class Counting:
        size, meaning, sha256 = encoder.size, encoder.meaning, "weights"

        def vectors(self, texts: Iterable[str]) -> Vectors:
            asked.extend(given := list(texts))
            return encoder.vectors(given)

    kept = KeptVectors(Counting(), tmp_path)
    first = kept.vectors(TEXTS[:2])
    kept.keep()
    asked.clear()
    again = KeptVectors(Counting(), tmp_path)
    assert np.array_equal(again.vectors(TEXTS[:3])[:2], first)
    assert asked == TEXTS[2:3]
    Counting.sha256 = "others"
    assert len(KeptVectors(Counting(), tmp_path)._rows) == 0

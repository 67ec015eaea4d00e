"""What is made at a first start goes where it may be written, and is found there again."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from bot import weights as operator
from bot.settings import BadSetting
from dialogs.nlu import model_store
from dialogs.nlu.encoder import Encoder, NoWeights
from dialogs.nlu.encoding import int8, storage, weights
from dialogs.nlu.encoding.storage import LEARNED
from dialogs.nlu.learning import letters_only
from dialogs.nlu.model_store import Example, Stale

TEXTS = ["can we go back to direct bill", "no"]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The learned files as an installed package has them, and a cache that is not there yet."""
    folder = tmp_path / "site-packages" / "learned"
    shutil.copytree(LEARNED, folder, ignore=shutil.ignore_patterns(*("vectors*", "*int8*")))
    for module in (storage, model_store, weights):
        monkeypatch.setattr(module, "LEARNED", folder)
    monkeypatch.setattr(storage, "_PROJECT", tmp_path / "pyproject.toml")
    monkeypatch.setattr(int8, "ROUNDED", folder / int8.ROUNDED.name)
    monkeypatch.setattr(storage, "cache", lambda: tmp_path / "home" / "cache")
    return folder


def test_an_installed_package_is_never_written_to(package: Path) -> None:
    before = sorted(package.iterdir())
    made = Encoder().vectors(TEXTS)
    kept = storage.cache()
    assert kept and [path.name for path in kept.iterdir()] == [int8.ROUNDED.name]
    written = (kept / int8.ROUNDED.name).stat().st_mtime_ns
    assert np.array_equal(Encoder().vectors(TEXTS), made)
    assert (kept / int8.ROUNDED.name).stat().st_mtime_ns == written
    assert sorted(package.iterdir()) == before


def test_the_rounded_weights_need_no_package(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Encoder().vectors(TEXTS)
    monkeypatch.setattr(weights, "PACKAGE", "there_is_no_such_package")
    assert np.array_equal(Encoder().vectors(TEXTS), made)
    monkeypatch.setattr(int8, "available", lambda: False)
    with pytest.raises(NoWeights, match="not installed"):
        Encoder()


def test_what_an_installed_package_learns_is_kept_in_the_cache(package: Path) -> None:
    def learn() -> model_store.Packed:
        return {"numbers": np.arange(3)}, {"words": ["a"]}

    with pytest.raises(Stale):
        model_store.fresh(package, "key", "some", learn, relearn=False)
    model_store.fresh(package, "key", "some", learn, relearn=True)
    _, texts = model_store.fresh(package, "key", "some", learn, relearn=False)
    assert texts["words"] == ["a"] and model_store.is_fresh(package, "key", "some")
    assert not (package / "some.json").exists()


def test_where_nothing_can_be_written_what_is_learned_counts_until_the_end(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "cache", lambda: Path("/proc/nowhere"))
    made = {"numbers": np.arange(3)}, {"words": ["a"]}
    arrays, texts = model_store.fresh(package, "key", "some", lambda: made, relearn=True)
    assert arrays["numbers"].tolist() == [0, 1, 2] and texts == {"key": "key", "words": ["a"]}


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.platformdirs, "user_cache_path", lambda _: Path("~/.cache"))
    assert storage.cache() is None
    assert storage.places(LEARNED) == (LEARNED,)


def test_a_copy_of_ones_own_is_read_and_another_file_is_refused(
    tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights._Own, "folder", None)
    made = Encoder().vectors(TEXTS)
    shutil.rmtree(storage.cache() or tmp_path)
    own = tmp_path / "own"
    own.mkdir()
    (own / "model.safetensors").symlink_to(weights.home() / "model.safetensors")
    (own / "vocab.txt").symlink_to(weights.home() / "vocab.txt")
    monkeypatch.setattr(weights, "PACKAGE", "there_is_no_such_package")
    operator.use_own({"CHANGEOVER_WEIGHTS": str(own)})
    assert np.array_equal(Encoder().vectors(TEXTS), made)
    for folder, why in ((tmp_path / "none", "does not exist"), (package, "does not exist")):
        with pytest.raises(BadSetting, match=f"CHANGEOVER_WEIGHTS: .*{why}"):
            operator.use_own({"CHANGEOVER_WEIGHTS": str(folder)})
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(BadSetting, match="not the file that was measured"):
        operator.use_own({"CHANGEOVER_WEIGHTS": str(tmp_path)})


def test_the_gate_of_letters_is_learned_where_it_is_not_shipped(tmp_path: Path) -> None:
    said = {"red": "red crimson scarlet ruby", "blue": "blue azure navy cobalt"}
    rows = [
        Example(f"{w} {n}", name)
        for name, words in said.items()
        for w in words.split()
        for n in "abcd"
    ]
    first = letters_only.learn(rows, "key", tmp_path / "gate.json")
    again = letters_only.learn(rows, "key", tmp_path / "gate.json")
    assert np.allclose(first.head.gate.linear, again.head.gate.linear)
    assert first.sure == again.sure and not again.with_weights

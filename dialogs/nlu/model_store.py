"""What was learned, kept and shipped beside the code, and known to be stale. Knows how it is
written, not how it is learned.

`learned/NAME.npz` holds numbers and `learned/NAME.json` names, texts, thresholds and measures; they
are committed and hold no code. A checkout whose phrases are those of the files learns nothing.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from dialogs.nlu import fitting, normalise, spelling
from dialogs.nlu.classifier import Classifier, Phrases
from dialogs.nlu.encoding import arrays as arrays_file
from dialogs.nlu.encoding import storage
from dialogs.nlu.encoding.storage import LEARNED
from dialogs.nlu.gate import Gate

__all__ = ["LEARNED", "NLU", "UNSTATED", "Example", "Model", "Stale"]

NLU = "nlu"
# The risk class of what states nothing: commands, refusals, small talk.
UNSTATED = "unstated"
_KEY = "key"
# An array of so few numbers is kept as it is: gates and steps, which small changes would turn.
SMALL = 50_000
Packed = tuple[dict[str, Any], dict[str, Any]]


class Stale(Exception):
    """What was learned is missing, or was learned from other phrases, code or weights."""


@dataclass(frozen=True)
class Example:
    """A phrase, normalised, of the entry `label`; `ours`: do we answer or act upon that entry?
    `risk` of its class; `about`: an entry which shares one of these would do as well; `author`:
    whose words, "" for those who built it."""

    said: str
    label: str
    ours: bool = True
    risk: str = "harmless"
    about: tuple[str, ...] = ()
    author: str = ""


@dataclass(frozen=True)
class Model:
    """The head, the names of its labels, from which score on each risk class is sure, what was
    measured. `said`: the text of each phrase of the head; `spelled`: entry -> its phrases,
    normalised, of all entries."""

    head: Classifier
    labels: tuple[str, ...]
    sure: Mapping[str, float]
    measured: Mapping[str, float]
    key: str
    said: tuple[str, ...] = ()
    spelled: Mapping[str, tuple[str, ...]] | None = None
    with_weights: bool = True


def key_of(rows: Iterable[Sequence[Any]], weights: str, *code: ModuleType) -> str:
    """Changes with what was learned from, with the code that makes texts and numbers of it, and
    with the weights ("" without)."""
    found = hashlib.sha256(json.dumps([list(row) for row in rows]).encode())
    for module in (fitting, normalise, spelling, *code):
        found.update(Path(str(module.__file__)).read_bytes())
    return f"{found.hexdigest()[:32]}-{weights or 'none'}"


def is_fresh(folder: Path, key: str, name: str) -> bool:
    """Has what is kept in the folder, or in the cache beside it, this key? Nothing but the
    beginning of one file is read."""
    return any(_has_key(place, key, name) for place in storage.places(folder))


def _has_key(folder: Path, key: str, name: str) -> bool:
    try:
        with (folder / f"{name}.json").open(encoding="utf-8") as file:
            return f'"{_KEY}": "{key}"' in file.read(200) and (folder / f"{name}.npz").is_file()
    except OSError:
        return False


def ensure(
    folder: Path, key: str, name: str, learn: Callable[[], Packed], *, relearn: bool
) -> None:
    """What is kept has this key; where it has not, `learn` makes it. Raises Stale without
    `relearn`."""
    if not is_fresh(folder, key, name):
        if not relearn:
            raise _stale(folder, name)
        write(folder, name, key, *learn())


def fresh(
    folder: Path, key: str, name: str, learn: Callable[[], Packed], *, relearn: bool
) -> Packed:
    """Arrays and texts of this key, as `ensure` leaves them; a file that cannot be read is learned
    again too. Raises Stale without `relearn`."""
    found = _read_fresh(folder, key, name)
    if found is not None:
        return found
    if not relearn:
        raise _stale(folder, name)
    arrays, texts = learn()
    with suppress(OSError):  # learned again at the next start
        write(folder, name, key, arrays, texts)
    return _read_fresh(folder, key, name) or (arrays, {_KEY: key, **texts})


def _read_fresh(folder: Path, key: str, name: str) -> Packed | None:
    for place in storage.places(folder):
        found = read(place, name) if _has_key(place, key, name) else None
        if found is not None:
            return found
    return None


def _stale(folder: Path, name: str) -> Stale:
    return Stale(
        f"{folder / name}.json is missing or broken, or was learned from other phrases or other "
        "code; run `changeover train`"
    )


def write(
    folder: Path, name: str, key: str, arrays: Mapping[str, Any], texts: Mapping[str, Any]
) -> None:
    """Each file at once, the one with the key last; into the cache where the folder is that of an
    installed package. Numbers with fractions in 16 bits. Raises OSError."""
    folder = storage.place_to_write(folder)
    folder.mkdir(parents=True, exist_ok=True)
    small = {
        n: a.astype(np.float16) if a.dtype == np.float32 and a.size > SMALL else a
        for n, a in arrays.items()
    }
    arrays_file.write(folder / f"{name}.npz", small, small=True)
    with arrays_file.replacing(folder / f"{name}.json") as file:
        told = json.dumps({_KEY: key, **texts}, ensure_ascii=False, indent=0)
        file.write(told.encode())


def read(folder: Path, name: str) -> Packed | None:
    """Arrays and texts; None where nothing usable is."""
    found = arrays_file.read(folder / f"{name}.npz")
    try:
        texts = json.loads((folder / f"{name}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if found is None or not isinstance(texts, dict):
        return None
    wide = {n: a.astype(np.float32) if a.dtype == np.float16 else a for n, a in found.items()}
    return wide, texts


def pack(model: Model) -> Packed:
    """A model as arrays and texts."""
    h = model.head
    arrays: dict[str, Any] = {
        "weights": h.weights,
        "idf": h.idf,
        "mean": h.mean,
        "even": h.even,
        "owner": h.owner.astype(np.int16),
        "kin": h.equivalent,
        "ours": h.ours,
        "tuned": h.tuned,
    }
    gate = {f.name: getattr(h.gate, f.name) for f in fields(Gate)}
    arrays |= h.phrases.packed("phrases")
    arrays |= {f"gate_{n}": np.asarray(value) for n, value in gate.items()}
    texts = {
        "labels": model.labels,
        "sure": model.sure,
        "measured": model.measured,
        "with_weights": model.with_weights,
        "said": model.said,
        "spelled": model.spelled,
    }
    return arrays, texts


def unpack(arrays: Mapping[str, Any], texts: Mapping[str, Any]) -> Model:
    """What `pack` made. Raises KeyError, TypeError and ValueError for anything else."""
    parts: Any = {f.name: arrays[f"gate_{f.name}"] for f in fields(Gate)}
    gate = Gate(**parts | {"level": float(parts["level"])})
    weights, idf, mean, even, tuned = (
        np.asarray(arrays[n], np.float32) for n in ("weights", "idf", "mean", "even", "tuned")
    )
    phrases, owner = Phrases.unpacked("phrases", arrays), arrays["owner"].astype(np.int64)
    kin, ours = arrays["kin"], arrays["ours"]
    head = Classifier(weights, idf, mean, even, phrases, owner, kin, ours, gate, tuned)
    spelled = texts["spelled"]
    return Model(
        head,
        tuple(texts["labels"]),
        texts["sure"],
        texts["measured"],
        texts[_KEY],
        tuple(texts["said"]),
        {n: tuple(said) for n, said in spelled.items()} if spelled is not None else None,
        texts["with_weights"],
    )


def kept(folder: Path, name: str = NLU) -> Model | None:
    """What was learned last, stale or not; None where nothing usable is."""
    found = read(folder, name)
    try:
        return unpack(*found) if found else None
    except (KeyError, TypeError, ValueError):
        return None


@lru_cache
def shipped_thresholds(folder: Path = LEARNED, name: str = NLU) -> Mapping[str, float]:
    """risk class -> from which share on a reading is sure, as it was learned; read without the
    head. Raises Stale where nothing usable is there."""
    try:
        found = json.loads((folder / f"{name}.json").read_text("utf-8"))["sure"]
        return {str(risk): float(least) for risk, least in found.items()}
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise _stale(folder, name) from error


def load(folder: Path, key: str, name: str = NLU) -> Model:
    """What was learned and kept in the folder, if it has this key. Raises Stale."""
    for place in storage.places(folder):
        learned = kept(place, name) if _has_key(place, key, name) else None
        if learned is not None:
            return learned
    raise _stale(folder, name)


def save(folder: Path, learned: Model, name: str = NLU) -> None:
    write(folder, name, learned.key, *pack(learned))

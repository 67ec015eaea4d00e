"""What was learned, kept beside the phrases, and known to be stale. Knows how it is written, not how it is learned.

`nlu.npz` holds numbers and `nlu.json` names, thresholds and measures; both are built, never committed, and hold no code.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dialogs import encoder, head, spelling, text
from dialogs.encoder import Vectors
from dialogs.head import Head

ARRAYS, NAMES = "nlu.npz", "nlu.json"
# The risk class of what states nothing: commands, refusals, small talk.
UNSTATED = "unstated"


class Stale(Exception):
    """What was learned is missing, or was learned from other phrases, code or weights."""


@dataclass(frozen=True)
class Example:
    """A phrase, normalised, of the entry `label`; `ours`: do we answer or act upon that entry? `risk` of its class; `about`:
    an entry which shares one of these would do as well."""

    said: str
    label: str
    ours: bool = True
    risk: str = "harmless"
    about: tuple[str, ...] = ()


def _none() -> Vectors:
    return np.zeros((0, encoder.SIZE), np.float32)


@dataclass(frozen=True)
class Learned:
    """The head, the names of its labels, from which score on each risk class is sure, what was measured. `said`: the text of each
    phrase of the head; `others`, `spoken`: the phrases of options and their vectors. `phrases`, `vectors`: all of them, only
    where it is learned again."""

    head: Head
    labels: tuple[str, ...]
    sure: dict[str, float]
    measured: dict[str, float]
    key: str
    said: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    spoken: Vectors = field(default_factory=_none)
    vectors: Vectors = field(default_factory=_none)
    with_weights: bool = True

    @property
    def phrases(self) -> tuple[str, ...]:
        """What `vectors` are of."""
        return (*self.said, *self.others)


def key_of(examples: Sequence[Example], others: Sequence[str], weights: bool) -> str:
    """Changes with the phrases, with the code that learns, and with the weights."""
    rows = [[e.said, e.label, e.ours, e.risk, e.about] for e in examples]
    found = hashlib.sha256(json.dumps([rows, list(others)]).encode())
    for code in (encoder.__file__, head.__file__, text.__file__, spelling.__file__, __file__, Path(__file__).with_name("learn.py")):
        found.update(Path(str(code)).read_bytes())
    return f"{found.hexdigest()[:32]}-{encoder.SHA256[:8] if weights else 'none'}"


def load(folder: Path, key: str) -> Learned:
    """What was learned and kept in the folder, if it has this key. Raises Stale."""
    learned = kept(folder, key)
    if learned is None:
        raise Stale(f"nothing usable is learned yet in {folder}; run `changeover train`")
    if learned.key != key:
        raise Stale(f"{folder / NAMES} was learned from other phrases or other code; run `changeover train`")
    return learned


def kept(folder: Path, key: str = "") -> Learned | None:
    """What was learned last, stale or not; None where nothing usable is. With its key, without the vectors of the head's phrases:
    those only learning needs."""
    f = _floats
    try:
        names = json.loads((folder / NAMES).read_text("utf-8"))
        with np.load(folder / ARRAYS, allow_pickle=False) as a:
            flags = a["kin"].astype(bool), a["ours"].astype(bool)
            near = head.unit(f(a["phrases"]))
            h = Head(f(a["weights"]), f(a["idf"]), f(a["mean"]), f(a["even"]), near, a["owner"], *flags, f(a["gate"]))
            spoken = f(a["spoken"])
            vectors = _none() if names["key"] == key else np.vstack([f(a["vectors"]), spoken])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Learned(
        h, tuple(names["labels"]), names["sure"], names["measured"], names["key"], tuple(names["said"]), tuple(names["others"]),
        spoken, vectors, names["with_weights"],
    )  # fmt: skip


def _floats(kept: Any) -> Vectors:
    return np.asarray(kept, np.float32)


def save(folder: Path, learned: Learned) -> None:
    h, small = learned.head, np.float16
    arrays: dict[str, Any] = {
        "weights": h.weights.astype(small), "idf": h.idf, "mean": h.mean, "even": h.even, "phrases": h.phrases.astype(small),
        "owner": h.owner, "kin": h.kin, "ours": h.ours, "gate": h.gate, "spoken": learned.spoken.astype(small),
        "vectors": learned.vectors[: len(learned.said)].astype(small),
    }  # fmt: skip
    names = {
        "key": learned.key, "labels": learned.labels, "sure": learned.sure, "measured": learned.measured, "said": learned.said,
        "others": learned.others, "with_weights": learned.with_weights,
    }  # fmt: skip
    new = folder / f"{ARRAYS}.{os.getpid()}.new"
    with new.open("wb") as file:
        np.savez(file, **arrays)
    new.replace(folder / ARRAYS)
    fresh = folder / f"{NAMES}.{os.getpid()}.new"
    fresh.write_text(json.dumps(names, ensure_ascii=False, indent=1), "utf-8")
    fresh.replace(folder / NAMES)

"""What was learned, kept beside the phrases, and known to be stale. Knows how it is written, not
how it is learned.

`nlu.npz` holds numbers and `nlu.json` names, thresholds and measures; both are built, never
committed, and hold no code. What was learned for other languages lies beside it under another name.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dialogs.nlu import classifier, encoder, normalise, spelling
from dialogs.nlu.classifier import Classifier
from dialogs.nlu.encoder import Vectors

NLU = "nlu"
# The risk class of what states nothing: commands, refusals, small talk.
UNSTATED = "unstated"


class Stale(Exception):
    """What was learned is missing, or was learned from other phrases, code or weights."""


@dataclass(frozen=True)
class Example:
    """A phrase, normalised, of the entry `label`; `ours`: do we answer or act upon that entry?
    `risk` of its class; `about`: an entry which shares one of these would do as well."""

    said: str
    label: str
    ours: bool = True
    risk: str = "harmless"
    about: tuple[str, ...] = ()


def _none() -> Vectors:
    return np.zeros((0, encoder.SIZE), np.float32)


@dataclass(frozen=True)
class Model:
    """The head, the names of its labels, from which score on each risk class is sure, what was
    measured. `said`: the text of each phrase of the head; `others`, `spoken`: the phrases of
    options and their vectors. `phrases`, `vectors`: all of them, only where it is learned again."""

    head: Classifier
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


def key_of(examples: Sequence[Example], others: Sequence[str], weights: str) -> str:
    """Changes with the phrases, with the code that learns, and with the weights (their sha256, ""
    without)."""
    rows = [[e.said, e.label, e.ours, e.risk, e.about] for e in examples]
    found = hashlib.sha256(json.dumps([rows, list(others)]).encode())
    for code in (
        encoder.__file__,
        classifier.__file__,
        normalise.__file__,
        spelling.__file__,
        __file__,
        Path(__file__).with_name("training.py"),
    ):
        found.update(Path(str(code)).read_bytes())
    return f"{found.hexdigest()[:32]}-{weights[:8] or 'none'}"


def is_fresh(folder: Path, key: str, name: str) -> bool:
    """Has what is kept in the folder this key? Nothing but the beginning of one file is read."""
    try:
        with (folder / f"{name}.json").open(encoding="utf-8") as file:
            return f'"key": "{key}"' in file.read(200) and (folder / f"{name}.npz").is_file()
    except OSError:
        return False


def load(folder: Path, key: str, name: str = NLU) -> Model:
    """What was learned and kept in the folder, if it has this key. Raises Stale."""
    learned = kept(folder, key, name)
    if learned is None:
        raise Stale(f"nothing usable is learned yet in {folder}; run `changeover train`")
    if learned.key != key:
        raise Stale(
            f"{folder / name}.json was learned from other phrases or other code; run `changeover "
            "train`"
        )
    return learned


def kept(folder: Path, key: str = "", name: str = NLU) -> Model | None:
    """What was learned last, stale or not; None where nothing usable is. With its key, without the
    vectors of the head's phrases: those only learning needs."""
    f = _floats
    try:
        names = json.loads((folder / f"{name}.json").read_text("utf-8"))
        with np.load(folder / f"{name}.npz", allow_pickle=False) as a:
            flags = a["kin"].astype(bool), a["ours"].astype(bool)
            near = classifier.unit(f(a["phrases"]))
            h = Classifier(
                f(a["weights"]),
                f(a["idf"]),
                f(a["mean"]),
                f(a["even"]),
                near,
                a["owner"],
                *flags,
                f(a["gate"]),
            )
            spoken = f(a["spoken"])
            vectors = _none() if names["key"] == key else np.vstack([f(a["vectors"]), spoken])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Model(
        h,
        tuple(names["labels"]),
        names["sure"],
        names["measured"],
        names["key"],
        tuple(names["said"]),
        tuple(names["others"]),
        spoken,
        vectors,
        names["with_weights"],
    )


def _floats(kept: Any) -> Vectors:
    return np.asarray(kept, np.float32)


def save(folder: Path, learned: Model, name: str = NLU) -> None:
    h, small = learned.head, np.float16
    arrays: dict[str, Any] = {
        "weights": h.weights.astype(small),
        "idf": h.idf,
        "mean": h.mean,
        "even": h.even,
        "phrases": h.phrases.astype(small),
        "owner": h.owner,
        "kin": h.equivalent,
        "ours": h.ours,
        "gate": h.gate,
        "spoken": learned.spoken.astype(small),
        "vectors": learned.vectors[: len(learned.said)].astype(small),
    }
    names = {
        "key": learned.key,
        "labels": learned.labels,
        "sure": learned.sure,
        "measured": learned.measured,
        "said": learned.said,
        "others": learned.others,
        "with_weights": learned.with_weights,
    }
    new = folder / f"{name}.{os.getpid()}.new"
    with new.open("wb") as file:
        np.savez(file, **arrays)
    new.replace(folder / f"{name}.npz")
    new.write_text(json.dumps(names, ensure_ascii=False, indent=1), "utf-8")
    new.replace(folder / f"{name}.json")

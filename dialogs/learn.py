"""Learns the head and its gate from the phrases, keeps them beside the phrases, and knows when they are stale. Knows no message.

`nlu.npz` holds numbers and `nlu.json` names, thresholds and measures; both are built, never committed, and hold no code.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dialogs import encoder, head, text
from dialogs.encoder import Encoder, NoWeights, Vectors
from dialogs.head import Head, Labels
from dialogs.text import STOP, Spelling

FOLDS = 5
OUTSIDE_SHARE = 0.3
# The share of right answers that the folds have to show at a threshold, per risk class (understanding.md, section 8).
PRECISION = {"harmless": 0.95, "deadline": 0.98, "irreversible": 0.99}
FLOORS = {"accuracy": 0.6, "auroc": 0.75, "coverage": 0.05}
ARRAYS, NAMES = "nlu.npz", "nlu.json"


class Stale(Exception):
    """What was learned is missing, or was learned from other phrases, code or weights."""


class TooWeak(Exception):
    """What was learned falls below its own floors and is not kept."""


@dataclass(frozen=True)
class Example:
    """A phrase, normalised, of the entry `label`; `ours`: is that an entry that we answer or act upon? `risk` of its class."""

    said: str
    label: str
    ours: bool = True
    risk: str = "harmless"


@dataclass(frozen=True)
class Learned:
    """The head, the names of its labels, from which score on each risk class is sure, what was measured, and vectors by phrase."""

    head: Head
    labels: tuple[str, ...]
    sure: dict[str, float]
    measured: dict[str, float]
    key: str
    phrases: tuple[str, ...] = ()
    vectors: Vectors = field(default_factory=lambda: np.zeros((0, encoder.SIZE), np.float32))
    with_weights: bool = True


def key_of(examples: Sequence[Example], others: Sequence[str], weights: bool) -> str:
    """Changes with the phrases, with the code that learns, and with the weights."""
    found = hashlib.sha256(json.dumps([[asdict(e) for e in examples], list(others)], sort_keys=True).encode())
    for module in (encoder, head, text):
        found.update(Path(str(module.__file__)).read_bytes())
    found.update(Path(__file__).read_bytes())
    return f"{found.hexdigest()[:32]}-{encoder.SHA256[:8] if weights else 'none'}"


def load(folder: Path, key: str) -> Learned:
    """What was learned and kept in the folder, if it has this key. Raises Stale."""
    learned = kept(folder)
    if learned is None:
        raise Stale(f"nothing usable is learned yet in {folder}; run `changeover train`")
    if learned.key != key:
        raise Stale(f"{folder / NAMES} was learned from other phrases or other code; run `changeover train`")
    return learned


def kept(folder: Path) -> Learned | None:
    """What was learned last, stale or not; None where nothing usable is."""
    try:
        names = json.loads((folder / NAMES).read_text("utf-8"))
        with np.load(folder / ARRAYS, allow_pickle=False) as kept:
            a = {name: kept[name] for name in kept.files}
    except (OSError, ValueError, KeyError):
        return None
    f = _floats
    h = Head(f(a["weights"]), f(a["idf"]), f(a["mean"]), head.unit(f(a["phrases"])), a["owner"], f(a["gate"]))
    return Learned(
        h, tuple(names["labels"]), names["sure"], names["measured"], names["key"], tuple(names["phrases"]), f(a["vectors"]),
        names["with_weights"],
    )  # fmt: skip


def _floats(kept: Any) -> Vectors:
    return np.asarray(kept, np.float32)


def save(folder: Path, learned: Learned) -> None:
    h, small = learned.head, np.float16
    arrays: dict[str, Any] = {
        "weights": h.weights.astype(small), "idf": h.idf, "mean": h.mean, "phrases": h.phrases.astype(small), "owner": h.owner,
        "gate": h.gate, "vectors": learned.vectors.astype(small),
    }  # fmt: skip
    names = {
        "key": learned.key, "labels": learned.labels, "sure": learned.sure, "measured": learned.measured,
        "phrases": learned.phrases, "with_weights": learned.with_weights,
    }  # fmt: skip
    new = folder / f"{ARRAYS}.{os.getpid()}.new"
    with new.open("wb") as file:
        np.savez(file, **arrays)
    new.replace(folder / ARRAYS)
    fresh = folder / f"{NAMES}.{os.getpid()}.new"
    fresh.write_text(json.dumps(names, ensure_ascii=False, indent=1), "utf-8")
    fresh.replace(folder / NAMES)


def learn(examples: Sequence[Example], others: Sequence[str], encode: Encoder | None, old: Learned | None = None) -> Learned:
    """A head of all examples, and a gate of heads that lack some; `others`: phrases of options, for which only vectors are kept.

    Raises TooWeak below the floors. Vectors of phrases that `old` knows are taken from it.
    """
    rows = sorted(examples, key=lambda e: e.label)
    phrases = tuple(dict.fromkeys([*(e.said for e in rows), *others]))
    vectors = _vectors(phrases, encode, old)
    at = {phrase: n for n, phrase in enumerate(phrases)}
    x = vectors[[at[e.said] for e in rows]]
    labels = tuple(dict.fromkeys(e.label for e in rows))
    owner = _owner(rows, labels)
    features, right, outside, seen = _folds(rows, x)
    weight = np.where(outside, OUTSIDE_SHARE / max(outside.mean(), 1e-9), (1 - OUTSIDE_SHARE) / max(1 - outside.mean(), 1e-9))
    gate = head.fitted_gate(features, right, weight)
    scores = head.chance(gate, features)
    sure = _thresholds(scores, right, weight, np.array([e.ours for e in seen]))
    measured = _measured(scores, right, outside, np.array([e.ours for e in seen]), sure)
    for name, floor in FLOORS.items():
        if len(labels) > FOLDS * 4 and encode and measured[name] < floor:
            raise TooWeak(f"{name} is {measured[name]:.3f} where {floor} is the least: are the phrases of two entries mixed up?")
    whole = Head.trained(x, [e.said for e in rows], owner, len(labels)).with_gate(gate)
    return Learned(
        whole, labels, sure, measured, key_of(examples, others, encode is not None), phrases, vectors, encode is not None
    )


def encoder_or_none() -> Encoder | None:
    """The encoder where its weights are installed; without them only "did you mean" is left."""
    try:
        return Encoder()
    except NoWeights:
        return None


def _vectors(phrases: tuple[str, ...], encode: Encoder | None, old: Learned | None) -> Vectors:
    found = np.zeros((len(phrases), encoder.SIZE), np.float32)
    if encode is None:
        return found
    known = {p: n for n, p in enumerate(old.phrases)} if old and old.with_weights else {}
    new = [n for n, p in enumerate(phrases) if p not in known]
    if old and len(new) < len(phrases):
        kept = [n for n, p in enumerate(phrases) if p in known]
        found[kept] = old.vectors[[known[phrases[n]] for n in kept]]
    if new:
        found[new] = encode.vectors(phrases[n] for n in new)
    return found


def _owner(rows: Sequence[Example], labels: Sequence[str]) -> Labels:
    at = {label: n for n, label in enumerate(labels)}
    return np.array([at[e.label] for e in rows], np.int64)


def unknown_share(said: str, spelling: Spelling) -> float:
    """Of the telling words of a text, how many no phrase of ours has."""
    telling = [w for w in said.split() if w not in STOP]
    return sum(not spelling.knows(w) for w in telling) / len(telling) if telling else 0.0


def _fold(name: str) -> int:
    return zlib.crc32(name.encode()) % FOLDS


def _takes_its_turn(example: Example) -> bool:
    """Is its entry one of those that are left out once? All neighbouring topics, for that is what will come unknown; one in four
    of our own, for nearly all questions about the subject have an entry."""
    return not example.ours or zlib.crc32(example.label.encode()) % 4 == 0


def _folds(rows: Sequence[Example], x: Vectors) -> tuple[Vectors, Any, Any, list[Example]]:
    """What heads say of examples that they have not seen, a fifth of them of entries that they have not seen either.

    Features of each, was the top answer right, is it outside, the example. For the gate the outside ones are weighed to their share
    of the traffic.
    """
    features: list[Vectors] = []
    right: list[bool] = []
    outside: list[bool] = []
    seen: list[Example] = []
    for fold in range(FOLDS):
        absent = [_takes_its_turn(e) and _fold("entry " + e.label) == fold for e in rows]
        held = [gone or _fold(e.said) == fold for e, gone in zip(rows, absent, strict=True)]
        train = [n for n, out in enumerate(held) if not out]
        test = [n for n, out in enumerate(held) if out]
        labels = tuple(dict.fromkeys(rows[n].label for n in train))
        if len(labels) < 2 or not test:
            continue
        said = [rows[n].said for n in train]
        kept = Head.trained(x[train], said, _owner([rows[n] for n in train], labels), len(labels))
        spelling = Spelling(said)
        texts = [rows[n].said for n in test]
        logits, best, cosines = kept.logits(x[test], texts)
        unknown = np.array([unknown_share(t, spelling) for t in texts], np.float32)
        features.append(kept.features(logits, best, cosines, unknown))
        tops = logits.argmax(1)
        ours = {e.label: e.ours for e in rows}
        for n, top in zip(test, tops, strict=True):
            left_alone = not rows[n].ours and not ours[labels[top]]
            right.append(left_alone or rows[n].label == labels[top])
            outside.append(absent[n])
            seen.append(Example(rows[n].said, labels[top], ours[labels[top]], rows[n].risk))
    return np.concatenate(features), np.array(right, np.float64), np.array(outside), seen


def _thresholds(scores: Vectors, right: Any, weight: Any, ours: Any) -> dict[str, float]:
    """The lowest score at which what is answered is right often enough, per risk class."""
    order = np.argsort(-scores[ours])
    s, r, w = scores[ours][order], right[ours][order], weight[ours][order]
    precision = np.cumsum(r * w) / np.cumsum(w)
    enough = {risk: np.flatnonzero(precision >= least) for risk, least in PRECISION.items()}
    return {risk: float(s[rows[-1]]) if len(rows) else 1.0 for risk, rows in enough.items()}


def _measured(scores: Vectors, right: Any, outside: Any, ours: Any, sure: dict[str, float]) -> dict[str, float]:
    inside = ~outside & ours
    return {
        "accuracy": float(right[~outside].mean()), "auroc": head.area(scores[right == 1], scores[right == 0]),
        "coverage": float((scores[inside] >= sure["deadline"]).mean()), "examples": float(len(scores)),
    }  # fmt: skip

"""How well does the shipped pipeline tell intents apart on public data? Run: python -m
tests.bench.intents TRAIN.jsonl TEST.jsonl

A line is {"text", "label"}; the label `oos` is out of scope, in training too. The data is fetched
for the run and never committed: without it this says so and exits 2. `python -m tests.bench.intents
--from FOLDER OUT.jsonl` turns a folder with `seq.in` and `label` (as in
jianguoz/Few-Shot-Intent-Detection) into such lines. Prints one JSON object; asserts nothing.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from dialogs.nlu import classifier, fitting, training
from dialogs.nlu.encoder import Encoder
from dialogs.nlu.model_store import Example, Model
from dialogs.nlu.normalise import normal
from dialogs.nlu.spelling import Spelling

OOS = "oos"
KEPT, PRECISIONS, TIMED = 0.95, (0.95, 0.98, 0.99), 300


def read(path: Path) -> list[tuple[str, str]]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [(str(row["text"]), str(row["label"])) for row in rows]


def convert(folder: Path, out: Path) -> None:
    texts, labels = (
        (folder / name).read_text("utf-8").splitlines() for name in ("seq.in", "label")
    )
    rows = [{"text": text, "label": label} for text, label in zip(texts, labels, strict=True)]
    out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def judge_all(learned: Model, encoder: Encoder, texts: list[str]) -> tuple[Any, Any, Any]:
    """(texts, labels) logits, the gate's probability of each, the time that each of the first took
    by itself, in ms."""
    spelling = Spelling(learned.said, encoder.vocabulary)
    said = [spelling.repaired(normal(text)) or "?" for text in texts]
    times = []
    for text in said[:TIMED]:
        start = time.perf_counter()
        learned.head.judge(
            encoder.vectors([text]), [text], [training.unknown_share(text, spelling)]
        )
        times.append(1000 * (time.perf_counter() - start))
    vectors = encoder.vectors(said)
    looked = learned.head.look(vectors, said)
    unknown = [training.unknown_share(text, spelling) for text in said]
    logits = np.stack([one.logits for one in looked])
    return logits, learned.head.right(looked, said, unknown), times


def measure(train: list[tuple[str, str]], test: list[tuple[str, str]]) -> dict[str, Any]:
    encoder = Encoder()
    start = time.perf_counter()
    examples = [
        Example(normal(text) or "?", label, label != OOS) for text, label in dict.fromkeys(train)
    ]
    learned = training.learn(examples, encoder, floors={})
    trained = time.perf_counter() - start
    logits, right, times = judge_all(learned, encoder, [text for text, _ in test])
    truth = np.array(
        [learned.labels.index(label) if label in learned.labels else -1 for _, label in test]
    )
    inside = np.array([label != OOS for _, label in test])
    order = np.argsort(-logits, 1)
    top, most = order[:, 0] == truth, fitting.softmax(logits).max(1)
    by_score = np.argsort(-right)
    good = (top & inside)[by_score]
    precision = np.cumsum(good) / np.arange(1, len(good) + 1)
    found: dict[str, Any] = {
        "labels": len(learned.labels),
        "train": len(train),
        "test": int(inside.sum()),
        "oos": int((~inside).sum()),
        "top1": round(100 * float(top[inside].mean()), 2),
        "top3": round(100 * float((order[:, :3] == truth[:, None]).any(1)[inside].mean()), 2),
        "coverage": {
            str(least): round(float(good[: last[-1] + 1].sum() / inside.sum()), 3)
            if len(last := np.flatnonzero(precision >= least))
            else 0.0
            for least in PRECISIONS
        },
        "p50_ms": round(float(np.percentile(times, 50)), 1),
        "p99_ms": round(float(np.percentile(times, 99)), 1),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "training_s": round(trained, 1),
    }
    if (~inside).any():
        found["oos_auroc"] = round(classifier.area(right[inside], right[~inside]), 4)
        found["oos_auroc_max_prob"] = round(classifier.area(most[inside], most[~inside]), 4)
        found["oos_recall_at_95_kept"] = round(
            float((right[~inside] < np.quantile(right[inside], 1 - KEPT)).mean()), 3
        )
    return found


def main(args: list[str]) -> int:
    if len(args) == 3 and args[0] == "--from":
        convert(Path(args[1]), Path(args[2]))
        return 0
    if len(args) != 2 or not all(Path(arg).is_file() for arg in args):
        print(
            "The data is not here: give a training and a test file of JSON lines with text and label.",
            file=sys.stderr,
        )
        return 2
    print(json.dumps(measure(read(Path(args[0])), read(Path(args[1])))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

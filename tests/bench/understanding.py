"""What it costs to understand a message: `python -m tests.bench.understanding [FILE]`, of labelled
lines (tests/data/untouched_2.jsonl). Encoder and head, whole messages, three questions at once, the
start, memory; onnxruntime beside the numpy pass. One thread; the least of three tries of each
message, so that a busy machine shows as little as possible."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # as `serve` sets them

import numpy as np  # noqa: E402

from dialogs.assistant import load_assistant  # noqa: E402
from dialogs.nlu.encoder import Encoder  # noqa: E402

FILE = Path(__file__).parents[1] / "data" / "untouched_2.jsonl"
MOST, TRIES = 300, 3


def rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def least_ms(does: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    found = []
    for text in texts:
        tries = []
        for _ in range(TRIES):
            start = time.perf_counter()
            does(text)
            tries.append(1000 * (time.perf_counter() - start))
        found.append(min(tries))
    return found


def show(what: str, found: Sequence[float]) -> None:
    p50, p99 = np.percentile(found, 50), np.percentile(found, 99)
    print(f"{what:44}{p50:8.1f} ms p50{p99:8.1f} ms p99")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=FILE)
    args = parser.parse_args()
    before, start = rss_mb(), time.perf_counter()
    understanding = load_assistant(relearn=False).understanding
    print(f"{'everything loaded':44}{time.perf_counter() - start:8.2f} s")
    print(f"{'memory: imports, then loaded':44}{before:8.0f} MB{rss_mb():8.0f} MB")
    rows = [json.loads(line)["text"] for line in args.file.read_text("utf-8").splitlines()]
    texts = [text for text in rows if text.strip()][:MOST]
    said = [understanding.spelled(text) for text in texts]
    head = understanding.learned.head
    encoders = {"onnxruntime, 7 bits": understanding.encoder, "numpy": Encoder(numpy_only=True)}
    vectors = {}
    for name, encoder in encoders.items():
        if encoder is None:
            print("the encoder's weights are not installed", file=sys.stderr)
            return 1
        show(f"encoder, {name}", least_ms(lambda t, e=encoder: e.vectors([t]), said))
        show(
            f"encoder and head, {name}",
            least_ms(lambda t, e=encoder: head.judge(e.vectors([t]), [t], [0.0]), said),
        )
        vectors[name] = encoder.vectors(said)[:, : encoder.meaning]
    near = (vectors["numpy"] * vectors["onnxruntime, 7 bits"]).sum(1)
    print(f"{'cosine of the two':44}{near.mean():8.3f} mean{near.min():8.3f} least")

    def hear(text: str) -> object:
        understanding._seen = {}
        assert understanding.encoder is not None
        understanding.encoder._seen.clear()
        return understanding.hear(text)

    show("a whole message, with its parts", least_ms(hear, texts))
    asked = [text for text in texts if text.rstrip().endswith("?") and len(text) < 90]
    three = [" ".join(asked[n : n + 3]) for n in range(0, len(asked) - 2, 3)]
    show("three questions in one message", least_ms(hear, three))
    print(f"{'memory at the end':44}{rss_mb():17.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What a clause costs with 400 wordings of a workspace's own: they must not be compared one by one.
Run as a script."""

import time

import numpy as np

from dialogs.assistant import load_assistant
from dialogs.nlu.types import Intent, Kind
from dialogs.nlu.workspace_model import WorkspaceModel

ASKED, WORDINGS, TIMES = "may we pay the fee by purchase order", 400, 5


def main() -> None:
    understanding = load_assistant().understanding
    vectors = np.random.default_rng(1).normal(size=(WORDINGS, 768)).astype(np.float32)
    own = WorkspaceModel(
        "v",
        rows=(Intent("own_x", Kind.ANSWER, ()),) * WORDINGS,
        said=("",) * WORDINGS,
        vectors=understanding.centred(vectors),
    )
    judge = understanding.with_own(own)
    judge.judge(ASKED)
    start = time.perf_counter()
    for _ in range(TIMES):
        judge.judge(ASKED)
    print(
        f"{1000 * (time.perf_counter() - start) / TIMES:.1f} ms per clause; 500 would be too many"
    )


if __name__ == "__main__":
    main()

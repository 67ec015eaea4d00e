"""The `changeover` command. Parses, calls, and turns what is wrong into one line and an exit
code."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import environment
from bot.cli.parser import parse
from domain.unusable import Unusable


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 only on success, 1 when it could not be done, 2 for a wrong call."""
    argv = sys.argv[1:] if argv is None else argv
    if "train" not in argv[:1]:
        # One clause is too small to share among cores. Set before the command imports numpy.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # onnxruntime sends figures of its use to its maker unless this is set before it is imported.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    try:
        args = parse(argv)
        environment.complete(os.environ, Path())
        if os.environ.get("CHANGEOVER_WEIGHTS"):
            from bot import weights

            weights.use_own(os.environ)
        return int(args.run(args))
    except Unusable as error:
        print(f"changeover: {error}", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

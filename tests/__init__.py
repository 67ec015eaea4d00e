"""One clause is too small to share among cores, and workers that try get in each other's way (as in
bot/__main__.py)."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is first imported

"""Where the files of understanding lie: what is shipped, and what is made at a first start.

A checkout keeps everything beside the code. An installed package is never written to: what is made
there goes into the user's cache folder (`~/.cache/changeover` on Linux, or below XDG_CACHE_HOME),
which may be deleted at any time.
"""

import os
from pathlib import Path

import platformdirs

LEARNED = Path(__file__).parent.parent / "learned"
_PROJECT = LEARNED.parents[2] / "pyproject.toml"


def cache() -> Path | None:
    """None for a user without a home."""
    found = platformdirs.user_cache_path("changeover")
    return found if found.is_absolute() else None


def places(folder: Path) -> tuple[Path, ...]:
    """Where to look for a file of this folder, in this order."""
    beside = cache() if folder == LEARNED else None
    return (folder, beside) if beside else (folder,)


def place_to_write(folder: Path) -> Path:
    """Where a file of this folder is to be made. Nothing is promised: it may not be writable."""
    if folder != LEARNED or (_PROJECT.is_file() and os.access(folder, os.W_OK)):
        return folder
    return cache() or folder

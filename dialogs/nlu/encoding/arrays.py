"""Arrays in a file: written at once or not at all; a broken file is none."""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np


def read(path: Path) -> dict[str, Any] | None:
    """Arrays by name; None where there is no usable file."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def write(path: Path, arrays: Mapping[str, Any], *, small: bool = False) -> None:
    """`small`: compressed. Raises OSError."""
    new = path.with_name(f"{path.stem}.{os.getpid()}.new")
    try:
        with new.open("wb") as file:
            (np.savez_compressed if small else np.savez)(file, **arrays)
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise

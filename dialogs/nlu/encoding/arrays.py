"""Arrays in a file: written at once or not at all; a broken file is none.

Two kinds of file: numpy's own for what is read once, and safetensors for what is mapped, so that
only the pages in use take memory, once for all processes.
"""

import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes this place once it is whole. Raises OSError."""
    new = path.with_name(f"{path.stem}.{os.getpid()}.new")
    try:
        with new.open("wb") as file:
            yield file
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def read(path: Path) -> dict[str, Any] | None:
    """Arrays by name; None where there is no usable file."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def write(path: Path, arrays: Mapping[str, Any], *, small: bool = False) -> None:
    """`small`: compressed. Raises OSError."""
    with replacing(path) as file:
        (np.savez_compressed if small else np.savez)(file, **arrays)


# Of safetensors: 8 bytes length, a JSON header, the numbers.
_KINDS = {"F32": "<f4", "I8": "|i1", "I64": "<i8"}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_ABOUT, _STEP = "__metadata__", 64


def mapped(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The arrays of a safetensors file, mapped, and what it says about itself. Raises OSError and
    ValueError."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    about = header.pop(_ABOUT, {})
    found = {
        name: np.memmap(
            path, _KINDS[row["dtype"]], "r", 8 + size + row["data_offsets"][0], tuple(row["shape"])
        )
        for name, row in header.items()
        if row["dtype"] in _KINDS
    }
    return found, about


def write_mapped(path: Path, arrays: Mapping[str, Any], about: Mapping[str, str]) -> None:
    """A safetensors file; every array begins at a multiple of 64 bytes. Raises OSError."""
    header: dict[str, Any] = {_ABOUT: dict(about)}
    end = 0
    for name, array in arrays.items():
        start = -(-end // _STEP) * _STEP
        end = start + array.nbytes
        kind = _NAMES[array.dtype.str]
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": [start, end]}
    told = json.dumps(header).encode()
    told += b" " * (-(8 + len(told)) % _STEP)
    with replacing(path) as file:
        file.write(len(told).to_bytes(8, "little") + told)
        for name, array in arrays.items():
            file.seek(8 + len(told) + header[name]["data_offsets"][0])
            file.write(np.ascontiguousarray(array).tobytes())

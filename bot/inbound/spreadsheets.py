"""A list that was uploaded -> its text: a file of text as it is decoded, a spreadsheet as the one
sheet that holds customers. Nothing in it is run."""

import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

from bot.inbound import sheet_reader
from domain.customers import customer_list
from domain.customers.delimited import MOST_BYTES, BadList, decode

# How zip files (xlsx, ods) and Microsoft's older files (xls) begin.
_BEGINS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MOST_UNPACKED, SECONDS = 100_000_000, 60


def text_of(raw: bytes) -> str:
    """The table as text. Takes a second or two for a large spreadsheet. Raises BadList; `why` may
    also be `sheets`: customers are on several of them, which `what` names."""
    if not raw.startswith(_BEGINS):
        return decode(raw)
    if len(raw) > MOST_BYTES or _unpacked(raw) > MOST_UNPACKED:
        raise BadList("too_big", str(MOST_BYTES // 1_000_000))
    sheets = _read(raw)
    listing = [name for name, text in sheets.items() if customer_list.names_columns(text)]
    if len(listing) > 1:
        raise BadList("sheets", ", ".join(listing)[:200])
    filled = [*listing, *(name for name, text in sheets.items() if text.strip(", \n"))]
    text = sheets[filled[0]] if filled else ""
    if len(text) > MOST_BYTES:
        raise BadList("too_big", str(MOST_BYTES // 1_000_000))
    return text


def _unpacked(raw: bytes) -> int:
    """How large it says that it is; an early way out, the reader has its own limits."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as file:
            return sum(part.file_size for part in file.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return 0


def _read(raw: bytes) -> dict[str, str]:
    """Visible sheets by name. Raises BadList."""
    command = [sys.executable, "-I", str(Path(sheet_reader.__file__))]
    env = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter, fixed arguments
            command, input=raw, capture_output=True, env=env, timeout=SECONDS
        )
        if done.returncode:
            raise BadList("spreadsheet")
        return {sheet["name"]: sheet["csv"] for sheet in json.loads(done.stdout)}
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise BadList("spreadsheet") from error

"""Reads a spreadsheet (xlsx, xlsm, xlsb, xls, ods) from standard input, and writes its visible
sheets as JSON: [{"name", "csv"}]. Run as a script, in a process of its own
(bot/inbound/spreadsheets.py): a small file can unpack to more than any machine has, and must not
take the bot with it (docs/security.md W6).

One row of a sheet is one line, so that a line's number is the number that a person sees.
"""

import csv
import io
import json
import sys
from datetime import date, datetime
from typing import Any

import python_calamine

MEMORY, SECONDS = 1 << 30, 20  # bytes of address space, of the processor


def main() -> int:
    """0; 1 when it is no spreadsheet that can be read, or one with a password."""
    _limit()
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        shown = python_calamine.SheetVisibleEnum.Visible
        names = [sheet.name for sheet in book.sheets_metadata if sheet.visible == shown]
        found = [
            {"name": name, "csv": _csv(book.get_sheet_by_name(name).to_python(False))}
            for name in names
        ]
    except Exception as error:  # a file made to break readers may raise anything, and says nothing
        print(type(error).__name__, file=sys.stderr)
        return 1
    json.dump(found, sys.stdout)
    return 0


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _csv(rows: list[list[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        writer.writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    """As a person reads it: 12, not 12.0; a day without midnight; in one line."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    elif isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    if isinstance(value, date):
        value = value.isoformat()
    return " ".join(str(value).split())


if __name__ == "__main__":
    sys.exit(main())

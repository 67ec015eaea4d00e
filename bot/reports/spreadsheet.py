"""The figures as CSV, for spreadsheets. What begins like a formula is dead text there. Knows no
words but its labels."""

import csv
import io
from typing import Any

from bot.reports.figures import Named, rows_of

_ALIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def csv_of(found: dict[str, Any], named: Named) -> str:
    """One line per figure: section, name, value, and a second and third value where there are
    some."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("section", "name", "value", "value_2", "value_3"))
    for section, rows in rows_of(found, named):
        for row in rows:
            padded = [section, *row, "", "", ""][:5]
            writer.writerow([dead(cell) for cell in padded])
    return out.getvalue()


def dead(cell: object) -> object:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers are
    numbers."""
    if isinstance(cell, str) and cell.lstrip(" \u00a0\ufeff\u200b").startswith(_ALIVE):
        return f"'{cell}"
    return cell

"""What became of a list of customers, every row of it, as CSV for spreadsheets. What begins like a
formula is dead text there."""

import csv
import io
from typing import Any

from bot.rendering.render import Templates
from bot.reports.spreadsheet import dead

HEAD = ("line", "name", "result", "reason")


def labels(words: Templates, today: str) -> dict[str, str]:
    """The words of the file, by key (templates/customers/results.j2)."""
    lines = words.lines("customers/results", {"today": today})
    return {key.strip(): said.strip() for key, _, said in (line.partition(" / ") for line in lines)}


def csv_of(rows: list[list[Any]], label: dict[str, str]) -> str:
    """One line per row of the list, in its order. Begins with a byte order mark, for that is how
    Excel knows UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([label[cell] for cell in HEAD])
    for line, became, why, what, name in rows:
        reason = label[why].replace("{what}", str(what)) if why else ""
        writer.writerow([dead(cell) for cell in (line, name, label[became], reason)])
    return out.getvalue()

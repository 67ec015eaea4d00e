"""What an export writes above its table: a title, a day, a filter. Pure; knows no column.

Partner Center's and other programs' files begin with some lines of their own. A table is taken to
begin below them where a row names several columns.
"""

import csv
from collections.abc import Callable, Sequence

MOST_ABOVE = 20


def without_intro(
    text: str, delimiters: str, names_columns: Callable[[Sequence[str]], bool]
) -> tuple[str, int]:
    """The text from the row on that names its columns, and how many lines stood above it; the
    whole where there is no such row among the first, or it is the first. `names_columns`: does a
    row of these cells name the columns of a table?"""
    lines = text.splitlines(keepends=True)
    for n, line in enumerate(lines[: MOST_ABOVE + 1]):
        if any(names_columns(_cells(line, delimiter)) for delimiter in delimiters):
            return ("".join(lines[n:]), n) if n else (text, 0)
    return text, 0


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.strip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return []

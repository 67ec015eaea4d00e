"""A table as text: which encoding a file is in, what parts its cells, and on which line each row
begins. Pure; runs nothing."""

import csv
import io
import re
from collections.abc import Iterator

MOST_BYTES = 4_000_000
DELIMITERS = ",;\t"
_BINARY = (
    (b"PK\x03\x04", "spreadsheet"),
    (b"\xd0\xcf\x11\xe0", "spreadsheet"),
    (b"%PDF", "not_text"),
)


class BadList(Exception):
    """Nothing of it can be taken. `why`: empty, too_big, too_many, encoding, spreadsheet, not_text,
    no_name, broken; `what`: the figure or column names that go with it."""

    def __init__(self, why: str, what: str = "") -> None:
        super().__init__(f"{why} {what}".strip())
        self.why, self.what = why, what


def decode(raw: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, UTF-16 or Latin-1 by what is in it.
    Raises BadList."""
    if len(raw) > MOST_BYTES:
        raise BadList("too_big", str(MOST_BYTES // 1_000_000))
    for begin, why in _BINARY:
        if raw.startswith(begin):
            raise BadList(why)
    for encoding in _encodings(raw):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]", text):
            return text
    raise BadList("encoding")


def _is_broken_utf8(raw: bytes) -> bool:
    """Mostly UTF-8, and somewhere not: another reading would turn every umlaut into two letters."""
    whole = sum(
        len(m) for m in re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}", raw)
    )
    return whole > sum(byte >= 0x80 for byte in raw) / 2


def _encodings(raw: bytes) -> Iterator[str]:
    if raw.startswith(b"\xef\xbb\xbf"):
        yield "utf-8-sig"
    elif raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
    else:
        head = raw[:2_000]
        if head.count(0) > len(head) // 4:
            yield "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
        yield "utf-8"
        if not _is_broken_utf8(raw):
            yield from ("cp1252", "latin-1")


def records_of(text: str) -> tuple[list[tuple[int, list[str]]], int]:
    """(line, cells) of every row that holds something, and how many hold nothing."""
    lines = text.splitlines()
    skipped = 0
    if lines and re.fullmatch(r"sep=.", lines[0].strip(), re.I):  # Excel's own first line
        delimiter, skipped, text = lines[0].strip()[-1], 1, "\n".join(lines[1:])
    else:
        first = next((line for line in lines if line.strip()), "")
        unquoted = re.sub(r'"[^"]*"', "", first)
        delimiter = max(DELIMITERS, key=unquoted.count)
    found, empty, begins = [], 0, 1 + skipped
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((begins, cells))
            else:
                empty += 1
            begins = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise BadList("broken", str(begins)) from error
    if found and _is_open(text, found[-1][0] - skipped, delimiter):
        found[-1][1][-1] = f'"\n{found[-1][1][-1]}'
    return found, empty


def _is_open(text: str, last: int, delimiter: str) -> bool:
    """Does the last row end inside quotes? A quote that was never closed would swallow what
    follows; its cell gets a line break, by which it is known as broken."""
    rest = "".join(text.splitlines(keepends=True)[last - 1 :])
    try:
        list(csv.reader(io.StringIO(rest, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False

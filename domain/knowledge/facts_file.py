"""Reads a facts file and refuses what does not hold together: file, line, row and reason. Knows no
clock; the day comes from who asks."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from domain.json_values import Json, Values
from domain.knowledge.fact import (
    LINKED,
    MICROSOFT,
    OFFICIAL,
    UNDATED,
    BadFacts,
    Confidence,
    Fact,
    Gap,
    Precision,
    Read,
    Source,
)

_IDS = {
    "fact": re.compile(r"[FX]-[A-Z0-9-]+"),
    "policy": re.compile(r"P-[A-Z0-9-]+"),
    "gap": re.compile(r"G-[A-Z0-9-]+"),
}
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SPAN = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
# "2021", "2020-06 to 2021-06", "about 2026-03", "undated", "undated, 2025-10 or later"
_DATED = re.compile(rf"(?:about )?{_SPAN}(?: to {_SPAN})?|{UNDATED}(?:, {_SPAN} or later)?")
_BASIS = {"sources", "confidence", "checked_on", "review_by"}
KEYS = {
    "source": {"code", "title", "by", "url", "dated", "read"},
    "fact": {"id", "text", "who", "irreversible", "now"} | _BASIS,
    "policy": {"id", "version", "aspect", "text", "from", "to", "precision"} | _BASIS,
    "gap": {"id", "text", "checked_on"},
}
# Every other key holds text.
_TYPES = {"irreversible": bool, "now": list, "sources": list, "checked_on": date, "review_by": date}
_EXACT = {Precision.DAY, Precision.MONTH}


@dataclass(frozen=True)
class Checked:
    """What a file holds."""

    sources: dict[str, Source]
    facts: list[Fact]
    gaps: list[Gap]
    checked_on: date


def parsed(text: str, name: str) -> Mapping[str, Json]:
    """The tables of a file. Raises BadFacts; the parser's own reason names the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFacts(f"{name}: {error}") from error


def checked(rows: Mapping[str, Json], name: str, text: str, today: date | None) -> Checked:
    """What the tables hold. `text`: the file itself, for the number of a line ("" = none is named).
    `today`: no day that something was checked or written on comes after it.

    Raises BadFacts.
    """
    lines = _Lines(name, text)
    for table in rows:
        if table not in (*KEYS, "checked_on"):
            raise lines.bad(f"unknown table {table!r}")
    day = _own_day(rows, lines, today)
    sources = {s.code: s for s in (_source(row, day) for row in _rows(rows, "source", lines))}
    policies = list(_rows(rows, "policy", lines))
    facts = [_fact(row, sources, day) for row in _rows(rows, "fact", lines)]
    versions = [(row, _policy(row, sources, day)) for row in policies]
    gaps = [_gap(row, day) for row in _rows(rows, "gap", lines)]
    known = {f.id for f in facts} | {f.id for _, f in versions} | {g.id for g in gaps}
    for row in _rows(rows, "fact", lines):
        for id_ in row["now"]:
            if id_ not in known:
                raise row.bad(f"`now` names the unknown {id_!r}", "now")
    _check_versions(versions)
    return Checked(sources, [*facts, *(f for _, f in versions)], gaps, day)


class _Lines:
    """On which line of a file the nth row of a table, and a key of it, is."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._top: dict[str, int] = {}
        self._rows: dict[str, list[dict[str, int]]] = {}
        here = self._top
        for number, line in enumerate(text.splitlines(), 1):
            if header := re.match(r"\s*\[\[\s*([\w-]+)\s*\]\]", line):
                here = {"": number}
                self._rows.setdefault(header[1], []).append(here)
                self._top.setdefault(header[1], number)
            elif key := re.match(r"""\s*["']?([\w-]+)["']?\s*=""", line):
                here.setdefault(key[1], number)

    def bad(self, why: str, key: str = "", kind: str = "", n: int = 0) -> BadFacts:
        rows = self._rows.get(kind, [])
        row = rows[n] if n < len(rows) else self._top
        line = row.get(key) or row.get("", 0)
        return BadFacts(f"{self.name}{f', line {line}' if line else ''}: {why}")


@dataclass(frozen=True)
class _Row:
    """One row of a table, and how to refuse it."""

    kind: str
    n: int
    values: Values
    lines: _Lines

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    @property
    def label(self) -> str:
        named = self.values.get("code" if self.kind == "source" else "id")
        version = (self.values.get("version", ""), self.values.get("aspect", ""))
        return " ".join(filter(None, map(str, (named or f"{self.kind} {self.n + 1}", *version))))

    def bad(self, why: str, key: str = "") -> BadFacts:
        return self.lines.bad(f"{self.label}: {why}", key, self.kind, self.n)


def _rows(rows: Mapping[str, Json], kind: str, lines: _Lines) -> Iterator[_Row]:
    """The rows of a table that have each key, with a value of its type, and no other."""
    seen = set()
    for n, values in enumerate(rows.get(kind, ())):
        row = _Row(kind, n, values, lines)
        if missing := sorted(KEYS[kind] - values.keys()):
            raise row.bad(f"{', '.join(missing)} is missing")
        if unknown := sorted(values.keys() - KEYS[kind]):
            raise row.bad(f"unknown key {', '.join(unknown)}", unknown[0])
        for key in sorted(KEYS[kind]):
            if type(values[key]) is not _TYPES.get(key, str):
                raise row.bad(f"{key} must be {_NAMES[_TYPES.get(key, str)]}", key)
            if type(values[key]) is list and not all(isinstance(v, str) for v in values[key]):
                raise row.bad(f"{key} must be a list of texts", key)
        if kind in _IDS and not _IDS[kind].fullmatch(row["id"]):
            raise row.bad(f"is no id of a {kind}: F- or X-, P-, G-, and in capitals", "id")
        if row.label in seen:
            raise row.bad("is there twice")
        seen.add(row.label)
        yield row


_NAMES = {str: "text", bool: "true or false", list: "a list", date: "a day (2026-11-30)"}


def _own_day(rows: Mapping[str, Json], lines: _Lines, today: date | None) -> date:
    """The day of the file itself: nothing in it was checked later."""
    day = rows.get("checked_on")
    if type(day) is not date:
        raise lines.bad("checked_on of the file is missing, or no day", "checked_on")
    if today and day > today:
        raise lines.bad(f"checked_on is in the future: {day}", "checked_on")
    return day


def _source(row: _Row, day: date) -> Source:
    if row["read"] not in tuple(Read):
        raise row.bad(f"read is one of {', '.join(Read)}", "read")
    if not _DATED.fullmatch(row["dated"]):
        raise row.bad(f"dated is no day, month or year, nor {UNDATED!r}: {row['dated']!r}", "dated")
    for named in re.findall(_SPAN, row["dated"]):
        if _as_day(row, "dated", named, last=False) > day:
            raise row.bad(f"dated is in the future: {named} is after {day}", "dated")
    _check_address(row)
    return Source(**{key: row[key] for key in KEYS["source"] - {"read"}}, read=Read(row["read"]))


def _check_address(row: _Row) -> None:
    """A user may be sent to Microsoft's own pages and its community only."""
    url = row["url"]
    if not url:
        return
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    hosts = OFFICIAL if row["by"] == MICROSOFT else LINKED
    if host is None or parts.scheme != "https" or not re.fullmatch(r"[\x21-\x7e]+", url):
        raise row.bad(f"url is no https address: {url!r}", "url")
    if host not in hosts or parts.netloc != host or re.search(r"[\\<>|\"{}]", url):
        raise row.bad(f"url is off the list of official hosts ({', '.join(hosts)}): {url}", "url")


def _fact(row: _Row, sources: Mapping[str, Source], day: date) -> Fact:
    own = {"who": row["who"], "irreversible": row["irreversible"], "now": tuple(row["now"])}
    return Fact(**own, **_common(row, sources, day))


def _policy(row: _Row, sources: Mapping[str, Source], day: date) -> Fact:
    if row["precision"] not in tuple(Precision):
        raise row.bad(f"precision is one of {', '.join(Precision)}", "precision")
    starts, ends = (
        _as_day(row, key, row[key], last=key == "to") if row[key] else None
        for key in ("from", "to")
    )
    if starts and ends and ends < starts:
        raise row.bad(f"ends before it begins: {row['from']} to {row['to']}", "to")
    when = {"starts": starts, "ends": ends, "since": row["from"]}
    own = {"version": row["version"], "aspect": row["aspect"]}
    return Fact(**own, **when, precision=Precision(row["precision"]), **_common(row, sources, day))


def _gap(row: _Row, day: date) -> Gap:
    _check_day(row, day)
    return Gap(row["id"], row["text"], row["checked_on"])


def _common(row: _Row, sources: Mapping[str, Source], day: date) -> Values:
    if row["confidence"] not in tuple(Confidence):
        raise row.bad(f"confidence is one of {', '.join(Confidence)}", "confidence")
    if not row["sources"]:
        raise row.bad("sources names no source", "sources")
    for code in row["sources"]:
        if code not in sources:
            raise row.bad(f"unknown source {code!r}", "sources")
    _check_day(row, day)
    if row["review_by"] < row["checked_on"]:
        raise row.bad("review_by is earlier than checked_on", "review_by")
    return {
        "id": row["id"],
        "text": row["text"],
        "sources": tuple(sources[c] for c in row["sources"]),
        "confidence": Confidence(row["confidence"]),
        "checked_on": row["checked_on"],
        "review_by": row["review_by"],
    }


def _check_day(row: _Row, day: date) -> None:
    if row["checked_on"] > day:
        raise row.bad(
            f"checked_on is in the future: {row['checked_on']} is after the file's own day, {day}",
            "checked_on",
        )


def _check_versions(versions: list[tuple[_Row, Fact]]) -> None:
    """Of one aspect, each version follows the one before it without a hole or an overlap, where
    both days are known exactly. An open end is closed by the next start."""
    for (_, before), (row, after) in pairwise(
        sorted(versions, key=lambda v: (v[1].id, v[1].aspect, v[1].starts or date.min))
    ):
        if (before.id, before.aspect) != (after.id, after.aspect):
            continue
        if before.starts == after.starts:
            raise row.bad(f"overlap: {before.version} begins on the same day", "from")
        if not ({before.precision, after.precision} <= _EXACT and before.ends and after.starts):
            continue
        if before.ends >= after.starts:
            raise row.bad(f"overlap: {before.version} ends after {after.version} begins", "from")
        if after.starts - before.ends > timedelta(days=1):
            raise row.bad(f"hole: {before.version} ends long before {after.version} begins", "from")


def _as_day(row: _Row, key: str, said: str, *, last: bool) -> date:
    """A day, month or year as its first or last day."""
    found = _DAY.fullmatch(said)
    try:
        if not found:
            raise ValueError
        year, month, day = int(found[1]), int(found[2] or (12 if last else 1)), int(found[3] or 1)
        first = date(year, month, day)
    except ValueError:
        raise row.bad(f"{key} is no day, month or year: {said!r}", key) from None
    if found[3] or not last:
        return first
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)

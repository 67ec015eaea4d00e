"""Every fact and policy version that a sentence may rest on, with dates, sources and confidence.
Knows no clock.

Source: domain/facts.toml, checked whole when it is loaded.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from domain.json_values import Json, Values
from domain.unusable import Unusable

FILE = Path(__file__).parent.parent / "facts.toml"
OFFICIAL = ("learn.microsoft.com", "partner.microsoft.com")
_IDS = {
    "fact": re.compile(r"[FX]-[A-Z0-9-]+"),
    "policy": re.compile(r"P-[A-Z0-9-]+"),
    "gap": re.compile(r"G-[A-Z0-9-]+"),
}
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
KEYS = {
    "source": {"code", "title", "host", "dated"},
    "fact": {
        "id",
        "text",
        "who",
        "irreversible",
        "now",
        "sources",
        "confidence",
        "checked_on",
        "review_by",
    },
    "policy": {
        "id",
        "version",
        "aspect",
        "text",
        "from",
        "to",
        "precision",
        "sources",
        "confidence",
        "checked_on",
        "review_by",
    },
    "gap": {"id", "text"},
}


class BadFacts(Unusable):
    """facts.toml cannot be used. The message names the row and what is wrong."""


class UnknownFact(KeyError):
    """There is no fact of that id (or no version of that name)."""


class Confidence(StrEnum):
    """A: base article or dated official text. B: official, seen as an excerpt. C: secondary. D:
    inference."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def weaker(self) -> "Confidence":
        return Confidence("BCDD"["ABCD".index(self)])


class Precision(StrEnum):
    """How exactly the start of a policy version is known."""

    DAY = "day"
    MONTH = "month"
    ABOUT = "about"
    UNKNOWN = "unknown"


EXACT = {Precision.DAY, Precision.MONTH}


@dataclass(frozen=True)
class Source:
    """Where something is written. `host` is "" for what is never shown to users."""

    code: str
    title: str
    host: str
    dated: str


@dataclass(frozen=True)
class Fact:
    """A fact (F-, X-) or one version of a policy (P-). `starts` and `ends` are days, both within;
    None is open.

    `since` is the start as it is known: 2025-10-01, 2025-10 or 2025, "" where it is not.
    """

    id: str
    text: str
    sources: tuple[Source, ...]
    confidence: Confidence
    checked_on: date
    review_by: date
    version: str = ""
    aspect: str = ""
    who: str = ""
    irreversible: bool = False
    now: tuple[str, ...] = ()
    starts: date | None = None
    ends: date | None = None
    precision: Precision = Precision.DAY
    since: str = ""

    @property
    def cited(self) -> str:
        return f"{self.id}@{self.version}" if self.version else self.id

    @property
    def official(self) -> Source | None:
        """The first source that users may be shown: an official page."""
        return next((s for s in self.sources if s.host in OFFICIAL), None)


@dataclass(frozen=True)
class Gap:
    """What nobody could find out."""

    id: str
    text: str


class Facts:
    """All of them, by id and day. Raises BadFacts when it is made from rows that do not hold
    together."""

    def __init__(self, rows: Mapping[str, Json]) -> None:
        for key in rows:
            if key not in (*KEYS, "checked_on"):
                raise BadFacts(f"facts.toml: unknown table {key!r}")
        self.sources = {s["code"]: Source(**s) for s in _rows(rows, "source", "code")}
        facts = [self._fact(row) for row in _rows(rows, "fact", "id")]
        policies = [self._policy(row) for row in _rows(rows, "policy", "id")]
        self._gaps = {row["id"]: Gap(row["id"], row["text"]) for row in _rows(rows, "gap", "id")}
        self._by_id: dict[str, list[Fact]] = {}
        for fact in [*facts, *policies]:
            self._by_id.setdefault(fact.id, []).append(fact)
        self._check()

    @classmethod
    def load(cls, path: Path = FILE) -> "Facts":
        try:
            return cls(tomllib.loads(path.read_text("utf-8")))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadFacts(f"facts.toml: {error}") from error

    def __contains__(self, id_: object) -> bool:
        return id_ in self._by_id or id_ in self._gaps

    def ids(self) -> tuple[str, ...]:
        return (*self._by_id, *self._gaps)

    def versions(self, id_: str) -> tuple[Fact, ...]:
        if id_ not in self._by_id:
            raise UnknownFact(id_)
        return tuple(self._by_id[id_])

    def fact(self, id_: str) -> Fact:
        """An F- or X- fact. Raises UnknownFact."""
        found = self.versions(id_)[0]
        if found.version:
            raise UnknownFact(f"{id_} has versions: ask for the one in force on a day")
        return found

    def in_force(self, id_: str, day: date, aspect: str = "") -> Fact:
        """The version of a policy on a day: the newest start on or before it, within an aspect (""
        = the first in the file).

        In a hole between two versions, and before the first, the nearest older (or first) one with
        less confidence.
        """
        rows = self.versions(id_)
        rows = tuple(r for r in rows if r.aspect == (aspect or rows[0].aspect))
        if not rows:
            raise UnknownFact(f"{id_} has no aspect {aspect!r}")
        begun = [r for r in rows if r.starts is None or r.starts <= day]
        if not begun:
            first = min(rows, key=lambda r: r.starts or date.min)
            return replace(first, confidence=first.confidence.weaker)
        found = max(begun, key=lambda r: r.starts or date.min)
        return (
            replace(found, confidence=found.confidence.weaker)
            if found.ends and found.ends < day
            else found
        )

    def get(self, id_: str, day: date) -> Fact | Gap:
        """Whatever the id names: a gap, a fact, the version in force on the day, or with `@v2` that
        version."""
        name, _, version = id_.partition("@")
        if name in self._gaps:
            return self._gaps[name]
        if version:
            found = [f for f in self.versions(name) if f.version == version]
            if not found:
                raise UnknownFact(id_)
            return found[0]
        return self.in_force(name, day) if self.versions(name)[0].version else self.fact(name)

    def _fact(self, row: Values) -> Fact:
        return Fact(
            who=row["who"],
            irreversible=row["irreversible"],
            now=tuple(row["now"]),
            **self._common(row),
        )

    def _policy(self, row: Values) -> Fact:
        starts, ends = _day(row, "from", last=False), _day(row, "to", last=True)
        if row["precision"] not in tuple(Precision):
            raise BadFacts(
                f"facts.toml: {row['id']} {row['version']}: precision is one of "
                f"{', '.join(Precision)}"
            )
        precision = Precision(row["precision"])
        when = {"starts": starts, "ends": ends, "precision": precision, "since": row["from"]}
        return Fact(version=row["version"], aspect=row["aspect"], **when, **self._common(row))

    def _common(self, row: Values) -> Values:
        name = f"facts.toml: {row['id']} {row.get('version', '')}".strip()
        if row["confidence"] not in tuple(Confidence):
            raise BadFacts(f"{name}: confidence is one of {', '.join(Confidence)}")
        for code in row["sources"]:
            if code not in self.sources:
                raise BadFacts(f"{name}: unknown source {code!r}")
        checked, review = row["checked_on"], row["review_by"]
        if type(checked) is not date or type(review) is not date or review < checked:
            raise BadFacts(
                f"{name}: checked_on and review_by must be days, review_by not the earlier one"
            )
        return {
            "id": row["id"],
            "text": row["text"],
            "sources": tuple(self.sources[c] for c in row["sources"]),
            "confidence": Confidence(row["confidence"]),
            "checked_on": checked,
            "review_by": review,
        }

    def _check(self) -> None:
        for id_, rows in self._by_id.items():
            for name in (n for r in rows for n in r.now):
                if name not in self:
                    raise BadFacts(f"facts.toml: {id_}: `now` names the unknown {name!r}")
            for before, after in pairwise(
                sorted(rows, key=lambda r: (r.aspect, r.starts or date.min))
            ):
                exact = (
                    before.aspect == after.aspect and {before.precision, after.precision} <= EXACT
                )
                if exact and before.ends and after.starts and before.ends >= after.starts:
                    raise BadFacts(
                        f"facts.toml: {id_}: {before.version} ends after {after.version} begins"
                    )


def _rows(rows: Mapping[str, Json], kind: str, name: str) -> Iterator[Values]:
    seen = set()
    for n, row in enumerate(rows.get(kind, ()), 1):
        key = (
            str(row.get(name) or f"{kind} {n}"),
            str(row.get("version", "")),
            str(row.get("aspect", "")),
        )
        here = f"facts.toml: {' '.join(filter(None, key))}"
        if missing := KEYS[kind] - row.keys():
            raise BadFacts(f"{here}: {', '.join(sorted(missing))} is missing")
        if unknown := row.keys() - KEYS[kind]:
            raise BadFacts(f"{here}: unknown key {', '.join(sorted(unknown))}")
        if kind in _IDS and not _IDS[kind].fullmatch(key[0]):
            raise BadFacts(f"{here}: is no id of a {kind}: F- or X-, P-, G-, and in capitals")
        if key in seen:
            raise BadFacts(f"{here}: stands there twice")
        seen.add(key)
        yield row


def _day(row: Mapping[str, Json], key: str, *, last: bool) -> date | None:
    """A day, month or year as its first or last day; None for "" (open)."""
    if row[key] == "":
        return None
    found = _DAY.fullmatch(str(row[key]))
    try:
        if not found:
            raise ValueError
        year, month, day = int(found[1]), int(found[2] or (12 if last else 1)), int(found[3] or 1)
        first = date(year, month, day)
    except ValueError:
        raise BadFacts(
            f"facts.toml: {row['id']} {row['version']}: {key} is no day, month or year: "
            f"{row[key]!r}"
        ) from None
    if found[3] or not last:
        return first
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)

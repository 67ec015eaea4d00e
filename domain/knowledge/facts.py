"""Every fact and policy version that a sentence may rest on, by id and day. Knows no clock.

Source: domain/facts.toml, or a file that was imported later; domain/knowledge/facts_file.py checks
it whole.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from domain.json_values import Json
from domain.knowledge import facts_file
from domain.knowledge.fact import (
    LINKED,
    OFFICIAL,
    BadFacts,
    Confidence,
    Fact,
    Gap,
    Precision,
    Read,
    Source,
    UnknownFact,
)

__all__ = [
    "FILE",
    "LINKED",
    "OFFICIAL",
    "BadFacts",
    "Confidence",
    "Fact",
    "Facts",
    "Gap",
    "Precision",
    "Read",
    "Source",
    "UnknownFact",
]
FILE = Path(__file__).parent.parent / "facts.toml"


class Facts:
    """All of them, by id and day. Raises BadFacts when it is made from rows that do not hold
    together."""

    def __init__(
        self,
        rows: Mapping[str, Json],
        name: str = FILE.name,
        text: str = "",
        today: date | None = None,
    ) -> None:
        read = facts_file.checked(rows, name, text, today)
        self.number = 0  # of the imported file; 0: the one that came with this version
        self.sources, self.checked_on = read.sources, read.checked_on
        self._gaps = {gap.id: gap for gap in read.gaps}
        self._by_id: dict[str, list[Fact]] = {}
        for fact in read.facts:
            self._by_id.setdefault(fact.id, []).append(fact)
        for rows_ in self._by_id.values():
            rows_[:] = [replace(r, main=r.aspect == rows_[0].aspect) for r in rows_]

    @classmethod
    def load(cls, path: Path = FILE, today: date | None = None) -> "Facts":
        """From a file. With `today`, a file that was checked after that day is refused too. Raises
        BadFacts with the file, the line and the reason."""
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadFacts(f"{path.name}: {error}") from error
        return cls.parse(text, path.name, today)

    @classmethod
    def parse(cls, text: str, name: str = FILE.name, today: date | None = None) -> "Facts":
        """From the text of a file of that name. Raises BadFacts."""
        return cls(facts_file.parsed(text, name), name, text, today)

    def become(self, other: "Facts") -> None:
        """Hold what the other holds: who has this object has the new facts from now on."""
        self.number, self.sources, self.checked_on = other.number, other.sources, other.checked_on
        self._by_id, self._gaps = other._by_id, other._gaps

    def due(self, today: date, confirmed: Mapping[str, str] | None = None) -> list[Fact]:
        """What nobody has checked in time, the oldest first. `confirmed`: cited id -> ISO day."""
        days = {f.cited: f.due_on((confirmed or {}).get(f.cited, "")) for f in self.rows()}
        late = (f for f in self.rows() if days[f.cited] < today)
        return sorted(late, key=lambda f: (days[f.cited], f.id, f.version))

    def __contains__(self, id_: object) -> bool:
        return id_ in self._by_id or id_ in self._gaps

    def ids(self) -> tuple[str, ...]:
        return (*self._by_id, *self._gaps)

    def rows(self) -> tuple[Fact, ...]:
        """Every fact and every version of a policy; no gaps."""
        return tuple(fact for rows in self._by_id.values() for fact in rows)

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
        less confidence; `has_begun` tells the latter apart.
        """
        rows = self._aspect(id_, aspect)
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

    def has_begun(self, id_: str, day: date, aspect: str = "") -> bool:
        """Is any version of this policy in force on that day, or was one before it?"""
        return any(r.starts is None or r.starts <= day for r in self._aspect(id_, aspect))

    def get(self, id_: str, day: date) -> Fact | Gap:
        """Whatever the id names: a gap, a fact, the version in force on the day, or with `@v2` or
        `@v2-azure` that version."""
        name, _, version = id_.partition("@")
        if name in self._gaps:
            return self._gaps[name]
        if version:
            rows = [f for f in self.versions(name) if f.is_version(version)]
            if not rows:
                raise UnknownFact(id_)
            return rows[0]
        return self.in_force(name, day) if self.versions(name)[0].version else self.fact(name)

    def _aspect(self, id_: str, aspect: str) -> tuple[Fact, ...]:
        rows = self.versions(id_)
        rows = tuple(r for r in rows if r.aspect == (aspect or rows[0].aspect))
        if not rows:
            raise UnknownFact(f"{id_} has no aspect {aspect!r}")
        return rows

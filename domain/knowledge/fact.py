"""What a fact, a version of a policy, a gap and a source are. Knows no file and no clock."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from domain.unusable import Unusable

MICROSOFT = "Microsoft"
# Pages that count as Microsoft's own word, and pages that a link in the small print may open.
OFFICIAL = ("learn.microsoft.com", "partner.microsoft.com")
LINKED = (*OFFICIAL, "techcommunity.microsoft.com")
UNDATED = "undated"
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


class BadFacts(Unusable):
    """A facts file that cannot be used. The message names the file, the line, the row and what is
    wrong."""


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


class Read(StrEnum):
    """How a source was read: the page itself, a copy of it elsewhere, its opening only, or not at
    all (others cite it)."""

    PAGE = "page"
    COPY = "copy"
    TOP = "top"
    QUOTED = "quoted"


@dataclass(frozen=True)
class Source:
    """Where something is written. `dated` is the page's own date ("undated" where none is shown);
    `url` is "" for what users are not sent to."""

    code: str
    title: str
    by: str
    url: str
    dated: str
    read: Read

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def official(self) -> bool:
        return self.by == MICROSOFT and self.host in OFFICIAL

    @property
    def newest(self) -> str:
        """The last day, month or year that `dated` names; "" for an undated page."""
        named = [] if self.dated.startswith(UNDATED) else _DAY.findall(self.dated)
        return named[-1] if named else ""


@dataclass(frozen=True)
class Fact:
    """A fact (F-, X-) or one version of a policy (P-). `starts` and `ends` are days, both within;
    None is open.

    `since` is the start as it is known: 2025-10-01, 2025-10 or 2025, "" where it is not. `main`: of
    the aspect that the policy is asked for when no aspect is named.
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
    main: bool = True

    @property
    def cited(self) -> str:
        """The id with its version: P-TRANSFER@v2, and P-TRANSFER@v2-azure for another aspect."""
        if not self.version:
            return self.id
        return f"{self.id}@{self.version}{'' if self.main else f'-{self.aspect}'}"

    def due_on(self, confirmed: str = "") -> date:
        """The last day of its review: `review_by`, or as long again after the day (ISO) on which
        two supporters confirmed it."""
        if not confirmed or date.fromisoformat(confirmed) < self.checked_on:
            return self.review_by
        again = date.fromisoformat(confirmed) + (self.review_by - self.checked_on)
        return max(again, self.review_by)

    @property
    def official(self) -> Source | None:
        """The first source that is Microsoft's own page."""
        return next((s for s in self.sources if s.official), None)

    @property
    def page(self) -> Source:
        """The source that the small print names: Microsoft's own page, else one with an address,
        else the first."""
        linked = next((s for s in self.sources if s.url), None)
        return self.official or linked or self.sources[0]

    def is_version(self, name: str) -> bool:
        """Is it called so: v2, v2-azure, or by its aspect alone where that is another one?"""
        return name in (self.version, f"{self.version}-{self.aspect}") or (
            not self.main and name == self.aspect
        )


@dataclass(frozen=True)
class Gap:
    """What no one could find out, as of a day."""

    id: str
    text: str
    checked_on: date

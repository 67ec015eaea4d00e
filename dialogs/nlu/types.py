"""The values of interpretation: intents, candidates, results. Knows no phrase, no threshold and no
user text."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from dialogs.nlu.encoder import Vectors
from dialogs.nlu.language import ENGLISH
from dialogs.nlu.normalise import normal

REPORT = "report_"
# A candidate with less is not offered.
LIKELY = 0.25


class Kind(StrEnum):
    ANSWER = "answer"
    COMMAND = "command"
    REPAIR = "repair"
    CHITCHAT = "chitchat"
    REFUSE = "refuse"
    OPTION = "option"
    ELSEWHERE = "elsewhere"  # a related topic that is known and not answered


class Risk(StrEnum):
    HARMLESS = "harmless"
    DEADLINE = "deadline"
    IRREVERSIBLE = "irreversible"


@dataclass(frozen=True)
class Intent:
    """Something that a person may mean. An OPTION `flow.slot.value` counts only while its question
    is open. `about`: an intent that shares one of these would be as good."""

    name: str
    kind: Kind
    phrases: tuple[str, ...]
    risk: Risk = Risk.HARMLESS
    about: tuple[str, ...] = ()

    @cached_property
    def said(self) -> tuple[str, ...]:
        """The phrases, normalized, each once; "" for one that is only courtesy."""
        return tuple(dict.fromkeys(map(normal, self.phrases)))


@dataclass(frozen=True)
class Candidate:
    """A possible meaning: the intent, the probability that it is right (0..1), and the clause it
    was found in. `sure`: enough to act on."""

    entry: Intent
    score: float
    clause: str
    sure: bool = False


@dataclass(frozen=True)
class Interpretation:
    """`meanings`: what was surely meant, each thing once. `others`: what it could be, best first,
    at most three. `claims`: reports beside a question. `missed`: questions beside others that were
    not understood. `language`: not English if set. `far`: nothing we know is near. `babble`: most
    of it is not words."""

    text: str
    meanings: tuple[Candidate, ...] = ()
    others: tuple[Candidate, ...] = ()
    claims: tuple[Candidate, ...] = ()
    missed: tuple[str, ...] = ()
    language: str = ENGLISH
    far: bool = False
    babble: bool = False

    @property
    def confidence(self) -> float:
        found = self.meanings or self.others
        return round(
            min((m.score for m in self.meanings), default=found[0].score if found else 0.0), 2
        )


@dataclass(frozen=True)
class ClauseResult:
    """The candidates for one clause, best first, and how near the nearest phrase is."""

    ranked: list[Candidate]
    nearest: float = 1.0

    @property
    def sure(self) -> Candidate | None:
        return self.ranked[0] if self.ranked and self.ranked[0].sure else None

    @property
    def likely(self) -> Kind | None:
        """The kind of the first, where it is at all likely."""
        return self.ranked[0].entry.kind if self.ranked and self.ranked[0].score >= LIKELY else None


def is_report(meaning: Candidate) -> bool:
    """Is it a report of something that happened in Partner Center?"""
    return meaning.entry.name.startswith(REPORT)


def distinct(found: Iterable[Candidate | None]) -> list[Candidate]:
    """Each meaning once, in order. Courtesy and repair words are kept only if there is nothing
    else."""
    found_once: dict[str, Candidate] = {}
    for meaning in found:
        if meaning:
            found_once.setdefault(meaning.entry.name, meaning)
    telling = [m for m in found_once.values() if m.entry.kind not in (Kind.CHITCHAT, Kind.REPAIR)]
    return telling or list(found_once.values())


class OwnWordings(Protocol):
    """A workspace's own wordings, as the clause classifier uses them."""

    @property
    def entries(self) -> dict[str, Intent]: ...

    def word_for_word(
        self, said: str, builtin: list[Candidate], clause: str
    ) -> list[Candidate]: ...

    def beside(
        self, judged: ClauseResult, vector: Vectors, said: str, clause: str
    ) -> ClauseResult: ...

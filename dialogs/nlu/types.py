"""The values of interpretation: intents, candidates, results. Knows no phrase, no threshold and no
user text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
    is open. `about`: an intent that shares one of these would be as good. `spelled`: its phrases,
    normalised, where that is known already."""

    name: str
    kind: Kind
    phrases: tuple[str, ...]
    risk: Risk = Risk.HARMLESS
    about: tuple[str, ...] = ()
    spelled: tuple[str, ...] | None = field(default=None, compare=False)

    @cached_property
    def said(self) -> tuple[str, ...]:
        """The phrases, normalized, each once; "" for one that is only courtesy."""
        if self.spelled is not None:
            return self.spelled
        return tuple(dict.fromkeys(map(normal, self.phrases)))


@dataclass(frozen=True)
class Decided:
    """What decided about a candidate, and the numbers it was decided by, each in its own unit; None
    where that was not asked. Only says why: nothing is decided by it.

    `by`: WORD_FOR_WORD, TYPO_REPAIRED, CLASSIFIER and the others below, or the name of a rule
    (dialogs/nlu/rules.py). `share`: the classifier's, of all entries. `probability`: that the first
    is right. `cosine`: to the nearest phrase of those that were compared. `needed`: the score from
    which on it is acted upon. `needed_by`: whose threshold that is, SHIPPED, WORKSPACE (learned
    from use, dialogs/review/thresholds.py) or RULE (a rule asks for more). `held_back`: the rules
    that kept it from being sure.
    """

    by: str = ""
    share: float | None = None
    probability: float | None = None
    cosine: float | None = None
    needed: float | None = None
    needed_by: str = ""
    held_back: tuple[str, ...] = ()


WORD_FOR_WORD, TYPO_REPAIRED = "word_for_word", "typo_repaired"
CLASSIFIER, OTHER_LANGUAGE = "classifier", "classifier_of_other_languages"
SHIPPED, WORKSPACE, RULE = "shipped", "workspace", "rule"
BUTTON = "button_or_command"
ATTACHED = "link_or_file"
SECOND_READER = "second_reader"
OWN_WORD_FOR_WORD, OWN_WORDING = "own_wording_word_for_word", "own_wording"


@dataclass(frozen=True)
class Candidate:
    """One thing heard: the entry, how likely it is right (0..1), the clause it was heard in;
    `sure`: enough to act upon; `decided`: what the score was made of."""

    entry: Intent
    score: float
    clause: str
    sure: bool = False
    decided: Decided = field(default=Decided(), compare=False)


@dataclass(frozen=True)
class ClauseResult:
    """What one clause is taken for, best first, and how near the nearest phrase is. `rule`: the
    step that made it of several readings, "" where it was judged by itself."""

    ranked: list[Candidate]
    nearest: float = 1.0
    clause: str = field(default="", compare=False)
    rule: str = field(default="", compare=False)

    @property
    def sure(self) -> Candidate | None:
        return self.ranked[0] if self.ranked and self.ranked[0].sure else None

    @property
    def likely(self) -> Kind | None:
        """The kind of the first, where it is at all likely."""
        return self.ranked[0].entry.kind if self.ranked and self.ranked[0].score >= LIKELY else None


@dataclass(frozen=True)
class Interpretation:
    """`meanings`: what was surely meant, each thing once; `others`: what it could be, best first,
    at most three; `claims`: reports of what happened beside a question; `missed`: questions beside
    others that were not understood; `language` other than English; `far`: nothing of ours is near;
    `babble`: most of it are no words. `rule`: the step that decided (dialogs/nlu/interpreter.py),
    `clauses`: what it decided about."""

    text: str
    meanings: tuple[Candidate, ...] = ()
    others: tuple[Candidate, ...] = ()
    claims: tuple[Candidate, ...] = ()
    missed: tuple[str, ...] = ()
    language: str = ENGLISH
    far: bool = False
    babble: bool = False
    rule: str = field(default="", compare=False)
    clauses: tuple[ClauseResult, ...] = field(default=(), compare=False)

    @property
    def confidence(self) -> float:
        found = self.meanings or self.others
        return round(
            min((m.score for m in self.meanings), default=found[0].score if found else 0.0), 2
        )


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

    @property
    def sure(self) -> Mapping[str, float]: ...

    def word_for_word(
        self, said: str, builtin: list[Candidate], clause: str
    ) -> list[Candidate]: ...

    def beside(
        self, judged: ClauseResult, vector: Vectors, said: str, clause: str
    ) -> ClauseResult: ...

"""Text -> what was meant, how sure, what else it could be. Knows the entries, no state and no words to say.

A message that is one of our phrases is sure. Anything else is judged by the learned head (learn.py), whose score is the probability
that it is right; from which score on it is acted upon depends on what a wrong answer would cost.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from dialogs import learn
from dialogs.encoder import Encoder
from dialogs.language import ENGLISH, language_of
from dialogs.learn import Example, Learned
from dialogs.text import MAX_LENGTH, Spelling, is_negated, is_question, normal, sentences, supposes, timeless, turns

LIKELY, POSSIBLE, NEAR_OPTION, CLEARLY = 0.25, 0.04, 0.78, 0.08
FAR = 0.45
OPTIONS = 3
SMALL_TALK = 8
REPORT, PENDING = "report_", "report_pending"
# Questions of these flows decide what cannot be undone: only their own words, or their buttons, answer them.
WORD_FOR_WORD = ("agreement", "decide", "accepted", "withdraw", "correct_report")


class Kind(StrEnum):
    ANSWER = "answer"
    COMMAND = "command"
    REPAIR = "repair"
    CHITCHAT = "chitchat"
    REFUSE = "refuse"
    OPTION = "option"
    ELSEWHERE = "elsewhere"  # a neighbouring topic that is known, and not answered here


class Risk(StrEnum):
    HARMLESS = "harmless"
    DEADLINE = "deadline"
    IRREVERSIBLE = "irreversible"


@dataclass(frozen=True)
class Entry:
    """What a person may mean. An OPTION `flow.slot.value` counts only while its question is open."""

    name: str
    kind: Kind
    phrases: tuple[str, ...]
    risk: Risk = Risk.HARMLESS


@dataclass(frozen=True)
class Meaning:
    """One thing heard: the entry, how likely it is right (0..1), the clause it was heard in; `sure`: enough to act upon."""

    entry: Entry
    score: float
    clause: str
    sure: bool = False


@dataclass(frozen=True)
class Heard:
    """`meanings`: what was surely meant, each thing once; `others`: what it could be, best first, at most three; `claims`: reports
    of what happened beside a question; `missed`: questions beside others that were not understood; `language` other than English;
    `far`: nothing of ours is near."""

    text: str
    meanings: tuple[Meaning, ...] = ()
    others: tuple[Meaning, ...] = ()
    claims: tuple[Meaning, ...] = ()
    missed: tuple[str, ...] = ()
    language: str = ENGLISH
    far: bool = False

    @property
    def confidence(self) -> float:
        found = self.meanings or self.others
        return round(min((m.score for m in self.meanings), default=found[0].score if found else 0.0), 2)


@dataclass(frozen=True)
class Judgement:
    """What one clause is taken for, best first, and how near the nearest phrase is."""

    ranked: list[Meaning]
    nearest: float = 1.0

    @property
    def sure(self) -> Meaning | None:
        return self.ranked[0] if self.ranked and self.ranked[0].sure else None


class Understanding:
    """All phrases of the house. `hear` is pure: the same text and the same open question give the same answer."""

    def __init__(self, entries: Iterable[Entry], learned: Learned, encoder: Encoder | None) -> None:
        self.entries = {e.name: e for e in entries}
        self.learned, self._encoder = learned, encoder
        self._exact: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries.values():
            for phrase in {normal(p) for p in entry.phrases}:
                self._exact[phrase].append(entry)
        self.spelling = Spelling(
            (normal(p) for e in self.entries.values() for p in e.phrases), encoder.vocabulary if encoder else ()
        )
        at = {phrase: n for n, phrase in enumerate(learned.phrases)}
        self._options: dict[str, list[tuple[Entry, int, bool]]] = defaultdict(list)
        for entry in self.entries.values():
            if entry.kind is Kind.OPTION:
                rows = [(entry, at[normal(p)], is_negated(normal(p))) for p in entry.phrases if normal(p) in at]
                self._options[entry.name.rpartition(".")[0]] += rows

    def hear(self, text: str, open_question: str = "") -> Heard:
        """What the text means; `open_question` is `flow.slot`, whose options then count as well."""
        whole = self._exactly(text, open_question)
        if whole:
            return self._with_claims(text, [whole[0]], whole[1:], [])
        if (language := language_of(text)) != ENGLISH:
            return Heard(text, language=language)
        parts = sentences(text)
        judged = [(part, self.judge(part, open_question)) for part in parts] if len(parts) > 1 else []
        found = _once(j.sure for _, j in judged)
        if len(found) < 2:
            all_of_it = self.judge(text, open_question)
            if all_of_it.sure and not (found and _is_report(found[0])):
                return self._with_claims(text, [all_of_it.sure], all_of_it.ranked[1:], parts)
            if not found:
                return self._unsure(text, all_of_it, parts, judged)
        missed = [part for part, j in judged if not j.sure and is_question(part)]
        return self._with_claims(text, found, [], parts, missed)

    def is_dear(self, text: str) -> bool:
        """Will `hear` have to run the encoder, which is better done off the event loop? What it finds there is remembered."""
        return self._encoder is not None and len(text) <= MAX_LENGTH and not self._exact.get(normal(text))

    def judge(self, clause: str, open_question: str = "") -> Judgement:
        """One clause by itself."""
        if exact := self._exactly(clause, open_question):
            return Judgement(exact)
        said = self.spelling.repaired(normal(clause))
        if not said:
            return Judgement([])
        if exact := self._exactly(said, open_question):
            return Judgement([Meaning(m.entry, 0.99, clause, m.sure) for m in exact])
        if self._encoder is None:
            vector = np.zeros(self.learned.head.mean.shape, np.float32)
        else:
            vector = self._encoder.vector(said)
        judged = self.learned.head.judge(vector, said, learn.unknown_share(said, self.spelling))
        ranked = [Meaning(self.entries[self.learned.labels[n]], p, clause) for n, p in judged.ranked]
        first = ranked[0].entry
        right = judged.right if self._encoder else min(judged.right, LIKELY)
        ranked[0] = Meaning(first, right, clause, right >= self.least(first) and not vetoed(first, said, clause))
        if near := self._near_option(vector, said, clause, open_question):
            return Judgement([near, *ranked], judged.nearest)
        return Judgement(ranked, judged.nearest)

    def option(self, text: str, open_question: str) -> str | None:
        """The value of the open question's slot that the text says in so many words, None otherwise."""
        for entry in self._exact.get(normal(text), ()):
            if entry.kind is Kind.OPTION and entry.name.rpartition(".")[0] == open_question:
                return entry.name.rpartition(".")[2]
        return None

    def nearest_phrase(self, clause: str) -> tuple[str, float]:
        """The phrase that lies nearest to a clause, and its cosine; for `ask --explain`."""
        if self._encoder is None:
            return "", 0.0
        said = self.spelling.repaired(normal(clause))
        judged = self.learned.head.judge(self._encoder.vector(said), said, 0.0)
        label = self.learned.labels[int(self.learned.head.owner[judged.phrase])]
        nth = judged.phrase - int(np.searchsorted(self.learned.head.owner, self.learned.head.owner[judged.phrase]))
        return list(examples_of([self.entries[label]]))[nth].said, judged.nearest

    def least(self, entry: Entry) -> float:
        """The score from which on a meaning is acted upon."""
        return self.learned.sure[Risk.HARMLESS] * 0.8 if entry.kind is Kind.ELSEWHERE else self.learned.sure[entry.risk]

    def _exactly(self, text: str, open_question: str) -> list[Meaning]:
        said = normal(text)
        bare = timeless(said)
        found = self._exact.get(said) or (self._exact.get(bare) if bare else None) or ()
        counted = [e for e in found if e.kind is not Kind.OPTION or e.name.rpartition(".")[0] == open_question]
        counted.sort(key=lambda e: e.kind is not Kind.OPTION)
        return [Meaning(e, 1.0, text, sure=True) for e in counted]

    def _near_option(self, vector: np.ndarray, said: str, clause: str, open_question: str) -> Meaning | None:
        """An answer to the open question in other words than its own; never where it would decide something for good."""
        rows = self._options.get(open_question, ())
        if not rows or open_question.partition(".")[0] in WORD_FOR_WORD or is_question(clause):
            return None
        scores: dict[str, float] = {}
        for entry, at, negated in rows:
            if negated == is_negated(said):
                scores[entry.name] = max(scores.get(entry.name, 0.0), float(self.learned.vectors[at] @ vector))
        best = sorted(scores.items(), key=lambda pair: -pair[1])
        if not best or best[0][1] < NEAR_OPTION or (len(best) > 1 and best[0][1] - best[1][1] < CLEARLY):
            return None
        return Meaning(self.entries[best[0][0]], best[0][1], clause, sure=True)

    def _with_claims(
        self, text: str, found: list[Meaning], others: list[Meaning], parts: list[str], missed: Iterable[str] = ()
    ) -> Heard:  # fmt: skip
        """Reports beside something else are claims: they are answered around, and offered for recording."""
        inner = [self.judge(turn).sure for part in parts for turn in turns(part) if len(turns(part)) > 1]
        reports = [m for m in inner if m and _is_report(m)]
        asked = [m for m in found if not _is_report(m)]
        claims = _once([*(m for m in found if _is_report(m)), *reports]) if asked else []
        if any(m.entry.kind is not Kind.REPAIR for m in asked):
            return Heard(text, tuple(asked), tuple(others[:OPTIONS]), tuple(claims[:1]), tuple(missed))
        return Heard(text, tuple(found), tuple(others[:OPTIONS]), missed=tuple(missed))

    def _unsure(self, text: str, whole: Judgement, parts: list[str], judged: list[tuple[str, Judgement]]) -> Heard:
        """Nothing is sure as a whole: a part of a sentence may be, else there are likely ones, or nothing of ours is near."""
        inner = _once(self.judge(turn).sure for part in parts for turn in turns(part) if len(turns(part)) > 1)
        if asked := [m for m in inner if m.entry.kind in (Kind.ANSWER, Kind.COMMAND, Kind.REFUSE)]:
            return self._with_claims(text, asked, [], parts)
        best = max([whole, *(j for _, j in judged)], key=lambda j: j.ranked[0].score if j.ranked else 0.0)
        if not best.ranked:
            return Heard(text, far=True)
        first = best.ranked[0]
        if first.entry.kind is Kind.ELSEWHERE or first.score < LIKELY:
            return Heard(text, far=first.entry.kind is Kind.ELSEWHERE or best.nearest < FAR)
        likely = [m for m in best.ranked if m is first or m.score >= POSSIBLE]
        return Heard(text, others=tuple(m for m in likely if m.entry.kind in (Kind.ANSWER, Kind.COMMAND, Kind.REFUSE))[:OPTIONS])


def vetoed(entry: Entry, said: str, clause: str) -> bool:
    """What the numbers cannot be trusted with: a report is no question, no supposition and no denial; a word of repair is short."""
    if entry.name.startswith(REPORT):
        return is_question(clause) or supposes(timeless(said)) or (is_negated(said) and entry.name != PENDING)
    if entry.kind is Kind.COMMAND:
        return is_negated(said)
    return entry.kind in (Kind.REPAIR, Kind.CHITCHAT) and len(said.split()) > SMALL_TALK


def _is_report(meaning: Meaning) -> bool:
    return meaning.entry.name.startswith(REPORT)


def _once(found: Iterable[Meaning | None]) -> list[Meaning]:
    """Each thing once, in order; courtesy and repair only where they are all there is."""
    once: dict[str, Meaning] = {}
    for meaning in found:
        if meaning:
            once.setdefault(meaning.entry.name, meaning)
    telling = [m for m in once.values() if m.entry.kind not in (Kind.CHITCHAT, Kind.REPAIR)]
    return telling or list(once.values())


def examples_of(entries: Iterable[Entry]) -> list[Example]:
    """What the head learns from: the phrases of all entries but the options, which count only at their question."""
    spoken = (Kind.ANSWER, Kind.COMMAND, Kind.REFUSE)
    return [
        Example(said, e.name, e.kind in spoken, str(e.risk))
        for e in entries
        if e.kind is not Kind.OPTION
        for said in dict.fromkeys(normal(p) for p in e.phrases)
        if said
    ]


def understanding_of(entries: Iterable[Entry], folder: Path, *, relearn: bool) -> Understanding:
    """With what was learned and kept in the folder. Stale: learned anew and kept, or, without `relearn`, raises learn.Stale."""
    known = list(entries)
    examples = examples_of(known)
    others = list(dict.fromkeys(normal(p) for e in known if e.kind is Kind.OPTION for p in e.phrases))
    encoder = learn.encoder_or_none()
    key = learn.key_of(examples, others, encoder is not None)
    try:
        return Understanding(known, learn.load(folder, key), encoder)
    except learn.Stale:
        if not relearn:
            raise
    learned = learn.learn(examples, others, encoder, learn.kept(folder))
    learn.save(folder, learned)
    return Understanding(known, learned, encoder)


__all__ = [
    "ENGLISH",
    "MAX_LENGTH",
    "OPTIONS",
    "Entry",
    "Heard",
    "Kind",
    "Meaning",
    "Risk",
    "Understanding",
    "normal",
    "understanding_of",
]

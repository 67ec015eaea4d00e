"""Classifies one clause. A phrase that is known word for word is sure; for anything else the
learned classifier (dialogs/nlu/classifier.py) gives the probability that it is right. The score
that is needed to act depends on the cost of a wrong answer. Knows no message of several clauses."""

import copy
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Self

import numpy as np

from dialogs.nlu import training
from dialogs.nlu.classifier import Judged
from dialogs.nlu.encoder import Encoder, Vectors
from dialogs.nlu.model_store import UNSTATED, Example, Model
from dialogs.nlu.normalise import (
    MAX_LENGTH,
    is_question,
    is_table,
    nameless,
    normal,
    timeless,
)
from dialogs.nlu.rules import (
    ASKED,
    KINDLY,
    PLAINLY,
    TOLD_PLAINLY,
    asked_instead,
    denied_instead,
    may_report,
    to_refuse,
    told_instead,
    too_grave,
    vetoed,
)
from dialogs.nlu.spelling import Spelling
from dialogs.nlu.types import (
    CLASSIFIER,
    LIKELY,
    RULE,
    SHIPPED,
    TYPO_REPAIRED,
    WORD_FOR_WORD,
    WORKSPACE,
    Candidate,
    ClauseResult,
    Decided,
    Intent,
    Kind,
    OwnWordings,
)
from domain.knowledge import calibration

REMEMBERED = 4096
# A related topic is named from this share of the probability and this cosine on; below, all we know
# is that it is not ours, and the message is kept for the review.
NAMEABLE = 0.4
# A text so far from every phrase is not ours, whatever its words are: "TCP or UDP".
STRANGE = 0.45
# A text whose nearest phrase has a lower cosine is not small talk either: "blarg zzz".
KIND_WORDS = 0.45


class ClauseClassifier:
    """All built-in phrases, and possibly those of one workspace (`own`). The same clause and the
    same open question always give the same result."""

    own: OwnWordings | None = None

    def __init__(self, entries: Iterable[Intent], learned: Model, encoder: Encoder | None) -> None:
        self.entries = {e.name: e for e in entries}
        self.learned, self.encoder = learned, encoder
        self.sure = dict(learned.sure)  # risk class -> from which share on a reading is sure
        self._exact: dict[str, list[Intent]] = defaultdict(list)
        for entry in self.entries.values():
            for phrase in entry.said:
                self._exact[phrase].append(entry)
        self.spelling = Spelling(
            (p for e in self.entries.values() for p in e.said),
            encoder.vocabulary if encoder else {},
        )
        self._repaired = lru_cache(REMEMBERED)(self.spelling.repaired)
        self._seen: dict[str, Judged] = {}

    def judge(self, clause: str, open_question: str = "") -> ClauseResult:
        """Classify one clause by itself."""
        if exact := self._exactly(clause, open_question):
            return ClauseResult(exact, clause=clause)
        said = self.spelled(clause)
        if not said:
            return ClauseResult([], clause=clause)
        if exact := self._exactly(said, open_question):
            repaired = [
                Candidate(m.entry, 0.99, clause, m.sure, Decided(TYPO_REPAIRED)) for m in exact
            ]
            return ClauseResult(repaired, clause=clause)
        vector = self.vector(said)
        judged = self._by_head(said, clause)
        return (
            self.own.beside(judged, self.centred(vector[None, :])[0], said, clause)
            if self.own
            else judged
        )

    def look_at(self, clauses: Iterable[str]) -> None:
        """Encode several clauses at once before they are classified, because most of the time is
        spent reading weights."""
        self._look(
            [said for said in map(self.spelled, clauses) if said and said not in self._exact]
        )

    def judged(self, texts: list[str]) -> list[Judged]:
        """What the head says of normalised texts."""
        return self._look(texts)

    def _look(self, texts: list[str], vectors: Vectors | None = None) -> list[Judged]:
        """The classifier's result for normalized texts, cached. `vectors`: if they are known
        already."""
        new = [said for said in dict.fromkeys(texts) if said not in self._seen]
        found: dict[str, Judged] = {}
        if new:
            if vectors is None:
                vectors = np.stack(
                    self.encoder.look_at(new)
                    if self.encoder
                    else [self.vector(said) for said in new]
                )
            unknown = [training.unknown_share(said, self.spelling) for said in new]
            found = dict(zip(new, self.learned.head.judge(vectors, new, unknown), strict=True))
        got = [found[said] if said in found else self._seen[said] for said in texts]
        if len(self._seen) + len(found) > REMEMBERED:
            self._seen = {}
        self._seen |= found
        return got

    def _by_head(self, said: str, clause: str) -> ClauseResult:
        judged = self._look([said])[0]
        ranked = [
            Candidate(self.entries[self.learned.labels[n]], p, clause, decided=_by_share(p))
            for n, p in judged.ranked
        ]
        if instead := to_refuse(ranked, said) or told_instead(ranked, said, clause):
            others = [m for m in ranked if m.entry is not instead.entry]
            return ClauseResult([_near(instead, judged), *others], judged.nearest, clause)
        ranked = asked_instead(ranked, clause, self.entries)
        if (
            denied := self.entries.get(denied_instead(ranked, said, clause))
        ) and judged.right >= self.least(denied):
            why = self._needed(Decided(denied_instead.__name__), denied)
            told = _near(Candidate(denied, judged.right, clause, True, why), judged)
            return ClauseResult([told, *ranked[1:]], judged.nearest, clause)
        first = ranked[0].entry
        least = self.least(first, clause)
        right, held_back = judged.right, []
        if self.encoder is None:
            right = min(right, LIKELY)
            held_back.append("no_weights")
        if first.kind is Kind.ELSEWHERE and (
            min(ranked[0].score, judged.nearest) < NAMEABLE or self.spelling.is_babble(said)
        ):
            right = min(right, LIKELY)
            held_back.append("not_nameable")
        if judged.nearest < STRANGE and first.kind in (Kind.ANSWER, Kind.COMMAND) and self.encoder:
            right = min(right, LIKELY / 2)
            held_back.append("strange")
        doubts = {
            vetoed.__name__: vetoed(first, said, clause),
            too_grave.__name__: too_grave(ranked, said, clause),
            "no_kind_words": first.kind is Kind.CHITCHAT
            and (judged.nearest < KIND_WORDS or self.spelling.is_babble(said)),
        }
        held_back += [rule for rule, doubtful in doubts.items() if doubtful]
        sure = right >= least and not any(doubts.values())
        why = self._needed(ranked[0].decided, first, clause)
        why = replace(why, held_back=tuple(held_back))
        ranked[0] = _near(Candidate(first, right, clause, sure, why), judged)
        return ClauseResult(ranked, judged.nearest, clause)

    def builtin(self, said: str, vector: Vectors) -> list[Candidate]:
        """The candidates for a normalized text from the built-in phrases alone, best first."""
        found = [
            Candidate(e, 1.0, said, True, Decided(WORD_FOR_WORD))
            for e in self._exact.get(said, ())
            if e.kind is not Kind.OPTION
        ]
        if said and not found:
            self._look([said], vector[None, :])
        return found or (self._by_head(said, said).ranked if said else [])

    def named(self, said: str) -> list[Intent]:
        """The intents that have this normalized text among their phrases."""
        return self._exact.get(said, [])

    def spelled(self, text: str) -> str:
        """A text as it is compared with phrases: normalised, typos repaired."""
        return self._repaired(normal(nameless(text, self.spelling.knows)))

    def vector(self, said: str) -> Vectors:
        """The encoder's vector of a normalized text; zeros if there are no weights."""
        return (
            self.encoder.vector(said)
            if self.encoder
            else np.zeros(self.learned.head.mean.shape, np.float32)
        )

    def centred(self, vectors: Vectors) -> Vectors:
        """(texts, 384) vectors as the head compares them: without their common part, length 1."""
        return self.learned.head.near(vectors)

    def with_own(self, own: OwnWordings) -> Self:
        """The same, with the phrases of one workspace added to the built-in ones."""
        found = copy.copy(self)
        found.own, found.entries = own, self.entries | own.entries
        found.sure = calibration.in_force(self.learned.sure, own.sure)
        return found

    def option(self, text: str, open_question: str) -> str | None:
        """The value of the open question's slot that the text says in so many words, None
        otherwise."""
        for entry in self._exact.get(normal(text), ()):
            if entry.kind is Kind.OPTION and entry.name.rpartition(".")[0] == open_question:
                return entry.name.rpartition(".")[2]
        return None

    def nearest_phrase(self, clause: str) -> tuple[str, float]:
        """The phrase that lies nearest to a clause, and its cosine; for `ask --explain`."""
        if self.encoder is None:
            return "", 0.0
        judged = self._look([self.spelled(clause)])[0]
        return self.learned.said[judged.phrase], judged.nearest

    def is_expensive(self, text: str) -> bool:
        """Will `hear` have to run the encoder? Then it is better done outside the event loop; the
        result is cached."""
        return (
            self.encoder is not None
            and len(text) <= MAX_LENGTH
            and not self._exact.get(normal(text))
            and not is_table(text)
        )

    def least(self, entry: Intent, clause: str = "") -> float:
        """The score that is needed to act on an intent. If it states nothing, less is needed: a
        flow asks before it records anything, and ignoring something does no harm."""
        if entry.kind is Kind.ANSWER:
            least = self.sure[entry.risk]
            return max(least, TOLD_PLAINLY) if clause and may_report(clause) else least
        least = self.sure[UNSTATED]
        if entry.kind is Kind.CHITCHAT:
            return min(least, KINDLY)
        if entry.kind is Kind.REFUSE:
            return max(least, PLAINLY)
        return max(least, ASKED) if entry.kind is Kind.COMMAND and is_question(clause) else least

    def _needed(self, decided: Decided, entry: Intent, clause: str = "") -> Decided:
        """The same, with the threshold that counted and whose that is."""
        least, risk = self.least(entry, clause), risk_class(entry)
        whose = SHIPPED if self.sure[risk] == self.learned.sure[risk] else WORKSPACE
        return replace(decided, needed=least, needed_by=whose if least == self.sure[risk] else RULE)

    def _exactly(self, text: str, open_question: str) -> list[Candidate]:
        said = normal(text)
        bare = timeless(said)
        found = self._exact.get(said) or (self._exact.get(bare) if bare else None) or ()
        counted = [
            e
            for e in found
            if e.kind is not Kind.OPTION or e.name.rpartition(".")[0] == open_question
        ]
        counted.sort(key=lambda e: e.kind is not Kind.OPTION)
        meanings = [Candidate(e, 1.0, text, True, Decided(WORD_FOR_WORD)) for e in counted]
        return self.own.word_for_word(said, meanings, text) if self.own else meanings


def _by_share(share: float) -> Decided:
    return Decided(CLASSIFIER, share=share)


def _near(meaning: Candidate, judged: Judged) -> Candidate:
    """The first of a clause, with what was measured of the clause as a whole."""
    why = replace(meaning.decided, probability=judged.right, cosine=judged.nearest)
    return replace(meaning, decided=why)


def risk_class(entry: Intent) -> str:
    """The class whose threshold decides about it."""
    return str(entry.risk) if entry.kind is Kind.ANSWER else UNSTATED


def examples_of(entries: Iterable[Intent], *, spelled: bool = True) -> list[Example]:
    """The training examples: the phrases of all intents except options, which count only while
    their question is open. `spelled`: normalized; otherwise as people write them."""
    spoken = (Kind.ANSWER, Kind.COMMAND, Kind.REFUSE)
    return [
        Example(
            said,
            e.name,
            e.kind in spoken,
            risk_class(e),
            e.about,
        )
        for e in entries
        if e.kind is not Kind.OPTION
        for said in (e.said if spelled else dict.fromkeys(e.phrases))
        if said
    ]

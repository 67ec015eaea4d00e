"""How one clause is judged: an entry's own words are sure; anything else the learned head (learn.py) scores, the probability that
it is right. From which score on it is acted upon depends on what a wrong answer would cost. Knows no message of several clauses."""

import copy
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import numpy as np

from dialogs import learn
from dialogs.encoder import Encoder, Vectors
from dialogs.head import unit
from dialogs.learned import UNSTATED, Example, Learned
from dialogs.meaning import REPORT, Entry, Judgement, Kind, Meaning, Risk, is_report
from dialogs.text import MAX_LENGTH, Spelling, is_negated, is_question, is_table, normal, supposes, timeless

if TYPE_CHECKING:
    from dialogs.own import Own

LIKELY, NEAR_OPTION, CLEARLY = 0.25, 0.78, 0.08
SMALL_TALK = 8
# No command is carried out when half of its words are no words.
HALF_KNOWN = 0.5
# A neighbouring topic is named from this share of the probability, and this cosine, on; below it is only known not to be ours.
NAMEABLE = 0.4
# What may deny something and still be what it is: a correction by its own words, "that is not our provider" by its nature.
DENIES = {
    "report_pending": "", "report_invite_not_ours": "", "report_customer_left": r"\b(?:any ?more|longer)\b",
    "report_customer_consent_back": r"\b(?:any ?more|longer|back|second thoughts)\b",
    "start_correct_report": r"\b(?:wrong\w*|mistake\w*|false|after all|correct\w*|incorrect|undo|tak\w+ back|revoke|"
    r"sorry|misreport\w*|misread|mixed|error|too early|not true|reported|my report)\b",
}  # fmt: skip
# Questions of these flows decide what cannot be undone: only their own words, or their buttons, answer them.
WORD_FOR_WORD = ("agreement", "decide", "accepted", "withdraw", "correct_report")


# What is asked of us and must be refused often looks like a question about the same thing: with one of these words, a refusal
# that is at all likely goes first.
REFUSED_BY = {
    "act_for_us": r"\b(?:for (?:me|us)|(?:on|in) (?:my|our) (?:behalf|name)|yourself|instead of (?:me|us)|you do|my login)\b",
    "skip_second_person": r"\b(?:second|approvers?|four eyes|both (?:roles|approvals)|without approval|counts? (?:my|for))\b",
    "call_it_safe": r"\b(?:safe|phishing|scam|genuine|legit\w*|trust\w*|malware|virus|fake|secure|malicious|harmless|fraud)\b",
    "legal_advice": r"\b(?:legal(?:ly)?|laws?|lawful|lawyers?|liable|liability|sue[ds]?|court|lawsuit|attorneys?|gdpr|breach)\b",
}
AT_ALL = 0.08
OF_ITSELF, OF_ITSELF_TOLD = 0.5, 0.8


class Judge:
    """All phrases of the house, and perhaps those of one workspace (`own`). The same clause and the same open question are always
    judged the same."""

    own: "Own | None" = None

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

    def judge(self, clause: str, open_question: str = "") -> Judgement:
        """One clause by itself."""
        if exact := self._exactly(clause, open_question):
            return Judgement(exact)
        said = self.spelling.repaired(normal(clause))
        if not said:
            return Judgement([])
        if exact := self._exactly(said, open_question):
            return Judgement([Meaning(m.entry, 0.99, clause, m.sure) for m in exact])
        vector = self.vector(said)
        judged = self._by_head(vector, said, clause)
        if near := self._near_option(vector, said, clause, open_question):
            return Judgement([near, *judged.ranked], judged.nearest)
        return self.own.beside(judged, self.centred(vector[None, :])[0], said, clause) if self.own else judged

    def _by_head(self, vector: Vectors, said: str, clause: str) -> Judgement:
        unknown = learn.unknown_share(said, self.spelling)
        judged = self.learned.head.judge(vector, said, unknown)
        ranked = [Meaning(self.entries[self.learned.labels[n]], p, clause) for n, p in judged.ranked]
        if refused := to_refuse(ranked, said):
            return Judgement([refused, *(m for m in ranked if m.entry is not refused.entry)], judged.nearest)
        first, share = ranked[0].entry, ranked[0].score
        right = judged.right if self._encoder else min(judged.right, LIKELY)
        aside = first.kind is Kind.ELSEWHERE and (min(share, judged.nearest) < NAMEABLE or self.spelling.is_babble(said))
        if aside or (first.kind is Kind.COMMAND and unknown >= HALF_KNOWN):
            right = min(right, LIKELY)
        sure = right >= self.least(first) and not vetoed(first, said, clause) and not _too_grave(ranked, clause)
        ranked[0] = Meaning(first, right, clause, sure)
        return Judgement(ranked, judged.nearest)

    def builtin(self, said: str, vector: Vectors) -> list[Meaning]:
        """What the house alone makes of a normalised text, best first."""
        found = [Meaning(e, 1.0, said, sure=True) for e in self._exact.get(said, ()) if e.kind is not Kind.OPTION]
        return found or (self._by_head(vector, said, said).ranked if said else [])

    def named(self, said: str) -> list[Entry]:
        """The entries that have a normalised text among their phrases."""
        return self._exact.get(said, [])

    def spelled(self, text: str) -> str:
        """A text as it is compared with phrases: normalised, typos repaired."""
        return self.spelling.repaired(normal(text))

    def vector(self, said: str) -> Vectors:
        """The encoder's numbers of a normalised text; zeros without its weights."""
        return self._encoder.vector(said) if self._encoder else np.zeros(self.learned.head.mean.shape, np.float32)

    def centred(self, vectors: Vectors) -> Vectors:
        """(texts, 384) vectors as the head compares them: without their common part, length 1."""
        return unit(vectors - self.learned.head.mean)

    def with_own(self, own: "Own") -> Self:
        """The same, with the wordings of one workspace beside the phrases of the house."""
        found = copy.copy(self)
        found.own, found.entries = own, self.entries | own.entries
        return found

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

    def is_dear(self, text: str) -> bool:
        """Will `hear` have to run the encoder, which is better done off the event loop? What it finds there is remembered."""
        return self._encoder is not None and len(text) <= MAX_LENGTH and not self._exact.get(normal(text)) and not is_table(text)

    def least(self, entry: Entry) -> float:
        """The score from which on a meaning is acted upon. Where nothing is stated, less is enough: a flow asks before it records
        anything, and to refuse or to leave something alone does no harm."""
        return self.learned.sure[entry.risk if entry.kind is Kind.ANSWER else UNSTATED]

    def _exactly(self, text: str, open_question: str) -> list[Meaning]:
        said = normal(text)
        bare = timeless(said)
        found = self._exact.get(said) or (self._exact.get(bare) if bare else None) or ()
        counted = [e for e in found if e.kind is not Kind.OPTION or e.name.rpartition(".")[0] == open_question]
        counted.sort(key=lambda e: e.kind is not Kind.OPTION)
        meanings = [Meaning(e, 1.0, text, sure=True) for e in counted]
        return self.own.word_for_word(said, meanings, text) if self.own else meanings

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


def to_refuse(ranked: list[Meaning], said: str) -> Meaning | None:
    """What has to be refused, where its own words are said and nothing is much likelier."""
    for meaning in ranked:
        cue, enough = REFUSED_BY.get(meaning.entry.name), max(AT_ALL, ranked[0].score / 3)
        if cue and meaning.score >= enough and re.search(cue, said):
            return replace(meaning, score=max(meaning.score, 0.9), sure=True)
    return None


def _too_grave(ranked: list[Meaning], clause: str) -> bool:
    """What cannot be undone is answered only where the entry itself is likely (that others would do for it is not enough), and a
    statement only where it can hardly be a report."""
    first = ranked[0]
    told = any(is_report(m) and m.score >= AT_ALL for m in ranked[1:])
    least = OF_ITSELF if is_question(clause) else OF_ITSELF_TOLD
    return first.entry.risk is Risk.IRREVERSIBLE and (first.score < least or (told and not is_question(clause)))


def vetoed(entry: Entry, said: str, clause: str) -> bool:
    """What the numbers cannot be trusted with: a report is no question, no supposition and no denial; a word of repair is short."""
    if entry.name.startswith(REPORT):
        return is_question(clause) or supposes(timeless(said)) or (is_negated(said) and not _may_deny(entry.name, said))
    if entry.kind is Kind.COMMAND:
        return is_negated(said) and not _may_deny(entry.name, said)
    return entry.kind in (Kind.REPAIR, Kind.CHITCHAT) and len(said.split()) > SMALL_TALK


def _may_deny(name: str, said: str) -> bool:
    return name in DENIES and bool(re.search(DENIES[name], said))


def examples_of(entries: Iterable[Entry]) -> list[Example]:
    """What the head learns from: the phrases of all entries but the options, which count only at their question."""
    spoken = (Kind.ANSWER, Kind.COMMAND, Kind.REFUSE)
    return [
        Example(said, e.name, e.kind in spoken, str(e.risk) if e.kind is Kind.ANSWER else UNSTATED, e.about)
        for e in entries
        if e.kind is not Kind.OPTION
        for said in dict.fromkeys(normal(p) for p in e.phrases)
        if said
    ]

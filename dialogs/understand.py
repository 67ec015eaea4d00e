"""Text -> what was meant, how sure, what else it could be. Knows the phrases, no state and no words to say.

For now normalised phrase matching: a message that is one of the phrases is sure, one that shares most of its telling words
is likely, the rest is not understood. The interface is the final one; the measured pipeline replaces what is behind it.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dialogs.yml import BadFile, Located, load

SURE, LIKELY, CLOSE = 0.8, 0.45, 0.1
OPTIONS = 3
MAX_CLAUSES = 4
MAX_LENGTH = 4_000
ALIASES = {
    "db": "direct bill", "ir": "indirect reseller", "ga": "global admin", "pc": "partner center", "disti": "provider",
    "disty": "provider", "distributor": "provider", "mpn": "partner", "pls": "", "plz": "", "please": "", "hi": "", "hey": "",
    "hello": "", "u": "you", "acct": "account", "dont": "do not", "doesnt": "does not", "cant": "cannot", "wont": "will not",
    "didnt": "did not", "whats": "what is", "its": "it is", "im": "i am", "enrol": "enroll", "enrolment": "enrollment",
    "rollback": "roll back", "sign up": "enroll",
}  # fmt: skip
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_WHEN = re.compile(
    r"\b(?:today|yesterday|tomorrow|just now|\w+ (?:days?|weeks?) ago"
    r"|(?:this|last|on|next) (?:morning|afternoon|evening|night|week|\w+day)|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|at \d{1,2}(?: \d{2})?(?: ?[ap]m)?"
    rf"|(?:on )?(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}"
    r"|(?:on )?\d{1,4}[-./]\d{1,2}(?:[-./]\d{0,4})?)\b"
)
NOT = frozenset({"not", "no", "never", "cannot", "without"})
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "to",
        "of",
        "in",
        "on",
        "for",
        "is",
        "are",
        "be",
        "am",
        "i",
        "we",
        "you",
        "it",
        "our",
        "my",
        "your",
        "us",
        "do",
        "does",
        "can",
        "with",
        "and",
        "or",
        "so",
        "as",
        "at",
        "this",
        "that",
    ]
)


class Kind(StrEnum):
    ANSWER = "answer"
    COMMAND = "command"
    REPAIR = "repair"
    CHITCHAT = "chitchat"
    REFUSE = "refuse"
    OPTION = "option"


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
    """One thing heard: the entry, how sure (0..1), and the clause it was heard in."""

    entry: Entry
    score: float
    clause: str

    @property
    def sure(self) -> bool:
        """Sure enough to act upon: what is irreversible only when it was said in so many words."""
        return self.score >= (1.0 if self.entry.risk is Risk.IRREVERSIBLE else SURE)


@dataclass(frozen=True)
class Heard:
    """`meanings`: what was surely meant, one per clause; `others`: what it could be, best first, at most three."""

    text: str
    meanings: tuple[Meaning, ...] = ()
    others: tuple[Meaning, ...] = ()

    @property
    def confidence(self) -> float:
        found = self.meanings or self.others
        return round(min((m.score for m in self.meanings), default=found[0].score if found else 0.0), 2)


def normal(text: str) -> str:
    """Lower case, one spelling of everything, no punctuation, no courtesy."""
    text = unicodedata.normalize("NFKC", text[:MAX_LENGTH]).lower().replace("’", "'")
    text = re.sub(r"<@\w+>", " ", text)
    text = re.sub(r"n't\b", " not", text.replace("can't", "cannot").replace("won't", "will not")).replace("'", "")
    words = re.findall(r"[\w@.+-]*\w", text)
    return " ".join(" ".join(ALIASES.get(w, w) for w in words).split())


def clauses(text: str) -> list[str]:
    """The pieces of a message that may each mean something of their own."""
    pieces = [p.strip() for p in re.split(r"[?!;\n]+|\.(?:\s+|$)|\s+(?:and also|also,|plus)\s+", text) if p and p.strip()]
    return pieces[:MAX_CLAUSES]


class Understanding:
    """All phrases of the house. `hear` is pure: the same text and the same open question give the same answer."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = {e.name: e for e in entries}
        self._exact: dict[str, list[Entry]] = defaultdict(list)
        self._phrases: list[tuple[frozenset[str], frozenset[str], Entry]] = []
        for entry in self.entries.values():
            for phrase in {normal(p) for p in entry.phrases}:
                self._exact[phrase].append(entry)
                words = frozenset(phrase.split())
                self._phrases.append((words - _STOP, words & NOT, entry))
        counts = Counter(word for words, _, _ in self._phrases for word in words)
        total = len(self._phrases) or 1
        self._weight = {word: math.log(1 + total / n) for word, n in counts.items()}
        self._unknown = math.log(1 + total)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for n, (words, _, _) in enumerate(self._phrases):
            for word in words:
                self._by_word[word].append(n)

    def hear(self, text: str, open_question: str = "") -> Heard:
        """What the text means; `open_question` is `flow.slot`, whose options then count as well."""
        several = self._clauses(text, open_question)
        if len(several) > 1:
            return Heard(text, several)
        whole = self._best(text, open_question)
        if whole and whole[0].sure:
            return Heard(text, (whole[0],), tuple(whole[1 : 1 + OPTIONS]))
        if several:
            return Heard(text, several)
        return Heard(text, (), tuple(m for m in whole if m.score >= LIKELY)[:OPTIONS])

    def _clauses(self, text: str, open_question: str) -> tuple[Meaning, ...]:
        """What is surely meant in each clause of a message of several, each thing once; courtesy beside it is left out."""
        parts = clauses(text)
        if len(parts) < 2:
            return ()
        found = [best[0] for part in parts if (best := self._best(part, open_question)) and best[0].sure]
        once = {m.entry.name: m for m in reversed(found) if m.entry.kind not in (Kind.CHITCHAT, Kind.REPAIR)}
        return tuple(reversed(once.values()))

    def option(self, text: str, open_question: str) -> str | None:
        """The value of the open question's slot that the text says in so many words, None otherwise."""
        for entry in self._exact.get(normal(text), ()):
            if entry.kind is Kind.OPTION and entry.name.rpartition(".")[0] == open_question:
                return entry.name.rpartition(".")[2]
        return None

    def _best(self, text: str, open_question: str) -> list[Meaning]:
        said = normal(text)
        timeless = " ".join(_WHEN.sub(" ", said).split())
        found = self._exact.get(said) or (self._exact.get(timeless) if timeless else None) or ()
        exact = [e for e in found if _counts(e, open_question)]
        if exact:
            exact.sort(key=lambda e: e.kind is not Kind.OPTION)
            return [Meaning(e, 1.0, text) for e in exact]
        words = frozenset(said.split())
        scores: dict[str, float] = {}
        for n in {n for word in words - _STOP for n in self._by_word.get(word, ())}:
            phrase, negations, entry = self._phrases[n]
            if _counts(entry, open_question) and bool(negations) == bool(words & NOT):
                scores[entry.name] = max(scores.get(entry.name, 0.0), self._alike(words - _STOP, phrase))
        ranked = sorted(scores.items(), key=lambda pair: -pair[1])
        top = [Meaning(self.entries[name], min(score, 0.99), text) for name, score in ranked[: OPTIONS + 1]]
        if len(top) > 1 and top[0].score - top[1].score < CLOSE:
            top[0] = Meaning(top[0].entry, min(top[0].score, SURE - 0.01), text)
        return top

    def _alike(self, a: frozenset[str], b: frozenset[str]) -> float:
        """Dice over the telling words, each weighed by how rare it is; one word alone never makes sure."""

        def weigh(words: frozenset[str]) -> float:
            return sum(self._weight.get(w, self._unknown) for w in words)

        alike = 2 * weigh(a & b) / ((weigh(a) + weigh(b)) or 1)
        return alike if len(a & b) > 1 else min(alike, SURE - 0.05)


def _counts(entry: Entry, open_question: str) -> bool:
    return entry.kind is not Kind.OPTION or entry.name.rpartition(".")[0] == open_question


def phrases_of(file: Located) -> dict[str, tuple[str, ...]]:
    """intent -> phrases, from Rasa's nlu format. Raises BadFile."""
    found: dict[str, tuple[str, ...]] = {}
    for row in file.get("nlu", ()):
        if not isinstance(row, Located) or "intent" not in row:
            raise file.bad("each row under `nlu:` has an intent and examples")
        row.only("intent", "examples")
        lines = [line.strip() for line in str(row.get("examples", "")).splitlines() if line.strip()]
        if not lines or any(not line.startswith("- ") for line in lines):
            raise row.bad(f"the examples of {row['intent']!r} are lines that begin with '- '")
        found[row["intent"]] = tuple(line[2:].strip() for line in lines)
    return found


def load_phrases(path: Path) -> dict[str, tuple[str, ...]]:
    file = load(path)
    file.only("nlu", "version")
    return phrases_of(file)


__all__ = ["BadFile", "Entry", "Heard", "Kind", "Meaning", "Risk", "Understanding", "load_phrases", "normal", "phrases_of"]

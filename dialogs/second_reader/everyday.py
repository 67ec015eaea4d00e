"""The words that may be shown to a second reader: those of our own phrases that are no names, and
those that people say every day. Knows no message."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from dialogs.nlu.normalise import ALIASES, STOP
from dialogs.nlu.types import Intent
from domain.naming.ordinary_words import ORDINARY

_WORD = re.compile(r"[^\W_]+")
_FIGURE = re.compile(r"\$?\d{1,4}(?:st|nd|rd|th|[kmhdx%])?")
# A word that is written with a capital in a quarter of its places within our phrases is a name, and
# one that stands in a single place may be one.
LEAST, OFTEN_A_NAME = 2, 4
# Names that our phrases have in small letters, as people type them.
NAMES = frozenset("acme anna nora otto peter".split())


@dataclass(frozen=True)
class Everyday:
    """`words`: in small letters; `capitals`: those of them that are written with a capital too."""

    words: frozenset[str]
    capitals: frozenset[str]

    @classmethod
    def of(cls, entries: Iterable[Intent]) -> Self:
        """Those of the built-in phrases; a workspace's own wordings do not count."""
        small: Counter[str] = Counter()
        capital: Counter[str] = Counter()
        for phrase in (phrase for entry in entries for phrase in entry.phrases):
            for found in _WORD.finditer(phrase):
                word = found[0]
                if word.islower():
                    small[word] += 1
                elif found.start() and not phrase.isupper():
                    capital[word.lower()] += 1
        telling = {
            word
            for word, many in small.items()
            if many >= LEAST and capital[word] * OFTEN_A_NAME < capital[word] + many
        }
        written_out = {word for said in ALIASES.values() for word in said.split()}
        words = frozenset(telling | ORDINARY | STOP | written_out) - NAMES
        return cls(words, frozenset(capital) & words)

    def has(self, word: str) -> bool:
        """May this word, in small letters, be shown? Of "re-enroll" each part has to be one."""
        parts = _WORD.findall(word)
        return bool(_FIGURE.fullmatch(word)) or (
            bool(parts) and all(part in self.words or part.isdigit() for part in parts)
        )

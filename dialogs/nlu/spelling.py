"""Typos: a word that nobody knows becomes its neighbour, one edit away, among the words of our
phrases. Knows no entry.

Which neighbour: the one that people say often, that stands between the same words elsewhere, and
that a slip of the fingers makes of it (two letters turned round, one doubled or dropped, the key
beside).
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from dialogs.nlu.normalise import ALIASES, STOP

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# The encoder knows such a word, but it stands far down in its list: more likely a typo of something
# that we say often.
RARE, OFTEN = 14_000, 25
SHORTEST, SHORT = 3, 3
REMEMBERED = 4096
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {pair for row in _ROWS for a, b in pairwise(row) for pair in ((a, b), (b, a))}
_SLIP, _BESIDE_KEY, _OTHER_KEY, _AT_FIRST, _TOGETHER = 1.5, 0.5, -1.0, -2.0, 1.0
# A word that stands for one of ours is said as often as people say such words.
_STANDS_FOR = 30


class Spelling:
    """Made of all phrases, and of the words that the encoder knows, each with its place (the
    frequent ones first)."""

    def __init__(self, phrases: Iterable[str], known: Mapping[str, int] | None = None) -> None:
        said = [phrase.split() for phrase in phrases]
        counts = Counter(word for words in said for word in words)
        self._known, self._counts = known or {}, counts
        self._ours = {word: n for word, n in counts.items() if n > 1 or word in self._known}
        self._aims = (
            dict.fromkeys((w for w in ALIASES if len(w) > SHORT + 1 and w.isalpha()), _STANDS_FOR)
            | self._ours
        )
        self._near = lru_cache(REMEMBERED)(self._known_near)
        self._pairs = Counter(pair for words in said for pair in pairwise(["", *words, ""]))

    def repaired(self, said: str) -> str:
        words = ["", *said.split(), ""]
        for n in range(1, len(words) - 1):
            words[n] = self._word(words[n], words[n - 1], words[n + 1])
        return " ".join(words[1:-1])

    def knows(self, word: str) -> bool:
        return word in self._ours or word in STOP

    def is_babble(self, said: str) -> bool:
        """Are most of the words of a normalised text no words at all?"""
        telling = [w for w in said.split() if w not in STOP]
        return sum(w not in self._ours and w not in self._known for w in telling) * 2 > len(telling)

    def _word(self, word: str, before: str, after: str) -> str:
        if (
            len(word) < SHORTEST
            or word in self._counts
            or word in STOP
            or not (word.isascii() and word.isalpha())
        ):
            return word
        known = self._known.get(word)
        if known is not None and known < RARE:
            return word
        least = OFTEN if known is not None or len(word) <= SHORT else 1
        near = {w: slip for w, slip in self._near(word) if self._aims[w] >= least}
        meant = (
            max(near, key=lambda w: (self._fits(w, before, after) + near[w], w)) if near else word
        )
        return ALIASES.get(meant, meant)

    def _known_near(self, word: str) -> list[tuple[str, float]]:
        return [(w, slip) for w, slip in _one_edit(word) if len(w) >= SHORTEST and w in self._aims]

    def _fits(self, word: str, before: str, after: str) -> float:
        beside = self._pairs[before, word], self._pairs[word, after]
        return math.log(self._aims[word]) + _TOGETHER * sum(map(math.log1p, beside))


def _one_edit(word: str) -> Iterator[tuple[str, float]]:
    """What the word may have been, and how much speaks for that slip."""
    found: dict[str, float] = {}
    for at in range(len(word) + 1):
        a, b, first = word[:at], word[at:], 0.0 if at else _AT_FIRST
        if len(b) > 1:
            found[a + b[1] + b[0] + b[2:]] = _SLIP
        if b:
            found.setdefault(a + b[1:], _SLIP if at and b[0] == a[-1] else first)
        for letter in LETTERS:
            found.setdefault(a + letter + b, _SLIP + first)
            if b:
                found.setdefault(
                    a + letter + b[1:],
                    (_BESIDE_KEY if (letter, b[0]) in _BESIDE else _OTHER_KEY) + first,
                )
    yield from found.items()

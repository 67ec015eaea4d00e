"""Which of some known companies a text names, and where: by the whole name or by a distinctive part
of it, in small or capital letters, with one typo. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from domain.naming.ordinary_words import ORDINARY

MOST_WORDS, SHORTEST, SHORTEST_WITH_A_TYPO, SHORTEST_OF_ORDINARY = 60, 3, 5, 4
_WORD = re.compile(r"[^\W_]+")
_BEGINS = re.compile(r"(?:^|[.!?:\n])[^\w]*$")


class By(IntEnum):
    """How a name was recognized, the surest first."""

    WHOLE = 0
    SEVERAL_WORDS = 1
    ONE_WORD = 2
    CAPITAL = 3
    TYPO = 4


@dataclass(frozen=True)
class Mention:
    """`name`: number of the name that is meant; it stands in the text from `start` to `end`."""

    name: int
    start: int
    end: int
    by: By


@dataclass(frozen=True)
class _Word:
    said: str
    start: int
    end: int
    is_name_like: bool


def words_of(name: str) -> list[str]:
    """The words of a name, in small letters."""
    return [word.casefold() for word in _WORD.findall(name)]


def distinctive(words: Iterable[str]) -> list[str]:
    """The words that mean this company and nothing else, even where they stand alone."""
    return [w for w in words if len(w) >= SHORTEST and w not in ORDINARY and not w.isdigit()]


def mentions(names: Sequence[str], text: str, but: Collection[str] = ()) -> list[Mention]:
    """Where these names stand in a text, in its order. Of names that share the words that stand
    there, each is meant. `but`: words that alone name nobody here, such as the partner's own name.
    """
    words = _words(text)
    found = sorted(
        _possible(names, words, frozenset(but)),
        key=lambda run: (run[0], run[1] - run[2], run[1], run[3]),
    )
    kept: list[tuple[By, int, int, int]] = []
    for run in found:
        by, first, last, _ = run
        if by > By.ONE_WORD and kept and by is not kept[0][0]:
            break
        if all((by, first, last) == k[:3] or last <= k[1] or k[2] <= first for k in kept):
            kept.append(run)
    kept.sort(key=lambda run: run[1])
    return [Mention(n, words[a].start, words[b - 1].end, by) for by, a, b, n in kept]


def _words(text: str) -> list[_Word]:
    """The first words of a text. One is written like a name if it has a capital letter that its
    place in the sentence does not ask for."""
    shouts = text.isupper()
    return [
        _Word(
            m[0].casefold(),
            *m.span(),
            m[0][0].isupper() and not shouts and not _BEGINS.search(text[: m.start()]),
        )
        for m in list(_WORD.finditer(text))[:MOST_WORDS]
    ]


def _possible(
    names: Sequence[str], words: list[_Word], but: frozenset[str]
) -> Iterator[tuple[By, int, int, int]]:
    """(how, first word, behind the last, number of the name)"""
    said = [word.said for word in words]
    for n, name in enumerate(names):
        own = words_of(name)
        if not own:
            continue
        telling = [word for word in distinctive(own) if word not in but]
        for at in range(len(said)):
            if said[at] not in own and not telling:
                continue
            many = _run(own, said, at)
            if many == len(own):
                yield By.WHOLE, at, at + many, n
            elif many > 1 and set(said[at : at + many]) & set(telling):
                yield By.SEVERAL_WORDS, at, at + many, n
            elif said[at] in telling:
                yield By.ONE_WORD, at, at + 1, n
            elif (
                said[at] == own[0]
                and said[at] not in but
                and len(own[0]) >= SHORTEST_OF_ORDINARY
                and words[at].is_name_like
            ):
                yield By.CAPITAL, at, at + 1, n
            elif _is_typo(said[at], telling):
                yield By.TYPO, at, at + 1, n


def _run(own: list[str], said: list[str], at: int) -> int:
    """How many words of the name follow each other from here on."""
    best = 0
    for first in range(len(own)):
        many = 0
        while (
            first + many < len(own)
            and at + many < len(said)
            and own[first + many] == said[at + many]
        ):
            many += 1
        best = max(best, many)
    return best


def _is_typo(word: str, of: Iterable[str]) -> bool:
    if len(word) < SHORTEST_WITH_A_TYPO or word in ORDINARY:
        return False
    return any(len(w) >= SHORTEST_WITH_A_TYPO and is_one_edit(word, w) for w in of)


def is_one_edit(a: str, b: str) -> bool:
    """Are two different words one slip apart: a letter more, less or other, or two turned round?"""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    if len(a) > len(b):
        a, b = b, a
    n = next((n for n in range(len(a)) if a[n] != b[n]), len(a))
    if len(a) < len(b):
        return a[n:] == b[n + 1 :]
    return a[n + 1 :] == b[n + 1 :] or (
        a[n : n + 2] == b[n : n + 2][::-1] and a[n + 2 :] == b[n + 2 :]
    )

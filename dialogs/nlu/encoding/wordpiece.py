"""Text -> numbers of word pieces, as BERT reads it. Knows no weights."""

import unicodedata
from collections.abc import Mapping, Sequence

MOST_PIECES = 128
_LONGEST_WORD = 100


class WordPiece:
    """`vocabulary`: piece -> number; pieces inside a word begin with "##"."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self.vocabulary: Mapping[str, int] = {word: n for n, word in enumerate(pieces)}
        self._unknown, self._first, self._last = (
            self.vocabulary[w] for w in ("[UNK]", "[CLS]", "[SEP]")
        )

    def numbers(self, text: str) -> list[int]:
        """Between [CLS] and [SEP], at most 128."""
        found = [piece for word in _words(text) for piece in self._split(word)]
        return [self._first, *found[: MOST_PIECES - 2], self._last]

    def _split(self, word: str) -> list[int]:
        """Greedy: the longest known beginning, then the longest known "##" rest, and so on."""
        found, start = [], 0
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self.vocabulary.get(("##" if start else "") + word[start:end])
                if piece is not None:
                    found.append(piece)
                    start = end
                    break
            else:
                return [self._unknown]
        return found


def _words(text: str) -> list[str]:
    """BERT's basic split: lower case, no accents, punctuation and CJK signs apart."""
    found = []
    for letter in unicodedata.normalize("NFD", text.lower()):
        kind = unicodedata.category(letter)
        if kind == "Mn":
            continue
        if kind[0] == "P" or letter in "$+<=>^`|~" or "\u4e00" <= letter <= "\u9fff":
            found.append(f" {letter} ")
        else:
            found.append(" " if kind[0] in "ZC" else letter)
    return "".join(found).split()

"""Replies that need no learning: an ordinal, a name in a sentence, an id in any spelling, a thumb.
Pure; knows no flow."""

import re
from collections.abc import Mapping, Sequence

from dialogs.nlu.normalise import is_negated, normal

_PLACES = (
    ("first", "1st", "one", "1", "former", "upper", "top", "left"),
    ("second", "2nd", "two", "2"),
    ("third", "3rd", "three", "3"),
    ("fourth", "4th", "four", "4"),
    ("fifth", "5th", "five", "5"),
)
_ORDINAL = re.compile(
    r"(?:(?:the|that|take|use|pick|choose|its|it is|(?:i|we) (?:would )?(?:take|choose|pick)"
    r"|lets take|let us take|number|option|button|nr) )*"
    r"(?P<place>[a-z0-9]+)(?: (?:one|option|button|of them|of those|choice|please))*"
)
_LAST = ("last", "latter", "bottom", "lower", "right")
_OTHER = re.compile(
    r"(?:(?:no|the|take|use|its|it is|i mean|i meant|rather) )*other(?: (?:one|option))?"
)
_UP = re.compile(
    r"^\W*(?:👍|✅|☑️?|✔️?|🆗|👌|:\+1:|:thumbsup:|:white_check_mark:|:heavy_check_mark:|:ok:|\+1)\W*$"
)
_DOWN = re.compile(r"^\W*(?:👎|❌|🚫|✖️?|:-1:|:thumbsdown:|:x:|:no_entry:|-1)\W*$")
DISTINCTIVE = 4
MYSELF = "me"
_MYSELF = re.compile(
    r"(?:(?:yes|ok|okay|well|that|it|its|it is|that is|this is|would be) )*"
    r"(?:me|myself|my account|mine|i (?:am|do|will|have|hold|got|can|was|own))\b(?! (?:not|no)\b)"
)
_HEX = re.compile(r"[^0-9a-f]")
ID_LENGTH = 32


def thumb(text: str) -> str:
    """ "yes" or "no" for a message that is nothing but such a sign; else the text."""
    return "yes" if _UP.match(text) else "no" if _DOWN.match(text) else text


def by_place(text: str, options: Sequence[str]) -> str:
    """The option that an ordinal names ("the first one", "2", "the last"); "" for none."""
    if len(options) < 2:
        return ""
    found = _ORDINAL.fullmatch(normal(text))
    if not found:
        return ""
    if found["place"] in _LAST:
        return options[-1]
    for at, words in enumerate(_PLACES[: len(options)]):
        if found["place"] in words:
            return options[at]
    return ""


def by_other(text: str, options: Sequence[str], before: str) -> str:
    """ "The other one", where there are two and one of them was said before."""
    if len(options) == 2 and before in options and _OTHER.fullmatch(normal(text)):
        return options[1 - options.index(before)]
    return ""


def by_name(text: str, named: Mapping[str, Sequence[str]]) -> str:
    """The one option whose name stands in the text; "" where none or several do, or where it is
    denied."""
    found = named_in(text, named)
    return found[0] if len(found) == 1 else ""


def named_in(text: str, named: Mapping[str, Sequence[str]]) -> list[str]:
    """The options whose name stands in the text: whole, by its first telling word, or as an id in
    any spelling. None where the text denies something."""
    said = f" {normal(text.replace('@', ' '))} "  # a mention that Slack did not make one
    if is_negated(said):
        return []
    digits = _HEX.sub("", text.lower())
    return [
        value
        for value, names in named.items()
        if any(_stands_in(said, digits, name) for name in names)
    ]


def _stands_in(said: str, digits: str, name: str) -> bool:
    whole = normal(name)
    if not whole:
        return False
    if whole == MYSELF:
        return bool(_MYSELF.match(said.strip()))
    if f" {whole} " in said:
        return True
    id_ = _HEX.sub("", name.lower())
    if len(id_) == ID_LENGTH and "-" in name:
        return id_ in digits
    first = whole.split()[0]
    return len(first) >= DISTINCTIVE and f" {first} " in said

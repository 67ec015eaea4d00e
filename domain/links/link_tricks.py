"""What hides in a piece of an address: separators in disguise, a second address, letters nobody
sees. Pure."""

import re
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

LAYERS = 4
_IN_PATH = re.compile(r"[;@#:\\?\x00-\x20\x7f]|//|(?:^|/)\.{1,2}(?:/|$)")
_ENCODED_PLAIN = re.compile(r"%(?:[46][1-9A-Fa-f]|[57][0-9Aa]|3[0-9]|2[DdEeFf]|5[CcFf]|7[Ee])")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_BARE_HOST = re.compile(
    r"@?(?:(?:[\w-]+\.)+[^\W\d_]{2,}|\d+(?:\.\d+){3}|\[[0-9a-f:.]+\])\.?(?:[:/?#\\@].*)?",
    re.DOTALL | re.IGNORECASE,
)
DOTS = str.maketrans("。．｡", "...")
# Signs that look like a slash or a backslash (Unicode's confusables). The wide forms are among
# them, though NFKC knows them.
_SLASHES = "\u1735\u2041\u2044\u2215\u2571\u27cb\u29f6\u29f8\u2cc6\u2e4a\u2f03\u3033\u30ce\u31d3\u4e3f\uff0f\U0001d23a\U0001f67c"
_BACKSLASHES = "\u2216\u27cd\u29f5\u29f7\u29f9\ufe68\uff3c\U0001d20f\U0001d23b\U0001f67d"
_AS_SLASH = str.maketrans(
    dict.fromkeys(_SLASHES, "/")
    | dict.fromkeys(_BACKSLASHES, "\\")
    | {"\u2afb": "///", "\u2afd": "//"}
)
_DISGUISED = re.compile(f"[{_SLASHES}{_BACKSLASHES}\u2afb\u2afd]")
INVISIBLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)


def decoded(escaped: str) -> str | None:
    """One layer of percent signs taken off; None when what comes out is not UTF-8."""
    try:
        return unquote_to_bytes(escaped).decode()
    except UnicodeDecodeError:
        return None


def _layers(escaped: str) -> list[str] | None:
    """The text and what it decodes to, layer by layer; None when there is no end within LAYERS or a
    layer is no text."""
    layers = [escaped]
    while "%" in layers[-1]:
        inner = decoded(layers[-1])
        if inner is None or (inner != layers[-1] and len(layers) > LAYERS):
            return None
        if inner == layers[-1]:
            return layers
        layers.append(inner)
    return layers


def tricky(path: str) -> bool:
    """Dot segments, separators in disguise, a second address, letters that did not need their
    percent sign."""
    if (layers := _layers(path)) is None:
        return True
    if any(_DISGUISED.search(layer) or _IN_PATH.search(as_read(layer)) for layer in layers):
        return True
    return any(r.search(layer) for layer in layers for r in (_IN_PATH, _ENCODED_PLAIN, INVISIBLE))


def as_read(text: str) -> str:
    """With plain letters, dots and slashes for those that look like them."""
    return normalize("NFKC", text.translate(_AS_SLASH)).translate(DOTS).translate(_AS_SLASH)


def odd_name(name: str) -> bool:
    """Is a parameter's name written with percent signs that it does not need?"""
    layers = _layers(name)
    return (
        layers is None or len(layers) > 2 or any(_ENCODED_PLAIN.search(layer) for layer in layers)
    )


def folded(name: str) -> str:
    """A parameter's name as the most forgiving reader may take it."""
    return INVISIBLE.sub("", as_read((_layers(name) or [name])[-1])).strip().casefold()


def leads_away(value: str) -> bool:
    """Is there another address in it, or what a page might make one of?"""
    if (layers := _layers(value)) is None:
        return True
    for layer in layers:
        bare = re.sub(r"[\x00-\x20+]", "", as_read(layer))
        if (
            re.search(r"//|[\\<]", bare)
            or _SCHEME.match(bare)
            or _BARE_HOST.fullmatch(bare)
            or INVISIBLE.search(layer)
        ):
            return True
        if _DISGUISED.search(layer) and any(
            _BARE_HOST.fullmatch(piece) for piece in bare.split("/")
        ):
            return True
    return False

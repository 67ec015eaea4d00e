"""Texts from outside (what people wrote, names, files, mails) on their way through a page. Knows no
Jinja and no block.

`sealed` turns a text into a token: OPEN, its kind, its UTF-8 bytes as hexadecimal digits, SHUT. The
parser of mark-up sees the digits only. When it has cut the page into blocks, `as_mrkdwn` and
`as_plain` put the texts back. So no sign of the mark-up, present or future, can be written by
anybody but the author of a template.

Nothing of a text is lost. Every line end that Unicode knows becomes a newline. What Slack cannot
take (C0 and C1 controls, half a surrogate pair) becomes REPLACED. A change of direction that a text
leaves open is closed at the end of its line, so that it does not turn our own words around.
"""

import re
import unicodedata
from collections.abc import Callable

OPEN, SHUT, REPLACED = "\x02", "\x03", "\ufffd"
TEXT, LINK = "t", "l"
TOKEN = rf"{OPEN}[{TEXT}{LINK}][0-9a-f]*{SHUT}"
TOKENS = re.compile(f"({TOKEN})")
# The line ends of str.splitlines (Unicode's and the separators FS, GS, RS).
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_NOT_TAKEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_EMBED, _ISOLATE, _POP_EMBED, _POP_ISOLATE = (
    "\u202a\u202b\u202d\u202e",
    "\u2066\u2067\u2068",
    "\u202c",
    "\u2069",
)
_TURNS = re.compile(f"[{_EMBED}{_ISOLATE}]")


def sealed(text: str) -> str:
    """The text as a token that no parser can read."""
    return f"{OPEN}{TEXT}{cleaned(text).encode().hex()}{SHUT}"


def sealed_link(url: str, label: str) -> str:
    """A token that becomes a link in mrkdwn, and the dead address anywhere else. Who calls it has
    judged the address."""
    return f"{OPEN}{LINK}{f'{url} {label}'.encode().hex()}{SHUT}"


def cleaned(text: str) -> str:
    """The text as Slack can take it, with no line end but the newline."""
    if not _ODD.search(text):
        return text
    text = _NOT_TAKEN.sub(REPLACED, _LINE_ENDS.sub("\n", text))
    return "\n".join(map(_closed, text.split("\n"))) if _TURNS.search(text) else text


def _closed(line: str) -> str:
    """The line, with what ends each change of direction that it leaves open (UAX #9)."""
    ends: list[str] = []
    for sign in line:
        if sign in _EMBED:
            ends.append(_POP_EMBED)
        elif sign in _ISOLATE:
            ends.append(_POP_ISOLATE)
        elif sign == _POP_EMBED and ends[-1:] == [_POP_EMBED]:
            ends.pop()
        elif sign == _POP_ISOLATE and _POP_ISOLATE in ends:
            while ends.pop() != _POP_ISOLATE:
                pass
    return line + "".join(reversed(ends))


def as_link(page: str) -> tuple[str, str] | None:
    """Address and label of a piece of a page that is one link and nothing else."""
    token = page.strip()
    if not TOKENS.fullmatch(token) or token[1] != LINK:
        return None
    url, _, label = _content(token).partition(" ")
    return url, label


def on_content(piece: str, change: Callable[[str], str]) -> str:
    """A token with its text changed, or a piece of our own words changed; a link stays as it is."""
    if not piece.startswith(OPEN):
        return change(piece)
    return sealed(change(_content(piece))) if piece[1] == TEXT else piece


def as_mrkdwn(page: str) -> str:
    """A piece of a page as Slack's mrkdwn: texts from outside with & < > as entities, so that
    nothing in them is alive."""
    return TOKENS.sub(_in_mrkdwn, page) if OPEN in page else page


def as_plain(page: str) -> str:
    """A piece of a page as it is read: entities of our own words resolved, texts from outside
    exactly as they are."""
    if OPEN not in page:
        return unescape(page)
    pieces = TOKENS.split(page)
    return "".join(_opened(piece) if n % 2 else unescape(piece) for n, piece in enumerate(pieces))


def escaped(text: str) -> str:
    """Plain words as Slack's text: nothing in them is a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return (
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        if "&" in text
        else text
    )


def is_blank(text: str) -> bool:
    """Does a reader see nothing of it?"""
    return all(sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf") for sign in text)


def _in_mrkdwn(found: "re.Match[str]") -> str:
    token = found[0]
    if token[1] == TEXT:
        return escaped(_content(token))
    url, _, label = _content(token).partition(" ")
    return f"<{escaped(url)}|{escaped(label)}>"


def _opened(token: str) -> str:
    return _content(token) if token[1] == TEXT else _content(token).partition(" ")[0]


def _content(token: str) -> str:
    return bytes.fromhex(token[2:-1]).decode()

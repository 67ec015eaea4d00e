"""Addresses that a mail program broken over lines: what may be the rest, and whether it is. Pure;
judges by what it is given.

A line break inside an address is joined only when one reading is left. When two are left, the
caller asks for the whole address. A piece of an address is never taken for the address (RFC 3676:
format=flowed; RFC 3986, appendix C: brackets).
"""

import re
from collections.abc import Callable

from domain.links.links import Judgement, Kind

TRAILING = ").,;:!'"
MOST_LINES, LONGEST = 300, 4_096
_ELSEWHERE = ("host", "redirector")
_BREAK = re.compile(r"[ \t\xa0]*(?:\r\n?|\n)(?:[ \t\xa0>|]|&gt;)*")
_BLANKS = re.compile(r"[ \t\xa0]+")
_PIECE = re.compile(r"(?:(?!&[lg]t;)[^\s<>\"])+")
_LINE_END = re.compile(r"[ \t\xa0]*(?:[\r\n]|\Z)")
_BULLET = re.compile(r"[-*+•–—#][ \t\xa0]+\S|([-*_=~#])\1+(?=\s|\Z)")
_G = "[0-9A-Fa-f]"
_GUID = re.compile(rf"(?<!{_G}){_G}{{8}}-{_G}{{4}}-{_G}{{4}}-{_G}{{4}}-{_G}{{12}}(?!{_G})")
_HALF_GUID = re.compile(
    rf"(?<![0-9A-Fa-f-]){_G}{{8}}-(?:{_G}{{0,4}}|{_G}{{4}}-{_G}{{0,4}}|{_G}{{4}}-{_G}{{4}}-{_G}{{0,4}}"
    rf"|{_G}{{4}}-{_G}{{4}}-{_G}{{4}}-{_G}{{0,11}})\Z"
)
_CARRIES_MORE = re.compile(rf"[?&=#%][\w/%]|{_GUID.pattern}")
_MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+[.,;]?")
_WRITTEN_AROUND = "()[]'*_.,;:!?…"
_OPEN_ENDS = "=&?%-_/"
# How a line begins that goes on with the mail and not with the address. No address is cut before
# one of these words.
_SENTENCES = frozenset(
    """
    Regards Best Kind Thanks Thank Sincerely Cheers Greetings Hello Hi Dear Please If The This That
    These We You Your Our It When After Before Once Then Now For From To In On As And But Or No Not
    Note Sent Subject Date With Yours Warm Many Let See Viele Mit Freundliche Beste Gruß Danke Bitte
    Cordialement Merci Bonjour Saludos Gracias Atentamente Vriendelijke Groeten
    """.split()
)


def rest_after(text: str, at: int) -> tuple[str, ...]:
    """The pieces below an address that ends at `at`, line by line, that may be the rest of it.

    A piece on the same line, after a blank, begins with that blank.
    """
    if (blanks := _BLANKS.match(text, at)) and (piece := _PIECE.match(text, blanks.end())):
        more = "://" not in piece[0] and _CARRIES_MORE.search(piece[0])
        return (f" {piece[0]}",) if more else ()
    pieces: list[str] = []
    while len(pieces) < MOST_LINES and (broken := _BREAK.match(text, at)):
        piece = _PIECE.match(text, broken.end())
        if (
            not piece
            or "://" in piece[0]
            or not piece[0][0].isascii()
            or _BULLET.match(text, broken.end())
        ):
            break
        pieces.append(piece[0])
        at = piece.end()
        if not _LINE_END.match(text, at):
            break
    return tuple(pieces)


def in_brackets(text: str, at: int) -> str:
    """The address that begins at `at`, right after a "<", and goes on over lines up to the ">"; ""
    where there is none."""
    end = text.find(">", at, at + LONGEST)
    lines = text[at:end].split("\n") if text[at - 1 : at] == "<" and end > 0 else []
    pieces = [line.strip(" \t\r\xa0") for line in lines]
    if len(pieces) < 2 or not all(pieces) or any(re.search(r"[\s<\"]", piece) for piece in pieces):
        return ""
    return "".join(pieces)


def whole(found: str, pieces: tuple[str, ...], judge: Callable[[str], Judgement]) -> str | None:
    """The whole address; None when it cannot be told where it ends. One that may not be passed on
    anyway stays as it is."""
    now, alone = found, _alone(found)
    first = judge(alone)
    for piece in pieces:
        more = _goes_on(now, piece, judge)
        if more is None:
            return None
        if not more:
            break
        now += piece
    if now == found:
        return None if first.accepted and _HALF_GUID.search(alone) else alone
    last = judge(_alone(now))
    if not last.accepted:
        return None if first.accepted else alone
    sure = not first.accepted or last.kind is Kind.CANDIDATE
    return _alone(now) if sure and not _HALF_GUID.search(_alone(now)) else None


def _goes_on(now: str, piece: str, judge: Callable[[str], Judgement]) -> bool | None:
    """Is the piece more of the address? None: it may be, or not."""
    alone = _alone(now)
    same_line, piece = piece.startswith(" "), piece.lstrip(" ")
    judged = judge(alone)
    if not judged.accepted:
        elsewhere = judged.reason in _ELSEWHERE and "/" in now[len("https://") :]
        return not same_line and not elsewhere
    if _HALF_GUID.search(alone) or _in_a_guid(now, piece):
        return None if same_line else True
    word = piece.strip(_WRITTEN_AROUND)
    if now[-1] not in _OPEN_ENDS and word in _SENTENCES:
        return False
    ended = _GUID.search(alone[-36:]) or not judge(_alone(now + piece)).accepted
    if ended and now[-1] not in _OPEN_ENDS:
        if (
            same_line
            or (word.isalpha() and len(word) > 1)
            or _MAILBOX.fullmatch(piece)
            or piece[0] in "(+[*"
        ):
            return False
        return (
            True
            if re.match(r"[/?&#]\w|#/", piece) and judge(_alone(now + piece)).accepted
            else None
        )
    return None if same_line else True if _CARRIES_MORE.search(piece) else None


def _alone(address: str) -> str:
    """Without the marks that end a sentence."""
    return address.rstrip(TRAILING)


def _in_a_guid(now: str, piece: str) -> bool:
    return any(m.start() < len(now) < m.end() for m in _GUID.finditer(now + piece))

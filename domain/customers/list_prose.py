"""What people write around a list that they paste: "here's our customers:" above it, "thanks"
below. Such lines are no rows. Pure; knows no column.

A company may be called almost anything, so a line counts as prose only by what no name has: a colon
at its end, a greeting, or a sentence's own words.
"""

import re

from domain.identifiers import Kind, WrongIdentifier, look_at

MOST_LEADING, MOST_TRAILING = 4, 4
_GREETS = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|guten (?:tag|morgen)|hallo|moin)"
    r"(?:[ ,]+[\w.'-]+){0,3}\s*[,.!:]*",
    re.I,
)
_SPEAKS = re.compile(
    r"\b(?:here(?:'s|’s|s)?\b.{0,20}\b(?:is|are|our|the|my|all|list)|(?:this|that|it) is"
    r"|th(?:is|at)'s|thats|these are|those are"
    r"|(?:i|we) (?:have|want|need|would|attach\w*|paste\w*|add\w*|got)"
    r"|(?:our|all|my|the) (?:\w+ ){0,3}(?:customers?|clients?|list)"
    r"|(?:please|pls|plz) (?:\w+ ){0,2}(?:add|take|import|find|see|use|load|enter|put|check)"
    r"|(?:can|could|would|will) you"
    r"|(?:add|take|import|load|enter|upload) (?:these|them|those|all|this)"
    r"|(?:see|list) (?:below|attached)|list of|as (?:requested|discussed|promised)|attached"
    r"|unsere kunden|hier (?:ist|sind)|das sind)\b",
    re.I,
)
_CLOSES = re.compile(
    r"(?:(?:many )?thanks?(?: you)?(?: a lot| so much| in advance)?|thx|ty|cheers|danke|merci"
    r"|(?:best|kind|warm) ?regards|regards|best|please|pls|that'?s (?:all|it|everything|the lot)"
    r"|that is (?:all|it)|(?:the )?rest (?:comes?|follows?|will)|more (?:to come|later|follow)"
    r"|done|ok|let me know)\b",
    re.I,
)
_WORDS_OF_A_SENTENCE = 3


def without_prose(text: str) -> tuple[str, int]:
    """The rows alone, and how many lines of prose stood above them. A text of prose alone stays as
    it is."""
    lines = text.splitlines(keepends=True)
    first, last = 0, len(lines)
    while first < last and first < MOST_LEADING and _is_above(lines[first]):
        first += 1
    for _ in range(MOST_TRAILING):
        if last - first > 1 and (not lines[last - 1].strip() or _is_below(lines[last - 1])):
            last -= 1
    if first and not any(line.strip() for line in lines[first:last]):
        return text, 0
    return "".join(lines[first:last]), first


def _is_above(line: str) -> bool:
    said = line.strip()
    if not said or _has_tenant(said):
        return not said
    return said.endswith(":") or bool(_GREETS.fullmatch(said)) or _is_sentence(said)


def _is_below(line: str) -> bool:
    said = line.strip().rstrip(".!")
    if _has_tenant(said) or any(mark in said for mark in ";\t"):
        return False
    closes = _CLOSES.match(said)
    return bool(closes and (closes.end() == len(said) or " " in said[closes.end() :][:2])) or (
        _is_sentence(said)
    )


def _is_sentence(said: str) -> bool:
    if any(mark in said for mark in ";\t"):
        return False
    if len(said.split()) < _WORDS_OF_A_SENTENCE:
        return False
    return said.endswith("?") or bool(_SPEAKS.search(said))


def _has_tenant(said: str) -> bool:
    """Does a cell of the line name a tenant? Then it is a row, whatever its words are."""
    for cell in re.split(r"[,;\t]", said):
        try:
            if look_at(cell.strip()).kind in (Kind.TENANT, Kind.DOMAIN, Kind.OWN_DOMAIN):
                return True
        except WrongIdentifier as wrong:
            if wrong.looks_like in (Kind.TENANT, Kind.DOMAIN):
                return True
    return False

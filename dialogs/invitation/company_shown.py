"""Reads what somebody says the page of an invitation shows: another company than the one that is
expected? Pure; records nothing. Never concludes that the right one is shown."""

import re
from dataclasses import dataclass

from domain.naming.mentions import mentions, words_of
from domain.naming.names_said import company_in
from domain.naming.ordinary_words import ORDINARY

_PLACE = (
    r"(?:it|this|that|there|(?:the )?(?:page|invite|invitation|link|screen|site|form|name|request"
    r"|dialog|window|header|title|text|company|provider|partner)"
    r"(?: (?:there|on (?:it|the page)|name))?|partner center|microsoft)"
)
_SHOWS = (
    r"(?:(?:['’]s| is| was|'re| are)(?: (?:from|by|for|called|named|showing|saying|about|actually)"
    r")*|(?: (?:only|actually|also|clearly|just|now))? (?:says?|said|shows?|showed|reads?|displays?"
    r"|lists?|names?|mentions?|states?|comes from|came from|wants me to authorize|asks me to (?:"
    r"authorize|accept))(?: (?:that|it['’]?s|it is|from|the name|something like|the company))*)"
)
_SEES = (
    r"(?:i (?:only )?(?:see|read|find|get)|there['’]?s|there is|it has|why does it (?:say|show))"
)
_STOP = (
    r"(?=\s*(?:[,;:.!?]|$|\b(?:not|instead|and|but|rather|on|there|here|as|in|which|that|isn['’]?t"
    r"|when|while|although|though|we|is|was|at|for)\b|[–-]\s))"
)
_NAME = r"[\"'“]?(?P<name>[\w&][\w&.'’+-]*(?: [\w&(][\w&.'’+)-]*){0,5}?)[\"'”]?"
_SAYS = re.compile(rf"\b{_PLACE}{_SHOWS}\s+{_NAME}{_STOP}", re.IGNORECASE)
_READS = re.compile(rf"\b{_SEES}\s+(?:the name )?{_NAME}{_STOP}", re.IGNORECASE)
_STANDS = re.compile(
    rf"{_NAME} (?:is|was)(?: (?:what|the name|the company))? ?(?:written|shown|displayed|listed"
    r"|named|mentioned|there|on (?:the|that) (?:page|screen|invitation|form)|it shows|it says)\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:not|instead of|rather than|isn['’]?t|is not|was not|wasn['’]?t|and not|but (?:we|i)"
    r"(?: (?:expect(?:ed)?|chose|wanted|picked|want))?"
    r"|(?:we|i) (?:expect(?:ed)?|chose|wanted|picked))\b(?P<rest>.*)",
    re.IGNORECASE,
)
_COMPANY = (
    r"(?:compan(?:y|ies)|name|provider|partner|distributor|disti|firm|organi[sz]ation|reseller)"
)
_ANOTHER = re.compile(
    rf"\b(?:another|(?:a |the )?different|some other|(?:an )?other|the wrong|a wrong|wrong"
    rf"|a strange|(?:an )?unknown|not (?:the|our) (?:right|correct|expected|chosen)) {_COMPANY}\b"
    rf"|\b{_COMPANY}(?: (?:there|on (?:it|the page)|name))? (?:is|does|was|did)(?: not|n['’]?t)"
    r" (?:match|fit|ours|right|correct|the same|the one|agree)"
    rf"|\b{_COMPANY} (?:is|looks) (?:different|wrong|another|strange|unknown)"
    rf"|\b(?:never heard of|(?:do not|don['’]?t) (?:know|recogni[sz]e))"
    rf" (?:them\b|(?:this|that|the|their) {_COMPANY}\b)"
    r"|\b(?:from|by) (?:someone|somebody|another|some other|a different)\b(?: else)?"
    r"|\b(?:it|that|this)(?: is|['’]s)(?: not|n['’]?t) (?:from )?(?:our provider|our distributor"
    r"|the (?:one|provider|company) (?:that )?(?:we|i)|them\b|who we)",
    re.IGNORECASE,
)
_ON_THE_PAGE = re.compile(
    rf"\b(?:{_PLACE}|from)\b|\b{_COMPANY} (?:is|was|does|did|looks)\b|\bheard of\b|recogni[sz]e",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:yes|yep|yeah|no|nope|ok(?:ay)?|hm+|well|so|but|and|sorry|wait|oh)\b[\s,.!–-]*)+",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(r"(?:what|and|but|so)? ?(?:if|in case|when|suppose)\b", re.IGNORECASE)
_OWN_SLIP = re.compile(
    r"(?:i|we) (?:typed|entered|wrote|gave|pasted|sent|put|used|said|named|copied)\b", re.IGNORECASE
)
SHORT = 6
_NOBODY = ("microsoft", "partner center", "global admin")


@dataclass(frozen=True)
class Shown:
    """`another`: the text says that the page shows another company. `plain`: it says so itself;
    else it only names one, or asks. `name`: which one, "" where it does not say. `as_expected`: it
    says that the page shows the expected one."""

    another: bool = False
    plain: bool = False
    name: str = ""
    as_expected: bool = False


def company_shown(text: str, expected: str, own: str) -> Shown:
    """What the page shows, by a text. `expected`: the provider whose invitation it is said to be;
    `own`: the partner's own name, which the page may show too."""
    said = _LEAD.sub("", " ".join(text.split()))
    if _SUPPOSES.match(said) or _OWN_SLIP.match(said):
        return Shown()
    asks = said.endswith("?")
    name = _other(said, expected, own)
    against = _CONTRAST.search(said)
    denied = bool(against and mentions([expected], against["rest"]))
    on_the_page = bool(_ON_THE_PAGE.search(said)) or len(said.split()) <= SHORT
    if _ANOTHER.search(said):
        return Shown(True, on_the_page and not asks, name)
    if name:
        return Shown(True, denied and not asks, name)
    if denied and not asks and on_the_page:
        return Shown(True, True, "")
    as_expected = not denied and not asks and _names(said, expected)
    return Shown(as_expected=as_expected)


def _names(said: str, expected: str) -> bool:
    """Does the text say that the page shows this company?"""
    found = [*_SAYS.finditer(said), *_STANDS.finditer(said)]
    return any(mentions([expected], one["name"]) for one in found if expected)


def _other(said: str, expected: str, own: str) -> str:
    """The company that the page is said to show, if it is neither the expected one nor we."""
    for frame in (_SAYS, _STANDS, _READS):
        for found in frame.finditer(said):
            name = company_in(found["name"])
            words = words_of(name)
            if not words or any(nobody in name.casefold() for nobody in _NOBODY):
                continue
            if set(words) <= ORDINARY:  # "Access Denied", "Authorize indirect provider"
                continue
            if mentions([n for n in (expected, own) if n], name):
                continue
            return name
    return ""

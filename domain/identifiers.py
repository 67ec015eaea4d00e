"""Tenant ids, domains and Partner IDs as people paste them: which of them is it, and is it whole?
Pure; asks nobody.

A tenant id ("Microsoft ID") is a GUID, the default domain is name.onmicrosoft.com, a Partner ID
(once MPN ID) is digits (docs/security.md I1). What was swapped or cut is refused with what it looks
like.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TENANT = "tenant_id"
    DOMAIN = "domain"
    PARTNER_ID = "partner_id"
    OWN_DOMAIN = "own_domain"  # contoso.com: a domain, but not the default one
    LINK = "link"
    EMAIL = "email"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Identifier:
    """What a text holds, in canonical spelling (lower case, GUIDs with their dashes, digits
    alone)."""

    kind: Kind
    value: str


class WrongIdentifier(Exception):
    """Not what was asked for. `why`: none, other_kind, several, length, not_hex, placeholder,
    misspelled, not_ascii; `looks_like`: the Kind that it seems to be."""

    def __init__(self, why: str, looks_like: Kind = Kind.NOTHING) -> None:
        super().__init__(f"{why}: {looks_like}")
        self.why, self.looks_like = why, looks_like


_HEX = r"[0-9a-f]"
_GUID = re.compile(
    rf"(?<![0-9a-z-]){_HEX}{{8}}-?{_HEX}{{4}}-?{_HEX}{{4}}-?{_HEX}{{4}}-?{_HEX}{{12}}(?![0-9a-z-])"
)
_LIKE_GUID = re.compile(
    r"(?<![0-9a-z-])(?=[0-9a-z-]*\d)(?:[0-9a-z]{1,13}(?:-[0-9a-z]{1,13}){3,6}|[0-9a-f]{24,40})(?![0-9a-z-])"
)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DEFAULT = re.compile(
    rf"(?<![\w.@-])({_LABEL})\.(?:onmicrosoft\.(?:com|us|de)|partner\.onmschina\.cn)(?![\w-])"
)
_LIKE_DEFAULT = re.compile(
    r"[\w-]+(?:\.\w+)?\.on?mi?c?r?o?so?ft?\w*(?:\.\w+)?|[\w-]+\.onmicro[\w.-]*|[\w-]+onmicrosoft\.com"
)
_DOMAIN = re.compile(rf"(?<![\w.@-])(?:{_LABEL}\.)+[a-z]{{2,24}}(?![\w-])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"https?://\S+|(?<![\w@])(?:www\.|(?:admin|partner|portal)\.microsoft\.)\S+")
_DIGITS = re.compile(r"(?<![\w.-])#?(\d(?:[ ,.]?\d)*)(?![\w-])")
_ANY_DOMAIN = rf"(?:{_DEFAULT.pattern}|{_LIKE_DEFAULT.pattern}|{_DOMAIN.pattern})(?:[/?#:]\S*)?"
# Whatever identifies somebody or something, with what stands for it; the longer forms first.
_IDENTIFYING = tuple(
    (re.compile(pattern, re.I), instead)
    for pattern, instead in (
        (_LINK.pattern, "a link"),
        (_EMAIL.pattern, "an address"),
        (_GUID.pattern, "an id"),
        (_LIKE_GUID.pattern, "an id"),
        (_ANY_DOMAIN, "a domain"),
        (r"[+(]?\d(?:[ ,.()/-]{0,2}\d){4,}", "a number"),
    )
)


def without_identifiers(text: str) -> str:
    """The text without links, addresses, GUIDs, domains and numbers of five digits or more."""
    for pattern, instead in _IDENTIFYING:
        text = pattern.sub(f" {instead} ", text)
    return text


def look_at(text: str) -> Identifier:
    """The one identifier in a text. Raises WrongIdentifier where there is none, more than one, or a
    broken one."""
    said = unicodedata.normalize("NFKC", text[:1_000]).lower().strip().strip("<>{}()[]\"'` ")
    for kind, pattern in ((Kind.LINK, _LINK), (Kind.EMAIL, _EMAIL)):
        if pattern.search(said):
            return Identifier(kind, "")
    if found := _once(m[0].replace("-", "") for m in _GUID.finditer(said)):
        return Identifier(Kind.TENANT, _guid(found))
    if found := _once(m[0] for m in _DEFAULT.finditer(said)):
        return Identifier(Kind.DOMAIN, found)
    if broken := _broken(said):
        raise broken
    if found := _once(m[0] for m in _DOMAIN.finditer(said)):
        return Identifier(Kind.OWN_DOMAIN, found)
    if found := _once(re.sub(r"\D", "", m[1]) for m in _DIGITS.finditer(said)):
        if not 5 <= len(found) <= 10:
            raise WrongIdentifier("length", Kind.PARTNER_ID)
        if not found.strip("0"):
            raise WrongIdentifier("placeholder", Kind.PARTNER_ID)
        return Identifier(Kind.PARTNER_ID, found)
    raise WrongIdentifier("none")


def tenant_id(text: str) -> str:
    """The tenant id in a text, lower case with its dashes. Raises WrongIdentifier."""
    return _wanted(text, Kind.TENANT).value


def default_domain(text: str) -> str:
    """The default domain (name.onmicrosoft.com) in a text. Raises WrongIdentifier."""
    return _wanted(text, Kind.DOMAIN).value


def partner_id(text: str) -> str:
    """The Partner ID in a text: five to ten digits. Raises WrongIdentifier."""
    return _wanted(text, Kind.PARTNER_ID).value


def tenant(text: str) -> Identifier:
    """A tenant by its id or by its default domain, which is often all that people remember. Raises
    WrongIdentifier."""
    return _wanted(text, Kind.TENANT, Kind.DOMAIN)


def _wanted(text: str, *kinds: Kind) -> Identifier:
    found = look_at(text)
    if found.kind not in kinds:
        raise WrongIdentifier("other_kind", found.kind)
    return found


def _once(found: Iterable[str]) -> str:
    different = set(found)
    if len(different) > 1:
        raise WrongIdentifier("several")
    return different.pop() if different else ""


def _guid(digits: str) -> str:
    if len(set(digits)) == 1:
        raise WrongIdentifier("placeholder", Kind.TENANT)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _broken(said: str) -> WrongIdentifier | None:
    """Something that was meant to be a tenant id or a default domain, and is not whole."""
    if near := _LIKE_GUID.search(said):
        not_hex = bool(re.search(r"[g-z]", near[0]))
        if not not_hex or len(near[0].replace("-", "")) >= 28:
            return WrongIdentifier("not_hex" if not_hex else "length", Kind.TENANT)
    if _LIKE_DEFAULT.search(said):
        return WrongIdentifier("misspelled" if said.isascii() else "not_ascii", Kind.DOMAIN)
    if not said.isascii() and re.search(r"\w\.\w", said):
        return WrongIdentifier("not_ascii", Kind.OWN_DOMAIN)
    return None

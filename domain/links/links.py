"""Is this address plainly written, within the policy, and what kind of page is it? Pure: opens
nothing, asks nobody.

No parser is the defence (docs/security.md L1). An address counts when one plain spelling fits, two
parsers of different schools read the same in it, its host and path are listed, and nothing in it
leads elsewhere. A well-formed link is no proof of a genuine invitation: anybody can build one. So
what is passed on says "has the form of", never more.
"""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from ada_url import URL

from domain.json_values import Values
from domain.links.link_policy import GUID, POLICY, Policy
from domain.links.link_reasons import is_redirector, kind_named, why_not_plain
from domain.links.link_tricks import decoded, folded, leads_away, odd_name, tricky

ADMIN_CENTRE = "admin.microsoft.com"
_CHAR = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/{0}]|%[0-9A-Fa-f]{{2}})*"
_PLAIN = re.compile(
    r"[Hh][Tt][Tt][Pp][Ss]://[A-Za-z0-9.-]+(?::443)?(?:/"
    + _CHAR.format("")
    + r")?(?:\?"
    + _CHAR.format("?")
    + r")?(?:#"
    + _CHAR.format("?")
    + r")?"
)
# As Microsoft writes them (docs/security.md L6). A name in other letters is another name: who reads
# it otherwise, reads another link.
_ADMIN_PARAMETERS = {
    name.lower(): name for name in ("invType", "partnerId", "msppId", "indirectCSPId", "DAP")
}
_WRAPPED = "url"
JOINT, DIRECT = "IndirectResellerRelationship", "ResellerRelationship"
# Partner Center pages with ids of their own that are no invitations.
_OTHER_PAGES = re.compile(
    r"/(?:support|customers|billing|account|home|orders|analytics|referrals)(?:/|$)", re.IGNORECASE
)
# An address that only speaks of invitations names none: something has to follow, as the link is
# personal (X-LINK-PERSONAL).
_INVITES = re.compile(r"invit[^/?#]*[/?#=].", re.IGNORECASE)
_PARTIES = re.compile(r"provider|reseller|partnership|relationship|distributor", re.IGNORECASE)


class Kind(StrEnum):
    CANDIDATE = "partnership_candidate"
    CUSTOMER = "customer"
    JOINT = "joint"
    GDAP = "gdap"
    PAGE = "page"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Judgement:
    """`relay`: the address as it may be passed on, "" when it may not; `reason`: a stable code, ""
    when it may.

    `ids`: what an invitation of the admin centre names, by parameter in lower case; `host`: where
    the last layer leads.
    """

    kind: Kind
    reason: str = ""
    relay: str = ""
    host: str = ""
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        return not self.reason

    def as_row(self) -> Values:
        """As `changeover check-link` prints it."""
        return {
            "verdict": "accept" if self.accepted else "reject",
            "kind": str(self.kind),
            "reason": self.reason,
            "relay": self.relay or None,
        }


def judge(address: str, policy: Policy = POLICY, depth: int = 0) -> Judgement:
    """What an address is, exactly as it was written. Takes any text; never raises."""
    no = Judgement(Kind(kind_named(address)), "not_plain")
    if len(address) > policy.max_length:
        return replace(no, reason="too_long")
    if not _PLAIN.fullmatch(address):
        return replace(no, reason=why_not_plain(address))
    parts = _agreed(address)
    if parts is None:
        return replace(no, reason="parsers_disagree")
    no = replace(no, host=parts.hostname or "")
    if policy.safelinks.fullmatch(no.host):
        return _unwrap(parts, policy, depth, no)
    if no.host not in policy.hosts:
        return replace(no, reason="redirector" if is_redirector(no.host) else "host")
    pairs = _pairs(parts.query)
    reason = (
        _path(parts, policy) or _parameters(parts.query, pairs, policy) or _fragment(parts, policy)
    )
    if not reason and no.host == ADMIN_CENTRE:
        return _admin_centre(parts, pairs, policy, no)
    if not reason and no.kind is Kind.GDAP:
        reason = "gdap"
    if not reason and not _may_ask(pairs, policy):
        reason = "admin_rights"
    return (
        replace(no, reason=reason)
        if reason
        else replace(no, kind=_page_or_candidate(parts), reason="", relay=_written(parts))
    )


def _agreed(address: str) -> SplitResult | None:
    """Both parsers' reading, if it is one and the same."""
    try:
        theirs, ours = URL(address), urlsplit(address)
        port = ours.port
    except ValueError:
        return None
    same = (
        theirs.protocol == "https:"
        and not theirs.username
        and not theirs.password
        and theirs.port == ""
        and port in (None, 443)
        and ours.username is None
        and ours.password is None
        and theirs.hostname == ours.hostname
        and theirs.pathname == (ours.path or "/")
        and theirs.search.removeprefix("?") == ours.query
        and theirs.hash.removeprefix("#") == ours.fragment
    )
    return ours if same else None


def _written(parts: SplitResult) -> str:
    """The address written anew from its parts: what was read is what is passed on."""
    query, fragment = parts.query and f"?{parts.query}", parts.fragment and f"#{parts.fragment}"
    return f"https://{parts.hostname}{parts.path}{query}{fragment}"


def _unwrap(parts: SplitResult, policy: Policy, depth: int, no: Judgement) -> Judgement:
    """Safe Links carry the address in `url`: the whole rule holds for what is in it."""
    values = [v for name, v in _pairs(parts.query) if name == _WRAPPED]
    if (
        parts.path != "/"
        or parts.fragment
        or ";" in parts.query
        or len(values) != 1
        or not values[0]
    ):
        return replace(no, reason="wrapper")
    if depth >= policy.safelinks_depth:
        return replace(no, reason="wrapped_too_often")
    if reason := _names(_pairs(parts.query), policy):
        return replace(no, reason=reason)
    inner = decoded(values[0])
    return judge(inner, policy, depth + 1) if inner is not None else replace(no, reason="wrapper")


def _pairs(query: str) -> list[tuple[str, str]]:
    """Name and value, both as they are written."""
    split = (pair.partition("=") for pair in query.split("&")) if query else ()
    return [(name, value) for name, _, value in split]


def _path(parts: SplitResult, policy: Policy) -> str:
    if tricky(parts.path):
        return "path_trick"
    return "" if policy.hosts[parts.hostname or ""].fullmatch(parts.path.lower()) else "path"


def _parameters(query: str, pairs: list[tuple[str, str]], policy: Policy) -> str:
    if ";" in query or "%3b" in query.lower():
        return "semicolon"
    if reason := _names(pairs, policy):
        return reason
    return (
        "nested_url" if any(leads_away(name) or leads_away(value) for name, value in pairs) else ""
    )


def _names(pairs: list[tuple[str, str]], policy: Policy) -> str:
    names = [folded(name) for name, _ in pairs]
    if len(names) > policy.max_params:
        return "too_many_parameters"
    if any(odd_name(name) for name, _ in pairs):
        return "parameter_name"
    return "parameter_twice" if len(set(names)) < len(names) else ""


def _fragment(parts: SplitResult, policy: Policy) -> str:
    path, _, query = parts.fragment.partition("?")
    if path and tricky(path):
        return "fragment"
    return _parameters(query, _pairs(query), policy)


def _may_ask(pairs: list[tuple[str, str]], policy: Policy) -> bool:
    """Nothing asks for old delegated admin rights (P-GDAP: that was a way to hand a stranger the
    keys)."""
    return all(
        name == "DAP" and value.lower() in policy.dap_allowed
        for name, value in pairs
        if folded(name) == "dap"
    )


def _admin_centre(
    parts: SplitResult, pairs: list[tuple[str, str]], policy: Policy, no: Judgement
) -> Judgement:
    """A reseller's invitation to a customer: only the documented parameters, and only ids that are
    known (docs/security.md L6)."""
    ids = {folded(name): value for name, value in pairs}
    kind = {JOINT: Kind.JOINT, DIRECT: Kind.CUSTOMER}.get(ids.get("invtype", ""), no.kind)
    no = replace(no, kind=kind, ids=ids)
    if kind is Kind.GDAP:
        return replace(no, reason="gdap")
    if not ids:
        return replace(no, reason="no_invitation")
    if set(ids) - set(_ADMIN_PARAMETERS):
        return replace(no, reason="unknown_parameter")
    if any(_ADMIN_PARAMETERS[folded(name)] != name for name, _ in pairs):
        return replace(no, reason="parameter_name")
    if ids.get("invtype", "") not in policy.inv_types:
        return replace(no, reason="invitation_type")
    if parts.fragment not in policy.fragments:
        return replace(no, reason="fragment")
    if not _may_ask(pairs, policy):
        return replace(no, reason="admin_rights")
    if not re.fullmatch(r"[0-9]{1,10}", ids.get("msppid", ""), re.ASCII):
        return replace(no, reason="partner_number")
    named = [ids.get("partnerid", ""), *([ids["indirectcspid"]] if "indirectcspid" in ids else [])]
    if len(named) != (2 if kind is Kind.JOINT else 1) or not all(GUID.fullmatch(i) for i in named):
        return replace(no, reason="tenant_id")
    if not all(i.lower() in policy.expected for i in named):
        return replace(no, reason="stranger")
    return replace(no, reason="", relay=_written(parts))


def _page_or_candidate(parts: SplitResult) -> Kind:
    """Has it the looks of an invitation? There is no published shape (G-PARTNERSHIP-URL); the
    sender's word decides, not this."""
    said = _written(parts)
    named = _INVITES.search(said) or (_PARTIES.search(said) and GUID.search(said))
    return (
        Kind.CANDIDATE
        if named or (GUID.search(said) and not _OTHER_PAGES.search(parts.path))
        else Kind.PAGE
    )

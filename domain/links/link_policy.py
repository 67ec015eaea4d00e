"""Which addresses may be passed on: hosts, kinds of invitation, whose. A policy is data; it is read
and checked here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from domain.json_values import Json, Values
from domain.unusable import Unusable

# F-INVITE-OPENS-PC, X-LINK-PERSONAL; the shapes are those of docs/security.md L6. The path of a
# provider's invitation is not published (G-PARTNERSHIP-URL): a prefix has to carry it.
BUILT_IN: Values = {
    "allowed_hosts": {
        "partner.microsoft.com": [
            "/dashboard/",
            "/commerce/",
            "/{locale}/dashboard/",
            "/pcv/",
            "/{locale}/pcv/",
        ],
        "partnercenter.microsoft.com": ["/pcv/", "/partner/", "/{locale}/pcv/"],
        "admin.microsoft.com": ["/adminportal/home"],
    },
    "expected_partner_ids": [],
    "inv_types": ["ResellerRelationship", "IndirectResellerRelationship"],
    "fragments": ["/BillingAccounts/partner-invitation", "/partners/invitation"],
    "dap_allowed": ["false"],
    "max_length": 2048,
    "max_params": 32,
    "safelinks_regex": r"^[a-z]{2,6}[0-9]{2}\.safelinks\.protection\.outlook\.com$",
    "safelinks_depth": 3,
}
LOCALE = "[a-z]{2}(?:-[a-z]{4})?-[a-z]{2}"
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII)
GUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE
)


class BadPolicy(Unusable, ValueError):
    """A link policy that cannot be taken as it is; says which key."""


@dataclass(frozen=True)
class Policy:
    """What a link is judged by. `expected`: tenant ids in lower case, own and confirmed
    providers'."""

    hosts: dict[str, "re.Pattern[str]"]
    expected: frozenset[str]
    inv_types: frozenset[str]
    fragments: frozenset[str]
    dap_allowed: frozenset[str]
    max_length: int
    max_params: int
    safelinks: "re.Pattern[str]"
    safelinks_depth: int

    def expecting(self, ids: Iterable[str]) -> "Policy":
        """The same policy for a partner whose own tenants and confirmed providers have these
        ids."""
        return replace(self, expected=frozenset(i.lower() for i in ids if i))


def policy_of(said: Mapping[str, Json]) -> Policy:
    """The policy that a mapping describes; what it leaves out is as built in. Raises BadPolicy,
    naming the key."""
    if unknown := sorted(set(said) - set(BUILT_IN)):
        raise BadPolicy(f"unknown key {unknown[0]!r}; there are {', '.join(BUILT_IN)}")
    row = BUILT_IN | dict(said)
    for key, like in BUILT_IN.items():
        if type(row[key]) is not type(like):
            raise BadPolicy(f"{key}: it must be {_named(like)}")
        if isinstance(like, list) and not all(isinstance(v, str) for v in row[key]):
            raise BadPolicy(f"{key}: it must be a list of texts")
        if isinstance(like, int) and row[key] < 1:
            raise BadPolicy(f"{key}: it must be at least 1")
    for id_ in row["expected_partner_ids"]:
        if not GUID.fullmatch(id_):
            raise BadPolicy(f"expected_partner_ids: {id_!r} is no tenant id")
    try:
        safelinks = re.compile(row["safelinks_regex"])
    except re.error as error:
        raise BadPolicy(f"safelinks_regex: {error}") from error
    return Policy(
        {host.lower(): _paths(host, paths) for host, paths in row["allowed_hosts"].items()},
        frozenset(i.lower() for i in row["expected_partner_ids"]),
        frozenset(row["inv_types"]),
        frozenset(row["fragments"]),
        frozenset(v.lower() for v in row["dap_allowed"]),
        row["max_length"],
        row["max_params"],
        safelinks,
        row["safelinks_depth"],
    )


def _paths(host: str, paths: Json) -> "re.Pattern[str]":
    """The paths of a host: one that ends in a slash is the beginning of more, another is the whole
    path."""
    if not _HOST.fullmatch(host.lower()):
        raise BadPolicy(f"allowed_hosts: {host!r} is no host name")
    if (
        not isinstance(paths, list)
        or not paths
        or not all(isinstance(p, str) and p.startswith("/") for p in paths)
    ):
        raise BadPolicy(f"allowed_hosts: {host} needs a list of paths that begin with a slash")
    shapes = (
        re.escape(p.lower()).replace(re.escape("{locale}"), LOCALE)
        + (".*" if p.endswith("/") else "")
        for p in paths
    )
    return re.compile("|".join(shapes), re.ASCII)


def _named(like: object) -> str:
    return {dict: "an object", list: "a list", int: "a whole number", str: "a text"}[type(like)]


POLICY = policy_of({})
# Where Microsoft documents it: what our own sources stand on. Judged by the same rule; no
# invitation is ever there.
DOCUMENTATION = policy_of(
    {"allowed_hosts": {"learn.microsoft.com": ["/partner-center/", "/{locale}/partner-center/"]}}
)

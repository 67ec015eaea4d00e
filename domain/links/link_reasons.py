"""Why an address is not plain, and what it looks like all the same: for words, never for the
decision."""

import re

# Shorteners and rewriters people meet in mail and chat. Where they lead cannot be read without
# opening them.
REDIRECTORS = frozenset(
    """
    1drv.ms aka.ms bit.ly buff.ly click.email cutt.ly fwd.link goo.gl go.microsoft.com google.com
    href.li is.gd l.facebook.com linkprotect.cudasvc.com lnkd.in ow.ly rb.gy rebrand.ly s.id
    shorturl.at slack-redir.net t.co t.ly tiny.cc tinyurl.com url.emailprotection.link
    urldefense.com urldefense.proofpoint.com urlsand.esvalabs.com www.google.com
    """.split()
)
REWRITERS = (
    ".mimecast.com",
    ".mimecastprotect.com",
    ".safelinks.protection.outlook.com",
    ".safelinks.protection.office365.us",
    ".sendgrid.net",
    ".list-manage.com",
    ".hubspotlinks.com",
    ".ctasecure.com",
    ".fireeye.com",
    ".trendmicro.com",
    ".barracudanetworks.com",
)
GENUINE = frozenset(
    [
        "admin.microsoft.com",
        "admin.cloud.microsoft",
        "portal.office.com",
        "businessstore.microsoft.com",
        "partner.microsoft.com",
    ]
)
_AUTHORITY = re.compile(r"[a-z]+://([^/?#\\]*)", re.IGNORECASE)
_INVISIBLE = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
KINDS = (
    ("granularadminrelationships", "gdap"),
    ("invtype=indirectresellerrelationship", "joint"),
    ("type=indirectresellerrelationship", "joint"),
    ("invtype=resellerrelationship", "customer"),
    ("type=resellerrelationship", "customer"),
    ("invtype=", "customer"),
)


def is_redirector(host: str) -> bool:
    return host in REDIRECTORS or host.endswith(REWRITERS)


def kind_named(address: str) -> str:
    """What an address on one of Microsoft's own hosts calls itself; "unknown" for every other."""
    found = _AUTHORITY.match(address)
    if not found or found[1].lower().removesuffix(":443") not in GENUINE:
        return "unknown"
    said = address.lower()
    return next((kind for words, kind in KINDS if words in said), "unknown")


def why_not_plain(address: str) -> str:
    """The first thing that is wrong with the spelling, as a stable code."""
    if not address.strip():
        return "empty"
    if re.search(r"[\x00-\x20\x7f-\xa0]", address):
        return "blank"
    if _INVISIBLE.search(address):
        return "invisible"
    if re.match(r"https://", address, re.IGNORECASE) is None:
        return "not_https"
    authority = (_AUTHORITY.match(address) or [address, ""])[1]
    if "@" in authority:
        return "userinfo"
    if "\\" in address or "＼" in address:
        return "backslash"
    if not address.isascii():
        return "not_ascii"
    if "%" in authority:
        return "host"
    if ":" in authority and "[" not in authority:
        return "port"
    return "not_plain"

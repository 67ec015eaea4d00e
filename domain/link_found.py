"""The links in what people pass on: Slack's mark-up and plain mails. Finds them as they stand, judges and follows none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

SLACK_AT_MOST, MAIL_AT_MOST = 12_000, 200_000
_TOKEN = re.compile(r"<([^<>]*)>")
_MENTION = re.compile(r"[@#][A-Z0-9]+(?:\|[^<>]*)?", re.ASCII)
MAILBOX = re.compile(r"(?:mailto|tel):", re.IGNORECASE)
# Only an ordinary blank ends an address; other blanks stay in it, and it is refused.
_BARE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.\-]{1,20}:/[^ \t\r\n\xa0<>\"]*")
_TRAILING = ").,;:!'"
# Undecoded quoted-printable. A tenant id may begin with 3d; a decoded mail has no soft line break.
QUOTED = re.compile(r"=3D(?![0-9a-f]{6}-[0-9a-f]{4}-)|=\r?\n", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A link as it stands somewhere: where it leads, and what is written on it ("" where nothing is)."""

    target: str
    label: str = ""


@dataclass(frozen=True)
class Found:
    """The links of a text, each once; `reason`: why none of them may count whatever it is, "" when nothing is wrong."""

    links: tuple[Link, ...] = ()
    reason: str = ""


def in_slack(text: str) -> Found:
    """Slack's own mark-up: <target|label>, with & < > escaped once in everything that people typed."""
    if len(text) > SLACK_AT_MOST:
        return Found(reason="text_too_long")
    links: list[Link] = []
    reason = ""
    for token in _TOKEN.findall(text):
        target, _, label = token.partition("|")
        if token.startswith("!"):
            reason = "mention"
        elif not _MENTION.fullmatch(token) and not MAILBOX.match(token):
            links.append(Link(unescaped(target), unescaped(label)))
    rest = _TOKEN.sub(" ", text)
    if "<" in rest or ">" in rest:
        reason = reason or "markup"
    return Found(once([*links, *(Link(unescaped(bare)) for bare in bare_links(rest))]), reason)


def in_mail_text(text: str) -> Found:
    """A plain mail, decoded."""
    if len(text) > MAIL_AT_MOST:
        return Found(reason="text_too_long")
    return Found(once(Link(bare) for bare in bare_links(text)), "quoted_printable" if QUOTED.search(text) else "")


def without_links(text: str, *, slack: bool) -> str:
    """What was said beside the links, mentions and mailboxes left out."""
    if slack:
        text = unescaped(_TOKEN.sub(" ", text))
    return " ".join(_BARE.sub(" ", text).split()).strip(" <>()[]:-|")


def bare_links(text: str) -> list[str]:
    """Addresses as they stand in running text, without the marks that end a sentence."""
    return [found.rstrip(_TRAILING) for found in _BARE.findall(text)]


def once(links: Iterable[Link]) -> tuple[Link, ...]:
    return tuple(dict.fromkeys(links))


def unescaped(text: str) -> str:
    """Slack's three escapes taken off, once."""
    return re.sub(r"&(lt|gt|amp);", lambda m: {"lt": "<", "gt": ">", "amp": "&"}[m[1]], text)

"""The links in what people pass on: Slack's mark-up and plain mails. Finds them as they stand,
judges and follows none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.links.link_wrapped import TRAILING, in_brackets, rest_after

SLACK_AT_MOST, MAIL_AT_MOST = 12_000, 200_000
_TOKEN = re.compile(r"<([^<>]*)>")
_MENTION = re.compile(r"[@#][A-Z0-9]+(?:\|[^<>]*)?", re.ASCII)
MAILBOX = re.compile(r"(?:mailto|tel):", re.IGNORECASE)
# As the header of a mail has it: <john@fabrikam.com>. Without a scheme it leads nowhere.
_MAIL_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
# Only an ordinary blank ends an address; other blanks stay in it, and it is refused.
_BARE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.\-]{1,20}:/[^ \t\r\n\xa0<>\"]*")
# What follows a link of Slack's right away, as if the link had been cut off there.
_GLUED = re.compile(r"[A-Za-z0-9/?=%#_~]")
# Undecoded quoted-printable. A tenant id may begin with 3d; a decoded mail has no soft line break.
QUOTED = re.compile(r"=3D(?![0-9a-f]{6}-[0-9a-f]{4}-)|=\r?\n", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A link as it is written: where it leads, and what is written on it ("" where nothing is).

    `rest`: what may be more of it on the lines below (domain/links/link_wrapped.py); `ending`:
    sentence marks taken off its end.
    """

    target: str
    label: str = ""
    rest: tuple[str, ...] = field(default=(), repr=False)
    ending: str = field(default="", repr=False)


@dataclass(frozen=True)
class Found:
    """The links of a text, each once; `reason`: why none of them may count whatever it is, "" when
    nothing is wrong."""

    links: tuple[Link, ...] = ()
    reason: str = ""


def in_slack(text: str) -> Found:
    """Slack's own mark-up: <target|label>, with & < > escaped once in everything that people
    typed."""
    if len(text) > SLACK_AT_MOST:
        return Found(reason="text_too_long")
    links: list[Link] = []
    reason = ""
    for found in _TOKEN.finditer(text):
        token, end = found[1], found.end()
        target, _, label = token.partition("|")
        if token.startswith("!"):
            reason = "mention"
        elif not (
            _MENTION.fullmatch(token) or MAILBOX.match(token) or _MAIL_ADDRESS.fullmatch(token)
        ):
            below = rest_after(text, end) if label in ("", target) else ()
            links.append(Link(unescaped(target), unescaped(label), tuple(map(unescaped, below))))
            if _GLUED.match(text, end):
                reason = reason or "markup"
    rest = _TOKEN.sub(" ", text)
    if "<" in rest or ">" in rest:
        reason = reason or "markup"
    return Found(once([*links, *(_unescaped(bare) for bare in _bare(rest))]), reason)


def in_mail_text(text: str) -> Found:
    """A plain mail, decoded."""
    if len(text) > MAIL_AT_MOST:
        return Found(reason="text_too_long")
    return Found(once(_bare(text)), "quoted_printable" if QUOTED.search(text) else "")


def without_links(text: str, *, slack: bool) -> str:
    """What was said beside the links, mentions and mailboxes left out."""
    if slack:
        text = unescaped(_TOKEN.sub(" ", text))
    return " ".join(_BARE.sub(" ", text).split()).strip(" <>()[]:-|")


def bare_links(text: str) -> list[str]:
    """Addresses as they are written in running text, without the marks that end a sentence."""
    return [found.rstrip(TRAILING) for found in _BARE.findall(text)]


def together(found: Iterable[Found]) -> Found:
    """What several parts of one mail hold. A part without a link of its own says nothing against
    the others."""
    parts = list(found)
    reasons = [part.reason for part in parts if part.reason and part.reason != "no_link"]
    links = once(link for part in parts for link in part.links)
    only_hidden = bool(links) and all(part.reason == "no_link" or not part.links for part in parts)
    return Found(links, (reasons or ["no_link" if only_hidden else ""])[0])


def _bare(text: str) -> list[Link]:
    links = []
    for found in _BARE.finditer(text):
        if joined := in_brackets(text, found.start()):
            links.append(Link(joined))
        else:
            target = found[0].rstrip(TRAILING)
            links.append(Link(target, "", rest_after(text, found.end()), found[0][len(target) :]))
    return links


def _unescaped(link: Link) -> Link:
    return Link(unescaped(link.target), "", tuple(map(unescaped, link.rest)), link.ending)


def once(links: Iterable[Link]) -> tuple[Link, ...]:
    return tuple(dict.fromkeys(links))


def unescaped(text: str) -> str:
    """Slack's three escapes taken off, once."""
    return re.sub(r"&(lt|gt|amp);", lambda m: {"lt": "<", "gt": ">", "amp": "&"}[m[1]], text)

"""The links of an HTML mail. `href` decides; whatever could make a reader see or reach something
else refuses the mail."""

import re
from html.parser import HTMLParser

from domain.links.link_found import MAIL_AT_MOST, MAILBOX, QUOTED, Found, Link, bare_links, once
from domain.links.link_hidden import Depth

MOST_TAGS, LONGEST_CONDITION = 2_000, 20_000
REFUSED = frozenset(
    """
    applet area audio base bgsound button canvas embed form frame frameset iframe image input link
    listing map math meta noembed noframes noscript object plaintext portal script select source svg
    template textarea track video xml xmp
    """.split()
)
# What a browser takes as text up to the end tag: nothing in it is a tag.
RAW = (
    "script",
    "style",
    "title",
    "textarea",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
)
_TAG_IN_RAW = re.compile(r"<(?:[a-z/?]|!(?!--))", re.IGNORECASE)
# Where this parser and browsers do not agree on the end of a comment or of an anchor.
_READ_TWO_WAYS = re.compile(r"--[ \t\r\n\f\v]+>|</[ \t\r\n\f]+[a-z]", re.IGNORECASE)
_LAYOUT = re.compile(
    r"<xml\b.*?</xml>|<style\b[^>]*>.*?</style>|</?(?:table|tbody|tr|td|th|div|center|p|br|span|o:\w+|w:\w+)\b[^<>]*>"
    r"|\[(?:if\b[^\]]*|endif)\]|<?!|&nbsp;|[\s<>]",
    re.IGNORECASE | re.DOTALL,
)
SPOKEN = ("title", "aria-label", "alt")
_ACTIVE = re.compile(
    r"ping|on\w+|srcdoc|xlink:href|formaction|action|manifest|xml:base", re.IGNORECASE
)


def in_html(text: str) -> Found:
    """Every anchor with what is written on it. A mail that cannot be read to its end counts as
    wrong."""
    if len(text) > MAIL_AT_MOST:
        return Found(reason="text_too_long")
    if text.count("<") > 2 * MOST_TAGS:
        return Found(reason="too_many_tags")
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        return Found(reason="unreadable")
    reader.finish()
    if _READ_TWO_WAYS.search(text):
        reader.refuse("unreadable")
    outside = [
        Link(bare)
        for bare in bare_links(" ".join(reader.outside))
        if bare not in {a.target for a in reader.links}
    ]
    reason = reader.reason or ("quoted_printable" if QUOTED.search(text) else "")
    if (outside or reader.hidden) and not reader.links:
        reason = reason or "no_link"
    return Found(once([*reader.links, *reader.hidden, *outside]), reason)


class _Reader(HTMLParser):
    """`hidden`: links that nobody sees. They are none, but a hidden one that differs from the
    others counts against them."""

    CDATA_CONTENT_ELEMENTS = RAW  # type: ignore[misc]  # the parser reads it from the class; typeshed has it final

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self.hidden: list[Link] = []
        self.outside: list[str] = []
        self.reason = ""
        self._tags = 0
        self._href: str | None = None
        self._label: list[str] = []
        self._depth = Depth()
        self._unseen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tags += 1
        names = [name for name, _ in attrs]
        if self._tags > MOST_TAGS:
            self.refuse("too_many_tags")
        if tag in REFUSED or (":" in tag and tag != "o:p"):
            self.refuse("tags")
        if any(_ACTIVE.fullmatch(name) for name in names) or len(set(names)) < len(names):
            self.refuse("attributes")
        said = dict(attrs)
        hidden = self._depth.begins(tag, said)
        if tag == "a":
            self.shut()
            self._unseen = hidden
            self._href = said.get("href")
            self._label = [f"{said.get(name) or ''} " for name in SPOKEN]
        elif "href" in said:
            self.refuse("tags")
        elif self._href is not None:
            self._label += [f" {said.get(name) or ''} " for name in SPOKEN if said.get(name)]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A browser takes no notice of the slash."""
        if tag in RAW:
            self.refuse("tags")
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.shut()
        self._depth.ends(tag)

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            if _TAG_IN_RAW.search(data):
                self.refuse("tags")
            return
        (self.outside if self._href is None else self._label).append(data)

    def handle_comment(self, data: str) -> None:
        """Outlook reads what is written in some comments; browsers end a comment earlier than this
        parser does."""
        conditional = "[if" in data.lower() and (
            len(data) > LONGEST_CONDITION or _LAYOUT.sub("", data)
        )
        if conditional or re.search(r"href|<a\b|--!>|\A-?>", data, re.IGNORECASE):
            self.refuse("comment")

    def unknown_decl(self, data: str) -> None:
        self.refuse("unreadable")

    def handle_pi(self, data: str) -> None:
        self.refuse("unreadable")

    def shut(self) -> None:
        """An anchor ends, be it that the next begins or the mail is over."""
        if self._href is not None and not MAILBOX.match(self._href):
            link = Link(self._href, " ".join("".join(self._label).split()))
            (self.hidden if self._unseen else self.links).append(link)
        self._href, self._label = None, []

    def finish(self) -> None:
        """The mail is over, be it within an anchor or within what is read as text."""
        self.shut()
        if self.cdata_elem:
            self.refuse("tags")

    def refuse(self, reason: str) -> None:
        self.reason = self.reason or reason

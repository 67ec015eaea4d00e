"""The links of an HTML mail. `href` decides; whatever could make a reader see or reach something else refuses the mail."""

import re
from html.parser import HTMLParser

from domain.link_found import MAIL_AT_MOST, MAILBOX, QUOTED, Found, Link, bare_links, once

MOST_TAGS = 2_000
REFUSED = frozenset(
    """
    applet area audio base button embed form frame frameset iframe image input link map math meta noscript object portal script
    select source svg template textarea track video xml
    """.split()
)
SPOKEN = ("title", "aria-label", "alt")
_ACTIVE = re.compile(r"ping|on\w+|srcdoc|xlink:href|formaction|action|manifest|xml:base", re.IGNORECASE)


def in_html(text: str) -> Found:
    """Every anchor with what is written on it. A mail that cannot be read to its end counts as wrong."""
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
    reader.shut()
    outside = [Link(bare) for bare in bare_links(" ".join(reader.outside)) if bare not in {a.target for a in reader.links}]
    reason = reader.reason or ("quoted_printable" if QUOTED.search(text) else "")
    if outside and not reader.links:
        reason = reason or "no_link"
    return Found(once([*reader.links, *outside]), reason)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self.outside: list[str] = []
        self.reason = ""
        self._tags = 0
        self._href: str | None = None
        self._label: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tags += 1
        names = [name for name, _ in attrs]
        if self._tags > MOST_TAGS:
            self._refuse("too_many_tags")
        if tag in REFUSED or (":" in tag and tag != "o:p"):
            self._refuse("tags")
        if any(_ACTIVE.fullmatch(name) for name in names) or len(set(names)) < len(names):
            self._refuse("attributes")
        said = dict(attrs)
        if tag == "a":
            self.shut()
            self._href = said.get("href")
            self._label = [f"{said.get(name) or ''} " for name in SPOKEN]
        elif "href" in said:
            self._refuse("tags")
        elif self._href is not None:
            self._label += [f" {said.get(name) or ''} " for name in SPOKEN if said.get(name)]

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.shut()

    def handle_data(self, data: str) -> None:
        (self.outside if self._href is None else self._label).append(data)

    def handle_comment(self, data: str) -> None:
        """Outlook reads what stands in some comments."""
        if re.search(r"href|<a\b|\[if\b(?!.*<xml>)", data, re.IGNORECASE):
            self._refuse("comment")

    def unknown_decl(self, data: str) -> None:
        self._refuse("unreadable")

    def handle_pi(self, data: str) -> None:
        self._refuse("unreadable")

    def shut(self) -> None:
        """An anchor ends, be it that the next begins or the mail is over."""
        if self._href is not None and not MAILBOX.match(self._href):
            self.links.append(Link(self._href, " ".join("".join(self._label).split())))
        self._href, self._label = None, []

    def _refuse(self, reason: str) -> None:
        self.reason = self.reason or reason

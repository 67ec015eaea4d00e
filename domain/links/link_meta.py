"""The meta tags that every mail program writes, taken out of an HTML mail; one that could do more
stays, and refuses the mail."""

import re
from html import unescape
from html.parser import HTMLParser

from domain.links.link_html import MOST_TAGS, RAW

_VALUE = r"(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=`]+)"
_PLAIN = re.compile(rf"<meta(?:\s+[a-z-]+(?:\s*=\s*{_VALUE})?)+\s*/?>", re.IGNORECASE | re.ASCII)
_NAMES = frozenset(
    """
    generator viewport progid originator format-detection color-scheme supported-color-schemes
    x-apple-disable-message-reformatting
    """.split()
)
_HTTP = frozenset(["content-type", "x-ua-compatible"])
_ALLOWED = frozenset(["charset", "http-equiv", "name", "content"])


def without_harmless_meta(text: str) -> str:
    """The mail with a blank for each such tag. What is written in a comment, a title or an
    attribute is no tag."""
    if text.count("<") > 2 * MOST_TAGS:
        return text  # domain/links/link_html.py refuses it
    finder = _Finder(text)
    ends = [0, *(end for _, end in finder.spans)]
    starts = [*(start for start, _ in finder.spans), len(text)]
    return " ".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def harmless(tag: str, attributes: list[tuple[str, str | None]]) -> bool:
    """Is it nothing but a charset, a content type, or one of the well-known names?"""
    said = {name: unescape(value or "").strip().lower() for name, value in attributes}
    if not _PLAIN.fullmatch(tag) or len(said) < len(attributes) or not set(said) <= _ALLOWED:
        return False
    says = ("charset" in said) + ("http-equiv" in said) + ("name" in said)
    return (
        says == 1
        and said.get("http-equiv", "content-type") in _HTTP
        and said.get("name", "generator") in _NAMES
    )


class _Finder(HTMLParser):
    CDATA_CONTENT_ELEMENTS = RAW  # type: ignore[misc]  # the parser reads it from the class; typeshed has it final

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.spans: list[tuple[int, int]] = []
        self._lines = [0]
        for line in text.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._text = text
        try:
            self.feed(text)
            self.close()
        except (AssertionError, ValueError, RecursionError):
            self.spans = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = self.get_starttag_text() or ""
        if tag == "meta" and harmless(written, attrs):
            line, column = self.getpos()
            start = self._lines[line - 1] + column
            if self._text.startswith(written, start):
                self.spans.append((start, start + len(written)))

    handle_startendtag = handle_starttag

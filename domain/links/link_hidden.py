"""Which parts of an HTML mail nobody sees. A link in such a part is none. Knows inline styles only,
as mail programs do."""

import re
from html import unescape

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_HIDDEN_TAGS = frozenset(["dialog", "details", "rp", "datalist"])
_HIDDEN_STYLE = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|opacity:(?:0(?![.\d])|0?\.0+(?!\d))"
    r"|(?:font-size|max-height|max-width|height|width):0(?:px|pt|em|rem|%)?(?=;|!|$)"
    r"|mso-hide:all|(?:left|top|text-indent|margin-left|margin-top):-\d{3,})"
)
_ENDED_BY = {
    "p": frozenset(
        "address blockquote center div dl h1 h2 h3 h4 h5 h6 hr ol p pre table ul".split()
    ),
    "li": frozenset(["li"]),
    "dt": frozenset(["dt", "dd"]),
    "dd": frozenset(["dt", "dd"]),
    "td": frozenset(["td", "th", "tr", "tbody"]),
    "th": frozenset(["td", "th", "tr", "tbody"]),
    "tr": frozenset(["tr", "tbody"]),
}


class Depth:
    """The elements that are open, and whether one of them is hidden."""

    def __init__(self) -> None:
        self._open: list[tuple[str, bool]] = []

    @property
    def hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def begins(self, tag: str, said: dict[str, str | None]) -> bool:
        """An element begins; returns whether it is hidden, by itself or by what it is in."""
        while self._open and tag in _ENDED_BY.get(self._open[-1][0], ()):
            self._open.pop()
        hidden = (
            self.hidden or tag in _HIDDEN_TAGS or "hidden" in said or hides(said.get("style") or "")
        )
        if tag not in VOID:
            self._open.append((tag, hidden))
        return hidden

    def ends(self, tag: str) -> None:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                return


def hides(style: str) -> bool:
    """Does an inline style hide its element? Comments and escapes of CSS are read as a browser
    reads them."""
    plain = re.sub(r"/\*.*?(?:\*/|$)", "", unescape(style), flags=re.DOTALL)
    plain = re.sub(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", _css_letter, plain)
    return bool(_HIDDEN_STYLE.search(re.sub(r"\s", "", plain).lower()))


def _css_letter(found: "re.Match[str]") -> str:
    code = int(found[1], 16) if found[1] else 0
    return found[2] or (chr(code) if 0 < code < 0x110000 else "")

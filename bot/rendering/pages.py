"""Jinja as the templates use it: every value that is not a template's own text is sealed before it
enters a page (bot/rendering/outside.py).

`Markup` means: text of our own templates. Jinja normally escapes other text for HTML when it is
mixed with Markup; here it is sealed instead. Ways to mix text that no template needs are removed.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from bot.rendering.outside import TOKENS, on_content, sealed, sealed_link
from dialogs.engine.message_links import dead
from domain.links.known_pages import PAGES
from domain.links.links import Kind, judge

_TAG_LINE = re.compile(r"(?m)^[ \t]*((?:\{%[^%\n]*%\}[ \t]*)+)\n")
# The filters that templates may use; none of them makes Markup out of anything else.
FILTERS = (
    "default",
    "length",
    "list",
    "map",
    "rejectattr",
    "selectattr",
    "sort",
    "truncate",
    "unique",
)


def seal(value: object) -> Markup:
    """A value as a sealed token. Text of our own templates is returned unchanged."""
    return value if isinstance(value, Markup) else Markup(sealed(str(value)))  # noqa: S704 - nothing of it can be read


def live(link: object) -> Markup:
    """The only way an address becomes a link that can be clicked: it is judged again and rebuilt,
    with its host as label.

    An address that is not a page of Partner Center stays plain text.
    """
    judged = judge(str(link))
    if (
        judged.kind not in (Kind.CANDIDATE, Kind.PAGE)
        or not judged.accepted
        or re.search(r"[\s|<>]", judged.relay)
    ):
        return seal(dead(str(link)))
    return Markup(sealed_link(judged.relay, judged.host))  # noqa: S704 - sealed too


def link_to(name: str, label: str) -> Markup:
    """A link to one of Microsoft's own pages, with the template's words as label."""
    return Markup(sealed_link(PAGES[name], label))  # noqa: S704 - sealed too


def joined(pieces: Iterable[object], between: str = "") -> str:
    """The pieces as one text: text of our templates is unchanged, everything else is sealed."""
    pieces = list(pieces)
    if not any(isinstance(piece, Markup) for piece in pieces):
        return str(between).join(map(str, pieces))
    return Markup(str(seal(between)).join(map(seal, pieces)))  # noqa: S704 - each piece is ours or sealed


def replaced(text: object, old: str, new: str) -> str:
    """Jinja's `replace`, for sealed texts too; the inserted text is sealed."""
    if not isinstance(text, Markup):
        return str(text).replace(str(old), str(new))
    pieces = TOKENS.split(str(text))
    put = sealed(str(new))
    changed = (
        on_content(piece, lambda content: content.replace(str(old), str(new)))
        if n % 2
        else piece.replace(str(old), put)
        for n, piece in enumerate(pieces)
    )
    return Markup("".join(changed))  # noqa: S704 - each piece is ours or sealed


def lowered(text: object) -> str:
    """Jinja's `lower`, for sealed texts too."""
    return _changed(text, str.lower, str.lower)


def capitalized(text: object) -> str:
    """Jinja's `capitalize`, for sealed texts too."""
    return _changed(text, str.capitalize, str.lower)


def _changed(text: object, first: Callable[[str], str], rest: Callable[[str], str]) -> str:
    if not isinstance(text, Markup):
        return first(str(text))
    pieces = [piece for piece in TOKENS.split(str(text)) if piece]
    changed = (on_content(piece, rest if n else first) for n, piece in enumerate(pieces))
    return Markup("".join(changed))  # noqa: S704 - what was sealed is sealed again


class Pages(FileSystemLoader):
    """Loads template files. A line that contains only tags produces no line (a tag inside a line
    keeps the line end)."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, path, fresh = super().get_source(environment, template)
        return _TAG_LINE.sub(r"\1", source), path, fresh


class _Code(CodeGenerator):
    """Compiles `a ~ b` to `joined`."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class Sealing(ImmutableSandboxedEnvironment):
    """The environment of all templates that become messages."""

    code_generator_class = _Code
    intercepted_binops = frozenset("+*%")

    def __init__(self, folder: Path) -> None:
        super().__init__(
            loader=Pages(folder),
            undefined=StrictUndefined,
            finalize=seal,
            autoescape=True,
            auto_reload=False,
        )
        self.filters = {name: self.filters[name] for name in FILTERS} | {
            "capitalize": capitalized,
            "join": joined,
            "live": live,
            "lower": lowered,
            "replace": replaced,
        }
        self.globals["link_to"] = link_to

    def joined(self, pieces: Sequence[object]) -> str:
        return joined(pieces)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if not isinstance(left, Markup) and not isinstance(right, Markup):
            return super().call_binop(context, operator, left, right)
        if operator == "+":
            return joined((left, right))
        raise SecurityError(f"words of a template cannot be combined by {operator}; join them by ~")

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Templates cannot call methods of Markup: they treat other text as template text."""
        return not isinstance(obj, Markup) and super().is_safe_attribute(obj, attr, value)

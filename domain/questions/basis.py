"""What a handed-in answer rests on and how people say it, read from what a supporter wrote. Pure;
knows no words."""

import re
from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.knowledge.facts import OFFICIAL

MOST_PHRASES, LONGEST_PHRASE, LONGEST_NAME = 16, 300, 70
_FACT = re.compile(r"[FXPG]-[A-Z0-9-]+")
_LINK = re.compile(
    r"(?i)\b(?:[a-z][a-z0-9+.-]*://|www\.|[a-z0-9-]+\.[a-z0-9-]+\.(?:com|net|org)\b)\S*"
)


class Wrong(Exception):
    """What was handed in cannot be taken. `why`: a stable word; `what`: the piece of it that is
    wrong."""

    def __init__(self, why: str, what: str = "") -> None:
        super().__init__(why)
        self.why, self.what = why, what


@dataclass(frozen=True)
class Basis:
    """What an answer rests on: fact ids, an official page or the name of a person."""

    facts: tuple[str, ...] = ()
    source: str = ""


def basis_of(said: str, known: Container[str]) -> Basis:
    """Fact ids, one page of learn.microsoft.com or partner.microsoft.com, or a person's name,
    between commas or lines.

    Raises Wrong: `unknown_fact`, `not_official`, `two_sources`, `no_basis`.
    """
    facts, pages, names = [], [], []
    for piece in filter(None, (p.strip() for p in re.split(r"[\n,;]+", said))):
        for word in [piece] if not all(map(_FACT.fullmatch, piece.split())) else piece.split():
            if _FACT.fullmatch(word):
                if word not in known:
                    raise Wrong("unknown_fact", word)
                facts.append(word)
            elif "/" in word or _LINK.search(word):
                pages.append(official(word))
            else:
                names.append(word[:LONGEST_NAME])
    sources = [
        *pages,
        *([", ".join(names)[:LONGEST_NAME]] if names else []),
    ]  # "Jo Miller, finance" is one person
    if len(sources) > 1:
        raise Wrong("two_sources", sources[1])
    if not facts and not any(c.isalpha() for s in sources for c in s):
        raise Wrong("no_basis")
    return Basis(tuple(dict.fromkeys(facts)), sources[0] if sources else "")


def official(said: str) -> str:
    """The address of an official page, as it was said. Raises Wrong("not_official") for anything
    else."""
    try:
        parts = urlsplit(said.strip())
        plain = parts.port is None and parts.username is None and parts.password is None
    except ValueError:
        raise Wrong("not_official", said) from None
    if (
        parts.scheme != "https"
        or parts.hostname not in OFFICIAL
        or parts.netloc not in OFFICIAL
        or not plain
    ):
        raise Wrong("not_official", said)
    if not re.fullmatch(r"[\x21-\x7e]{1,500}", said.strip()) or re.search(r"[\\<>|\"{}]", said):
        raise Wrong("not_official", said)
    return said.strip()


def phrases_in(said: str) -> tuple[str, ...]:
    """One wording a line, each once. Raises Wrong: `no_phrase`, `too_many`, `too_long`."""
    lines = (re.sub(r"^[\s\-*•]+", "", line).strip() for line in said.splitlines())
    found = tuple(dict.fromkeys(filter(None, lines)))
    if not found:
        raise Wrong("no_phrase")
    if len(found) > MOST_PHRASES:
        raise Wrong("too_many", str(MOST_PHRASES))
    if long := next((p for p in found if len(p) > LONGEST_PHRASE), ""):
        raise Wrong("too_long", long[:LONGEST_NAME])
    return found

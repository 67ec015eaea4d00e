"""The data of the small print: which pages a message rests on, how old they are, how they were
read. Has no user texts and no ids: those go to the message's metadata."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from markupsafe import Markup

from bot.rendering.outside import sealed_link
from domain.json_values import Values
from domain.knowledge.fact import Fact, Gap, Precision, Source

Row = Fact | Gap
WEAK = "CD"
EXACT = {Precision.DAY, Precision.MONTH}
MOST_PAGES = 6


def small_print(
    rows: Iterable[Row], today: date, in_doubt: Collection[str], confirmed: Mapping[str, str]
) -> dict[str, Any]:
    """What the small print says of these facts. `in_doubt`: ids that support has under review.
    `confirmed`: cited id -> the day on which two supporters last confirmed it."""
    rows = list(rows)
    facts = [row for row in rows if isinstance(row, Fact)]
    days = [
        date.fromisoformat(day)
        for f in facts
        if (day := confirmed.get(f.cited, "")) >= f.checked_on.isoformat()
    ]
    due = [late for f in facts if (late := f.due_on(confirmed.get(f.cited, ""))) < today]
    rule = next((f for f in facts if f.version and f.main and f.precision in EXACT), None)
    return {
        "rule": rule and {"since": rule.since, "begun": not rule.starts or rule.starts <= today},
        "pages": _pages(facts),
        "link": linked,
        "confirmed": max(days, default=None),
        "due": min(due, default=None),
        "weak": any(str(f.confidence) in WEAK for f in facts),
        "gap": len(facts) < len(rows),
        "as_of": max((row.checked_on for row in rows if isinstance(row, Gap)), default=None),
        "in_doubt": any(row.id in in_doubt for row in rows),
    }


def replaced(rows: Mapping[str, Row], instead: Mapping[str, Values]) -> list[Values]:
    """What two supporters put in the place of these facts: day, text, source. A facts file that was
    checked later has the last word."""
    return [
        instead[id_]
        for id_, row in rows.items()
        if id_ in instead and instead[id_]["day"] >= row.checked_on.isoformat()
    ]


def _pages(facts: list[Fact]) -> list[dict[str, Any]]:
    """Each page once, with the editions of it that were read; Microsoft's own pages first, then in
    the order in which they were cited. Its day is that of the fact that was checked longest ago."""
    found: dict[str, dict[str, Any]] = {}
    for fact in facts:
        source = fact.page
        here = {"source": source, "editions": [], "checked_on": fact.checked_on}
        page = found.setdefault(source.url or source.title, here)
        if all(source.dated != e.dated for e in page["editions"]):
            page["editions"].append(source)
        page["checked_on"] = min(page["checked_on"], fact.checked_on)
    pages = sorted(found.values(), key=lambda p: (not p["source"].official, not p["source"].url))
    return pages[:MOST_PAGES]


def linked(source: Source, label: str) -> Markup | str:
    """A link to the page, whose address was judged when the facts were loaded; the plain label
    where it has none."""
    return Markup(sealed_link(source.url, label)) if source.url else label  # noqa: S704 - sealed

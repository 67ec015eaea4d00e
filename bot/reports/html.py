"""The figures as one page of HTML that needs nothing else: drawings inline, no script, every value
escaped."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.rendering.render import TEMPLATES
from bot.reports.figures import Named, bars, rows_of, short

BAR = 420


def html_of(found: dict[str, Any], named: Named, folder: Path = TEMPLATES) -> str:
    """The whole page as text."""
    env = Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True)
    parts = []
    for title, rows in bars(found, named):
        most = max([number for _, number in rows] or [0]) or 1
        drawn = [
            {"name": short(name), "number": number, "wide": BAR * number // most, "y": 26 * n}
            for n, (name, number) in enumerate(rows)
        ]
        parts.append({"title": title, "rows": drawn, "high": 26 * max(1, len(rows))})
    human = next(rows for section, rows in rows_of(found, named) if section == "human")
    days = next(rows for section, rows in rows_of(found, named) if section == "days")
    stages = next(rows for section, rows in rows_of(found, named) if section == "stages")
    return env.get_template("report/page.html").render(
        label=named.label,
        parts=parts,
        human=human,
        days=days,
        stages=stages,
        since=found["since"],
        until=found["until"],
    )

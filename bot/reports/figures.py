"""The figures with their names: what pictures, tables and pages have in common. Knows no Slack and
counts nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.rendering.render import Templates
from domain.reporting import ASKED

SHORT = 46


@dataclass(frozen=True)
class Named:
    """Labels by key, and what an entry is called."""

    label: dict[str, str]
    topic: Callable[[str], str]


def named(words: Templates, found: dict[str, Any], today: str) -> Named:
    lines = words.lines(
        "report/labels", {"today": today, "since": found["since"], "until": found["until"]}
    )
    label = {
        key.strip(): said.strip() for key, _, said in (line.partition(" / ") for line in lines)
    }
    return Named(label, lambda entry: words.topic(entry, found["own"]))


def bars(found: dict[str, Any], name: Named) -> list[tuple[str, list[tuple[str, int]]]]:
    """What is drawn: a title, and a bar for each (name, number)."""
    return [
        (name.label["topics"], [(name.topic(t["entry"]), t["count"]) for t in found["topics"]]),
        (name.label["outcomes"], [(name.label[d], found["outcomes"][d]) for d in ASKED]),
        *([(name.label["first"], _first(found, name))] if found["human"]["answered"] else []),
        (name.label["stages"], [(name.label[s["stage"]], s["count"]) for s in found["stages"]]),
        (name.label["longest"], [(w["partner"], w["days"]) for w in found["longest"]]),
        (name.label["wrong"], [(name.topic(w["entry"]), w["count"]) for w in found["wrong"]]),
    ]


def _first(found: dict[str, Any], name: Named) -> list[tuple[str, int]]:
    human = found["human"]
    return [
        (name.label["first_middle"], human["middle_minutes"]),
        (name.label["first_slow"], human["slow_minutes"]),
    ]


def rows_of(found: dict[str, Any], name: Named) -> list[tuple[str, list[list[Any]]]]:
    """Every figure, by section, for tables."""
    human = found["human"]
    return [
        ("period", [[found["since"], found["until"]]]),
        ("outcomes", [[name.label[d], found["outcomes"][d]] for d in ASKED]),
        ("topics", [[name.topic(t["entry"]), t["count"]] for t in found["topics"]]),
        ("days", [[d["day"], d["answer"], d["clarify"], d["handover"]] for d in found["days"]]),
        ("wrong", [[name.topic(w["entry"]), w["count"]] for w in found["wrong"]]),
        ("human", [[name.label[f"human_{k}"], human[v]] for k, v in HUMAN]),
        (
            "stages",
            [
                [name.label[s["stage"]], s["count"], s["middle_days"], s["longest_days"]]
                for s in found["stages"]
            ],
        ),
        ("longest", [[w["partner"], w["days"], name.label[w["stage"]]] for w in found["longest"]]),
    ]


HUMAN = (
    ("asked", "asked"),
    ("answered", "answered"),
    ("middle", "middle_minutes"),
    ("slow", "slow_minutes"),
)


def short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"

"""What a check found: all well, something to know, or a fault with what to do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"
    FAULT = "FAULT"


@dataclass(frozen=True)
class Finding:
    """One line. `what`: the thing that was looked at; `said`: what is so; `todo`: what to do."""

    level: Level
    what: str
    said: str
    todo: str = ""

    def __str__(self) -> str:
        line = f"{self.level:<6} {self.what}: {self.said}"
        return f"{line} -> {self.todo}" if self.todo else line


def ok(what: str, said: str) -> Finding:
    return Finding(Level.OK, what, said)


def note(what: str, said: str, todo: str = "") -> Finding:
    return Finding(Level.NOTE, what, said, todo)


def fault(what: str, said: str, todo: str) -> Finding:
    return Finding(Level.FAULT, what, said, todo)


Findings = Iterator[Finding]


def has_faults(found: Iterable[Finding]) -> bool:
    return any(one.level is Level.FAULT for one in found)

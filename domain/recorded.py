"""What a turn recorded: the entries that it wrote to the logs of reports. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from domain.json_values import Json, Values

# More entries than this (a long list of customers) are not kept one by one.
MOST = 20


@dataclass(frozen=True)
class Entry:
    """One entry: the machine and its subject, the number in the log, what happened on which ISO
    day; `implied`: recorded only because another report implied it."""

    machine: str
    subject: str
    seq: int
    event: str
    day: str
    implied: bool = False

    @classmethod
    def from_row(cls, row: Mapping[str, Json]) -> Self:
        return cls(
            str(row["machine"]),
            str(row["subject"]),
            int(row["seq"]),
            str(row["event"]),
            str(row.get("day") or ""),
            bool(row.get("implied")),
        )

    def to_row(self) -> Values:
        row: Values = {
            "machine": self.machine,
            "subject": self.subject,
            "seq": self.seq,
            "event": self.event,
            "day": self.day,
        }
        return row | ({"implied": True} if self.implied else {})

"""Where a row of the outbox goes, as typed values. Pure: no database, no words.

Stored as JSON in the column `address`. `from_row` reads what any earlier version wrote; keys that
are not known are left alone. `to_row` writes what is set.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Protocol, Self

from domain.json_values import Json, Values

YES = "yes"


class Destination(Protocol):
    """What every kind of address has: whose lane the row takes, and the JSON to store."""

    @property
    def recipient(self) -> str: ...

    def to_row(self) -> Values: ...


@dataclass(frozen=True)
class Address:
    """A place in Slack: a person's direct messages, or a channel, and the thread there.

    `under`: the key of the message that the thread hangs on. `updates`: the key of the message that
    is changed. `by`: who wrote what this replies to. `private_to`: whose direct messages get it
    where strangers read the channel. `inside`, `unshared`: not where others than members read, not
    in a shared channel. When it does not go there, `instead` is the person who hears the template
    `say`; `if_failed` is the timer that runs when Slack refused it for good.
    """

    person: str = ""
    channel: str = ""
    thread: str = ""
    under: str = ""
    updates: str = ""
    by: str = ""
    private_to: str = ""
    instead: str = ""
    say: str = ""
    if_failed: str = ""
    inside: bool = False
    unshared: bool = False

    @property
    def recipient(self) -> str:
        return self.person or self.channel

    @classmethod
    def from_row(cls, row: Mapping[str, Json]) -> Self:
        found: Values = {
            name: True if name in _FLAGS else str(value)
            for name, value in row.items()
            if value and name in _NAMES
        }
        return cls(**found)

    def to_row(self) -> Values:
        # vars() has the fields in their order; asdict() would copy each value
        return {
            name: YES if value is True else value for name, value in vars(self).items() if value
        }


_FLAGS = ("inside", "unshared")
_NAMES = frozenset(field.name for field in fields(Address))


@dataclass(frozen=True)
class AccountAddress:
    """A person by Slack's id: whose App Home is drawn, or about whom Slack is asked."""

    person: str
    slack: str

    @property
    def recipient(self) -> str:
        return self.person

    @classmethod
    def from_row(cls, row: Mapping[str, Json]) -> Self:
        return cls(row["person"], row["slack"])

    def to_row(self) -> Values:
        return {"person": self.person, "slack": self.slack}


@dataclass(frozen=True)
class TimerAddress:
    """A timer: its name, `<ability>.<function>`, and what it is about."""

    timer: str
    subject: str

    @property
    def recipient(self) -> str:
        return ""

    @classmethod
    def from_row(cls, row: Mapping[str, Json]) -> Self:
        return cls(row["timer"], row["subject"])

    def to_row(self) -> Values:
        return {"timer": self.timer, "subject": self.subject}


@dataclass(frozen=True)
class FileAddress:
    """A file to get from Slack for a person, a mail or a list, and where it was shared."""

    person: str
    slack: str
    url: str
    channel: str = ""
    thread: str = ""
    direct: bool = False
    is_list: bool = False

    @property
    def recipient(self) -> str:
        return self.person

    @classmethod
    def from_row(cls, row: Mapping[str, Json]) -> Self:
        return cls(
            row["person"],
            row["slack"],
            row["url"],
            row.get("channel") or "",
            row.get("thread") or "",
            bool(row.get("direct")),
            bool(row.get("list")),
        )

    def to_row(self) -> Values:
        return {
            "person": self.person,
            "slack": self.slack,
            "url": self.url,
            "channel": self.channel,
            "thread": self.thread,
            "direct": YES if self.direct else "",
            "list": YES if self.is_list else "",
        }


@dataclass(frozen=True)
class FiguresAddress:
    """Figures to count, from the day `since` to the day `until` (ISO): for a person at `at` (None:
    the direct messages), or the digest for everybody where `person` is "". `key`: of the message to
    come; `day`: on which it was asked."""

    since: str
    until: str
    key: str
    day: str
    person: str = ""
    at: Address | None = None

    @property
    def recipient(self) -> str:
        return self.person

    @classmethod
    def from_row(cls, row: Mapping[str, Json]) -> Self:
        at = Address.from_row(row["at"]) if row.get("at") else None
        return cls(row["since"], row["until"], row["as"], row["day"], row.get("person") or "", at)

    def to_row(self) -> Values:
        return {
            "since": self.since,
            "until": self.until,
            "as": self.key,
            "person": self.person,
            "day": self.day,
            "at": self.at.to_row() if self.at else {},
        }

"""The tables of reminders: which matter was said how often, and who is still to hear of it. Knows
no rule."""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

_TWICE = text("rounds > 1")


class Reminded(SQLModel, table=True):
    """How often a matter was brought up since the entry `seq` of its log, and on which day (ISO)
    last; gone when it moves on."""

    __tablename__ = "reminded"
    __table_args__ = (
        Index(
            "reminded_stuck",
            "team",
            "partner",
            "machine",
            "state",
            "seq",
            sqlite_where=_TWICE,
            postgresql_where=_TWICE,
        ),
    )
    team: str = Field(primary_key=True)
    machine: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    partner: str = ""
    state: str = ""
    seq: int = 0
    rounds: int = 0
    day: str = ""


class Nudge(SQLModel, table=True):
    """One matter for one recipient (a person's id, or `#` and a channel). `waiting`: not said yet.

    `quiet_until`: the day (ISO) before which this recipient does not want to hear of it; `since`:
    the day it came to stand so.
    """

    __tablename__ = "nudge"
    team: str = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    machine: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    partner: str = ""
    state: str = ""
    seq: int = 0
    since: str = ""
    escalated: bool = False
    waiting: bool = False
    quiet_until: str = ""

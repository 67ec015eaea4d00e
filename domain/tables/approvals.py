"""The tables of approvals and insight: questions before a decision, who is away, who hears what,
what counts. No rule."""

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel


class AskedBack(SQLModel, table=True):
    """An approver's question about a request, and its answer. `question` and `answer` are ids of
    notes."""

    __tablename__ = "asked_back"
    __table_args__ = (Index("asked_back_about", "team", "approval"),)
    id: str = Field(primary_key=True)
    team: str
    approval: str
    asked_by: str
    question: str
    answered_by: str = ""
    answer: str = ""
    asked_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class Away(SQLModel, table=True):
    """An approver who is away up to and with the day `until`, and who looks in her place."""

    __tablename__ = "away"
    team: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    stand_in: str
    until: str


class Hears(SQLModel, table=True):
    """How milestones reach somebody: `how` is person, channel or muted; the person "" is the
    admins' channel itself."""

    __tablename__ = "hears"
    team: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    how: str


class Turned(SQLModel, table=True):
    """What a message amounted to, for counting: never what it said. `day` is the partner's, `door`
    dm, channel or shared."""

    __tablename__ = "turned"
    __table_args__ = (Index("turned_when", "team", "day"),)
    id: int | None = Field(default=None, primary_key=True)
    team: str
    partner: str = ""
    day: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    decision: str
    entry: str = ""
    confidence: float = 0.0
    door: str = ""

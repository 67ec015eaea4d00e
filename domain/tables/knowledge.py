"""The tables of what a workspace knows by itself, what people thought of answers, what was not
understood. Knows no rule."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel


def _big() -> "Column[int]":
    return Column(BigInteger, nullable=False)


class WorkspaceAnswer(SQLModel, table=True):
    """An answer of the support team. Where it stands is in Lifecycle; never one person for two is
    also the database's rule.

    `expires_on`: the last day (ISO) on which it counts; `question`: the id of what it once
    answered.
    """

    __tablename__ = "workspace_answer"
    __table_args__ = (
        UniqueConstraint("team", "name"),
        CheckConstraint("approver = '' OR approver <> author", name="second_supporter"),
    )
    id: str = Field(primary_key=True)
    team: str
    name: str
    title: str
    text: str
    facts: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    source: str = ""
    risk: str
    expires_on: str
    author: str
    approver: str = ""
    question: str = ""
    saved_at: int = Field(sa_column=_big())
    live_at: int = Field(default=0, sa_column=_big())


class OwnPhrase(SQLModel, table=True):
    """How people of this workspace say it. `entry`: an answer or topic of the workspace, or a
    built-in entry by its name.

    `vector`: the encoder's numbers of `said`, of the weights `model`; `asker`: whose words these
    were, so that they go with her.
    """

    __tablename__ = "own_phrase"
    __table_args__ = (Index("own_phrase_of", "team", "entry"),)
    id: str = Field(primary_key=True)
    team: str
    entry: str
    text: str
    said: str
    vector: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    model: str = ""
    by: str
    asker: str = ""
    at: int = Field(sa_column=_big())


class OwnTopic(SQLModel, table=True):
    """A neighbouring topic that this workspace does not answer here."""

    __tablename__ = "own_topic"
    id: str = Field(primary_key=True)
    team: str = Field(index=True)
    title: str
    by: str
    at: int = Field(sa_column=_big())


class KnowledgeVersion(SQLModel, table=True):
    """Changes with all that the workspace knows, so that every process notices. A random word: one
    rolled back never returns."""

    __tablename__ = "knowledge_version"
    team: str = Field(primary_key=True)
    version: str = ""


class Suspension(SQLModel, table=True):
    """A built-in fact that a workspace's support does not let stand for the moment. Where it stands
    is in Lifecycle."""

    __tablename__ = "suspension"
    __table_args__ = (
        CheckConstraint("second = '' OR second <> asker", name="second_supporter_suspends"),
    )
    team: str = Field(primary_key=True)
    fact: str = Field(primary_key=True)
    source: str = ""
    asker: str = ""
    second: str = ""
    effective: bool = False
    at: int = Field(sa_column=_big())


class FactCheck(SQLModel, table=True):
    """What two supporters say of a built-in fact. Where a request is, is in Lifecycle.

    `text`: the words that were asked for ("" to confirm it as it is), `source` the page to them.
    Agreed on: `day` (ISO, "" never), `words` instead of the fact's ("" as it is), `page` to them.
    """

    __tablename__ = "fact_check"
    __table_args__ = (
        CheckConstraint("second = '' OR second <> asker", name="second_supporter_checks"),
    )
    team: str = Field(primary_key=True)
    fact: str = Field(primary_key=True)
    text: str = ""
    source: str = ""
    asker: str = ""
    second: str = ""
    day: str = ""
    words: str = ""
    page: str = ""
    at: int = Field(sa_column=_big())


class FactsFile(SQLModel, table=True):
    """A facts file that was imported, of all workspaces of this database; the newest counts."""

    __tablename__ = "facts_file"
    number: int = Field(primary_key=True)
    name: str
    text: str
    sha256: str
    at: int = Field(sa_column=_big())


class Feedback(SQLModel, table=True):
    """What somebody thought of one answer: `helpful` or `not_asked`. No text; `id` is a digest: a
    second click replaces it."""

    __tablename__ = "feedback"
    __table_args__ = (Index("feedback_of", "team", "at"),)
    team: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    partner: str = ""
    answer: str
    verdict: str
    at: int = Field(sa_column=_big())


class Unheard(SQLModel, table=True):
    """A message that was not understood, or was answered wrongly, until support has looked at it or
    its time is over.

    `guesses`: what it was taken for; `chosen`: what the person then picked; `passed_at`: when it
    was last put off.
    """

    __tablename__ = "unheard"
    __table_args__ = (Index("unheard_of", "team", "state", "passed_at"),)
    id: str = Field(primary_key=True)
    team: str
    partner: str = ""
    person: str
    text: str
    why: str
    guesses: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    chosen: str = ""
    state: str = "open"
    by: str = ""
    at: int = Field(sa_column=_big())
    passed_at: int = Field(default=0, sa_column=_big())


class JudgedReading(SQLModel, table=True):
    """Was a message read rightly, by the word of whoever wrote it or of support. No text; `id` is a
    digest of the message: a second word about it replaces the first.

    `person`: whose message it was; `entry`: the answer or command it was read as; `risk`: the class
    whose threshold it tells about; `share`: how likely the reading was held to be right, 0 to 1;
    `source`: where it was said.
    """

    __tablename__ = "judged_reading"
    __table_args__ = (Index("judged_readings_of", "team", "risk", "at"),)
    team: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    person: str
    entry: str
    risk: str
    share: float
    is_right: bool
    source: str
    at: int = Field(sa_column=_big())


class OwnThreshold(SQLModel, table=True):
    """From which share on a reading of this risk class counts as sure in one workspace. `value`:
    None where the shipped one holds; `month`: when that was last looked at, "2026-12"; `judged`:
    on how many readings."""

    __tablename__ = "own_threshold"
    team: str = Field(primary_key=True)
    risk: str = Field(primary_key=True)
    value: float | None = None
    month: str = ""
    judged: int = 0

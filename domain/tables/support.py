"""The tables of people in the loop: questions, what was said about them, the terms of service.
Knows no rule.

What people wrote stands here and nowhere else, so that it can be erased; the audit log knows a
question by its id.
"""

from sqlalchemy import JSON, BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from domain.json_values import Values


def _big(default: int | None = None) -> "Column[int]":
    return Column(BigInteger, nullable=False, default=default)


class Question(SQLModel, table=True):
    """One question for a person. `state` is the machine's (domain/questions/question.py), kept here
    for the queue.

    `receipt` is the outbox key of the message which told the asker that it was passed on; `channel`
    and `thread` where she asked ("" for direct messages without a thread: then the receipt is the
    root of the thread). The card's key is domain.question.card_key(id). `about`: why the bot did
    not answer, what is near, the conversation before it.
    """

    __tablename__ = "question"
    __table_args__ = (
        Index("question_queue", "team", "state", "asked_at"),
        Index("question_asker", "team", "asker", "state"),
        Index("question_receipt", "team", "receipt"),
        Index("question_thread", "team", "channel", "thread"),
    )
    id: str = Field(primary_key=True)
    team: str
    partner: str = ""
    asker: str
    channel: str = ""
    thread: str = ""
    receipt: str = ""
    why: str = ""
    answer: str = ""
    stage: str = ""
    about: Values = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    state: str
    claimed_by: str = ""
    duplicate_of: str = ""
    asked_at: int = Field(sa_column=_big())
    due_at: int = Field(sa_column=_big())
    answered_at: int = Field(default=0, sa_column=_big(0))
    closed_at: int = Field(default=0, sa_column=_big(0))
    moved_at: int = Field(default=0, sa_column=_big(0))


class Line(SQLModel, table=True):
    """What somebody wrote about a question. `kind`: question, answer, reply; `channel`, `ts`: where
    it was written in Slack.

    `key`: the outbox key of the message that took it to the other side ("" for the question itself,
    which the card shows).
    """

    __tablename__ = "line"
    __table_args__ = (
        Index("line_question", "team", "question", "at"),
        Index("line_place", "team", "channel", "ts"),
    )
    id: str = Field(primary_key=True)
    team: str
    partner: str = ""
    question: str
    kind: str
    person: str
    text: str = ""
    channel: str = ""
    ts: str = ""
    key: str = ""
    at: int = Field(sa_column=_big())
    edited_at: int = Field(default=0, sa_column=_big(0))
    deleted: bool = False


class SupportTerms(SQLModel, table=True):
    """By when a workspace's people answer: business hours, and who hears when it is late (a user
    group's id, or names).

    `country` and `timezone` are those of the support team; "" means the asker's partner's.
    """

    __tablename__ = "support_terms"
    team: str = Field(primary_key=True)
    answer_hours: int = 8
    nudge_hours: int = 2
    opens: str = "09:00"
    closes: str = "17:00"
    country: str = ""
    timezone: str = ""
    escalate_to: str = ""

"""What a workspace knows by itself: its answers, phrases and topics, suspended facts; feedback; what was not understood."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _at(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "workspace_answer",
        *_text("id", "team", "name", "title", "text"),
        sa.Column("facts", sa.JSON(), nullable=False),
        *_text("source", "risk", "expires_on", "author", "approver", "question"),
        *_at("saved_at", "live_at"),
        sa.CheckConstraint("approver = '' OR approver <> author", name="second_supporter"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team", "name"),
    )
    op.create_table(
        "own_phrase",
        *_text("id", "team", "entry", "text", "said"),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        *_text("model", "by", "asker"),
        *_at("at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("own_phrase_of", "own_phrase", ["team", "entry"], unique=False)
    op.create_table(
        "own_topic", *_text("id", "team", "title", "by"), *_at("at"), sa.PrimaryKeyConstraint("id")
    )
    op.create_index(op.f("ix_own_topic_team"), "own_topic", ["team"], unique=False)
    op.create_table("knowledge_version", *_text("team", "version"), sa.PrimaryKeyConstraint("team"))
    op.create_table(
        "suspension",
        *_text("team", "fact", "source", "asker", "second"),
        sa.Column("effective", sa.Boolean(), nullable=False),
        *_at("at"),
        sa.CheckConstraint("second = '' OR second <> asker", name="second_supporter_suspends"),
        sa.PrimaryKeyConstraint("team", "fact"),
    )
    op.create_table(
        "feedback",
        *_text("team", "id", "partner", "answer", "verdict"),
        *_at("at"),
        sa.PrimaryKeyConstraint("team", "id"),
    )
    op.create_index("feedback_of", "feedback", ["team", "at"], unique=False)
    op.create_table(
        "unheard",
        *_text("id", "team", "partner", "person", "text", "why"),
        sa.Column("guesses", sa.JSON(), nullable=False),
        *_text("chosen", "state", "by"),
        *_at("at", "passed_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("unheard_of", "unheard", ["team", "state", "passed_at"], unique=False)
    op.add_column(
        "workspace", sa.Column("retention_days", sa.Integer(), nullable=False, server_default="30")
    )

"""Questions for people: the question, what was written about it, by when it is answered; and what of ours stands where in Slack."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "question",
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("id", "team", "partner", "asker", "channel", "thread")
        ),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("receipt", "why", "answer", "stage")
        ),
        sa.Column("about", sa.JSON(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("state", "claimed_by", "duplicate_of")
        ),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("asked_at", "due_at", "answered_at")
        ),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("closed_at", "moved_at")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("question_queue", "question", ["team", "state", "asked_at"])
    op.create_index("question_asker", "question", ["team", "asker", "state"])
    op.create_index("question_receipt", "question", ["team", "receipt"])
    op.create_index("question_thread", "question", ["team", "channel", "thread"])
    op.create_table(
        "line",
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("id", "team", "partner", "question", "kind", "person")
        ),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("text", "channel", "ts", "key")
        ),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("at", "edited_at")),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("line_question", "line", ["team", "question", "at"])
    op.create_index("line_place", "line", ["team", "channel", "ts"])
    op.create_table(
        "support_terms",
        sa.Column("team", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("answer_hours", "nudge_hours")
        ),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("opens", "closes", "country", "timezone", "escalate_to")
        ),
        sa.PrimaryKeyConstraint("team"),
    )
    filled = sa.text("ts <> ''")
    op.create_index(
        "outbox_place",
        "outbox",
        ["team", "channel", "ts"],
        sqlite_where=filled,
        postgresql_where=filled,
    )

"""Reminders, and what Slack says of a person: her time zone, whether she administers the workspace, when Home was open."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "reminded",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("team", "machine", "subject"),
    )
    op.create_table(
        "nudge",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("quiet_until", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("team", "recipient", "machine", "subject"),
    )
    op.add_column("person", sa.Column("timezone", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "person", sa.Column("slack_admin", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "person", sa.Column("home_at", sa.BigInteger(), nullable=False, server_default="0")
    )

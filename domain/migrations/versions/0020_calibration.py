"""What people said of readings, and the thresholds that a workspace learned from that."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "judged_reading",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("risk", sa.String(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("team", "id"),
    )
    op.create_index("judged_readings_of", "judged_reading", ["team", "risk", "at"])
    op.create_table(
        "own_threshold",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("risk", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team", "risk"),
    )

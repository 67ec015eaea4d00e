"""Direct bill that nobody reported on is NotReported, not Active; facts that supporters confirm or
replace, and facts files that are imported without a release."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
# Active without a day: every report was taken back, so nothing is reported.
_UNTOLD = "UPDATE lifecycle SET state = 'NotReported' WHERE machine = 'standing' AND state = 'Active' AND day = ''"


def upgrade() -> None:
    op.execute(_UNTOLD)
    op.create_table(
        "fact_check",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("asker", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("second = '' OR second <> asker", name="second_supporter_checks"),
        sa.PrimaryKeyConstraint("team", "fact"),
    )
    op.create_table(
        "facts_file",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )

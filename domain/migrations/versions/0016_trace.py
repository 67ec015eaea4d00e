"""How a message was understood and what was done about it, for `changeover explain`; kept as long as texts are."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "trace",
        sa.Column("team", sa.String(), primary_key=True),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
    )
    op.create_index("trace_at", "trace", ["team", "at"])
    op.create_index("trace_person", "trace", ["team", "person"])

"""A message knows the report that it was sent because of, so that it is edited when the report is taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("cause", sa.BigInteger(), nullable=False, server_default="0"))
    known = sa.text("cause > 0")
    op.create_index(
        "outbox_cause", "outbox", ["team", "cause"], unique=False, sqlite_where=known, postgresql_where=known
    )  # fmt: skip

"""What is stuck is counted from an index alone; what has moved on is not kept beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_MOVED_ON = """
    DELETE FROM reminded WHERE NOT EXISTS (
        SELECT 1 FROM lifecycle WHERE lifecycle.team = reminded.team AND lifecycle.machine = reminded.machine
        AND lifecycle.subject = reminded.subject AND lifecycle.seq = reminded.seq)
"""
_STATE = """
    UPDATE reminded SET state = (
        SELECT lifecycle.state FROM lifecycle WHERE lifecycle.team = reminded.team AND lifecycle.machine = reminded.machine
        AND lifecycle.subject = reminded.subject)
"""


def upgrade() -> None:
    op.add_column("reminded", sa.Column("state", sa.String(), nullable=False, server_default=""))
    op.execute(_MOVED_ON)
    op.execute(_STATE)
    twice = sa.text("rounds > 1")
    op.create_index(
        "reminded_stuck", "reminded", ["team", "partner", "machine", "state", "seq"], unique=False, sqlite_where=twice,
        postgresql_where=twice,
    )  # fmt: skip

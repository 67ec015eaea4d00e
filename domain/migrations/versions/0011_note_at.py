"""A reason or an answer in somebody's own words has its time, so that it is not kept longer than the workspace says.

What was written before counts from now.
"""

import time

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("note") as note:
        note.add_column(sa.Column("at", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(sa.text("UPDATE note SET at = :now").bindparams(now=int(time.time() * 1000)))

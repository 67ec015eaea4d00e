"""The oldest schema whose version of the code still works on this one: a worker that runs on goes on
while the next version is rolled out (bot/schema.py)."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0020"


def upgrade() -> None:
    compatible = op.create_table(
        "compatible", sa.Column("oldest", sa.String(), nullable=False, primary_key=True)
    )
    # the tables of 0020 are as they were
    op.bulk_insert(compatible, [{"oldest": "0020"}])

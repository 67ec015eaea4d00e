"""When Slack last said who an account is: whom it never answered about is asked after again at the next contact."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column(
        "person", sa.Column("checked_at", sa.BigInteger(), nullable=False, server_default="0")
    )

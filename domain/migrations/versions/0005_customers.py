"""Customers, the lists that they come in, and transfers; states are counted by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sought", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("guid", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team", "partner", "provider", "key"),
    )
    op.create_index("customer_sought", "customer", ["team", "partner", "sought"], unique=False)
    op.create_table(
        "customer_list",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "transfer_of_customer", "transfer", ["team", "partner", "customer"], unique=False
    )
    op.create_table(
        "transfer_item",
        sa.Column("transfer", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("held", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("transfer", "key"),
        sa.UniqueConstraint("team", "held"),
    )
    op.create_index(
        "lifecycle_counts",
        "lifecycle",
        ["team", "machine", "partner", "state", "day", "subject"],
        unique=False,
    )

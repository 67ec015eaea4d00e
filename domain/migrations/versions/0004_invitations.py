"""Providers are known by name, and invitations are remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    before = (
        op.get_bind()
        .execute(sa.text("SELECT id, team, partner, name, guid FROM provider ORDER BY id"))
        .mappings()
        .all()
    )
    op.drop_table("provider")
    provider = op.create_table(
        "provider",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("guid", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team", "partner", "key"),
    )
    taken: set[tuple[str, str, str]] = set()
    for row in before:
        key = "".join(c for c in row["name"].casefold() if c.isalnum()) or row["id"]
        if (row["team"], row["partner"], key) in taken:
            key += row["id"]
        taken.add((row["team"], row["partner"], key))
        op.bulk_insert(provider, [dict(row) | {"key": key}])
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("brought_by", sa.String(), nullable=False),
        sa.Column("sent_to", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("brought_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("invitation_of_partner", "invitation", ["team", "partner", "state"])
    op.create_index("invitation_digest", "invitation", ["team", "digest"])

"""What waits in a lane is found without reading what was sent there before: a channel's lane lives for years."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.drop_index("outbox_lane", "outbox")
    op.create_index("outbox_lane", "outbox", ["lane", "state", "id"], unique=False)

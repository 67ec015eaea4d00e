"""Who has App Home before them is found without reading everybody: it is asked after every move."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("person_home", "person", ["team", "home_at"], unique=False)

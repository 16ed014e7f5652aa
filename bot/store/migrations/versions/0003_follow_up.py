"""A call may be followed up: what became of it is put into the inbox."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; it may be empty, so that no row is written anew and an older program goes on beside it."""
    op.add_column("outbox", sa.Column("follow_up", sa.Text))

"""A call that says something remembered keeps another one for a channel that others than members read by then."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; it may be empty, so that no row is written anew and an older program goes on beside it."""
    op.add_column("outbox", sa.Column("for_others", sa.Text))

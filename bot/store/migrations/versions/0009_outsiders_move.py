"""A channel's setting that lets people of other organisations move its incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column; it may be empty, so that no row is written anew and an older program goes on beside it."""
    op.add_column("manners", sa.Column("outsiders_move", sa.Boolean))

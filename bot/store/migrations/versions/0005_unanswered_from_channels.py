"""Unanswered questions are kept from public channels only; of the earlier ones nobody knows where they were asked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Delete the questions kept so far, in every workspace."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT set_config('sceptic.team_id', '*', true)")
    op.execute(sa.delete(sa.table("unanswered")))

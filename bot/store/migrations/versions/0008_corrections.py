"""Corrections of answers, with the question that each was given to."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table; on PostgreSQL it shows a transaction only the workspace it asked for."""
    op.create_table(
        "corrections",
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("enterprise_id", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answered", sa.Text, nullable=False),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column("meant", sa.Text, nullable=False),
        sa.Column("said_at", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "digest"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE corrections ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE corrections FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY own_workspace ON corrections USING "
            "(nullif(current_setting('sceptic.team_id', true), '') IN (team_id, '*'))"
        )

"""Tokens that are encrypted, and tokens that Slack rotates.

An older program beside this one goes on: it writes tokens in clear, and new columns have defaults.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table and the columns; on PostgreSQL the table shows itself only to what reads all workspaces."""
    op.add_column("installations", sa.Column("refresh_token", sa.Text, nullable=False, server_default=""))
    op.add_column("installations", sa.Column("expires_at", sa.Float(53)))
    op.add_column("installations", sa.Column("refreshing_until", sa.Float(53), nullable=False, server_default="0"))
    op.create_table(
        "token_encryption",
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("enterprise_id", sa.String(32), nullable=False),
        sa.Column("proof", sa.Text, nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "enterprise_id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE token_encryption ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE token_encryption FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY own_workspace ON token_encryption USING "
            "(nullif(current_setting('sceptic.team_id', true), '') IN (team_id, '*'))"
        )

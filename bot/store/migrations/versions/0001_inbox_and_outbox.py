"""What Slack delivered, what it is to be told, how far it was heard, and where the app is installed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TABLES = ("inbox", "outbox", "lanes", "heard", "installations", "feedback")


def _workspace() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("team_id", sa.String(32), nullable=False), sa.Column(
        "enterprise_id", sa.String(32), nullable=False
    )


def upgrade() -> None:
    """Make the first tables; on PostgreSQL each shows a transaction only the workspace it asked for."""
    _inbox()
    _outbox()
    _workspaces()
    if op.get_bind().dialect.name == "postgresql":
        for table in _TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY own_workspace ON {table} USING "
                "(nullif(current_setting('sceptic.team_id', true), '') IN (team_id, '*'))"
            )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        *_workspace(),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("received_at", sa.Float(53), nullable=False),
        sa.Column("due_at", sa.Float(53), nullable=False),
        sa.Column("done_at", sa.Float(53)),
        sa.Column("error", sa.Text, nullable=False),
        sa.UniqueConstraint("team_id", "key", name="inbox_once"),
    )
    op.create_index("inbox_state", "inbox", ["state", "team_id", "id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        *_workspace(),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("channel_id", sa.String(32), nullable=False),
        sa.Column("thread_ts", sa.String(32), nullable=False),
        sa.Column("method", sa.String(64), nullable=False),
        sa.Column("arguments", sa.Text, nullable=False),
        sa.Column("otherwise", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Float(53), nullable=False),
        sa.Column("first_tried_at", sa.Float(53)),
        sa.Column("done_at", sa.Float(53)),
        sa.Column("ts", sa.String(32), nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.UniqueConstraint("team_id", "key", name="outbox_once"),
    )
    op.create_index("outbox_lane", "outbox", ["state", "team_id", "channel_id", "id"])
    op.create_table(
        "lanes",
        *_workspace(),
        sa.Column("channel_id", sa.String(32), nullable=False),
        sa.Column("free_at", sa.Float(53), nullable=False),
        sa.Column("taken", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel_id"),
    )


def _workspaces() -> None:
    op.create_table(
        "heard",
        *_workspace(),
        sa.Column("channel_id", sa.String(32), nullable=False),
        sa.Column("ts", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel_id"),
    )
    op.create_table(
        "installations",
        *_workspace(),
        sa.Column("bot_token", sa.Text, nullable=False),
        sa.Column("bot_user_id", sa.String(32), nullable=False),
        sa.Column("bot_id", sa.String(32), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("installed_at", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "team_id"),
    )
    op.create_table(
        "feedback",
        *_workspace(),
        sa.Column("message_ts", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("said", sa.String(32), nullable=False),
        sa.Column("articles", sa.Text, nullable=False),
        sa.Column("said_at", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "message_ts", "user_id"),
    )

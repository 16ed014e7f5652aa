"""Incidents, how the bot behaves where, questions without an answer, and a team's notes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TABLES = ("incidents", "searched", "charts", "numbers", "manners", "unanswered", "notes")


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float(53), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _workspace() -> tuple[sa.Column[str], sa.Column[str]]:
    return _text("team_id", 32), _text("enterprise_id", 32)


def upgrade() -> None:
    """Make the tables; on PostgreSQL each shows a transaction only the workspace it asked for."""
    _incidents()
    _habits()
    if op.get_bind().dialect.name == "postgresql":
        for table in _TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY own_workspace ON {table} USING "
                "(nullif(current_setting('sceptic.team_id', true), '') IN (team_id, '*'))"
            )


def _incidents() -> None:
    op.create_table(
        "incidents",
        *_workspace(),
        _number("number"),
        _text("channel_id", 32),
        _text("thread_ts", 32),
        _text("status", 16),
        _number("priority"),
        _text("owner", 32),
        _time("opened_at"),
        _time("changed_at"),
        _time("resolved_at"),
        _text("language", 8),
        _long("record"),
        _number("revision"),
        sa.Column("card_due_at", sa.Float(53)),
        _time("card_at"),
        _text("card_ts", 32),
        sa.PrimaryKeyConstraint("team_id", "number"),
        sa.UniqueConstraint("team_id", "channel_id", "thread_ts", name="incidents_thread"),
    )
    op.create_index("incidents_card", "incidents", ["card_due_at"])
    op.create_index("incidents_status", "incidents", ["team_id", "status", "changed_at"])
    op.create_table(
        "searched",
        *_workspace(),
        _number("number"),
        _time("opened_at"),
        _long("seen"),
        _long("words"),
        sa.PrimaryKeyConstraint("team_id", "number"),
    )
    op.create_index("searched_opened", "searched", ["team_id", "opened_at"])
    op.create_table(
        "charts",
        *_workspace(),
        _text("file_id", 32),
        _long("shown"),
        _time("made_at"),
        sa.PrimaryKeyConstraint("team_id"),
    )
    op.create_table("numbers", *_workspace(), _number("last"), sa.PrimaryKeyConstraint("team_id"))


def _habits() -> None:
    op.create_table(
        "manners",
        *_workspace(),
        _text("channel_id", 32),
        _text("thread_ts", 32),
        _text("speak", 16),
        _text("language", 8),
        sa.Column("privately", sa.Boolean, nullable=False),
        _text("owner", 32),
        _text("set_by", 32),
        _time("set_at"),
        sa.PrimaryKeyConstraint("team_id", "channel_id", "thread_ts"),
    )
    op.create_table(
        "unanswered",
        *_workspace(),
        _text("digest", 64),
        _long("question"),
        _text("decision", 16),
        _number("times"),
        _time("last_at"),
        sa.PrimaryKeyConstraint("team_id", "digest"),
    )
    op.create_table(
        "notes",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        *_workspace(),
        _text("article_id", 64),
        _text("user_id", 32),
        _long("words"),
        _number("incident"),
        _time("noted_at"),
    )
    op.create_index("notes_article", "notes", ["team_id", "article_id"])

"""Find what was finished long ago by an index, without reading all that was."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Index when rows were finished; an older program goes on beside it."""
    for table in ("inbox", "outbox"):
        op.create_index(f"{table}_done", table, ["state", "done_at"])

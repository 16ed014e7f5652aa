"""Empty what was handled or told at once, and not with the retention; its key stays."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Empty what older programs left in rows that are done. What waits, and what was given up, keeps its text."""
    if op.get_bind().dialect.name == "postgresql":
        # Row-level security shows rows of one workspace, or of all.
        op.execute("SELECT set_config('sceptic.team_id', '*', true)")
    inbox = sa.table("inbox", sa.column("state"), sa.column("body"))
    op.execute(sa.update(inbox).where(inbox.c.state == "done", inbox.c.body != "{}").values(body="{}"))
    outbox = sa.table("outbox", *map(sa.column, ("state", "arguments", "otherwise", "follow_up")))
    left = sa.or_(outbox.c.arguments != "{}", outbox.c.otherwise != "", outbox.c.follow_up != "")
    empty = {"arguments": "{}", "otherwise": "", "follow_up": ""}
    op.execute(sa.update(outbox).where(outbox.c.state == "done", left).values(empty))

"""Channel cursors, and the threads in which the bot posted."""

from __future__ import annotations

from sqlalchemy import (
    Connection,
    select,
)

from bot.store.tables import (
    channel_cursors,
    outbox,
)


def read_channel_cursors(db: Connection) -> list[tuple[str, str, str, str]]:
    """Read each channel's cursor: team, organisation, channel, timestamp of its latest message."""
    rows = db.execute(
        select(
            channel_cursors.c.team_id,
            channel_cursors.c.enterprise_id,
            channel_cursors.c.channel_id,
            channel_cursors.c.ts,
        )
    )
    return [(row.team_id, row.enterprise_id, row.channel_id, row.ts) for row in rows]


def threads_since(db: Connection, team_id: str, channel_id: str, since: float) -> list[str]:
    """List the threads in which the bot has posted."""
    here = (outbox.c.team_id == team_id) & (outbox.c.channel_id == channel_id) & (outbox.c.created_at > since)
    return list(db.execute(select(outbox.c.thread_ts).where(here, outbox.c.thread_ts != "").distinct()).scalars())

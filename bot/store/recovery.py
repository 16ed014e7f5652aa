"""Recovery of leases after SQLite's only process has died."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Connection,
    func,
    or_,
    select,
    update,
)

from bot.store.dialect import NOW
from bot.store.tables import (
    channel_queues,
    inbox,
    outbox,
)

_FOREVER: Final = 3600.0


def recover(db: Connection, visible: float) -> None:
    """Free the leases of SQLite's former process, and cap waits that its clock set too far ahead."""
    db.execute(update(inbox).where(inbox.c.state == "open", inbox.c.due_at > NOW).values(due_at=NOW))
    # A process whose clock was far ahead rejected Slack's signatures as old, so it received nothing; but it did send.
    noted = select(inbox.c.received_at.label("at")).union_all(select(outbox.c.done_at)).subquery()
    latest = db.execute(select(func.max(noted.c.at))).scalar()
    jump = 0.0 if latest is None else max(0.0, float(db.execute(select(latest - NOW)).scalar_one()))
    if jump:
        # The machine's clock was ahead and was corrected: without this, rows due by it would wait that much longer.
        db.execute(update(channel_queues).values(free_at=channel_queues.c.free_at - jump))
    db.execute(
        update(channel_queues)
        .where(or_(channel_queues.c.taken, channel_queues.c.free_at > NOW + _FOREVER))
        .values(free_at=NOW + visible, taken=False)
    )

"""Row counts and the age of the oldest work that is due."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    ScalarSelect,
    and_,
    case,
    func,
    select,
)

from bot.store.dialect import NOW
from bot.store.outbox_queues import WHOLE_TEAM
from bot.store.tables import (
    channel_queues,
    inbox,
    outbox,
)


@dataclass(frozen=True, slots=True)
class Counts:
    """Row counts by (table, state), and for each table the seconds for which its oldest due row has waited.

    The latter is 0 when none is due.
    """

    rows: dict[tuple[str, str], int]
    due_seconds: dict[str, float]

    @property
    def oldest_due_seconds(self) -> float:
        """Return the greater of both tables."""
        return max(self.due_seconds.values())


def count(db: Connection) -> Counts:
    """Count rows that wait or were given up; done rows are too many to count."""
    rows: dict[tuple[str, str], int] = {}
    for table in (inbox, outbox):
        # States are named one by one, so that the index skips done rows.
        left = table.c.state.in_(("open", "sending", "dead", "ambiguous"))
        for state, number in db.execute(select(table.c.state, func.count()).where(left).group_by(table.c.state)):
            rows[table.name, state] = number
    delivery = select(func.min(inbox.c.due_at)).where(inbox.c.state == "open", inbox.c.due_at <= NOW)
    ages = {
        table: db.execute(select(NOW - since)).scalar()
        for table, since in (("inbox", delivery.scalar_subquery()), ("outbox", _waiting()))
    }
    return Counts(rows, {table: max(0.0, float(age or 0)) for table, age in ages.items()})


def _waiting() -> ScalarSelect[float]:
    """Return the time since which the first row of a free queue could have been sent."""
    heads = (
        select(outbox.c.team_id, outbox.c.channel_id, func.min(outbox.c.id).label("id"))
        .where(outbox.c.state.in_(("open", "sending")))
        .group_by(outbox.c.team_id, outbox.c.channel_id)
        .subquery()
    )
    whole = channel_queues.alias()
    free, all_free = func.coalesce(channel_queues.c.free_at, 0.0), func.coalesce(whole.c.free_at, 0.0)
    since = case((free > all_free, free), else_=all_free)
    since = case((outbox.c.created_at > since, outbox.c.created_at), else_=since)
    return (
        select(func.min(since))
        .select_from(heads)
        .join(outbox, outbox.c.id == heads.c.id)
        .outerjoin(
            channel_queues,
            and_(channel_queues.c.team_id == heads.c.team_id, channel_queues.c.channel_id == heads.c.channel_id),
        )
        .outerjoin(whole, and_(whole.c.team_id == heads.c.team_id, whole.c.channel_id == WHOLE_TEAM))
        .where(free <= NOW, all_free <= NOW)
        .scalar_subquery()
    )

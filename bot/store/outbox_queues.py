"""The outbox's queues, one for each channel: calls go to Slack in each channel's order and at its pace."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Final

from sqlalchemy import Connection, Float, Integer, bindparam, func, select, tuple_, update

from bot.store import inbox
from bot.store.dialect import NOW, AnyRow, AnySelect, insert_into
from bot.store.tables import channel_queues, outbox
from bot.store.values import Capacity, ClaimedCall, Json, SlackCall

WHOLE_TEAM: Final = ""
"""The channel of the queue that holds up a whole workspace."""
PENDING: Final = ("open", "sending")
"""States of calls that are not at their end."""


def claim(db: Connection, most: int, capacity: Capacity, lease: float) -> list[ClaimedCall]:
    """Claim the first row of free queues, each workspace's first queue before any workspace's second.

    The capacity limits the rows of each workspace.
    """
    free = db.execute(_looking(db.dialect.name), {"most": most, **inbox.capacity_parameters(capacity)}).all()
    taken = _lease_queues(db, [(row.team_id, row.channel_id) for row in free if not row.is_new], lease)
    taken |= _create_queues(db, [row for row in free if row.is_new], lease)
    heads = _take_heads(db, taken)
    for team_id, channel_id in taken - {(each.team_id, each.call.channel_id) for each in heads}:
        free_queue(db, team_id, channel_id, 0)
    return heads


@cache
def _looking(dialect: str) -> AnySelect:
    """Select the free queues within their workspaces' capacity."""
    heads = (
        select(
            outbox.c.team_id,
            outbox.c.channel_id,
            func.min(outbox.c.id).label("id"),
            func.max(outbox.c.enterprise_id).label("enterprise_id"),
        )
        .where(outbox.c.state.in_(PENDING))
        .group_by(outbox.c.team_id, outbox.c.channel_id)
        .subquery()
    )
    team = channel_queues.alias()
    held = (
        select(heads)
        .outerjoin(
            channel_queues,
            (channel_queues.c.team_id == heads.c.team_id) & (channel_queues.c.channel_id == heads.c.channel_id),
        )
        .outerjoin(team, (team.c.team_id == heads.c.team_id) & (team.c.channel_id == WHOLE_TEAM))
        .where(func.coalesce(channel_queues.c.free_at, 0) <= NOW, func.coalesce(team.c.free_at, 0) <= NOW)
        .add_columns(
            func.row_number().over(partition_by=heads.c.team_id, order_by=heads.c.id).label("turn"),
            channel_queues.c.channel_id.is_(None).label("is_new"),
        )
        .subquery()
    )
    free = inbox.limit_to_capacity(select(held), held, dialect).order_by(held.c.turn, held.c.id)
    return free.limit(bindparam("most", type_=Integer))


def _lease_queues(db: Connection, places: Sequence[tuple[str, str]], lease: float) -> set[tuple[str, str]]:
    """Lease those queues that are still free; return the leased ones."""
    if not places:
        return set()
    return {(row.team_id, row.channel_id) for row in db.execute(_LEASING, {"places": places, "lease": lease})}


_PLACE: Final = tuple_(channel_queues.c.team_id, channel_queues.c.channel_id)
# A queue that another replica is leasing is skipped.
_STILL_FREE: Final = (
    select(channel_queues.c.team_id, channel_queues.c.channel_id)
    .where(_PLACE.in_(bindparam("places", expanding=True)), channel_queues.c.free_at <= NOW)
    .with_for_update(skip_locked=True)
    .cte("still_free")
)
_LEASING: Final = (
    update(channel_queues)
    .where(_PLACE.in_(select(_STILL_FREE.c.team_id, _STILL_FREE.c.channel_id)))
    .values(free_at=NOW + bindparam("lease", type_=Float), taken=True)
    .returning(channel_queues.c.team_id, channel_queues.c.channel_id)
)


def _create_queues(db: Connection, new: Sequence[AnyRow], lease: float) -> set[tuple[str, str]]:
    """Create and lease queues, unless another replica just has; return the leased ones."""
    if not new:
        return set()
    rows = [
        {
            "team_id": row.team_id,
            "enterprise_id": row.enterprise_id,
            "channel_id": row.channel_id,
            "free_at": NOW + lease,
            "taken": True,
        }
        # Sorted, so that replicas never deadlock over queues.
        for row in sorted(new, key=lambda row: (row.team_id, row.channel_id))
    ]
    made = insert_into(db, channel_queues).values(rows).on_conflict_do_nothing(index_elements=["team_id", "channel_id"])
    return {
        (row.team_id, row.channel_id)
        for row in db.execute(made.returning(channel_queues.c.team_id, channel_queues.c.channel_id))
    }


def _take_heads(db: Connection, taken: set[tuple[str, str]]) -> list[ClaimedCall]:
    """Mark the first call of each of these queues as being sent, and return them."""
    if not taken:
        return []
    # A query of its own, after leasing: it sees what the queue's former holder completed.
    heads = db.execute(_FIRST, {"places": sorted(taken)}).all()
    if heads:
        db.execute(_BEGINNING, {"ids": [head.id for head in heads]})
    return [_claimed_call(head) for head in heads]


_FIRST_IDS: Final = (
    select(func.min(outbox.c.id))
    .where(
        tuple_(outbox.c.team_id, outbox.c.channel_id).in_(bindparam("places", expanding=True)),
        outbox.c.state.in_(PENDING),
    )
    .group_by(outbox.c.team_id, outbox.c.channel_id)
)
_FIRST: Final = select(outbox).where(outbox.c.id.in_(_FIRST_IDS)).order_by(outbox.c.id)
_BEGINNING: Final = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(state="sending", attempts=outbox.c.attempts + 1, first_tried_at=func.coalesce(outbox.c.first_tried_at, NOW))
)


def _claimed_call(head: AnyRow) -> ClaimedCall:
    call = SlackCall(
        head.key,
        head.channel_id,
        head.method,
        json.loads(head.arguments),
        head.thread_ts,
        _pair(head.otherwise),
        follow_up=json.loads(head.follow_up) if head.follow_up else None,
        for_others=_pair(head.for_others),
    )
    return ClaimedCall(head.id, head.attempts + 1, head.team_id, head.enterprise_id, call, head.first_tried_at)


def _pair(kept: str | None) -> tuple[str, Json] | None:
    """Read a method and its arguments, None where there is no such call."""
    if not kept:
        return None
    method, arguments = json.loads(kept)
    return method, arguments


_FREEING: Final = (
    update(channel_queues)
    .where(
        channel_queues.c.team_id == bindparam("this_team_id"),
        channel_queues.c.channel_id == bindparam("this_channel_id"),
    )
    .values(free_at=NOW + bindparam("seconds", type_=Float), taken=False)
)


def free_queue(db: Connection, team_id: str, channel_id: str, seconds: float) -> None:
    """End the lease of a queue; it rests for so many seconds."""
    db.execute(_FREEING, {"this_team_id": team_id, "this_channel_id": channel_id, "seconds": seconds})

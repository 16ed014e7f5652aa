"""The outbox: what Slack is to be told, each thing once, in each channel's order and at its pace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final, Literal

from sqlalchemy import Connection, Float, Integer, bindparam, case, func, select, tuple_, update
from sqlalchemy.sql.dml import ReturningInsert

from bot.store import inbox
from bot.store.dialect import NOW, AnyRow, AnySelect, insert_for, insert_into
from bot.store.errors import LeaseLostError
from bot.store.tables import channel_queues, outbox
from bot.store.values import Capacity, ClaimedCall, Delivery, Json, SlackCall

WHOLE_TEAM: Final = ""
_PENDING: Final = ("open", "sending")
# What is left of a call's words once it is done. Its key, method, thread and timestamp are what others look for.
_NOTHING_LEFT: Final = {"arguments": "{}", "otherwise": "", "for_others": ""}
# What a call begins with, and what is told of its end.
_BEGUN: Final = ("method", "arguments", "otherwise", "follow_up", "for_others", "state", "first_tried_at", "error")
_ENDED: Final = tuple(
    outbox.c[name]
    for name in ("id", "team_id", "enterprise_id", "key", "state", "attempts", "follow_up", "ts", "error")
)


def add(db: Connection, team_id: str, enterprise_id: str, calls: Iterable[SlackCall]) -> None:
    """Enqueue calls; a call whose key is there already is not added again, but its follow-up counts."""
    for each in calls:
        row = {
            "team_id": team_id,
            "enterprise_id": enterprise_id,
            "key": each.key,
            "channel_id": each.channel_id,
            "thread_ts": each.thread_ts,
            "method": each.method,
            "arguments": json.dumps(each.arguments),
            "otherwise": json.dumps(each.fallback) if each.fallback else "",
            "follow_up": json.dumps(each.follow_up) if each.follow_up else None,
            "for_others": json.dumps(each.for_others) if each.for_others else None,
            "state": "open",
            "attempts": 0,
            "first_tried_at": each.posted_since,
            "ts": "",
            "error": "",
        }
        if db.execute(_adding(db.dialect.name), row).first() is None and each.follow_up:
            _join(db, row)


@cache
def _adding(dialect: str) -> ReturningInsert[tuple[int]]:
    statement = insert_for(dialect, outbox).values(created_at=NOW)
    return statement.on_conflict_do_nothing(index_elements=["team_id", "key"]).returning(outbox.c.id)


def _join(db: Connection, row: Mapping[str, object]) -> None:
    """Follow up a call that is there already, put in by another click; one that Slack refused is made again."""
    this = (outbox.c.team_id == row["team_id"]) & (outbox.c.key == row["key"])
    # Lock the row so that the sender and this transaction serialise.
    there = db.execute(select(outbox.c.state, outbox.c.ts).where(this).with_for_update()).one()
    changed = {"follow_up": row["follow_up"]}
    if there.state in {"done", "dead"} and not there.ts:
        changed = {name: row[name] for name in _BEGUN} | {"done_at": None}
    after = db.execute(update(outbox).where(this).values(changed).returning(*_ENDED)).one()
    if after.state not in _PENDING:
        _follow(db, after)


def _follow(db: Connection, row: AnyRow) -> None:
    """Enqueue the call's outcome as a new delivery, once for each attempt that ended."""
    if not row.follow_up:
        return
    body = json.loads(row.follow_up)
    if row.ts:
        body["container"] = {**body["container"], "message_ts": row.ts}
    else:
        body["refused"] = row.error or "unknown"
    key = f"{row.key}/then/{row.attempts}"
    inbox.enqueue(db, Delivery(row.team_id, row.enterprise_id, key, "interaction", body))
    if row.state == "done":
        db.execute(update(outbox).where(outbox.c.id == row.id).values(follow_up=""))


def claim(db: Connection, most: int, capacity: Capacity, lease: float) -> list[ClaimedCall]:
    """Claim the first row of free queues, each workspace's first queue before any workspace's second.

    The capacity limits the rows of each workspace.
    """
    free = db.execute(_looking(db.dialect.name), {"most": most, **inbox.capacity_parameters(capacity)}).all()
    taken = _lease_queues(db, [(row.team_id, row.channel_id) for row in free if not row.is_new], lease)
    taken |= _create_queues(db, [row for row in free if row.is_new], lease)
    heads = _take_heads(db, taken)
    for team_id, channel_id in taken - {(each.team_id, each.call.channel_id) for each in heads}:
        _free(db, team_id, channel_id, 0)
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
        .where(outbox.c.state.in_(_PENDING))
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
        # In one order everywhere, so that replicas never deadlock over queues.
        for row in sorted(new, key=lambda row: (row.team_id, row.channel_id))
    ]
    made = insert_into(db, channel_queues).values(rows).on_conflict_do_nothing(index_elements=["team_id", "channel_id"])
    return {
        (row.team_id, row.channel_id)
        for row in db.execute(made.returning(channel_queues.c.team_id, channel_queues.c.channel_id))
    }


def _take_heads(db: Connection, taken: set[tuple[str, str]]) -> list[ClaimedCall]:
    """Begin the first call of each of these queues."""
    if not taken:
        return []
    # A query of its own, after the lease: it sees what the queue's former holder has completed.
    heads = db.execute(_FIRST, {"places": sorted(taken)}).all()
    if heads:
        db.execute(_BEGINNING, {"ids": [head.id for head in heads]})
    return [_claimed_call(head) for head in heads]


_FIRST_IDS: Final = (
    select(func.min(outbox.c.id))
    .where(
        tuple_(outbox.c.team_id, outbox.c.channel_id).in_(bindparam("places", expanding=True)),
        outbox.c.state.in_(_PENDING),
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


def finish(db: Connection, claimed: ClaimedCall, ts: str, pause: float) -> None:
    """Complete a call that Slack has, under this timestamp if it is a message; the queue rests for `pause` seconds."""
    row = _set(db, claimed, {"state": "done", "ts": ts, "error": "", **_NOTHING_LEFT}, ended=True)
    _free(db, claimed.team_id, claimed.call.channel_id, pause)
    _follow(db, row)


def refuse(db: Connection, claimed: ClaimedCall, error: str) -> None:
    """Note that Slack refuses it, where its follow-up sees to that: nothing is left to do about the row."""
    row = _set(db, claimed, {"state": "done", "error": error, **_NOTHING_LEFT}, ended=True)
    _free(db, claimed.team_id, claimed.call.channel_id, 0)
    _follow(db, row)


def reschedule(
    db: Connection,
    claimed: ClaimedCall,
    seconds: float,
    error: str,
    *,
    reached: bool,
    whole_team: bool = False,
) -> None:
    """Leave a row for another try in so many seconds; `reached` when Slack may have done it all the same."""
    values: dict[str, object] = {"state": "open", "error": error}
    _set(db, claimed, values if reached else values | {"first_tried_at": None})
    _free(db, claimed.team_id, claimed.call.channel_id, seconds)
    if whole_team:
        row = {"team_id": claimed.team_id, "enterprise_id": claimed.enterprise_id, "channel_id": WHOLE_TEAM}
        statement = insert_into(db, channel_queues).values(row | {"taken": False, "free_at": NOW + seconds})
        later = statement.excluded.free_at
        db.execute(
            statement.on_conflict_do_update(
                index_elements=["team_id", "channel_id"],
                set_={"free_at": case((later > channel_queues.c.free_at, later), else_=channel_queues.c.free_at)},
            )
        )


def give_up(db: Connection, claimed: ClaimedCall, state: Literal["dead", "ambiguous"], error: str) -> None:
    """End a row unsent (dead), or not knowing whether it was sent (ambiguous). It stays, and is counted."""
    row = _set(db, claimed, {"state": state, "error": error}, ended=True)
    _free(db, claimed.team_id, claimed.call.channel_id, 0)
    _follow(db, row)


def use_fallback(db: Connection, claimed: ClaimedCall, error: str) -> None:
    """Put the call that was kept for this refusal in the row's place, at once."""
    assert claimed.call.fallback is not None  # noqa: S101 - the sender asks only then
    method, arguments = claimed.call.fallback
    values = {
        "method": method,
        "arguments": json.dumps(arguments),
        "otherwise": "",
        "for_others": "",
        "first_tried_at": None,
    }
    row = _set(db, claimed, values | {"state": "open", "error": error})
    _free(db, claimed.team_id, claimed.call.channel_id, 0)
    _follow(db, row)
    # What is called instead is no message of the kind that was to be followed up.
    db.execute(update(outbox).where(outbox.c.id == row.id).values(follow_up=None))


_MINE: Final = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("sending_id"),
        outbox.c.team_id == bindparam("sending_team_id"),
        outbox.c.attempts == bindparam("sending_attempts"),
        outbox.c.state == "sending",
    )
    .returning(*_ENDED)
)
_ENDING: Final = _MINE.values(done_at=NOW)
_FREEING: Final = (
    update(channel_queues)
    .where(
        channel_queues.c.team_id == bindparam("this_team_id"),
        channel_queues.c.channel_id == bindparam("this_channel_id"),
    )
    .values(free_at=NOW + bindparam("seconds", type_=Float), taken=False)
)


def _set(db: Connection, claimed: ClaimedCall, values: Mapping[str, object], *, ended: bool = False) -> AnyRow:
    mine = {"sending_id": claimed.id, "sending_team_id": claimed.team_id, "sending_attempts": claimed.attempts}
    row = db.execute(_ENDING if ended else _MINE, {**mine, **values}).first()
    if row is None:
        raise LeaseLostError(f"outbox row {claimed.id} was taken by another")
    return row


def _free(db: Connection, team_id: str, channel_id: str, seconds: float) -> None:
    db.execute(_FREEING, {"this_team_id": team_id, "this_channel_id": channel_id, "seconds": seconds})

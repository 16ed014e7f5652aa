"""The outbox: what Slack is to be told, each thing once, in each channel's order and at its pace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, case, func, select, tuple_, update

from bot.store import inbox
from bot.store.database import Database, insert_into
from bot.store.errors import LeaseLostError
from bot.store.tables import lanes, outbox
from bot.store.values import Outgoing, Received, Room, Sending

# How long a lane is its taker's; the calls of one turn take less than half of it.
LEASE_SECONDS: Final = 30.0
# After a crash: what was under way may take this long to become visible at Slack.
VISIBLE_SECONDS: Final = 3.0
WHOLE_TEAM: Final = ""
_PENDING: Final = ("open", "sending")
# What a call begins with, and what is told of its end.
_BEGUN: Final = ("method", "arguments", "otherwise", "follow_up", "state", "first_tried_at", "error")
_ENDED: Final = tuple(
    outbox.c[name]
    for name in ("id", "team_id", "enterprise_id", "key", "state", "attempts", "follow_up", "ts", "error")
)


def add(db: Connection, database: Database, team_id: str, enterprise_id: str, outgoing: Iterable[Outgoing]) -> None:
    """Put calls into their lanes; one whose key is there already is not put in again, but its follow-up counts."""
    for each in outgoing:
        row = {
            "team_id": team_id,
            "enterprise_id": enterprise_id,
            "key": each.key,
            "channel_id": each.channel_id,
            "thread_ts": each.thread_ts,
            "method": each.method,
            "arguments": json.dumps(each.arguments),
            "otherwise": json.dumps(each.otherwise) if each.otherwise else "",
            "follow_up": json.dumps(each.follow_up) if each.follow_up else None,
            "state": "open",
            "attempts": 0,
            "created_at": database.now(),
            "first_tried_at": each.told_since,
            "ts": "",
            "error": "",
        }
        statement = insert_into(db, outbox).values(row).on_conflict_do_nothing(index_elements=["team_id", "key"])
        if db.execute(statement.returning(outbox.c.id)).first() is None and each.follow_up:
            _join(db, database, row)


def _join(db: Connection, database: Database, row: dict[str, Any]) -> None:
    """Follow up a call that is there already, put in by another click; one that Slack refused is made again."""
    this = (outbox.c.team_id == row["team_id"]) & (outbox.c.key == row["key"])
    # Its sender waits for this, or this for its sender.
    there = db.execute(select(outbox.c.state, outbox.c.ts).where(this).with_for_update()).one()
    changed = {"follow_up": row["follow_up"]}
    if there.state in {"done", "dead"} and not there.ts:
        changed = {name: row[name] for name in _BEGUN} | {"done_at": None}
    after = db.execute(update(outbox).where(this).values(changed).returning(*_ENDED)).one()
    if after.state not in _PENDING:
        _follow(db, database, after)


def _follow(db: Connection, database: Database, row: Row[Any]) -> None:
    """Have the bot receive what became of a call: once for each attempt that came to an end."""
    if not row.follow_up:
        return
    body = json.loads(row.follow_up)
    if row.ts:
        body["container"] = {**body["container"], "message_ts": row.ts}
    else:
        body["refused"] = row.error or "unknown"
    key = f"{row.key}/then/{row.attempts}"
    inbox.put(db, database, Received(row.team_id, row.enterprise_id, key, "interaction", body))


def claim(db: Connection, database: Database, most: int, room: Room | None = None) -> list[Sending]:
    """Take the first row of free lanes, each workspace's first lane before any workspace's second.

    Of each workspace as many as there is room for.
    """
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
    team = lanes.alias()
    held = (
        select(heads)
        .outerjoin(lanes, (lanes.c.team_id == heads.c.team_id) & (lanes.c.channel_id == heads.c.channel_id))
        .outerjoin(team, (team.c.team_id == heads.c.team_id) & (team.c.channel_id == WHOLE_TEAM))
        .where(func.coalesce(lanes.c.free_at, 0) <= database.now(), func.coalesce(team.c.free_at, 0) <= database.now())
        .add_columns(
            func.row_number().over(partition_by=heads.c.team_id, order_by=heads.c.id).label("turn"),
            lanes.c.channel_id.is_(None).label("is_new"),
        )
        .subquery()
    )
    free = db.execute(select(held).where(inbox.has_room(held, room)).order_by(held.c.turn, held.c.id).limit(most)).all()
    lanes_taken = _take_lanes(db, database, free)
    heads_taken = _take_heads(db, database, lanes_taken)
    for team_id, channel_id in lanes_taken - {(each.team_id, each.outgoing.channel_id) for each in heads_taken}:
        _free(db, database, team_id, channel_id, 0)
    return heads_taken


def _take_lanes(db: Connection, database: Database, free: Sequence[Row[Any]]) -> set[tuple[str, str]]:
    """Lease what is still free of these lanes, and make those that are new; which ones are ours now."""
    known = [(row.team_id, row.channel_id) for row in free if not row.is_new]
    # A lane that another replica is taking is not waited for.
    still = (
        select(lanes.c.team_id, lanes.c.channel_id)
        .where(tuple_(lanes.c.team_id, lanes.c.channel_id).in_(known), lanes.c.free_at <= database.now())
        .with_for_update(skip_locked=True)
    )
    ours = {(row.team_id, row.channel_id) for row in db.execute(still)} if known else set()
    rows = [
        {
            "team_id": row.team_id,
            "enterprise_id": row.enterprise_id,
            "channel_id": row.channel_id,
            "free_at": database.now() + LEASE_SECONDS,
            "taken": True,
        }
        # In one order everywhere, so that replicas never deadlock over lanes.
        for row in sorted(free, key=lambda row: (row.team_id, row.channel_id))
        if row.is_new or (row.team_id, row.channel_id) in ours
    ]
    if not rows:
        return set()
    statement = insert_into(db, lanes).values(rows)
    leased = statement.on_conflict_do_update(
        index_elements=["team_id", "channel_id"],
        set_={"free_at": statement.excluded.free_at, "taken": True},
        where=lanes.c.free_at <= database.now(),
    ).returning(lanes.c.team_id, lanes.c.channel_id)
    return {(row.team_id, row.channel_id) for row in db.execute(leased)}


def _take_heads(db: Connection, database: Database, taken: set[tuple[str, str]]) -> list[Sending]:
    """Begin the first call of each of these lanes."""
    if not taken:
        return []
    first = (
        select(func.min(outbox.c.id))
        .where(tuple_(outbox.c.team_id, outbox.c.channel_id).in_(sorted(taken)), outbox.c.state.in_(_PENDING))
        .group_by(outbox.c.team_id, outbox.c.channel_id)
    )
    heads = db.execute(select(outbox).where(outbox.c.id.in_(first)).order_by(outbox.c.id)).all()
    if heads:
        tried = func.coalesce(outbox.c.first_tried_at, database.now())
        values = {"state": "sending", "attempts": outbox.c.attempts + 1, "first_tried_at": tried}
        db.execute(update(outbox).where(outbox.c.id.in_([head.id for head in heads])).values(values))
    return [_sending(head) for head in heads]


def _sending(head: Row[Any]) -> Sending:
    otherwise = json.loads(head.otherwise) if head.otherwise else None
    outgoing = Outgoing(
        head.key,
        head.channel_id,
        head.method,
        json.loads(head.arguments),
        head.thread_ts,
        (otherwise[0], otherwise[1]) if otherwise else None,
        follow_up=json.loads(head.follow_up) if head.follow_up else None,
    )
    return Sending(head.id, head.attempts + 1, head.team_id, head.enterprise_id, outgoing, head.first_tried_at)


def finish(db: Connection, database: Database, sending: Sending, ts: str, pause: float) -> None:
    """Note that Slack has it, under this timestamp if it is a message; the lane rests for `pause` seconds."""
    row = _set(db, sending, state="done", ts=ts, done_at=database.now(), error="")
    _free(db, database, sending.team_id, sending.outgoing.channel_id, pause)
    _follow(db, database, row)


def refuse(db: Connection, database: Database, sending: Sending, error: str) -> None:
    """Note that Slack refuses it, where its follow-up sees to that: nothing is left to do about the row."""
    row = _set(db, sending, state="done", done_at=database.now(), error=error)
    _free(db, database, sending.team_id, sending.outgoing.channel_id, 0)
    _follow(db, database, row)


def put_back(
    db: Connection,
    database: Database,
    sending: Sending,
    seconds: float,
    error: str,
    *,
    reached: bool,
    whole_team: bool = False,
) -> None:
    """Leave a row for another try in so many seconds; `reached` when Slack may have done it all the same."""
    _set(db, sending, state="open", error=error, **({} if reached else {"first_tried_at": None}))
    _free(db, database, sending.team_id, sending.outgoing.channel_id, seconds)
    if whole_team:
        row = {"team_id": sending.team_id, "enterprise_id": sending.enterprise_id, "channel_id": WHOLE_TEAM}
        statement = insert_into(db, lanes).values(row | {"taken": False, "free_at": database.now() + seconds})
        later = statement.excluded.free_at
        db.execute(
            statement.on_conflict_do_update(
                index_elements=["team_id", "channel_id"],
                set_={"free_at": case((later > lanes.c.free_at, later), else_=lanes.c.free_at)},
            )
        )


def give_up(
    db: Connection, database: Database, sending: Sending, state: Literal["dead", "ambiguous"], error: str
) -> None:
    """End a row unsent (dead), or not knowing whether it was sent (ambiguous). It stays, and is counted."""
    row = _set(db, sending, state=state, done_at=database.now(), error=error)
    _free(db, database, sending.team_id, sending.outgoing.channel_id, 0)
    _follow(db, database, row)


def replace(db: Connection, database: Database, sending: Sending, error: str) -> None:
    """Put the call that was kept for this refusal in the row's place, at once."""
    assert sending.outgoing.otherwise is not None  # noqa: S101 - the sender asks only then
    method, arguments = sending.outgoing.otherwise
    values: dict[str, Any] = {"method": method, "arguments": json.dumps(arguments), "otherwise": ""}
    row = _set(db, sending, state="open", error=error, first_tried_at=None, **values)
    _free(db, database, sending.team_id, sending.outgoing.channel_id, 0)
    _follow(db, database, row)
    # What is called instead is no message of the kind that was to be followed up.
    db.execute(update(outbox).where(outbox.c.id == row.id).values(follow_up=None))


def _set(db: Connection, sending: Sending, **values: Any) -> Row[Any]:
    mine = (
        (outbox.c.id == sending.id)
        & (outbox.c.team_id == sending.team_id)
        & (outbox.c.attempts == sending.attempts)
        & (outbox.c.state == "sending")
    )
    row = db.execute(update(outbox).where(mine).values(**values).returning(*_ENDED)).first()
    if row is None:
        raise LeaseLostError(f"outbox row {sending.id} was taken by another")
    return row


def _free(db: Connection, database: Database, team_id: str, channel_id: str, seconds: float) -> None:
    db.execute(
        update(lanes)
        .where((lanes.c.team_id == team_id) & (lanes.c.channel_id == channel_id))
        .values(free_at=database.now() + seconds, taken=False)
    )

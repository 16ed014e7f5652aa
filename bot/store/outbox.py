"""The outbox: calls to Slack, each enqueued once, and how each attempt at one ended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, case, select, update
from sqlalchemy.sql.dml import ReturningInsert

from bot.store import inbox
from bot.store.dialect import NOW, AnyRow, insert_for, insert_into
from bot.store.errors import LeaseLostError
from bot.store.outbox_queues import PENDING, WHOLE_TEAM, free_queue
from bot.store.tables import channel_queues, outbox
from bot.store.values import ClaimedCall, Delivery, SlackCall

# Columns emptied once a call is done. Key, method, thread and timestamp stay, since others look for them.
_NOTHING_LEFT: Final = {"arguments": "{}", "otherwise": "", "for_others": ""}
# Columns that a call begins with, and those that its follow-up reports.
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
    """Give a follow-up to a call that another click enqueued; one that Slack refused is enqueued again."""
    this = (outbox.c.team_id == row["team_id"]) & (outbox.c.key == row["key"])
    # Lock the row so that the sender and this transaction serialise.
    there = db.execute(select(outbox.c.state, outbox.c.ts).where(this).with_for_update()).one()
    changed = {"follow_up": row["follow_up"]}
    if there.state in {"done", "dead"} and not there.ts:
        changed = {name: row[name] for name in _BEGUN} | {"done_at": None}
    after = db.execute(update(outbox).where(this).values(changed).returning(*_ENDED)).one()
    if after.state not in PENDING:
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


def finish(db: Connection, claimed: ClaimedCall, ts: str, pause: float) -> None:
    """Mark a call done, with the timestamp of its message if it posted one; the queue rests for `pause` seconds."""
    row = _set(db, claimed, {"state": "done", "ts": ts, "error": "", **_NOTHING_LEFT}, ended=True)
    free_queue(db, claimed.team_id, claimed.call.channel_id, pause)
    _follow(db, row)


def refuse(db: Connection, claimed: ClaimedCall, error: str) -> None:
    """Mark a call done that Slack refused, where its follow-up handles the refusal."""
    row = _set(db, claimed, {"state": "done", "error": error, **_NOTHING_LEFT}, ended=True)
    free_queue(db, claimed.team_id, claimed.call.channel_id, 0)
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
    """Retry a call in so many seconds; `reached` when this attempt may have reached Slack."""
    values: dict[str, object] = {"state": "open", "error": error}
    _set(db, claimed, values if reached else values | {"first_tried_at": None})
    free_queue(db, claimed.team_id, claimed.call.channel_id, seconds)
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
    """Mark a call dead (not sent) or ambiguous (perhaps sent). The row stays, and is counted."""
    row = _set(db, claimed, {"state": state, "error": error}, ended=True)
    free_queue(db, claimed.team_id, claimed.call.channel_id, 0)
    _follow(db, row)


def use_fallback(db: Connection, claimed: ClaimedCall, error: str) -> None:
    """Replace a refused call by its fallback, due at once."""
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
    free_queue(db, claimed.team_id, claimed.call.channel_id, 0)
    _follow(db, row)
    # The fallback is not the message that the follow-up is about.
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


def _set(db: Connection, claimed: ClaimedCall, values: Mapping[str, object], *, ended: bool = False) -> AnyRow:
    mine = {"sending_id": claimed.id, "sending_team_id": claimed.team_id, "sending_attempts": claimed.attempts}
    row = db.execute(_ENDING if ended else _MINE, {**mine, **values}).first()
    if row is None:
        raise LeaseLostError(f"outbox row {claimed.id} was taken by another")
    return row

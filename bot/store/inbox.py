"""The inbox: what Slack delivered, each thing once, until it has been handled."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Row,
    Subquery,
    Text,
    bindparam,
    case,
    cast,
    column,
    func,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Database, insert_into
from bot.store.errors import LeaseLostError
from bot.store.tables import heard, inbox
from bot.store.values import Claimed, Received, Room

# What a row is given when it is kept; the database tells the time.
_GIVEN: Final = ("team_id", "enterprise_id", "key", "kind", "body", "state", "attempts", "error")
# How long a row is its taker's. Whoever takes one gives up well before.
LEASE_SECONDS: Final = 30.0


def keep_all(db: Connection, database: Database, received: Sequence[Received]) -> list[bool]:
    """Insert deliveries, in one statement; tells for each whether it is new."""
    # In one order everywhere, so that replicas never deadlock over deliveries that came to several of them.
    rows = [
        _row(each, "done" if each.echo else "open")
        for each in sorted(received, key=lambda each: (each.team_id, each.key))
    ]
    statement = _keeping_many(db, database).returning(inbox.c.team_id, inbox.c.key)
    new = {(team_id, key) for team_id, key in db.execute(statement, {"rows": json.dumps(rows)})}
    news = []
    for each in received:
        news.append((each.team_id, each.key) in new)
        new.discard((each.team_id, each.key))
    return news


def keep_done(db: Connection, database: Database, received: Received) -> bool:
    """Insert a delivery that is handled in this same transaction; False when it was kept before."""
    statement = _keeping(db, database).values(done_at=database.now()).returning(inbox.c.id)
    return db.execute(statement, _row(received, "done")).first() is not None


def put(db: Connection, database: Database, received: Received) -> None:
    """Insert a delivery that the bot makes itself; one whose key is there already is not put in again."""
    db.execute(_keeping(db, database), _row(received, "open"))


def _keeping(db: Connection, database: Database) -> postgresql.Insert | sqlite.Insert:
    statement = insert_into(db, inbox).values(received_at=database.now(), due_at=database.now())
    return statement.on_conflict_do_nothing(index_elements=["team_id", "key"])


def _keeping_many(db: Connection, database: Database) -> postgresql.Insert | sqlite.Insert:
    """Rows come as one parameter: the statement stays the same, and is read and planned once, however many they are."""
    rows = bindparam("rows", type_=Text)
    given: list[ColumnElement[Any]]
    if database.is_postgres:
        typed = [column(name, inbox.c[name].type) for name in _GIVEN]
        record = func.json_to_recordset(cast(rows, JSON)).table_valued(*typed).render_derived(with_types=True)
        given = [record.c[name] for name in _GIVEN]
    else:
        value = func.json_each(rows).table_valued("value").c.value
        given = [func.json_extract(value, f"$.{name}") for name in _GIVEN]
    # SQLite takes ON CONFLICT behind a SELECT for part of a join unless there is a WHERE.
    now = database.now()
    done_at = case((given[_GIVEN.index("state")] == "done", now), else_=None)
    source = select(*given, now, now, done_at).where(true())
    names = [*_GIVEN, "received_at", "due_at", "done_at"]
    statement = insert_into(db, inbox).from_select(names, source, include_defaults=False)
    return statement.on_conflict_do_nothing(index_elements=["team_id", "key"])


def _row(received: Received, state: str) -> dict[str, Any]:
    return {
        "team_id": received.team_id,
        "enterprise_id": received.enterprise_id,
        "key": received.key,
        "kind": received.kind,
        "body": "{}" if received.echo else json.dumps(received.body),
        "state": state,
        "attempts": 0,
        "error": "",
    }


def hear(db: Connection, received: Sequence[Received], behind: Collection[tuple[str, str]] = ()) -> None:
    """Note how far channels were heard; where an earlier message may still be missed (`Store.behind`), nothing changes.

    A channel that is new is noted all the same: what was said there before is not looked for.
    """
    latest: dict[tuple[str, str], Received] = {}
    for each in received:
        if each.place not in latest or latest[each.place].ts < each.ts:
            latest[each.place] = each
    if not latest:
        return
    here = tuple_(heard.c.team_id, heard.c.channel_id).in_(list(latest))
    known = {
        (row.team_id, row.channel_id) for row in db.execute(select(heard.c.team_id, heard.c.channel_id).where(here))
    }
    # What another replica is just noting is left to it: having heard less only means to read more again.
    mine = select(heard).where(here).with_for_update(skip_locked=True)
    for row in db.execute(mine).all():
        place = row.team_id, row.channel_id
        waits = any(each in behind for each in (place, (row.team_id, ""), ("", "")))
        if latest[place].ts > row.ts and not waits:
            this = (heard.c.team_id == row.team_id) & (heard.c.channel_id == row.channel_id)
            db.execute(update(heard).where(this).values(ts=latest[place].ts))
    new = [
        {"team_id": team_id, "enterprise_id": each.enterprise_id, "channel_id": channel_id, "ts": each.ts}
        for (team_id, channel_id), each in sorted(latest.items())
        if (team_id, channel_id) not in known
    ]
    if new:
        db.execute(insert_into(db, heard).on_conflict_do_nothing(index_elements=["team_id", "channel_id"]).values(new))


def claim(db: Connection, database: Database, most: int, room: Room | None = None) -> list[Claimed]:
    """Take due rows, each workspace's oldest before any workspace's second, of each as many as there is room for."""
    due = (inbox.c.state == "open") & (inbox.c.due_at <= database.now())
    turn = func.row_number().over(partition_by=inbox.c.team_id, order_by=inbox.c.id).label("turn")
    ranked = select(inbox.c.id, inbox.c.team_id, turn).where(due).subquery()
    chosen = select(ranked.c.id).where(has_room(ranked, room)).order_by(ranked.c.turn, ranked.c.id).limit(most)
    rows = db.execute(
        select(inbox).where(inbox.c.id.in_(chosen), due).order_by(inbox.c.id).with_for_update(skip_locked=True)
    ).all()
    if rows:
        db.execute(
            update(inbox)
            .where(inbox.c.id.in_([row.id for row in rows]))
            .values(attempts=inbox.c.attempts + 1, due_at=database.now() + LEASE_SECONDS)
        )
    return [_claimed(row) for row in rows]


def has_room(ranked: Subquery, room: Room | None) -> ColumnElement[bool]:
    """Whether a workspace's row, the `turn`-th of those that wait, may be taken beside what is under way of it."""
    if room is None:
        return true()
    left = case(
        {team_id: room.of_one - number for team_id, number in sorted(room.busy.items())} or {"": room.of_one},
        value=ranked.c.team_id,
        else_=room.of_one,
    )
    return ranked.c.turn <= left


def _claimed(row: Row[Any]) -> Claimed:
    received = Received(row.team_id, row.enterprise_id, row.key, row.kind, json.loads(row.body))
    return Claimed(row.id, row.attempts + 1, received, row.received_at)


def finish(db: Connection, database: Database, claimed: Claimed) -> None:
    """Mark a row handled. Raises LeaseLostError when it is another's by now."""
    _set(db, claimed, state="done", done_at=database.now(), error="")


def put_back(db: Connection, database: Database, claimed: Claimed, seconds: float, error: str) -> None:
    """Leave a row for another try, in so many seconds. Raises LeaseLostError when it is another's by now."""
    _set(db, claimed, due_at=database.now() + seconds, error=error)


def bury(db: Connection, database: Database, claimed: Claimed, error: str) -> None:
    """Give a row up; it stays, and is counted. Raises LeaseLostError when it is another's by now."""
    _set(db, claimed, state="dead", done_at=database.now(), error=error)


def _set(db: Connection, claimed: Claimed, **values: Any) -> None:
    mine = (
        (inbox.c.id == claimed.id)
        & (inbox.c.team_id == claimed.received.team_id)
        & (inbox.c.attempts == claimed.attempts)
        & (inbox.c.state == "open")
    )
    if db.execute(update(inbox).where(mine).values(**values)).rowcount != 1:
        raise LeaseLostError(f"inbox row {claimed.id} was taken by another")

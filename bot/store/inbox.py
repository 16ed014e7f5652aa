"""The inbox: each delivery of Slack's once, until it is handled."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Connection,
    Float,
    Integer,
    Subquery,
    Text,
    Update,
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
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from bot.store.dialect import NOW, AnyRow, AnySelect, insert_for, insert_into
from bot.store.errors import LeaseLostError
from bot.store.tables import channel_cursors, inbox
from bot.store.values import Capacity, ClaimedDelivery, Delivery

# Values of a new row; times are the database's.
_GIVEN: Final = ("team_id", "enterprise_id", "key", "kind", "body", "state", "attempts", "error")
# The body of a done row: a redelivery is recognised by its key alone, and people may delete what they wrote.
NO_BODY: Final = "{}"


def keep_all(db: Connection, delivery: Sequence[Delivery]) -> list[bool]:
    """Insert deliveries, in one statement; tells for each whether it is new."""
    # Sorted by key, so that replicas never deadlock over deliveries that came to several of them.
    rows = [
        _row(each, "done" if each.echo else "open")
        for each in sorted(delivery, key=lambda each: (each.team_id, each.key))
    ]
    found = db.execute(_keeping_many(db.dialect.name), {"rows": json.dumps(rows)})
    new = {(row.team_id, row.key) for row in found}
    news = []
    for each in delivery:
        news.append((each.team_id, each.key) in new)
        new.discard((each.team_id, each.key))
    return news


def keep_done(db: Connection, delivery: Delivery) -> bool:
    """Insert a delivery that is handled in this same transaction, by its key; False when it was kept before."""
    statement = _keeping(db).values(done_at=NOW).returning(inbox.c.id)
    return db.execute(statement, _row(delivery, "done")).first() is not None


def enqueue(db: Connection, delivery: Delivery) -> None:
    """Insert a delivery that the bot makes itself, unless its key is there already."""
    db.execute(_keeping(db), _row(delivery, "open"))


def _keeping(db: Connection) -> postgresql.Insert | sqlite.Insert:
    statement = insert_into(db, inbox).values(received_at=NOW, due_at=NOW)
    return statement.on_conflict_do_nothing(index_elements=["team_id", "key"])


@cache
def _keeping_many(dialect: str) -> ReturningInsert[tuple[str, str]]:
    """Build the INSERT of many rows given as one parameter, so that it is parsed and planned once for any number."""
    given: list[ColumnElement[Any]]
    if dialect == "postgresql":
        typed = [column(name, inbox.c[name].type) for name in _GIVEN]
        record = func.json_to_recordset(cast(_parameter("rows"), JSON)).table_valued(*typed)
        source = record.render_derived(with_types=True)
        given = [source.c[name] for name in _GIVEN]
    else:
        value = func.json_each(_parameter("rows")).table_valued("value").c.value
        given = [func.json_extract(value, f"$.{name}") for name in _GIVEN]
    done_at = case((given[_GIVEN.index("state")] == "done", NOW), else_=None)
    # Without WHERE, SQLite parses ON CONFLICT behind a SELECT as part of a join.
    rows = select(*given, NOW, NOW, done_at).where(true())
    names = [*_GIVEN, "received_at", "due_at", "done_at"]
    statement = insert_for(dialect, inbox).from_select(names, rows, include_defaults=False)
    once = statement.on_conflict_do_nothing(index_elements=["team_id", "key"])
    return once.returning(inbox.c.team_id, inbox.c.key)


def _row(delivery: Delivery, state: str) -> dict[str, object]:
    return {
        "team_id": delivery.team_id,
        "enterprise_id": delivery.enterprise_id,
        "key": delivery.key,
        "kind": delivery.kind,
        "body": NO_BODY if state == "done" else json.dumps(delivery.body),
        "state": state,
        "attempts": 0,
        "error": "",
    }


def advance_cursors(
    db: Connection, delivery: Sequence[Delivery], backfilling: Collection[tuple[str, str]] = ()
) -> None:
    """Advance channel cursors, but not where an earlier message may still be missing (`Store.backfilling`).

    A channel that is new is noted all the same: what was said there before is not looked for.
    """
    latest: dict[tuple[str, str], Delivery] = {}
    for each in delivery:
        if each.place not in latest or latest[each.place].ts < each.ts:
            latest[each.place] = each
    if not latest:
        return
    here = tuple_(channel_cursors.c.team_id, channel_cursors.c.channel_id).in_(list(latest))
    known = {
        (row.team_id, row.channel_id)
        for row in db.execute(select(channel_cursors.c.team_id, channel_cursors.c.channel_id).where(here))
    }
    # Skip a cursor that another replica is writing: an earlier one only means that more is read again.
    mine = select(channel_cursors).where(here).with_for_update(skip_locked=True)
    for row in db.execute(mine).all():
        place = row.team_id, row.channel_id
        waits = any(each in backfilling for each in (place, (row.team_id, ""), ("", "")))
        if latest[place].ts > row.ts and not waits:
            this = (channel_cursors.c.team_id == row.team_id) & (channel_cursors.c.channel_id == row.channel_id)
            db.execute(update(channel_cursors).where(this).values(ts=latest[place].ts))
    new = [
        {"team_id": team_id, "enterprise_id": each.enterprise_id, "channel_id": channel_id, "ts": each.ts}
        for (team_id, channel_id), each in sorted(latest.items())
        if (team_id, channel_id) not in known
    ]
    if new:
        db.execute(
            insert_into(db, channel_cursors)
            .on_conflict_do_nothing(index_elements=["team_id", "channel_id"])
            .values(new)
        )


def claim(db: Connection, most: int, capacity: Capacity, lease: float) -> list[ClaimedDelivery]:
    """Claim due rows within each workspace's capacity, each workspace's oldest before any workspace's second.

    One statement, so that it needs no transaction around it.
    """
    rows = db.execute(_claiming(db.dialect.name), {"most": most, "lease": lease, **capacity_parameters(capacity)}).all()
    return [_claimed(row) for row in sorted(rows, key=lambda row: row.id)]


@cache
def _claiming(dialect: str) -> ReturningUpdate[Any]:
    due = (inbox.c.state == "open") & (inbox.c.due_at <= NOW)
    turn = func.row_number().over(partition_by=inbox.c.team_id, order_by=inbox.c.id).label("turn")
    ranked = select(inbox.c.id, inbox.c.team_id, turn).where(due).subquery()
    chosen = limit_to_capacity(select(ranked.c.id), ranked, dialect).order_by(ranked.c.turn, ranked.c.id)
    few = chosen.limit(bindparam("most", type_=Integer))
    # A query of its own: PostgreSQL may evaluate a sub-select once per row, with other rows each time.
    taken = select(inbox.c.id).where(inbox.c.id.in_(few), due).with_for_update(skip_locked=True).cte("taken")
    return (
        update(inbox)
        .where(inbox.c.id.in_(select(taken.c.id)))
        .values(attempts=inbox.c.attempts + 1, due_at=NOW + bindparam("lease", type_=Float))
        .returning(*(inbox.c[name] for name in (*_GIVEN, "id", "received_at")))
    )


def limit_to_capacity(chosen: AnySelect, ranked: Subquery, dialect: str) -> AnySelect:
    """Limit rows to each workspace's remaining capacity; `turn` is a row's number among its workspace's waiting ones."""
    if dialect == "postgresql":
        each = func.json_each_text(cast(_parameter("busy"), JSON)).table_valued("key", "value")
    else:
        each = func.json_each(_parameter("busy")).table_valued("key", "value")
    # Evaluated once, however many rows wait.
    busy = select(each.c.key, cast(each.c.value, Integer).label("number")).cte("busy").prefix_with("MATERIALIZED")
    left = bindparam("of_one", type_=Integer) - func.coalesce(busy.c.number, 0)
    return chosen.select_from(ranked.outerjoin(busy, busy.c.key == ranked.c.team_id)).where(ranked.c.turn <= left)


def capacity_parameters(capacity: Capacity) -> dict[str, object]:
    """Return the parameters that `limit_to_capacity` takes."""
    return {"of_one": capacity.of_one, "busy": json.dumps(dict(capacity.busy))}


def _parameter(name: str) -> BindParameter[str]:
    return bindparam(name, type_=Text)


def _claimed(row: AnyRow) -> ClaimedDelivery:
    delivery = Delivery(row.team_id, row.enterprise_id, row.key, row.kind, json.loads(row.body))
    return ClaimedDelivery(row.id, row.attempts, delivery, row.received_at)


def finish(db: Connection, claimed: ClaimedDelivery) -> None:
    """Mark a row done and empty its body. Raises LeaseLostError when another worker has it by now."""
    _end(db, claimed, _ENDING, state="done", error="", body=NO_BODY)


def reschedule(db: Connection, claimed: ClaimedDelivery, seconds: float, error: str) -> None:
    """Make a row due again in so many seconds. Raises LeaseLostError when another worker has it by now."""
    _end(db, claimed, _PUTTING_BACK, seconds=seconds, error=error)


def dead_letter(db: Connection, claimed: ClaimedDelivery, error: str) -> None:
    """Mark a row dead; it stays, and is counted. Raises LeaseLostError when another worker has it by now."""
    _end(db, claimed, _ENDING, state="dead", error=error)


_MINE: Final = update(inbox).where(
    inbox.c.id == bindparam("claimed_id"),
    inbox.c.team_id == bindparam("claimed_team_id"),
    inbox.c.attempts == bindparam("claimed_attempts"),
    inbox.c.state == "open",
)
_ENDING: Final = _MINE.values(done_at=NOW)
_PUTTING_BACK: Final = _MINE.values(due_at=NOW + bindparam("seconds", type_=Float))


def _end(db: Connection, claimed: ClaimedDelivery, change: Update, **values: object) -> None:
    mine = {
        "claimed_id": claimed.id,
        "claimed_team_id": claimed.delivery.team_id,
        "claimed_attempts": claimed.attempts,
    }
    if db.execute(change, mine | values).rowcount != 1:
        raise LeaseLostError(f"inbox row {claimed.id} was taken by another")


def forget_dead(db: Connection, team_id: str, keys: Sequence[str]) -> None:
    """Empty deliveries that were given up, since what they hold was taken back; they are not tried again."""
    these = (inbox.c.team_id == team_id) & inbox.c.key.in_(keys) & (inbox.c.state == "dead")
    db.execute(update(inbox).where(these).values(body="{}"))

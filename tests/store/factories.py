"""Rows that the store's tests put in, and ways to look at what is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text, update

from bot.store import ClaimedCall, ClaimedDelivery, Delivery, SlackCall, Store
from bot.store.database import EVERY_TEAM
from bot.store.tables import channel_queues, corrections, inbox, metadata, outbox, unanswered


def delivery(key: str = "tea", team_id: str = "T1", enterprise_id: str = "", **more: Any) -> Delivery:
    return Delivery(team_id, enterprise_id, key, "event", {"text": f"the secret of {key}"}, **more)


def call(key: str = "answer", channel_id: str = "C1", **more: Any) -> SlackCall:
    return SlackCall(key, channel_id, "chat.postMessage", {"channel": channel_id, "text": f"secret {key}"}, **more)


async def rows(store: Store, table: Table, team_id: str = EVERY_TEAM) -> list[dict[str, Any]]:
    """Everything in a table, in the order of its key."""

    def look(db: Connection) -> list[dict[str, Any]]:
        return [dict(row) for row in db.execute(select(table).order_by(*table.primary_key.columns)).mappings()]

    return await store.database.read(team_id, look)


async def states(store: Store, table: Table) -> list[str]:
    return [row["state"] for row in await rows(store, table)]


async def claim_one(store: Store, received: Delivery | None = None) -> ClaimedDelivery:
    """Keep a delivery, and take it."""
    await store.receive(received or delivery())
    (claimed,) = await store.claim(1)
    return claimed


async def put_out(store: Store, *calls: SlackCall, team_id: str = "T1", enterprise_id: str = "") -> None:
    """Have calls in the outbox, as the handling of one delivery puts them there."""
    key = f"for {calls[0].key} and {len(calls) - 1} more"
    await store.complete_now(delivery(key, team_id, enterprise_id), calls)


async def take_all(store: Store, most: int = 100) -> list[str]:
    return [sending.call.key for sending in await store.claim_calls(most)]


async def let_pass(store: Store, seconds: float) -> None:
    """Let so much time pass for all that waits in the store: leases, pauses, and the age of what is done."""

    def change(db: Connection) -> None:
        for table, names in (
            (inbox, ("received_at", "due_at", "done_at")),
            (outbox, ("created_at", "first_tried_at", "done_at")),
            (channel_queues, ("free_at",)),
            (unanswered, ("last_at",)),
            (corrections, ("said_at",)),
        ):
            db.execute(update(table).values({name: table.c[name] - seconds for name in names}))

    await store.writer.write(EVERY_TEAM, change)


async def send_all(store: Store) -> Sequence[ClaimedCall]:
    """Send everything, one after the other, without pauses."""
    sent: list[ClaimedCall] = []
    while taken := await store.claim_calls(100):
        for sending in taken:
            await store.complete_call(sending, "1.0", 0.0)
        sent += taken
    return sent


# What each schema added, and how a test takes it back.
_ADDED = {
    "0003": "ALTER TABLE outbox DROP COLUMN follow_up",
    "0004": "DROP INDEX inbox_done; DROP INDEX outbox_done",
    "0007": "ALTER TABLE outbox DROP COLUMN for_others",
    "0008": "DROP TABLE corrections",
    "0009": "ALTER TABLE manners DROP COLUMN outsiders_move",
    "0010": "DROP TABLE token_encryption; ALTER TABLE installations DROP COLUMN refresh_token; "
    "ALTER TABLE installations DROP COLUMN expires_at; ALTER TABLE installations DROP COLUMN refreshing_until",
}


def go_back(db: Connection, revision: str) -> None:
    """Leave the schema as it was at an earlier revision."""
    for added in sorted((each for each in _ADDED if each > revision), reverse=True):
        for statement in _ADDED[added].split(";"):
            db.execute(text(statement))
    db.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


async def fill_the_rest(store: Store, team_id: str, enterprise_id: str = "") -> None:
    """Put a row of the workspace into each table that has none of it, whatever its columns are."""

    def fill(db: Connection) -> None:
        store.database.show_team(db, team_id)
        for table in metadata.sorted_tables:
            if db.execute(select(table.c.team_id).where(table.c.team_id == team_id)).first() is None:
                values: dict[str, Any] = {}
                for column in table.columns:
                    if column is table.autoincrement_column or column.nullable:
                        continue
                    kind = column.type.python_type
                    values[column.name] = "secret"[: getattr(column.type, "length", None)] if kind is str else kind(1)
                db.execute(insert(table).values(values | {"team_id": team_id, "enterprise_id": enterprise_id}))

    await store.writer.write(EVERY_TEAM, fill)


def fail(db: Connection) -> None:
    """A change that the database refuses."""
    db.execute(text("SELECT * FROM teapots"))


def spill(_db: Connection) -> None:
    """A change that fails by itself."""
    raise ZeroDivisionError("tea")

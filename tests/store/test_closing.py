"""The end of a store: no connection stays open, whatever is under way."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection

from bot.store import Store, open_store

SECONDS = 30


def is_open(connection: Any) -> bool:
    if isinstance(connection, psycopg.Connection):
        return not connection.closed
    try:
        connection.total_changes  # noqa: B018
    except sqlite3.ProgrammingError:
        return False
    return True


async def threads_ended(name: str) -> None:
    """Wait for the threads of a store that was closed."""
    for thread in threading.enumerate():
        if thread.name.startswith(name):
            await asyncio.to_thread(thread.join, SECONDS)


async def test_a_read_whose_caller_is_gone_closes_its_connection(store: Store) -> None:
    """A loop that is cancelled at the end leaves its read in a thread, which returns after all else was closed."""
    began, go_on = threading.Event(), threading.Event()
    used: list[Any] = []

    def look(db: Connection) -> None:
        used.append(db.connection.dbapi_connection)
        began.set()
        go_on.wait(SECONDS)

    reading = asyncio.create_task(store.database.read("T1", look))
    await asyncio.to_thread(began.wait, SECONDS)
    reading.cancel()
    await store.close()
    assert is_open(used[0])
    go_on.set()
    await threads_ended("store-read")

    assert not is_open(used[0])


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
async def test_a_start_that_is_cancelled_leaves_no_connection(store: Store, address: str, postgres: Any) -> None:
    """Somebody stops the bot while it waits for another's upgrade of the schema."""
    name = address.split("/")[3].split("?")[0]
    sessions = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'"
    await store.close()
    with (
        psycopg.connect(postgres.get_uri(), autocommit=True) as server,
        psycopg.connect(address) as holder,
    ):

        async def see(sql: str, number: int) -> None:
            async with asyncio.timeout(SECONDS):
                while server.execute(sql.encode()).fetchall() != [(number,)]:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)

        holder.execute("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
        starting = asyncio.create_task(open_store(address, lambda _: None))
        await see(f"{sessions} AND wait_event_type = 'Lock'", 1)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        holder.rollback()
        await threads_ended("store-write")

        await see(sessions, 1)

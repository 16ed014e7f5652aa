"""The database fails: PostgreSQL crashes or is away, SQLite's disk is full, its file locked or not to be written."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from contextlib import closing
from typing import Final

from tests.faults.databases import Database, PostgresServer, SqliteFile
from tests.faults.load import Crowd
from tests.faults.setup import Ground
from tests.faults.stage import Arena, Result

_RATE: Final = 10.0


async def crashes(arena: Arena, database: Database, times: int, away_seconds: float = 30.0) -> Result:
    """The server's processes are killed or stopped at once; every fourth time it is away for longer."""
    assert isinstance(database, PostgresServer)
    async with arena.ground(database) as ground:
        crowd = Crowd(ground)
        await ground.start_ready()
        async with crowd.talking(_RATE):
            for number in range(times):
                await asyncio.sleep(ground.chance.uniform(0.5, 2))
                await asyncio.to_thread(database.kill if number % 2 else database.stop_immediately)
                await asyncio.sleep(away_seconds if number % 4 == 3 else ground.chance.uniform(0, 1))
                await asyncio.to_thread(database.start)
            await asyncio.sleep(3)
        return await arena.result(f"PostgreSQL crashes, some {away_seconds:g} s away", crowd, times)


async def file_faults(arena: Arena, database: Database, times: int) -> Result:
    """A full disk, a locked file and one that cannot be written, in turn, each for some seconds of one bot's life."""
    assert isinstance(database, SqliteFile)
    async with arena.ground(database) as ground:
        crowd = Crowd(ground)
        bot = await ground.start_ready()
        refused = 0
        async with crowd.talking(_RATE):
            for number in range(times):
                await asyncio.sleep(2)
                before = _refusals(ground)
                if number % 3 == 0:
                    await _full(bot.pid)
                elif number % 3 == 1:
                    await _locked(database)
                else:
                    await ground.kill(bot)
                    bot = await ground.start_ready(read_only_for=4.0)
                    await asyncio.sleep(4)
                refused += _refusals(ground) > before
            await asyncio.sleep(3)
        result = await arena.result("SQLite: disk full, locked, read-only", crowd, times)
        if refused < times:
            result.notes.append(f"never refused anything in {times - refused} of {times} faults")
        return result


async def _full(pid: int, seconds: float = 4.0) -> None:
    """No file of the bot's may grow, which to SQLite is a full disk; existing pages can still be changed."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    await asyncio.sleep(seconds)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


async def _locked(database: SqliteFile, seconds: float = 5.0) -> None:
    """Somebody else writes, and takes their time."""
    with closing(sqlite3.connect(database.path, isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(seconds)
        other.execute("ROLLBACK")


def _refusals(ground: Ground) -> int:
    return sum(not attempt.acked for envelope in ground.slack.envelopes for attempt in envelope.attempts)

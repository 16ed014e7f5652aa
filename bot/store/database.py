"""The database behind the store: its address, its connections and the threads that use them; see also `engines` and `dialect`."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from filelock import FileLock
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.store.engines import postgres_engine, sqlite_engine
from bot.store.errors import StoreError
from bot.store.sqlite_file import check_place, damaged, place_of, take_file

T = TypeVar("T")

# Receipts and claims have a connection each on which every statement is a transaction of its own.
_PG_AT_ONCE: Final = 2
# Concurrent reads; on SQLite they share the processor with the rest of the bot.
_SQLITE_READERS: Final = 4
_PG_READERS: Final = 8
# One writer each for receipts, claims and everything else.
_PG_WRITERS: Final = 3
# Row-level security shows a transaction the rows of one workspace, or with this those of all.
EVERY_TEAM: Final = "*"
# An address is split at its first @: the rest of a password with an @ would become part of the host or, with a /, of the
# database, and both are shown to people. The name of a database may have an @.
_SPLIT_PASSWORD: Final = re.compile("@.*/")
# Errors by which a database shows that it is unreachable or refuses.
TROUBLE: Final = (DBAPIError, PoolTimeoutError, OSError)


def read_address(address: str) -> URL:
    """Understand a DATABASE_URL. Raises StoreError with what it must look like."""
    try:
        url = make_url(address)
    # A port that is no number is a ValueError.
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            "DATABASE_URL is not an address; it looks like postgresql://user:password@host/database "
            "or sqlite:////var/lib/sceptic/sceptic.db."
        ) from error
    name = url.drivername.partition("+")[0]
    if name != "sqlite" and _SPLIT_PASSWORD.search(f"{url.host or ''}/{url.database or ''}"):
        raise StoreError("DATABASE_URL has an @ behind the one before the host; write @ in a password as %40.")
    if name in {"postgresql", "postgres"} and url.database:
        return url.set(drivername="postgresql+psycopg")
    if name == "sqlite" and url.database not in {None, "", ":memory:"}:
        return url.set(drivername="sqlite+pysqlite")
    raise StoreError(
        f"DATABASE_URL must begin with postgresql:// or sqlite:/// and name a database (it begins with {name}://)."
    )


def shown(url: URL) -> str:
    """Return an address as a person may see it: a file's path, or where the database is. Passwords may hide in the rest."""
    if url.get_backend_name() != "postgresql":
        return str(url.database)
    return str(URL.create("postgresql", url.username, None, url.host, url.port, url.database))


@dataclass(slots=True)
class Database:
    """Connections for reading and for writing. On SQLite the writing one waits for the file before it begins.

    A whole transaction runs in a thread: switching between the event loop and a driver for each statement costs several
    times as much. So the function that runs in it must touch nothing but the connection and its own values.

    On PostgreSQL every statement of a read is a transaction of its own, which saves trips to the server: each statement
    sees what is committed by then, as it does in a transaction there. Writes of a single statement have such
    connections, too, which see every workspace.
    """

    url: URL
    reading: Engine
    writing: Engine
    single_statement: Engine | None = None
    _lock: FileLock | None = None
    _place: tuple[int, int, bool] = (0, 0, False)
    _readers: ThreadPoolExecutor = field(init=False)
    _writers: ThreadPoolExecutor = field(init=False)
    _closed: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        """Start the threads for reading and for writing, so that neither waits for the other's."""
        readers, writers = (_PG_READERS, _PG_WRITERS) if self.is_postgres else (_SQLITE_READERS, 1)
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="store-read")
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="store-write")

    @property
    def is_postgres(self) -> bool:
        """Return True for PostgreSQL."""
        return self.url.get_backend_name() == "postgresql"

    @property
    def path(self) -> Path | None:
        """SQLite's file."""
        return None if self.is_postgres else Path(str(self.url.database))

    def show_team(self, db: Connection, team_id: str) -> None:
        """Let the transaction see this workspace's rows, or with EVERY_TEAM all of them."""
        if self.is_postgres and db.info.get("shown") != (db.get_transaction(), team_id):
            db.execute(_SHOW, {"team_id": team_id})
            # The setting ends with the transaction.
            db.info["shown"] = (db.get_transaction(), team_id)

    async def read(self, team_id: str, look: Callable[[Connection], T]) -> T:
        """Run plain queries. Raises StoreError when the database cannot."""

        def run() -> T:
            with self.reading.connect() as db:
                if self.is_postgres and db.info.get("reads_of") != team_id:
                    # The setting lasts until the connection ends or reads another workspace.
                    db.info.pop("reads_of", None)
                    db.execute(_SHOW_ON, {"team_id": team_id})
                    db.info["reads_of"] = team_id
                return look(db)

        try:
            return await self._run_in(self._readers, run)
        except TROUBLE as error:
            raise StoreError(said_by(error)) from error

    async def write(self, change: Callable[[Connection], T], *, single_statement: bool = False) -> T:
        """Run statements in one transaction, or with `single_statement`, where there is that, each as one of its own.

        Raises what `change` raises, and TROUBLE.
        """

        def run() -> T:
            if single_statement and self.single_statement is not None:
                with self.single_statement.connect() as db:
                    return change(db)
            with self.writing.begin() as db:
                return change(db)

        return await self._run_in(self._writers, run)

    async def clear_log(self, *, compact: bool = False) -> bool:
        """Checkpoint SQLite's write-ahead log and empty it: it holds text that was deleted from the file.

        With `compact` the file is written anew, without pages that an older Sceptic freed and did not overwrite. False
        when somebody else reads the file; the next time will do. Raises StoreError when there is no room.
        """
        if self.is_postgres:
            return True

        def run() -> bool:
            connection = self.writing.raw_connection()
            try:
                cursor = connection.cursor()
                if compact:
                    cursor.execute("VACUUM")
                (busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                return not busy
            finally:
                connection.close()

        try:
            return await self._run_in(self._writers, run)
        except sqlite3.Error as error:
            raise StoreError(said_by(error)) from error

    def note_place(self) -> None:
        """Remember SQLite's file as it is now, open and ready."""
        if self.path is not None:
            self._place = place_of(self.path)

    def check_place(self) -> None:
        """Raise StoreError when SQLite's file is no longer where it was: a commit would be gone with the process."""
        if self.path is not None:
            check_place(self.path, self._place)

    async def close(self) -> None:
        """Close the connections and release SQLite's file. A read that hangs is not waited for; its thread closes its own."""
        self._closed = True
        for threads in (self._readers, self._writers):
            threads.shutdown(wait=False, cancel_futures=True)
        # The last one to close SQLite's file waits for the disk.
        await asyncio.to_thread(self._disconnect)
        if self._lock is not None:
            self._lock.release()

    async def _run_in(self, threads: ThreadPoolExecutor, run: Callable[[], T]) -> T:
        def run_and_disconnect() -> T:
            try:
                return run()
            finally:
                # A cancelled caller does not stop its thread, which may return a connection after all others were closed.
                if self._closed:
                    self._disconnect()

        return await asyncio.get_running_loop().run_in_executor(threads, run_and_disconnect)

    def _disconnect(self) -> None:
        for engine in (self.reading, self.writing, self.single_statement):
            if engine is not None:
                # Engine.dispose would make a new pool and lose sight of connections that are still out.
                engine.pool.dispose()


_SHOW: Final = text("SELECT set_config('sceptic.team_id', :team_id, true)")
_SHOW_ON: Final = text("SELECT set_config('sceptic.team_id', :team_id, false)")


def said_by(error: BaseException) -> str:
    """Return the database's own words, in one line, without the statement and without the rows that DETAIL quotes."""
    origin = getattr(error, "orig", None) or error
    words = re.split(r"^(?:DETAIL|CONTEXT|LINE \d+):", str(origin), maxsplit=1, flags=re.MULTILINE)[0]
    return " ".join(words.split()) or type(origin).__name__


def connect(url: URL, name: str = "") -> Database:
    """Make the engines; nothing is connected yet. On SQLite the file is ours alone from here on.

    `name` is what PostgreSQL shows of the connections.

    Raises StoreError when the folder is missing, not writable, or another process has the file.
    """
    if url.get_backend_name() == "postgresql":
        reading = postgres_engine(url, name, pool_size=_PG_READERS, max_overflow=0, isolation_level="AUTOCOMMIT")
        writing = postgres_engine(url, name, pool_size=_PG_WRITERS, max_overflow=0)
        everything = f" -c sceptic.team_id={EVERY_TEAM}"
        single_statement = postgres_engine(
            url, name, everything, pool_size=_PG_AT_ONCE, max_overflow=0, isolation_level="AUTOCOMMIT"
        )
        return Database(url, reading, writing, single_statement)
    path = Path(str(url.database))
    lock = take_file(path)
    ahead = time.time() - time.monotonic()

    def now() -> float:
        return ahead + time.monotonic()

    reading = sqlite_engine(url, "BEGIN", now, pool_size=_SQLITE_READERS)
    writing = sqlite_engine(url, "BEGIN IMMEDIATE", now, pool_size=1)
    return Database(url, reading, writing, None, lock)


def check_health(database: Database, db: Connection) -> None:
    """Read through an SQLite file once. Raises StoreError when it is damaged."""
    if database.is_postgres:
        return
    if db.execute(text("PRAGMA quick_check(1)")).scalar_one() != "ok":
        raise StoreError(damaged(database.path))

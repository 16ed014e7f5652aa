"""The database behind the store: its address and connections. SQLite and PostgreSQL differ here and in `statements`."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.store.errors import StoreError
from bot.store.sqlite_file import check_place, damaged, place_of, take_file

T = TypeVar("T")

_BUSY_SECONDS: Final = 2.0
# A server that answers nothing is given up on; a write is then refused rather than kept waiting for.
_PG_OPTIONS: Final = (
    "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
    # A plan is made once and kept. As long as tables are small, reading the whole of them looks cheapest, and that plan
    # is kept while they grow: taking calls went up to 0.2 s each until the server looked at the tables anew.
    " -c enable_seqscan=off"
)
_CONNECT_SECONDS: Final = 5
_SILENT_MILLISECONDS: Final = 5000
# A server that fell silent while a statement was under way is asked whether it still lives.
_ASK_SECONDS: Final = 10
# Keeping and taking have one connection each on which every statement is a transaction.
_PG_AT_ONCE: Final = 2
# As many reads go on at once; on SQLite they share the processor with whatever else the bot does.
_SQLITE_READERS: Final = 4
_PG_READERS: Final = 8
# Keeping, taking and ending each have a writer of their own there.
_PG_WRITERS: Final = 3
# A connection that was used a moment ago is not asked first whether it still lives: that is a trip to the server.
_ALIVE_SECONDS: Final = 1.0
# The row-level security of PostgreSQL shows a transaction one workspace, or everything to the engine room.
EVERY_TEAM: Final = "*"
# An address is split at its first @, so the rest of a password with an @ in it becomes the host, or with a / as well the
# database, and both are shown. The name of a database may have an @.
_SPLIT_PASSWORD: Final = re.compile("@.*/")
# What a database that cannot be reached or does not want is seen by.
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

    A whole transaction runs in a thread: going to and fro between the event loop and a driver for each statement of
    it costs several times as much. So what is given to it must touch nothing but the connection and what is its own.

    On PostgreSQL every statement of a reading is a transaction of its own, which saves trips to the server: each
    statement sees what is committed by then, as it does in a transaction there. The engine room has such connections
    for writing, too, which see every workspace.
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
        """Have threads for reading and for writing, so that neither waits for the other's."""
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
            # Of this transaction only: the setting ends with it.
            db.info["shown"] = (db.get_transaction(), team_id)

    async def read(self, team_id: str, look: Callable[[Connection], T]) -> T:
        """Run plain queries. Raises StoreError when the database cannot."""

        def run() -> T:
            with self.reading.connect() as db:
                if self.is_postgres and db.info.get("reads_of") != team_id:
                    # For as long as the connection lives or another workspace is read.
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
        """Carry SQLite's write-ahead log over into the file and empty it: it holds what was deleted from the file.

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


def connect(url: URL) -> Database:
    """Make the engines; nothing is connected yet. On SQLite the file is ours alone from here on.

    Raises StoreError when the folder is missing, not writable, or another process has the file.
    """
    if url.get_backend_name() == "postgresql":
        reading = _postgres(url, pool_size=_PG_READERS, max_overflow=0, isolation_level="AUTOCOMMIT")
        writing = _postgres(url, pool_size=_PG_WRITERS, max_overflow=0)
        everything = f" -c sceptic.team_id={EVERY_TEAM}"
        single_statement = _postgres(
            url, everything, pool_size=_PG_AT_ONCE, max_overflow=0, isolation_level="AUTOCOMMIT"
        )
        return Database(url, reading, writing, single_statement)
    path = Path(str(url.database))
    lock = take_file(path)
    ahead = time.time() - time.monotonic()

    def now() -> float:
        return ahead + time.monotonic()

    reading = _sqlite(url, "BEGIN", now, pool_size=_SQLITE_READERS)
    writing = _sqlite(url, "BEGIN IMMEDIATE", now, pool_size=1)
    return Database(url, reading, writing, None, lock)


def _postgres(url: URL, options: str = "", **pool: object) -> Engine:
    # What is given here replaces the address's own options, such as a search_path.
    theirs = url.normalized_query.get("options", ())
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_timeout=5,
        connect_args={
            "options": " ".join((*theirs, _PG_OPTIONS)) + options,
            "connect_timeout": _CONNECT_SECONDS,
            "tcp_user_timeout": _SILENT_MILLISECONDS,
            "keepalives_idle": _ASK_SECONDS,
        },
        **pool,
    )
    dialect = engine.dialect

    @event.listens_for(engine, "checkin")
    def _note(_connection: object, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used_at", time.monotonic()) > _ALIVE_SECONDS:
            try:
                dialect.do_ping(connection)
            except dialect.loaded_dbapi.Error as error:
                # The pool connects anew.
                raise DisconnectionError(str(error)) from error

    return engine


def _sqlite(url: URL, begin: str, now: Callable[[], float], pool_size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        connect_args={"timeout": _BUSY_SECONDS},
    )

    # Python's sqlite3 begins transactions late and by itself; here each begins as it is told to.
    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        # Deterministic means the same throughout one statement.
        connection.create_function("sceptic_now", 0, now, deterministic=True)
        cursor = connection.cursor()
        # Deleted text is overwritten, and not only left out of the tables.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            # A file that cannot be written can still be read; the write itself then says what is wrong.
            with suppress(sqlite3.OperationalError):
                cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def check_health(database: Database, db: Connection) -> None:
    """Read through an SQLite file once. Raises StoreError when it is damaged."""
    if database.is_postgres:
        return
    if db.execute(text("PRAGMA quick_check(1)")).scalar_one() != "ok":
        raise StoreError(damaged(database.path))

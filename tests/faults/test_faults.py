"""A short run of each kind; `make faults` does the long ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.arena import Arena
from tests.faults.bots import Bots
from tests.faults.databases import Database, PostgresServer, SqliteFile
from tests.faults.plan import RUNS

# Kills, crashes or faults of a short run.
_FEW = {"kills": 5, "points": 1, "slack": 4, "sockets": 10, "replicas": 3, "again": 100}


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


@pytest.mark.parametrize("name", ["kills", "points", "slack", "sockets", "again"])
async def test_nothing_is_lost_or_said_twice(name: str, database: Database, bots: Bots, folder: Path) -> None:
    """What Slack was told "received" is answered once, whatever is killed and however Slack behaves."""
    run = next(iter(RUNS[name].on(database, _FEW[name])))
    result = await run(Arena(bots, folder, seed=1))

    assert result.tally.offered > 0
    assert result.tally.answered >= result.tally.acknowledged > 0
    assert result.is_clean, result.notes


@pytest.mark.parametrize("database", [PostgresServer], ids=["postgresql"], indirect=True)
async def test_replicas_come_and_go(database: Database, bots: Bots, folder: Path) -> None:
    """Three bots on one PostgreSQL: ended and replaced while the others work."""
    run = next(iter(RUNS["replicas"].on(database, _FEW["replicas"])))
    result = await run(Arena(bots, folder, seed=1))

    assert result.tally.answered >= result.tally.acknowledged > 0
    assert result.is_clean, result.notes

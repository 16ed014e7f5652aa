"""Values that all runs of one session share, and the result of a run."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.faults.bots import Bots
from tests.faults.databases import Database
from tests.faults.invariants import Tally, tally
from tests.faults.load import Crowd
from tests.faults.setup import Ground, ground

# Long enough for PostgreSQL's leases to run out, twice.
_QUIET_SECONDS: Final = 240.0


@dataclass(slots=True)
class Result:
    """One row of the table."""

    run: str
    database: str
    # How many kills, crashes or faults there were.
    faults: int
    tally: Tally
    seed: int
    seconds: float
    notes: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Return True when all was as it should be."""
        return self.tally.is_clean and not any(note.startswith("never") for note in self.notes)


@dataclass(slots=True)
class Arena:
    """The prepared bot, a folder, and the seed of the runs."""

    bots: Bots
    folder: Path
    seed: int
    _began: float = 0.0

    @asynccontextmanager
    async def ground(self, database: Database, **how: Any) -> AsyncIterator[Ground]:
        """Lay a run out; see `tests.faults.setup.ground`."""
        self._began = time.monotonic()
        async with ground(self.bots, database, self.folder, self.seed, **how) as here:
            yield here

    def figures(self, run: str, database: str, notes: list[str]) -> Result:
        """Return what was measured, where nothing was offered that could be lost."""
        return Result(run, database, 0, Tally(), self.seed, time.monotonic() - self._began, notes)

    async def result(self, run: str, crowd: Crowd, faults: int) -> Result:
        """Wait until all is quiet, and count."""
        quiet = await crowd.ground.quiet(_QUIET_SECONDS)
        counted = tally(crowd)
        seconds = time.monotonic() - self._began
        found = Result(run, crowd.ground.database.name, faults, counted, self.seed, seconds, list(counted.found[:20]))
        if not quiet:
            found.notes.append(f"never quiet: {crowd.ground.open_rows()} rows are left: {crowd.ground.left()}")
        return found

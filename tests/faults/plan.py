"""Which runs there are, on which database, and how many faults each has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from tests.faults import kills, outages, replicas, slack_faults, throughput
from tests.faults.databases import Database
from tests.faults.stage import Arena, Result

Run = Callable[[Arena], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of run: its function, how many faults a long one has, and with which variants it is done."""

    run: Callable[..., Awaitable[Result]]
    faults: int
    databases: tuple[str, ...] = ("SQLite", "PostgreSQL")
    variants: tuple[dict[str, Any], ...] = ({},)

    def on(self, database: Database, faults: int | None, door: str | None = None) -> Iterator[Run]:
        """Each variant on this database, with this number of faults in place of its own; of both doors this one only."""
        if database.name in self.databases:
            for variant in self.variants:
                if door in {None, variant.get("door", door)}:
                    yield partial(_started, self.run, database, faults or self.faults, variant)


async def _started(
    run: Callable[..., Awaitable[Result]], database: Database, faults: int, variant: dict[str, Any], arena: Arena
) -> Result:
    return await run(arena, database, faults, **variant)


BOTH_DOORS: Final = ({"door": "http"}, {"door": "socket"})
RUNS: Final = {
    "kills": Kind(kills.random_kills, 100, variants=BOTH_DOORS),
    "points": Kind(kills.named_points, 10, variants=BOTH_DOORS),
    "slack": Kind(slack_faults.slack_faults, 1000, variants=BOTH_DOORS),
    "sockets": Kind(slack_faults.socket_faults, 1000),
    "replicas": Kind(replicas.replicas, 50, ("PostgreSQL",), BOTH_DOORS),
    "crashes": Kind(outages.crashes, 20, ("PostgreSQL",)),
    "files": Kind(outages.file_faults, 12, ("SQLite",)),
    "again": Kind(replicas.redeliveries, 10_000),
    "clocks": Kind(slack_faults.clocks, 6, variants=BOTH_DOORS),
    "noisy": Kind(throughput.noisy, 1000),
    "throughput": Kind(throughput.throughput, 3000),
}

"""`python -m tests.faults [name …]`: run what is named, everything by default; prints a table in Markdown."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.faults.bots import Bots
from tests.faults.databases import Database, PostgresServer, SqliteFile
from tests.faults.plan import RUNS
from tests.faults.report import current_commit, write_table
from tests.faults.stage import Arena, Result


def main() -> int:
    """Run; the exit code is 1 when something was lost, said twice, or falsely acknowledged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*RUNS, []], help="which to run; all by default")
    parser.add_argument("--seed", type=int, default=1, help="what is said where, and when is killed")
    parser.add_argument("--kills", type=int, help="how many kills, crashes or faults in place of each run's own number")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="this one only")
    parser.add_argument("--door", choices=["http", "socket"], help="this one only, of the runs that have both")
    parser.add_argument("--report", action="store_true", help="print nothing but the table")
    options = parser.parse_args()
    commit = current_commit()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        results = _run(options, Path(folder))
    print(write_table(results, commit))
    return 0 if all(result.is_clean for result in results) else 1


def _run(options: argparse.Namespace, folder: Path) -> list[Result]:
    bots = Bots(folder / "bots.log")
    databases: list[Database] = []
    if options.database != "postgresql":
        databases.append(SqliteFile(folder))
    if options.database != "sqlite":
        databases.append(PostgresServer(folder))
    results: list[Result] = []
    try:
        for name in options.names or RUNS:
            for database in databases:
                for run in RUNS[name].on(database, options.kills, options.door):
                    result = asyncio.run(run(Arena(bots, folder, options.seed)))
                    results.append(result)
                    if not options.report:
                        print(f"{name}: {result}", file=sys.stderr, flush=True)
    finally:
        bots.close()
        for database in databases:
            database.close()
    return results


if __name__ == "__main__":
    sys.exit(main())

"""The table of a session's results, in Markdown."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from tests.benchmarks.measure import table
from tests.faults.stage import Result

_HEAD = (
    *("run", "database", "faults", "offered", "acknowledged", "answered", "lost", "twice", "false"),
    *("ambiguous", "dead", "seed", "seconds"),
)


def write_table(results: Sequence[Result], commit: str) -> str:
    """Lay the results of this commit out; every number is counted from Slack's side or from the database."""
    rows = [
        [each.run, each.database]
        + [
            f"{number:,}"
            for number in (
                *(each.faults, each.tally.offered, each.tally.acknowledged, each.tally.answered),
                *(each.tally.lost, each.tally.twice, each.tally.false, each.tally.ambiguous, each.tally.dead),
            )
        ]
        + [str(each.seed), f"{each.seconds:.0f}"]
        for each in results
    ]
    notes = [f"- {each.run}, {each.database}: {note}" for each in results for note in each.notes]
    return "\n".join([table(_HEAD, rows, left=2), *(["", *notes] if notes else []), "", f"Commit {commit}."])


def current_commit() -> str:
    """Which code is run: to be asked before it is, for a run lasts long and the checkout may change meanwhile."""
    said = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run(["git", "status", "--porcelain", "bot"], capture_output=True, text=True, check=False)
    return said.stdout.strip() + (" with changes" if changed.stdout.strip() else "")

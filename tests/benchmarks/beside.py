"""`sceptic ask --batch` beside that of an older checkout: the same lines, whole processes in turns, by processor time."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.benchmarks.batch import make_lines
from tests.benchmarks.measure import table, with_spread

LINES: Final = {"channel": 12_000, "mention": 4_000, "command": 4_000}
"""Lines of one process, by surface: files so small that one process reads them."""
ROUNDS: Final = 7
_AIM: Final = 2.0
_ROOT: Final = Path(__file__).parents[2]
_FREE_TEXT: Final = "why can't NDES verify the challenge of our phones"


def run(against: Path, lines: dict[str, int] | None = None, rounds: int = ROUNDS) -> bool:
    """Print lines a second of both checkouts, and tell whether this one answers at least twice as many on each surface.

    Starting is left out: it is what a file of one line takes.
    """
    rows, kept = [], []
    with TemporaryDirectory() as name:
        folder = Path(name)
        for surface, count in (lines or LINES).items():
            one, many = folder / "one.jsonl", folder / "many.jsonl"
            one.write_text(json.dumps({"text": _FREE_TEXT, "surface": surface}) + "\n", encoding="utf-8")
            many.write_bytes(b"".join(islice(make_lines(surface), count)))
            for tree in (against, _ROOT):
                seconds_of(tree, folder / tree.name, one)
            speeds = [
                tuple(
                    count / (seconds_of(tree, folder / tree.name, many) - seconds_of(tree, folder / tree.name, one))
                    for tree in (against, _ROOT)
                )
                for _ in range(rounds)
            ]
            ratios = [now / before for before, now in speeds]
            before, now = (with_spread(column, ",.0f") for column in zip(*speeds, strict=True))
            rows.append((surface, f"{count:,}", before, now, with_spread(ratios)))
            kept.append(statistics.median(ratios) >= _AIM)
    print(f"Beside {against.resolve().name}; lines a second of processor time, {rounds} rounds in turns.\n")
    print(table(("surface", "lines", "older", "now", "ratio"), rows), flush=True)
    return all(kept)


def seconds_of(tree: Path, cache: Path, file: Path) -> float:
    """Return the processor time of a checkout's batch. Raises CalledProcessError when it fails."""
    python = tree / ".venv" / "bin" / "python"
    command = [str(python) if python.exists() else sys.executable, "-m", "bot", "ask", "--batch", str(file)]
    environment = {**os.environ, "SCEPTIC_CACHE": str(cache), "PYTHONPATH": str(tree)}
    process = subprocess.Popen(command, cwd=tree, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise subprocess.CalledProcessError(process.returncode, command)
    return used.ru_utime + used.ru_stime

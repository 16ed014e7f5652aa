"""Costs of starting: whole processes in processor time, each paired with the same command of an older checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.settings import KNOWLEDGE
from tests.benchmarks.measure import table, with_spread
from tests.fixtures.reading import CONNECTOR

ROUNDS: Final = 9
_ROOT: Final = Path(__file__).parents[2]
_ID: Final = "20502"
_FREE_TEXT: Final = "why can't NDES verify the challenge"


@dataclass(frozen=True, slots=True)
class _Spent:
    """Costs of one process."""

    seconds: float
    mebibytes: float


def run(against: Path | None, rounds: int = ROUNDS) -> bool:
    """Measure, and tell whether an ID takes at most a third, and a first free question at most half, of the older time."""
    with TemporaryDirectory() as name:
        return _run(against, rounds, Path(name))


def _run(against: Path | None, rounds: int, folder: Path) -> bool:
    older = against or _ROOT
    one = copy_one_product(folder / "one")
    spent: dict[str, list[tuple[_Spent, _Spent]]] = {}
    for tree, cache in ((older, "older"), (_ROOT, "warm")):
        ask(tree, folder / cache, _FREE_TEXT)
        ask(tree, folder / cache, _ID)
    for question in (_ID, _FREE_TEXT):
        ask(_ROOT, folder / "one-warm", question, one)
    for _ in range(rounds):
        id_before, free_before = ask(older, folder / "older", _ID), ask(older, folder / "older", _FREE_TEXT)
        for what, before, now in (
            ("an ID", id_before, ask(_ROOT, folder / "warm", _ID)),
            ("an ID, empty cache", id_before, ask(_ROOT, _empty(folder), _ID)),
            ("an ID, one product", id_before, ask(_ROOT, folder / "one-warm", _ID, one)),
            ("an ID, one product, empty cache", id_before, ask(_ROOT, _empty(folder), _ID, one)),
            ("free text", free_before, ask(_ROOT, folder / "warm", _FREE_TEXT)),
            ("free text, empty cache", free_before, ask(_ROOT, _empty(folder), _FREE_TEXT)),
            ("free text, one product", free_before, ask(_ROOT, folder / "one-warm", _FREE_TEXT, one)),
        ):
            spent.setdefault(what, []).append((before, now))
    rows = [
        (
            what,
            with_spread([now.seconds / before.seconds for before, now in pairs]),
            with_spread([before.seconds for before, _ in pairs]),
            with_spread([now.seconds for _, now in pairs]),
            f"{min(before.mebibytes for before, _ in pairs):.0f}",
            f"{min(now.mebibytes for _, now in pairs):.0f}",
        )
        for what, pairs in spent.items()
    ]
    print(f"Beside {older.resolve().name} with a warm cache; {rounds} rounds of processor time, least peak memory.\n")
    print(table(["question", "ratio", "older, s", "now, s", "older, MiB", "now, MiB"], rows))
    return _middle(spent["an ID"]) <= 1 / 3 and _middle(spent["free text, empty cache"]) <= 1 / 2


def _middle(pairs: list[tuple[_Spent, _Spent]]) -> float:
    ratios = sorted(now.seconds / before.seconds for before, now in pairs)
    return ratios[len(ratios) // 2]


def ask(tree: Path, cache: Path, question: str, knowledge: Path | None = None) -> _Spent:
    """Run `sceptic ask` of a checkout as a process, and return what it took. Raises RuntimeError when it fails."""
    python = tree / ".venv" / "bin" / "python"
    # Compiled modules are kept, as they are where Sceptic is installed, but not in somebody's checkout.
    compiled = {"PYTHONPYCACHEPREFIX": str(cache.parent / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    variables = {**os.environ, **compiled, "SCEPTIC_CACHE": str(cache), "PYTHONPATH": str(tree)}
    if knowledge is not None:
        variables |= {"SCEPTIC_KNOWLEDGE": str(knowledge), "SCEPTIC_SHIPPED_KNOWLEDGE": "no"}
    process = subprocess.Popen(
        [python if python.exists() else sys.executable, "-m", "bot", "ask", question],
        cwd=tree,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{tree}: sceptic ask {question!r} ended with {process.returncode}")
    return _Spent(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _empty(folder: Path) -> Path:
    cache = folder / "empty"
    shutil.rmtree(cache, ignore_errors=True)
    return cache


def copy_one_product(folder: Path) -> Path:
    """Copy the connector's product alone, with all that products share."""
    shutil.copytree(CONNECTOR, folder / CONNECTOR.name)
    for path in KNOWLEDGE.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    return folder

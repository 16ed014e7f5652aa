"""Clocks, spreads and plain tables for the benchmarks; knows nothing of the bot."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Iterable, Sequence
from time import thread_time


def seconds(action: Callable[[], object]) -> float:
    """Return how long the processor is at one call that waits for nothing.

    Without what else the machine does meanwhile, and without the garbage collector's rounds over what stands in memory.
    """
    gc.disable()
    try:
        start = thread_time()
        action()
        return thread_time() - start
    finally:
        gc.enable()


def best(action: Callable[[], object], repetitions: int, budget: float = 3.0) -> float:
    """Return the shortest of some calls; a slow action is not called again once `budget` seconds are spent."""
    times = [seconds(action)]
    while len(times) < repetitions and sum(times) < budget:
        times.append(seconds(action))
    return min(times)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def with_spread(values: Sequence[float], form: str = ".2f") -> str:
    """Write the median and, behind it, the least and the greatest value."""
    return f"{statistics.median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """Lay out a Markdown table whose first `left` columns hold words and the others numbers."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(head))]
    rule = ["-" * width if column < left else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    return "\n".join(
        "| "
        + " | ".join(
            f"{cell:<{width}}" if at < left else f"{cell:>{width}}"
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        + " |"
        for line in (lines[0], rule, *lines[1:])
    )

"""`python -m tests.benchmarks [--quick] [name …]`: run the benchmarks and print their tables."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import batch, beside, decision, hostile, lookup, reading, similar, start

_NAMES = ("lookup", "reading", "hostile", "batch", "start", "beside", "similar", "decision")


def main() -> int:
    """Run what is named, all by default; the exit code is 1 when hostile text is read too slowly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*_NAMES, []], help="which to run; all by default")
    parser.add_argument("--quick", action="store_true", help="small sizes: a minute in place of a quarter of an hour")
    parser.add_argument("--against", type=Path, help="an older checkout with its .venv, for `start` and `beside`")
    options = parser.parse_args()
    quick = options.quick
    runs: dict[str, Callable[[], bool]] = {
        "lookup": lambda: lookup.run(lookup.SIZES[:2] if quick else lookup.SIZES),
        "reading": reading.run,
        "hostile": lambda: hostile.run(5_000 if quick else hostile.LENGTH),
        "batch": lambda: batch.run(20_000 if quick else batch.LINES),
        "start": lambda: start.run(options.against, 2 if quick else start.ROUNDS),
        "beside": lambda: beside.run(options.against, rounds=2 if quick else beside.ROUNDS),
        "similar": lambda: similar.run(similar.SIZES[:2] if quick else similar.SIZES),
        "decision": decision.run,
    }
    if "beside" in options.names and options.against is None:
        parser.error("beside needs --against PATH, an older checkout with its .venv")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    kept = {}
    for name in options.names or [each for each in _NAMES if options.against or each != "beside"]:
        print(f"\n## {name}\n", flush=True)
        kept[name] = runs[name]()
    aims = {
        "lookup": "a question under 1.5 ms",
        "reading": "pasted events within 2.5× of the floor in English and 3.5× in Chinese",
        "hostile": "no growth beyond linear",
        "start": "an ID in a third, a first free question in half of the time of --against",
        "beside": "twice the lines a second of --against",
        "similar": "similar incidents within 50 ms",
        "decision": "no article that must never be said",
    }
    print("\n" + "\n".join(f"{aim}: {'yes' if kept[name] else 'NO'}" for name, aim in aims.items() if name in kept))
    return 0 if kept.get("hostile", True) else 1


if __name__ == "__main__":
    sys.exit(main())

"""The bot's own look-up beside rapidfuzz, SQLite FTS5 and bm25s, on the same questions and the same articles."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final

from bot.settings import read_settings
from tests.benchmarks.matchers import Matcher, build_matchers
from tests.benchmarks.measure import percentile, table
from tests.benchmarks.synthetic import make_knowledge

SIZES: Final = (31, 1_000, 10_000, 100_000)
_QUESTIONS: Final = Path(__file__).parents[1] / "questions"
_KINDS: Final = {
    "exact": ("identifiers", "codes"),
    "unknown": ("near_miss",),
    "names": ("names",),
    "misspelled": ("typos",),
    "free text": ("free_en", "free_zh"),
}
_ALL: Final = "together"
_EACH_KIND: Final = 24
_REPETITIONS: Final = 5
_BUDGET: Final = 12.0
"""Seconds for one matcher and one kind of question; a slow matcher is asked fewer of them, never fewer than one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; `right` holds the articles that are good answers, none where the bot should say it knows nothing."""

    text: str
    right: frozenset[str]


@dataclass(slots=True)
class Times:
    """Seconds of one matcher on one kind of question: for each question its median and its first, cold time."""

    medians: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    found: int = 0

    def extend(self, other: Times) -> None:
        self.medians += other.medians
        self.first += other.first
        self.found += other.found


Results = Mapping[str, Mapping[str, Times]]
"""Kind of question → matcher → times."""


def read_questions() -> dict[str, list[Asked]]:
    """Choose the same questions of each kind in every run, from the development split."""
    questions: dict[str, list[Asked]] = {}
    for kind, classes in _KINDS.items():
        lines = [
            line
            for name in classes
            for line in (_QUESTIONS / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        found = [json.loads(line) for line in lines]
        asked = [Asked(one["text"], frozenset((*one["entries"], *one.get("also", ())))) for one in found]
        questions[kind] = Random(7).sample(asked, min(_EACH_KIND, len(asked)))
    return questions


def _ask(matcher: Matcher, questions: Sequence[Asked]) -> Times:
    times = Times()
    spent = 0.0
    for asked in questions:
        taken = []
        for _ in range(_REPETITIONS):
            start = perf_counter()
            found = matcher.find(asked.text)
            taken.append(perf_counter() - start)
        times.first.append(taken[0])
        times.medians.append(statistics.median(taken))
        times.found += asked.right.issubset(found[: max(1, len(asked.right))]) or bool(
            asked.right.intersection(found[:1])
        )
        spent += sum(taken)
        if spent > _BUDGET:
            break
    return times


def measure(size: int, questions: Mapping[str, Sequence[Asked]]) -> tuple[Results, list[tuple[str, float]]]:
    """Ask every matcher everything at one size; also return the seconds each took to build.

    The matchers come one after the other, so that only one index is in memory.
    """
    folder = read_settings().sceptic_knowledge
    results: defaultdict[str, dict[str, Times]] = defaultdict(dict)
    built = []
    for matcher, seconds in build_matchers(make_knowledge(folder, size), folder):
        built.append((matcher.name, seconds))
        together = results[_ALL].setdefault(matcher.name, Times())
        for kind, asked in questions.items():
            results[kind][matcher.name] = _ask(matcher, asked)
            together.extend(results[kind][matcher.name])
    return results, built


def _rows(size: int, results: Results) -> Iterable[tuple[str, ...]]:
    for kind in (*_KINDS, _ALL):
        ours = statistics.median(results[kind]["bot"].medians)
        for name, times in results[kind].items():
            median = statistics.median(times.medians)
            right = f"{times.found / len(times.medians):.0%}" if kind not in {"unknown", _ALL} else ""
            ninth = percentile(times.medians, 0.9)
            yield (
                f"{size:,}",
                kind,
                name,
                f"{median * 1e6:,.0f}",
                f"{ninth * 1e6:,.0f}",
                f"{median / ours:,.1f}×",
                right,
                f"{len(times.medians)}",
            )


def _flatness(all_results: Mapping[int, Results]) -> str:
    least, most = min(all_results), max(all_results)
    rows = []
    for kind in (*_KINDS, _ALL):
        ours = [all_results[size][kind]["bot"] for size in (least, most)]
        medians = [statistics.median(times.medians) for times in ours]
        slowest = [percentile(times.medians, 0.9) for times in ours]
        cold = [statistics.median(times.first) for times in ours]
        rows.append(
            (kind, f"{medians[0] * 1e6:,.0f}", f"{medians[1] * 1e6:,.0f}", f"{medians[1] / medians[0]:.2f}")
            + (f"{slowest[1] / slowest[0]:.2f}", f"{cold[0] * 1e6:,.0f}", f"{cold[1] * 1e6:,.0f}")
        )
    head = (
        "bot",
        f"µs at {least:,}",
        f"µs at {most:,}",
        "flatness",
        "of p90",
        f"cold at {least:,}",
        f"cold at {most:,}",
    )
    return table(head, rows)


def run(sizes: Sequence[int] = SIZES) -> bool:
    """Print the tables; tell whether a question stays under 1.5 ms at every size."""
    questions = read_questions()
    all_results: dict[int, Results] = {}
    print(
        "Look-up. Each matcher searches the same documents: ID, name, and both languages' title, meaning and phrasings;"
    )
    print(
        "the 31 real articles with all their phrasings, and beside them made-up ones with five each. µs for one question,"
    )
    print(
        "median of 5; p90 and median over the questions. Ratio: to the bot. Right: the expected article at first place.\n"
    )
    for size in sizes:
        all_results[size], built = measure(size, questions)
        print(
            f"{size:,} articles; built in " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in built),
            flush=True,
        )
    rows = [row for size, results in all_results.items() for row in _rows(size, results)]
    print(
        "\n"
        + table(("articles", "question", "matcher", "median µs", "p90 µs", "ratio", "right", "asked"), rows, left=3)
    )
    print("\nFlatness = time at the largest size / time at the smallest; cold = a question's first time.\n")
    print(_flatness(all_results), flush=True)
    return all(statistics.median(results[_ALL]["bot"].medians) < 1.5e-3 for results in all_results.values())

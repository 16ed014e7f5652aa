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

from tests.benchmarks.matchers import Matcher, build_matchers
from tests.benchmarks.measure import percentile, table, with_spread
from tests.benchmarks.synthetic import make_knowledge
from tests.fixtures.reading import CONNECTOR

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
_EACH_KIND: Final = 16
_REPETITIONS: Final = 5
_BUDGET: Final = 4.0
"""Seconds for one matcher and one kind of question; a slow matcher is asked fewer of them, never fewer than one."""


_AIM: Final = 1.5e-3
_EXPLANATION: Final = """\
Every matcher searches the same documents: ID, name, and both languages' title, meaning and phrasings. They are the 31 real
articles with all their phrasings and, beside them, made-up ones with five each (two beyond 10,000). µs for one question: its
median of 5 repetitions (fewer where one takes seconds); over the questions their median and 90th percentile.
Ratio: to the bot, median over the same questions. Right: share with the expected article at first place.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; `right` holds the articles that are good answers, none where the bot should say it knows nothing."""

    text: str
    right: frozenset[str]


@dataclass(slots=True)
class Times:
    """Times of one matcher for one kind of question: question → median seconds; and how many it got right."""

    medians: dict[str, float] = field(default_factory=dict)
    found: int = 0

    def extend(self, other: Times) -> None:
        self.medians |= other.medians
        self.found += other.found


Questions = Mapping[str, Sequence[Asked]]
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
        taken: list[float] = []
        found: list[str] = []
        while len(taken) < _REPETITIONS and spent <= _BUDGET:
            start = perf_counter()
            found = matcher.find(asked.text)
            taken.append(perf_counter() - start)
            spent += taken[-1]
        times.medians[asked.text] = statistics.median(taken)
        times.found += asked.right.issubset(found[: max(1, len(asked.right))]) or bool(
            asked.right.intersection(found[:1])
        )
        if spent > _BUDGET:
            break
    return times


def measure(size: int, questions: Questions) -> tuple[Results, Matcher]:
    """Ask every matcher everything at one size and print how long each took to build; also return the bot.

    The matchers come one after the other, so that the others' indexes are not in memory together.
    """
    folder = CONNECTOR
    results: defaultdict[str, dict[str, Times]] = defaultdict(dict)
    built: list[str] = []
    first: list[Matcher] = []
    for matcher, seconds in build_matchers(make_knowledge(folder, size), folder):
        first = first or [matcher]
        built.append(f"{matcher.name} {seconds:.1f} s")
        together = results[_ALL].setdefault(matcher.name, Times())
        for kind, asked in questions.items():
            results[kind][matcher.name] = _ask(matcher, asked)
            together.extend(results[kind][matcher.name])
    print(f"{size:,} articles; built in {', '.join(built)}", flush=True)
    return results, first[0]


def _rows(size: int, results: Results) -> Iterable[tuple[str, ...]]:
    for kind in (*_KINDS, _ALL):
        ours = results[kind]["bot"].medians
        for name, times in results[kind].items():
            taken = list(times.medians.values())
            ratio = statistics.median(seconds / ours[text] for text, seconds in times.medians.items())
            right = f"{times.found / len(taken):.0%}" if kind not in {"unknown", _ALL} else ""
            in_all = (f"{statistics.median(taken) * 1e6:,.0f}", f"{percentile(taken, 0.9) * 1e6:,.0f}")
            yield (f"{size:,}", kind, name, *in_all, f"{ratio:,.1f}×", right, f"{len(taken)}")


def _flatness(questions: Questions, least: tuple[int, Matcher], most: tuple[int, Matcher]) -> str:
    """Ask the smallest and the largest bot in turns, so that a busy machine hits both; ratios are of one question's medians."""
    rows = []
    for kind, asked in questions.items():
        pairs = []
        for one in asked:
            taken = [(_seconds(least[1], one.text), _seconds(most[1], one.text)) for _ in range(2 * _REPETITIONS)]
            pairs.append(tuple(map(statistics.median, zip(*taken, strict=True))))
        ratios = [large / small for small, large in pairs]
        small, large = (statistics.median(times) for times in zip(*pairs, strict=True))
        ninths = [percentile(times, 0.9) for times in zip(*pairs, strict=True)]
        rows.append((kind, *(f"{each * 1e6:,.0f}" for each in (small, large, *ninths)), with_spread(ratios)))
    head = (
        "bot",
        f"µs at {least[0]:,}",
        f"µs at {most[0]:,}",
        f"p90 at {least[0]:,}",
        f"p90 at {most[0]:,}",
        "flatness",
    )
    return table(head, rows)


def _seconds(matcher: Matcher, text: str) -> float:
    start = perf_counter()
    matcher.find(text)
    return perf_counter() - start


def run(sizes: Sequence[int] = SIZES) -> bool:
    """Print the tables; tell whether a question stays under 1.5 ms at every size, nine times in ten."""
    questions = read_questions()
    all_results: dict[int, Results] = {}
    bots: dict[int, Matcher] = {}
    head = ("articles", "question", "matcher", "median µs", "p90 µs", "ratio", "right", "asked")
    print(_EXPLANATION)
    for size in sizes:
        all_results[size], bots[size] = measure(size, questions)
        print("\n" + table(head, list(_rows(size, all_results[size])), left=3) + "\n", flush=True)
        if size not in {sizes[0], sizes[-1]}:
            del bots[size]
    print(
        "\nThe bot's flatness: time at the largest size / at the smallest, for the same question; median (least–greatest).\n"
    )
    print(_flatness(questions, (sizes[0], bots[sizes[0]]), (sizes[-1], bots[sizes[-1]])), flush=True)
    return all(
        percentile(list(times["bot"].medians.values()), 0.9) < _AIM
        for results in all_results.values()
        for times in results.values()
    )

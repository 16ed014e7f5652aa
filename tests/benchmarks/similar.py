"""Similar incidents: how long a look-up takes in a large workspace, and how often it finds the one that is known to be right."""

from __future__ import annotations

import gc
import resource
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import Final

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.triage.similar import SimilarityIndex
from bot.triage.similar_features import ResolvedIncident, read_features
from tests.benchmarks.incidents import Asked, Workspace
from tests.benchmarks.measure import percentile, table
from tests.fixtures.reading import CONNECTOR
from tests.triage.incidents import index_of

SIZES: Final = (30, 1_000, 10_000, 100_000)
DEVELOPMENT_SEEDS: Final = (1, 2, 3)
SEEDS: Final = (11, 12, 13)
_AIM: Final = 0.050
_QUERIES: Final = 200
_PLANTED: Final = 60

Finder = Callable[[ResolvedIncident], Sequence[int]]
"""Returns the numbers of the incidents it offers, three at most."""


def _ours(index: SimilarityIndex) -> Finder:
    return lambda asked: [similar.incident[1] for similar in index.nearest(asked)]


def _cosine(rows: Sequence[ResolvedIncident]) -> Finder:
    """TF-IDF cosine over the same identifiers and words in one bag: the plain way, with no floor but zero."""
    vectorizer = TfidfVectorizer(analyzer=lambda row: [f"{kind} {value}" for kind, value in read_features(row)])
    matrix = vectorizer.fit_transform(rows).T.tocsr()

    def find(asked: ResolvedIncident) -> list[int]:
        scores = (vectorizer.transform([asked]) @ matrix).toarray()[0]
        best = np.argsort(-scores, kind="stable")[:3]
        return [rows[at].number for at in best if scores[at] > 0]

    return find


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of one search: the three offered hold the true incident, or one with two of its three causes."""

    true: bool
    useful: bool


def evaluate(size: int, seeds: Iterable[int]) -> dict[str, dict[str, list[Outcome]]]:
    """Ask everything of workspaces of one size; return kind of question → finder → the outcomes."""
    results: defaultdict[str, defaultdict[str, list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for seed in seeds:
        workspace = Workspace(CONNECTOR, size, seed)
        planted, asked = workspace.planted(min(_PLANTED, size))
        rows = [*workspace.incidents(), *planted]
        finders = {"bot": _ours(index_of(rows[0].team_id, rows)), "cosine": _cosine(rows)}
        for one in [*asked, *workspace.unrelated()]:
            for name, find in finders.items():
                results[one.kind][name].append(_judge(one, find(one.question), workspace))
    return {kind: dict(found) for kind, found in results.items()}


def _judge(asked: Asked, found: Sequence[int], workspace: Workspace) -> Outcome:
    if asked.right is None:
        return Outcome(not found, not found)
    useful = any(workspace.causes_in_common(asked.right, number) >= 2 for number in found)
    return Outcome(asked.right in found, useful)


def _milliseconds(times: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"{1e3 * value:.2f}" for value in (percentile(times, 0.5), percentile(times, 0.95), max(times)))


def _taken(actions: Iterable[Callable[[], object]]) -> list[float]:
    times = []
    for action in actions:
        start = perf_counter()
        action()
        times.append(perf_counter() - start)
    return times


def measure(size: int) -> bool:
    """Print the times and the memory at one size; tell whether no look-up took longer than 50 ms."""
    workspace = Workspace(CONNECTOR, size, 21)
    planted, asked = workspace.planted(40)
    rows = [*workspace.incidents(), *planted]
    team_id = rows[0].team_id
    index_of(team_id, rows[:100])
    gc.collect()
    tracemalloc.start()
    index = index_of(team_id, rows)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del index
    gc.collect()
    start = perf_counter()
    index = index_of(team_id, rows)
    built = perf_counter() - start
    times = _times(index, [one.question for one in asked if one.right is not None][:_QUERIES])
    print(f"{size:,} incidents: built in {built:.1f} s, {held / 1e6:.0f} MB held", end="; ")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB most of the whole process\n")
    print(table(("ms", "p50", "p95", "max"), [(name, *_milliseconds(taken)) for name, taken in times.items()]) + "\n")
    return max(*times["look-up"], *times["look-up, 4,000 characters"]) < _AIM


def _times(index: SimilarityIndex, questions: Sequence[ResolvedIncident]) -> dict[str, list[float]]:
    """Return the seconds each kind of work took; leaves the questions behind in the index."""
    words = " ".join(one.words for one in questions)
    long = [replace(one, words=words[at * 50 : at * 50 + 4_000]) for at, one in enumerate(questions)]
    added = [replace(one, number=10**7 + at) for at, one in enumerate(questions)]
    replaced = [replace(one, number=at + 1) for at, one in enumerate(questions)]
    return {
        "look-up": _taken(partial(index.nearest, one) for one in questions),
        "look-up, 4,000 characters": _taken(partial(index.nearest, one) for one in long),
        "add": _taken(partial(index.add, one) for one in added),
        "replace": _taken(partial(index.add, one) for one in replaced),
        "remove": _taken(partial(index.remove, one.key) for one in replaced),
    }


def run(sizes: Sequence[int] = SIZES, seeds: Sequence[int] = SEEDS) -> bool:
    """Print both tables at every size; tell whether every look-up stayed under 50 ms."""
    kept = True
    for size in sizes:
        kept &= measure(size)
        results = evaluate(size, seeds if size < SIZES[-1] else seeds[:1])
        rows = [
            (
                kind,
                *(_share(found[name], which) for name in ("bot", "cosine") for which in (0, 1)),
                f"{len(found['bot'])}",
            )
            for kind, found in results.items()
        ]
        print(
            table(("one of three is", "bot: true", "useful", "cosine: true", "useful", "asked"), rows) + "\n",
            flush=True,
        )
    return kept


def _share(outcomes: Sequence[Outcome], which: int) -> str:
    return f"{sum(outcome.useful if which else outcome.true for outcome in outcomes) / len(outcomes):.0%}"

"""Measures how questions in people's own words are decided: the worth of each part, and how honest the probabilities are.

General matchers are asked the same questions, each at the threshold at which it answers as many.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.diagnosis.documents import extract, spoken
from bot.diagnosis.held_out import Row, Teaching, ask_held_out
from bot.diagnosis.judge import Judge
from bot.diagnosis.judge_training import fit_judge, judge_unseen
from bot.diagnosis.outcomes import outcomes_of
from bot.diagnosis.signals import SIGNALS
from bot.diagnosis.text_classifier import TextClassifier
from bot.diagnosis.thresholds import decide_by_margin
from bot.diagnosis.training import train
from bot.diagnosis.training_files import find_training_files
from bot.diagnosis.weight_files import subject_reader
from bot.diagnosis.weights import Weights
from bot.knowledge.library import read_knowledge
from bot.settings import KNOWLEDGE
from tests.benchmarks.charts import line_chart
from tests.benchmarks.measure import table
from tests.benchmarks.scored import scored_matchers
from tests.fixtures.reading import read_evidence

_QUESTIONS: Final = Path(__file__).parents[1] / "questions"
PICTURES: Final = Path(__file__).parent / "pictures"
OWN: Final = ("hard", "free_en", "free_zh", "negation")
NOBODYS: Final = ("uncovered", "foreign", "everyday")
_SUBJECT: Final = ("strong subject", "weak subject", "others named", "neighbours named", "unknown names")
_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """One question in people's own words, and the articles that are right and those that must never be said."""

    kind: str
    text: str
    right: frozenset[str]
    never: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision about a question, how sure it was, and the likeliest articles."""

    sureness: float
    decision: str
    ranked: tuple[str, ...]


def read_questions(splits: Sequence[str] = ("dev", "dev2", "dev3")) -> list[Asked]:
    """Read the questions in people's own words."""
    found: list[Asked] = []
    for kind in (*OWN, *NOBODYS, "failures"):
        for split in splits:
            path = _QUESTIONS / f"{kind}.{split}.jsonl"
            for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
                row = json.loads(line)
                right = frozenset((*row["entries"], *row.get("also", ())))
                found.append(Asked(kind, read_evidence(row["text"]).prose, right, frozenset(row.get("never", ()))))
    return found


def _decide(
    classifier: TextClassifier, weights: Weights, judge: Judge | None, mute: Sequence[int], text: str
) -> Decided:
    reading = classifier.read(text)
    if reading is None:
        return Decided(0, "silent", ())
    ranked = tuple(weights.classes[each] for each in reading.scores.best)
    probabilities = [float(reading.scores.probabilities[each]) for each in reading.scores.best]
    if judge is None:
        lead = probabilities[0] - (probabilities[1] if len(probabilities) > 1 else 0)
        return Decided(lead, decide_by_margin(probabilities, reading.scores.background), ranked)
    signals = reading.signals.copy()
    signals[list(mute)] = 0
    judged = judge.judge(signals)
    return Decided(judged.first, judged.verdict, ranked)


def _summary(name: str, asked: Sequence[Asked], decided: Sequence[Decided]) -> tuple[str, ...]:
    """Sum up: own articles right, right or offered, wrong; of the others how many were answered, and offered something."""

    def share(kinds: Iterable[str], said: Callable[[Asked, Decided], bool]) -> str:
        rows = [said(one, other) for one, other in zip(asked, decided, strict=True) if one.kind in kinds]
        return f"{np.mean(rows):.1%}"

    def is_right(one: Asked, other: Decided) -> bool:
        return other.decision == "answer" and other.ranked[0] in one.right

    def is_answered(_one: Asked, other: Decided) -> bool:
        return other.decision == "answer"

    def is_offered(_one: Asked, other: Decided) -> bool:
        return other.decision == "choices"

    said = [
        share(OWN, is_right),
        share(OWN, lambda a, b: is_right(a, b) or (b.decision == "choices" and bool(a.right & {*b.ranked[:3]}))),
        share(OWN, lambda a, b: b.decision == "answer" and not is_right(a, b)),
    ]
    for kind in NOBODYS:
        said += [share((kind,), is_answered), share((kind,), is_offered)]
    never = [b.ranked[0] in a.never for a, b in zip(asked, decided, strict=True) if b.decision == "answer"]
    return (name, *said, str(sum(never)))


_HEAD: Final = (
    "without",
    "own right",
    "right or offered",
    "wrong",
    *(f"{kind} {said}" for kind in NOBODYS for said in ("answered", "offered")),
    "never answered",
)


def _without_subject(rows: Sequence[Row], mute: Sequence[int]) -> list[Row]:
    changed = []
    for row in rows:
        signals = row.signals.copy()
        signals[list(mute)] = 0
        changed.append(replace(row, signals=signals))
    return changed


def _reliability(probabilities: npt.NDArray[np.float64], truths: npt.NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Return for tenths of the rows how probable they were said to be, and what share of them was true."""
    order = np.array_split(np.argsort(probabilities), 2 * _BINS)
    return [(float(probabilities[part].mean()), float(truths[part].mean())) for part in order]


def _risk(asked: Sequence[Asked], decided: Sequence[Decided]) -> list[tuple[float, float]]:
    """Return for each share of all questions that is answered, the surest first, what share of the answers is wrong."""
    pairs = sorted(zip(asked, decided, strict=True), key=lambda pair: -pair[1].sureness)
    wrong = np.cumsum([not (other.ranked and other.ranked[0] in one.right) for one, other in pairs])
    steps = np.unique(np.linspace(20, len(pairs), 60).astype(int))
    return [(step / len(pairs), float(wrong[step - 1]) / step) for step in steps.tolist()]


def _beside_others(asked: Sequence[Asked], ours: Sequence[Decided]) -> str:
    """Compare with general matchers, each at the threshold at which it answers as many of the own questions as we do."""
    own = [at for at, one in enumerate(asked) if one.kind in OWN]
    wanted = sum(ours[at].decision == "answer" for at in own)
    rows = []
    for name, find in (("bot", None), *scored_matchers(KNOWLEDGE / "intune-connector")):
        if find is None:
            answers = [(one.ranked[0] if one.decision == "answer" else None) for one in ours]
        else:
            found = [find(one.text) for one in asked]
            least = sorted((found[at][1] for at in own), reverse=True)[wanted - 1]
            answers = [article if score >= least else None for article, score in found]
        rows.append((name, *_shares(asked, answers)))
    head = ("matcher", "own answered", "of those wrong", *(f"{kind} answered" for kind in NOBODYS))
    return table(head, rows)


def _shares(asked: Sequence[Asked], answers: Sequence[str | None]) -> list[str]:
    own = [(one, answer) for one, answer in zip(asked, answers, strict=True) if one.kind in OWN]
    given = [(one, answer) for one, answer in own if answer is not None]
    wrong = sum(answer not in one.right for one, answer in given)
    said = [f"{len(given) / len(own):.1%}", f"{wrong / max(1, len(given)):.1%}"]
    for kind in NOBODYS:
        rows = [answer is not None for one, answer in zip(asked, answers, strict=True) if one.kind == kind]
        said.append(f"{np.mean(rows):.1%}")
    return said


def run() -> bool:
    """Print the tables and draw the pictures; tell whether nothing that must never be said was answered."""
    knowledge = read_knowledge(KNOWLEDGE)
    files = find_training_files(knowledge, KNOWLEDGE)
    corpus, concepts = files.read_corpus(print), files.read_concepts(print)
    subjects, outcomes = subject_reader(knowledge, files.read_others(print)), outcomes_of(knowledge)
    weights, classes = train(corpus, concepts), spoken(corpus)
    rows = list(
        ask_held_out(Teaching(corpus, concepts, outcomes, subjects), extract(corpus, concepts, classes), classes)
    )
    mute = [SIGNALS.index(name) for name in _SUBJECT]
    judge, blind = fit_judge(rows), fit_judge(_without_subject(rows, mute))
    guarded = TextClassifier(weights, outcomes, subjects)
    unguarded = TextClassifier(weights, replace(outcomes, guards=False), subjects)
    asked = read_questions()
    variants: Mapping[str, tuple[TextClassifier, Judge | None, Sequence[int]]] = {
        "nothing": (guarded, judge, ()),
        "subject": (guarded, blind, mute),
        "judge (plain margin)": (guarded, None, ()),
        "outcome guard": (unguarded, judge, ()),
    }
    decided = {
        name: [_decide(classifier, weights, judging, muted, one.text) for one in asked]
        for name, (classifier, judging, muted) in variants.items()
    }
    summaries = [_summary(name, asked, found) for name, found in decided.items()]
    print(table(_HEAD, summaries), flush=True)
    _draw(rows, judge_unseen(rows), asked, decided)
    print("\n" + _beside_others(asked, decided["nothing"]))
    return summaries[0][-1] == "0"


def _draw(
    rows: Sequence[Row],
    unseen: npt.NDArray[np.float64],
    asked: Sequence[Asked],
    decided: Mapping[str, Sequence[Decided]],
) -> None:
    PICTURES.mkdir(exist_ok=True)
    points = _reliability(unseen[0], np.array([row.is_first for row in rows]))
    (PICTURES / "reliability.svg").write_text(
        line_chart(
            "Is the first guess right?",
            "as probable as it was said to be",
            "share that was right",
            {"held-out phrasings": points, "what it should be": [(0, 0), (1, 1)]},
            (1, 1),
        ),
        encoding="utf-8",
    )
    curves = {"judge": _risk(asked, decided["nothing"]), "plain margin": _risk(asked, decided["judge (plain margin)"])}
    (PICTURES / "risk.svg").write_text(
        line_chart("Risk and coverage", "share of all questions answered", "share of answers wrong", curves, (1, 0.6)),
        encoding="utf-8",
    )

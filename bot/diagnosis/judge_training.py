"""Trains the judge: asks classifiers that have not seen a phrasing about it, and learns from where they are right.

The phrasings of articles, of background talk and of uncovered questions are held out in turn; so are whole articles, since
nobody can know all questions that have none; articles are learned from few phrasings and from many, since a new one has few;
and names of others' products are put into questions, since what makes them foreign is the name alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from zlib import crc32

import numpy as np
import numpy.typing as npt

from bot.diagnosis.boosting import grow
from bot.diagnosis.features import ConceptIndex
from bot.diagnosis.judge import Cutoffs, Judge
from bot.diagnosis.outcomes import Generations, Outcomes
from bot.diagnosis.solver import Floats, Labels
from bot.diagnosis.subject import SubjectReader
from bot.diagnosis.text_classifier import TextClassifier
from bot.diagnosis.training import Corpus, Documents, learn
from bot.diagnosis.weights import BACKGROUND, UNCOVERED

Floats64 = npt.NDArray[np.float64]
Kind = Literal["own", "few", "absent", "uncovered", "background", "foreign", "named"]
"""Whose a row is: an article's that was learned, from all its other phrasings or from few, or that was not learned; nobody's;
an article's with another product's name put into it, as what it is about or beside what it is about."""

_SHARES: Final[Mapping[Kind, float]] = {
    "own": 0.32,
    "few": 0.08,
    "named": 0.04,
    "absent": 0.08,
    "uncovered": 0.16,
    "background": 0.20,
    "foreign": 0.12,
}
"""How much each kind of row counts: about as often as a bot that is asked meets it."""
_FOLDS: Final = 3
_PARTS: Final = 4
"""Parts of the rows of which each is judged by forests that the others grew."""
_ABSENT: Final = 0.12
"""Share of the articles that a fold does without."""
_DENSITIES: Final = (6, 12, 20, 45)
"""Phrasings of an article in the runs that learn from few."""
_ASKED: Final = 60
"""Held-out phrasings of each article that a run is asked about."""
_MOST_ARTICLES: Final = 500
"""Articles that the runs are made of; more tell little and take long."""
_FEWEST: Final = 400
"""Held-out rows from which a judge can be trained."""
_PUT_IN: Final = 0.16
"""Share of the rows into which others' names are put."""

_WRONG: Final[Mapping[Kind, float]] = {"own": 0.07, "uncovered": 0.06, "background": 0.006}
"""The wanted share of wrong answers among rows of a kind that were never trained on.

Held-out phrasings are harder than what people ask, since no article has two that are alike: of the development questions a
quarter as many are answered wrong.
"""
_OFFERED: Final[Mapping[Kind, float]] = {"background": 0.05}
"""The wanted share of rows that are answered or offered something."""
_TAKEN_FOR_OURS: Final[Mapping[Kind, float]] = {"background": 0.05}
"""The wanted share of rows that are told that their question is about one of our products."""

_LOST: Final = (0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3)
"""Shares of the articles' own rows that may be lost to being taken for nobody's; the best is chosen."""

_LISTED: Final = 0.6
"""Share of the names put in that a list holds, of those written small, and of those put beside what a text is about."""
_LOWER: Final = 0.3
_BESIDES: Final = 0.25
_UNLISTED: Final = (
    *("Harborlog", "Tessera", "Quillon", "Brightdesk", "Fernwerk", "Kandoro", "Millpond", "Zephyrix", "Caldera-9"),
    *("Novalink", "Papertrail2", "Trovex", "Ostara", "Bastion7", "Orbisync", "驼铃", "かもめ", "海燕", "雲雀系統"),
)
"""Names that no list holds, however they are written."""
_HAN = re.compile(r"[\u3040-\u9fff]")


@dataclass(frozen=True, slots=True)
class Teaching:
    """The phrasings that a judge is trained with, and all that a classifier needs to be asked."""

    corpus: Corpus
    concepts: ConceptIndex
    outcomes: Outcomes
    subjects: SubjectReader
    generations: Generations


@dataclass(frozen=True, slots=True)
class Row:
    """One guess about a text that the classifier had not seen."""

    kind: Kind
    text: str
    signals: Floats
    is_first: bool
    is_among: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """The texts that are learned, and those that are asked about, by their places; and articles that are done without."""

    learned: Labels
    asked: Labels
    absent: frozenset[str]
    is_few: bool = False


def train_judge(teaching: Teaching, documents: Documents, classes: Sequence[str]) -> Judge | None:
    """Train a judge on texts that were held out; None where there are too few to learn from."""
    rows = list(ask_held_out(teaching, documents, classes))
    kinds = {row.kind for row in rows}
    if len(rows) < _FEWEST or not {"own", "background"} <= kinds:
        return None
    return fit_judge(rows)


# --- held-out rows -------------------------------------------------------------------------------------------------


def ask_held_out(teaching: Teaching, documents: Documents, classes: Sequence[str]) -> Iterator[Row]:
    """Learn from parts of the texts, and yield what is guessed about the others."""
    texts = [text for name in classes for text in teaching.corpus.phrasings[name]]
    names = [classes[label] for label in documents.labels]
    for number, run in enumerate(_plan(documents.labels, classes)):
        present = sorted({names[at] for at in run.learned})
        place = {name: at for at, name in enumerate(present)}
        labels = np.array([place[names[at]] for at in run.learned])
        weights = learn(documents.some(run.learned, labels), present, teaching.concepts)
        classifier = TextClassifier(weights, teaching.outcomes, teaching.subjects, teaching.generations)
        random = np.random.default_rng(number)
        for at in run.asked:
            name, text = names[at], texts[at]
            right = teaching.generations.same_as(name)
            yield from _ask(classifier, _kind_of(name, run), right, text)
            if _is_article(name) and random.random() < _PUT_IN:
                kind, changed = _put_name(text, teaching.subjects, random)
                if kind == "foreign" or name not in run.absent:
                    yield from _ask(classifier, kind, right, changed)


def _ask(classifier: TextClassifier, kind: Kind, right: frozenset[str], text: str) -> Iterator[Row]:
    reading = classifier.read(text)
    if reading is None:
        return
    ranked = classifier.names_of(reading)
    may_be_right = kind in {"own", "few", "named"}
    yield Row(
        kind,
        text,
        reading.signals,
        may_be_right and ranked[0] in right,
        may_be_right and not right.isdisjoint(ranked[:3]),
    )


def _kind_of(name: str, run: _Run) -> Kind:
    if name == BACKGROUND:
        return "background"
    if name.startswith(UNCOVERED):
        return "uncovered"
    if name in run.absent:
        return "absent"
    return "few" if run.is_few else "own"


def _is_article(name: str) -> bool:
    return name != BACKGROUND and not name.startswith(UNCOVERED)


def _plan(labels: Labels, classes: Sequence[str]) -> Iterator[_Run]:
    """Plan which texts are learned and which are asked about, the same for the same corpus."""
    random = np.random.default_rng(0)
    articles = [at for at, name in enumerate(classes) if _is_article(name)]
    chosen = sorted(random.permutation(articles)[:_MOST_ARTICLES].tolist())
    others = [at for at, name in enumerate(classes) if not _is_article(name)]
    places = {at: random.permutation(np.flatnonzero(labels == at)) for at in [*others, *chosen]}
    order = random.permutation(chosen)
    for fold in range(_FOLDS):
        yield _run(places, classes, _absent(order, fold), (fold, _FOLDS))
    for half in range(2):
        few = {each: int(random.choice(_DENSITIES)) for each in chosen}
        yield _run(places, classes, _absent(order, _FOLDS + half), (half, 2), few)


def _absent(order: Labels, number: int) -> frozenset[int]:
    """Choose the articles that a run does without: others in each."""
    count = max(1, round(len(order) * _ABSENT))
    return frozenset(np.roll(order, -number * count)[:count].tolist()) if len(order) > 1 else frozenset()


def _run(
    places: Mapping[int, Labels],
    classes: Sequence[str],
    absent: frozenset[int],
    asked_of: tuple[int, int],
    densities: Mapping[int, int] | None = None,
) -> _Run:
    """Hold out every text whose number leaves a remainder, given with its divisor; with densities, learn few of the others."""
    learned, asked = list[Labels](), list[Labels]()
    remainder, divisor = asked_of
    for at, found in places.items():
        held = np.arange(len(found)) % divisor == remainder
        kept, rest = found[~held], found[held]
        if densities is not None and at in densities:
            kept, rest = kept[: densities[at]], rest[:_ASKED]
        elif _is_article(classes[at]):
            rest = rest[:_ASKED]
        learned.append(kept[:0] if at in absent else kept)
        asked.append(rest)
    names = frozenset(classes[at] for at in absent)
    return _Run(np.sort(np.concatenate(learned)), np.sort(np.concatenate(asked)), names, densities is not None)


_BESIDE: Final = (("{1}, since the {0} update", "after moving to {0}: {1}"), ("{0}更新之後，{1}", "{1}（剛裝了 {0}）"))
_ABOUT: Final = (("{0}: {1}", "{1} ({0})", "{1} on {0}", "{0} {1}"), ("{0} {1}", "{0}：{1}", "{1}，是 {0} 的"))


def _put_name(text: str, subjects: SubjectReader, random: np.random.Generator) -> tuple[Kind, str]:
    """Put another product's name into a question: as what it is about, or beside that."""
    names = subjects.other_names if random.random() < _LISTED else _UNLISTED
    name = str(random.choice(np.array(names or _UNLISTED)))
    name = name.lower() if random.random() < _LOWER else name
    chinese = _HAN.search(text) is not None
    if random.random() < _BESIDES and subjects.names_ours(text):
        return "named", str(random.choice(_BESIDE[chinese])).format(name, text)
    changed = subjects.replace_ours(text, name)
    return "foreign", changed if changed != text else str(random.choice(_ABOUT[chinese])).format(name, text)


# --- fitting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Arrays:
    """The rows as arrays; truths and weights are those of the judge's questions."""

    signals: Floats
    kinds: npt.NDArray[np.str_]
    truths: Floats64
    weights: Floats64
    parts: Labels


def fit_judge(rows: Sequence[Row]) -> Judge:
    """Fit the forests to all rows, and set the cut-offs by forests that had not seen the rows they judge."""
    arrays = _arrays(rows)
    forests = tuple(grow(arrays.signals, truth, arrays.weights) for truth in arrays.truths)
    return Judge(forests, find_cutoffs(judge_unseen(rows), rows))


def _arrays(rows: Sequence[Row]) -> _Arrays:
    kinds = np.array([row.kind for row in rows])
    truths = np.array(
        [
            [row.is_first for row in rows],
            [row.is_among for row in rows],
            [row.kind not in {"background", "foreign"} for row in rows],
        ],
        np.float64,
    )
    counts = {kind: int((kinds == kind).sum()) for kind in _SHARES}
    weights = np.array([_SHARES[row.kind] / counts[row.kind] for row in rows]) * len(rows)
    # A text is asked about in several runs: all its rows are in one part.
    parts = np.array([crc32(row.text.encode()) % _PARTS for row in rows])
    return _Arrays(np.stack([row.signals for row in rows]), kinds, truths, weights, parts)


def judge_unseen(rows: Sequence[Row]) -> Floats64:
    """Return for each of the judge's questions and each row how probable a yes is, by forests that had not seen the row."""
    arrays = _arrays(rows)
    found = np.zeros((len(arrays.truths), len(rows)))
    for part in range(_PARTS):
        unseen = arrays.parts == part
        for number, truth in enumerate(arrays.truths):
            forest = grow(arrays.signals[~unseen], truth[~unseen], arrays.weights[~unseen])
            found[number, unseen] = forest.probabilities(arrays.signals[unseen])
    return found


def find_cutoffs(probabilities: Floats64, rows: Sequence[Row]) -> Cutoffs:
    """Return the cut-offs that are right most often and keep what is wrong within its wanted share."""
    kinds = np.array([row.kind for row in rows])
    first, among = (np.array([getattr(row, name) for row in rows]) for name in ("is_first", "is_among"))
    every = np.ones(len(rows), np.bool_)
    ours = probabilities[2]
    answer, answer_ours = _best_pair(probabilities[0], ours, kinds, first, ~first, _WRONG)
    answered = (probabilities[0] >= answer) & (ours >= answer_ours)
    # What is answered is beyond offering: it counts as offered whatever the cut-off.
    likely = np.where(answered, 1.0, probabilities[1])
    offer, offer_ours = _best_pair(likely, np.where(answered, 1.0, ours), kinds, among, every, _OFFERED)
    said = answered | ((probabilities[1] >= offer) & (ours >= offer_ours))
    return Cutoffs(
        answer, answer_ours, offer, offer_ours, _least(np.where(said, 0.0, ours), kinds, every, _TAKEN_FOR_OURS)
    )


def _best_pair(
    probabilities: Floats64,
    ours: Floats64,
    kinds: npt.NDArray[np.str_],
    right: npt.NDArray[np.bool_],
    against: npt.NDArray[np.bool_],
    wanted: Mapping[Kind, float],
) -> tuple[float, float]:
    """Return the cut-offs of a probability and of its being ours that are right most often within the wanted shares."""
    own = kinds == "own"
    found = list[tuple[float, float, float]]()
    for of_ours in (0.0, *np.quantile(ours[own], _LOST).tolist()):
        there = np.where(ours >= of_ours, probabilities, 0.0)
        cutoff = _least(there, kinds, against, wanted)
        found.append((float((right & (there >= cutoff))[own].mean()), cutoff, of_ours))
    _, cutoff, of_ours = max(found)
    return cutoff, of_ours


def _least(
    probabilities: Floats64,
    kinds: npt.NDArray[np.str_],
    against: npt.NDArray[np.bool_],
    wanted: Mapping[Kind, float],
) -> float:
    """Return the least cut-off above which of each kind no more than the wanted share counts against it."""
    least = 0.0
    for kind, share in wanted.items():
        of_kind = kinds == kind
        found = np.sort(probabilities[of_kind & against])[::-1]
        allowed = int(share * of_kind.sum())
        if allowed < len(found):
            least = max(least, float(np.nextafter(found[allowed], 2)))
    return least

"""Held-out rows: what classifiers guess about phrasings that they have not seen, for the judge to learn from.

The phrasings of articles, of background talk and of uncovered questions are held out in turn; so are whole articles, since
nobody can know all questions that have none; articles are learned from few phrasings and from many, since a new one has few;
and names of others' products are put into questions, since what makes them foreign is the name alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from bot.diagnosis.documents import Corpus, Documents
from bot.diagnosis.features import ConceptIndex
from bot.diagnosis.outcomes import Generations, Outcomes
from bot.diagnosis.solver import Floats, Labels
from bot.diagnosis.subject import SubjectReader
from bot.diagnosis.text_classifier import TextClassifier
from bot.diagnosis.training import learn
from bot.diagnosis.weights import BACKGROUND, UNCOVERED

Kind = Literal["own", "few", "absent", "uncovered", "background", "foreign", "named"]
"""Whose a row is: an article's that was learned, from all its other phrasings or from few, or that was not learned; nobody's;
an article's with another product's name put into it, as what it is about or beside what it is about."""

_FOLDS: Final = 3
_ABSENT: Final = 0.12
"""Share of the articles that a fold does without."""
_DENSITIES: Final = (6, 12, 20, 45)
"""Phrasings of an article in the runs that learn from few."""
_ASKED: Final = 60
"""Held-out phrasings of each article that a run is asked about."""
_MOST_ARTICLES: Final = 500
"""Articles that the runs are made of; more tell little and take long."""
_PUT_IN: Final = 0.16
"""Share of the rows into which others' names are put."""

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

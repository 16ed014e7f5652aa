"""Free text: which articles a question in people's own words is about, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.diagnosis.features import Extract, Features
from bot.diagnosis.judge import Judgement, Verdict
from bot.diagnosis.outcomes import Generations, Outcomes
from bot.diagnosis.phrasing_index import NO_TOPIC, Nearness, Places
from bot.diagnosis.polarity import Outcome
from bot.diagnosis.reasons import telling_words
from bot.diagnosis.signals import Heard, Scores, measure
from bot.diagnosis.solver import Floats
from bot.diagnosis.subject import Subject, SubjectReader
from bot.diagnosis.thresholds import ALIKE_ENOUGH, decide_by_margin
from bot.diagnosis.weights import NEAR_SCALE, Weights
from bot.evidence.lexicon import compile_lexicon

_ALL_UNKNOWN: Final = 4.0
"""Score of silence for a text of unknown words only, where no background talk was learned."""
_MOVED: Final = 0.7
"""Share of a twin's probability that a clear negation moves to the other; measured right nine times in ten on the phrasings."""
_OF_MANY: Final = 0.2
"""Score that an article loses for each e-fold of its phrasings: those with many would else win what fits several."""
_MOST: Final = 4
"""Likeliest articles that are looked at, those that mean the same in two generations of a product being one."""
_RANKED: Final = 2 * _MOST
"""Likeliest articles that are ranked, so that as many are left when some are joined."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The articles a text may be about, likeliest first, and the words that speak for the first."""

    decision: Verdict
    ranked: tuple[str, ...] = ()
    probabilities: tuple[float, ...] = ()
    telling: tuple[str, ...] = ()
    # Of a text that is about one of our products: the nearest topic that no article is about, with its product.
    topic: str | None = None
    # Other products that it names.
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WeighedText:
    """A text as it was weighed: the signals are those by which the first guess is judged."""

    extract: Extract
    subject: Subject
    at: Places
    values: Floats
    scores: Scores
    near: Nearness
    signals: Floats


class TextClassifier:
    """Matches free text by learned weights."""

    def __init__(
        self,
        weights: Weights,
        outcomes: Outcomes | None = None,
        subjects: SubjectReader | None = None,
        generations: Generations | None = None,
    ) -> None:
        outcomes = outcomes or Outcomes()
        self._weights = weights
        self._features = Features(weights.concepts)
        self._subjects = subjects or SubjectReader(compile_lexicon(()), ())
        self._place = {name: at for at, name in enumerate(weights.classes)}
        self._twins = [(self._place[a], self._place[b]) for a, b in outcomes.twins if {a, b} <= self._place.keys()]
        # Beyond trained weights the nearest phrasing counts, of however many.
        self._of_many = np.where(
            weights.is_article & weights.is_trained,
            np.float32(_OF_MANY) * np.log(np.maximum(weights.index.counts, 1)),
            0,
        ).astype(np.float32)
        self._pairs = self._pairs_of(generations or Generations())
        self._succeeds = np.array([name in outcomes.successes for name in weights.classes])
        self._guards = outcomes.guards
        fails = np.array([name in outcomes.failures for name in weights.classes])
        self._but_successes = weights.is_article & ~self._succeeds
        self._but_failures = weights.is_article & ~fails

    def guess(self, text: str, barred: Iterable[str] = (), about: str | None = None) -> Guess:
        """Rank the articles a text may be about, but those barred, and decide what is said of them.

        `about` is the product that the conversation is about already.
        """
        reading = self.read(text, barred, about)
        if reading is None:
            return Guess("silent")
        scores = reading.scores
        probabilities = tuple(float(scores.probabilities[each]) for each in scores.best)
        judge = self._weights.judge
        verdict = judge.judge(reading.signals) if judge else None
        decision = verdict.verdict if verdict else decide_by_margin(probabilities, scores.background)
        telling = self._telling(text, reading) if decision in {"answer", "choices"} else ()
        return Guess(
            decision,
            self.names_of(reading),
            probabilities,
            telling,
            self._topic(reading, verdict),
            reading.subject.foreign,
        )

    def names_of(self, reading: WeighedText) -> tuple[str, ...]:
        """Return the likeliest articles, best first."""
        return tuple(self._weights.classes[each] for each in reading.scores.best)

    def read(self, text: str, barred: Iterable[str] = (), about: str | None = None) -> WeighedText | None:
        """Weigh a text; None when it holds nothing that is known, or nothing may be said of it."""
        weights = self._weights
        extract = self._features.extract(text)
        at, values = weights.row(extract.blocks)
        if not len(at):
            return None
        near = weights.index.look_up(extract.content)
        raw = weights.scores(at, values) if weights.is_trained else near.nearest * NEAR_SCALE + weights.bias
        subject = self._subjects.read(text, about)
        scores = self._score(extract, at, (raw - self._of_many).astype(np.float32), barred, subject)
        if not len(scores.best):
            return None
        agreement = self._agreement(extract.outcome, int(scores.best[0]))
        signals = measure(text, extract, subject, self._unknown_names(subject), agreement, Heard(weights, scores, near))
        return WeighedText(extract, subject, at, values, scores, near, signals)

    def _score(self, extract: Extract, at: Places, raw: Floats, barred: Iterable[str], subject: Subject) -> Scores:
        weights = self._weights
        if not weights.knows_background:
            known = sum(key in extract.words for key in weights.keys[at].tolist())
            raw[0] += max(float(raw[0]), _ALL_UNKNOWN) * (1 - known / max(1, len(extract.words)))
        scores = np.exp(raw - raw.max())
        scores /= scores.sum()
        background = float(scores[0])
        uncovered = float(scores[list(weights.uncovered)].sum()) if weights.uncovered else 0.0
        self._weigh_outcome(scores, extract.outcome)
        # Neither talk that means no article nor what is barred is one to rank.
        may_be = self._may_be(extract.outcome)
        if places := [self._place[each] for each in barred if each in self._place]:
            may_be = may_be.copy()
            may_be[places] = False
        best = _likeliest(scores, may_be)
        if self._join_generations(scores, best[:_MOST].tolist(), subject):
            best = best[np.argsort(-np.where(may_be, scores, -1)[best])]
        return Scores(raw, scores, background, uncovered, best[:_MOST])

    def _join_generations(self, scores: Floats, best: list[int], subject: Subject) -> bool:
        """Give an article what the other generation has of the same meaning: the newer one, unless words mean the older.

        Tell whether any were joined.
        """
        joined: set[int] = set()
        for one in best:
            olders, newer = self._older_and_newer(one, best)
            if not olders or not joined.isdisjoint((*olders, newer)):
                continue
            of_older, of_newer = self._pairs[olders[0], newer]
            is_older = of_older in subject.ours and of_newer not in subject.ours
            kept, *left = (olders[0], newer) if is_older else (newer, *olders)
            scores[kept] += scores[left].sum()
            scores[left] = 0
            joined |= {*olders, newer}
        return bool(joined)

    def _older_and_newer(self, one: int, best: list[int]) -> tuple[list[int], int]:
        """Return of the likeliest articles, likeliest first, the older ones that mean what a newer one does, and that one."""
        newer = next((each for each in best if (one, each) in self._pairs), one)
        return [each for each in best if (each, newer) in self._pairs], newer

    def _pairs_of(self, generations: Generations) -> dict[tuple[int, int], tuple[str, str]]:
        """Return the products of each pair of an older and a newer article, by their places."""
        return {
            (self._place[older], self._place[newer]): (of_older, of_newer)
            for older, of_older, newer, of_newer in generations.pairs
            if {older, newer} <= self._place.keys()
        }

    def _weigh_outcome(self, scores: Floats, outcome: Outcome) -> None:
        """Give most of what one of two twins has to the other, when the text says the other's outcome."""
        if outcome.said is None:
            return
        for succeeded, failed in self._twins:
            loser, winner = (succeeded, failed) if outcome.said == "failed" else (failed, succeeded)
            moved = scores[loser] * (1 if outcome.is_plain and self._guards else _MOVED)
            scores[loser] -= moved
            scores[winner] += moved

    def _may_be(self, outcome: Outcome) -> npt.NDArray[np.bool_]:
        """Tell which classes are articles, but for those that report the opposite of what a text says in plain words."""
        if not (outcome.is_plain and self._guards):
            return self._weights.is_article
        may_be: npt.NDArray[np.bool_] = self._but_successes if outcome.said == "failed" else self._but_failures
        return may_be

    def _agreement(self, outcome: Outcome, first: int) -> tuple[float, bool, bool]:
        """Tell how the outcome that a text tells of goes with that of an article."""
        succeeds = bool(self._succeeds[first])
        agrees = 0 if outcome.said is None else 1 if (outcome.said == "worked") == succeeds else -1
        return agrees, outcome.is_plain, succeeds

    def _unknown_names(self, subject: Subject) -> int:
        """Count the words written as names that no article's phrasings hold."""
        index = self._weights.index
        return sum(
            not index.knows_any(found)
            for name in dict.fromkeys(subject.capitalised)
            if (found := self._features.extract_content(name))
        )

    def _topic(self, reading: WeighedText, judgement: Judgement | None) -> str | None:
        if judgement is None or judgement.verdict not in {"choices", "not_covered"}:
            return None
        found = [(float(reading.near.nearest[each]), reading.near.topic(each)) for each in self._weights.uncovered]
        nearest, topic = max(found, default=(0.0, NO_TOPIC))
        return self._weights.topics[topic] if nearest >= ALIKE_ENOUGH and topic != NO_TOPIC else None

    def _telling(self, text: str, reading: WeighedText) -> tuple[str, ...]:
        """Return up to three of the text's words that speak most for the likeliest article."""
        best = int(reading.scores.best[0])
        weights = self._weights
        strengths = weights.weights_of(reading.at, best) * reading.values
        spoken = dict(zip(weights.keys[reading.at].tolist(), strengths.tolist(), strict=True))
        return telling_words(text, spoken, self._features)


def _likeliest(scores: Floats, may_be: npt.NDArray[np.bool_]) -> Places:
    """Return those of some classes that have the highest scores, best first: as many as are ranked."""
    count = min(_RANKED, int(np.count_nonzero(may_be)))
    if not count:
        return np.empty(0, np.int64)
    behind = -np.where(may_be, scores, -1)
    best = behind.argpartition(count - 1)[:count]
    ordered: Places = best[behind[best].argsort()]
    return ordered

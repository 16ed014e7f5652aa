"""Free text: which articles a question in people's own words is about, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from bot.diagnosis.features import Features
from bot.diagnosis.polarity import Polarity
from bot.diagnosis.solver import Floats
from bot.diagnosis.thresholds import AHEAD, BACKGROUND_UP_TO, SURE, WORTH_OFFERING
from bot.diagnosis.weights import Places, Weights

_ALL_UNKNOWN: Final = 4.0
"""Score of silence for a text of unknown words only, where no background talk was learned."""
_MOVED: Final = 0.7
"""Share of a twin's probability that a clear negation moves to the other; measured right nine times in ten on the phrasings."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The articles a text may be about, likeliest first, and the words that speak for the first."""

    decision: Literal["answer", "choices", "silent"]
    ranked: tuple[str, ...] = ()
    probabilities: tuple[float, ...] = ()
    telling: tuple[str, ...] = ()


class TextClassifier:
    """Matches free text by learned weights."""

    def __init__(self, weights: Weights, twins: Iterable[tuple[str, str]] = ()) -> None:
        self._weights = weights
        self._features = Features(weights.concepts)
        self._place = {name: at for at, name in enumerate(weights.classes)}
        self._twins = _twins(self._place, twins)

    def guess(self, text: str, barred: Iterable[str] = ()) -> Guess:
        """Rank the articles a text may be about, but those barred, and decide whether one, three or none is named."""
        weights = self._weights
        extract = self._features.extract(text)
        at, values = weights.row(extract.blocks)
        if not len(at):
            return Guess("silent")
        scores = weights.scores(at, values)
        if not weights.knows_background:
            known = sum(key in extract.words for key in weights.keys[at].tolist())
            scores[0] += max(float(scores[0]), _ALL_UNKNOWN) * (1 - known / max(1, len(extract.words)))
        scores = np.exp(scores - scores.max())
        scores /= scores.sum()
        background = float(scores[0])
        self._weigh_polarity(scores, extract.polarity)
        # Neither background talk nor what is barred is an article to rank.
        scores[[0, *(self._place[each] for each in barred if each in self._place)]] = -1.0
        count = min(4, int(np.count_nonzero(scores >= 0)))
        if not count:
            return Guess("silent")
        best = np.argpartition(-scores, count - 1)[:count]
        best = best[np.argsort(-scores[best])]
        probabilities = tuple(float(scores[each]) for each in best)
        ranked = tuple(weights.classes[each] for each in best)
        decision = _decide(probabilities, background)
        telling = _telling(weights, int(best[0]), at, values, extract.words) if decision != "silent" else ()
        return Guess(decision, ranked, probabilities, telling)

    def _weigh_polarity(self, scores: Floats, polarity: Polarity | None) -> None:
        """Give most of what one of two twins has to the other, when negation says so."""
        if polarity is None:
            return
        for succeeded, failed in self._twins:
            loser, winner = (succeeded, failed) if polarity == "failed" else (failed, succeeded)
            moved = scores[loser] * _MOVED
            scores[loser] -= moved
            scores[winner] += moved


def _twins(place: Mapping[str, int], twins: Iterable[tuple[str, str]]) -> list[tuple[int, int]]:
    """Find the places of articles that say the opposite outcome of each other: what succeeded, and what failed."""
    return [(place[one], place[other]) for one, other in twins if one in place and other in place]


def _decide(probabilities: tuple[float, ...], background: float) -> Literal["answer", "choices", "silent"]:
    if background > BACKGROUND_UP_TO:
        return "silent"
    first, second, third = (probability / (1 - background) for probability in (*probabilities, 0.0, 0.0)[:3])
    if first >= SURE and first - second >= AHEAD:
        return "answer"
    return "choices" if first + second + third >= WORTH_OFFERING else "silent"


def _telling(weights: Weights, best: int, at: Places, values: Floats, spelled: Mapping[int, str]) -> tuple[str, ...]:
    """Return up to three words that speak most for the best class."""
    spoken: list[tuple[float, str]] = []
    for feature, key, value in zip(at.tolist(), weights.keys[at].tolist(), values.tolist(), strict=True):
        word = spelled.get(key)
        if word is None or len(word) < 2:
            continue
        if (weight := weights.weight(feature, best) * value) > 0:
            spoken.append((weight, word))
    spoken.sort(reverse=True)
    chosen: list[str] = []
    for _, word in spoken:
        if not any(word in other or other in word for other in chosen):
            chosen.append(word)
        if len(chosen) == 3:
            break
    return tuple(chosen)

"""Free text: which articles a question in people's own words is about, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from bot.diagnosis.features import Features
from bot.diagnosis.learning import BACKGROUND, Weights

SURE: Final = 0.50
"""Probability from which the first article is the answer; set on the development split of the evaluation set."""
AHEAD: Final = 0.15
"""How far the first must lead the second."""
WORTH_OFFERING: Final = 0.30
"""Probability of the first three together from which they are offered."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The articles a text may be about, likeliest first, and the words that speak for the first."""

    decision: Literal["answer", "choices", "silent"]
    ranked: tuple[str, ...] = ()
    probabilities: tuple[float, ...] = ()
    telling: tuple[str, ...] = ()


class Words:
    """Matches free text. The weights are asked for with the first question, so that exact look-ups never wait for them."""

    def __init__(self, features: Features, weights: Callable[[], Weights]) -> None:
        self._features = features
        self._weights_now = weights
        self._weights: Weights | None = None

    def prepare(self) -> None:
        """Load or learn the weights now."""
        if self._weights is None:
            self._weights = self._weights_now()

    def guess(self, text: str) -> Guess:
        """Rank the articles a text may be about and decide whether one, three or none of them is named."""
        self.prepare()
        weights = self._weights
        assert weights is not None  # noqa: S101 - prepared above
        blocks, spelled = self._features.blocks(text)
        at, values = weights.row(blocks)
        if not len(at):
            return Guess("silent")
        scores = weights.scores(at, values)
        scores = np.exp(scores - scores.max())
        scores /= scores.sum()
        if weights.classes[0] == BACKGROUND:
            scores[0], background = 0.0, float(scores[0])
        else:
            background = 0.0
        count = min(4, len(scores))
        best = np.argpartition(-scores, count - 1)[:count]
        best = best[np.argsort(-scores[best])]
        probabilities = tuple(float(scores[each]) for each in best)
        ranked = tuple(weights.classes[each] for each in best)
        telling = _telling(weights, int(best[0]), at, values, spelled)
        return Guess(_decide(probabilities, background), ranked, probabilities, telling)


def _decide(probabilities: tuple[float, ...], background: float) -> Literal["answer", "choices", "silent"]:
    first, second = (*probabilities, 0.0)[:2]
    together = sum(probabilities[:3])
    if first >= SURE and first - second >= AHEAD and first > background:
        return "answer"
    if together >= WORTH_OFFERING and together > background:
        return "choices"
    return "silent"


def _telling(weights: Weights, best: int, at: np.ndarray, values: np.ndarray, spelled: dict[int, str]) -> tuple[str, ...]:
    """Return up to three words that speak most for the best class."""
    spoken: list[tuple[float, str]] = []
    for feature, value in zip(at.tolist(), values.tolist(), strict=True):
        word = spelled.get(int(weights.keys[feature]))
        if word is None or len(word) < 2:
            continue
        hit = np.flatnonzero(weights.columns[feature] == best)
        if len(hit) and (weight := float(weights.values[feature, hit[0]]) * value) > 0:
            spoken.append((weight, word))
    spoken.sort(reverse=True)
    chosen: list[str] = []
    for _, word in spoken:
        if not any(word in other or other in word for other in chosen):
            chosen.append(word)
        if len(chosen) == 3:
            break
    return tuple(chosen)

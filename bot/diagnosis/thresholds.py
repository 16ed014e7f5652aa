"""Thresholds of free text: of the plain margin, which decides where too little was learned for a judge, and of topics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

SURE: Final = 0.45
"""Share of all articles' probability from which the first is the answer."""
AHEAD: Final = 0.30
"""How far the first must lead the second."""
WORTH_OFFERING: Final = 0.15
"""Share of the first three together from which they are offered."""
BACKGROUND_UP_TO: Final = 0.50
"""Probability of background talk above which a text names no article."""
ALIKE_ENOUGH: Final = 0.45
"""Similarity to a question of a topic from which the topic is named. Read by hand: of the development questions above it
about nine in ten are about the topic that is named, of those just below only half."""


def decide_by_margin(probabilities: Sequence[float], background: float) -> Literal["answer", "choices", "silent"]:
    """Decide by the likeliest articles' probabilities, the first by its lead."""
    if background > BACKGROUND_UP_TO:
        return "silent"
    first, second, third = (probability / (1 - background) for probability in (*probabilities, 0.0, 0.0)[:3])
    if first >= SURE and first - second >= AHEAD:
        return "answer"
    return "choices" if first + second + third >= WORTH_OFFERING else "silent"

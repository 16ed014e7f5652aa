"""The signals from which it is judged how far the first guess about a text can be trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.diagnosis.features import Extract
from bot.diagnosis.phrasing_index import Nearness
from bot.diagnosis.solver import Floats
from bot.diagnosis.subject import Subject
from bot.diagnosis.weights import SCALE, Weights

SIGNALS: Final = (
    "first score",
    "lead in score",
    "background score",
    "uncovered score",
    "first probability",
    "lead in probability",
    "probability of three",
    "background probability",
    "uncovered probability",
    "surprise",
    "words of first",
    "words of second",
    "words of articles",
    "words of background",
    "nearest of first",
    "nearest of second",
    "nearest of other articles",
    "first leads in nearness",
    "nearest of background",
    "nearest of uncovered",
    "strong subject",
    "weak subject",
    "others named",
    "neighbours named",
    "unknown names",
    "unknown words",
    "outcome agrees",
    "outcome is plain",
    "first is a success",
    "phrasings of first",
    "phrasings of second",
    "words",
    "Chinese or Japanese",
    "asks",
    "digits",
)
_ASKS = re.compile(
    r"[?？]|(?<![a-z])(?:how|which|can|should|does|do|is|are|what|where|when|why|wie|welche\w?|kann|muss|warum|wo)(?![a-z])|嗎|吗|怎麼|怎么|如何|哪|為什麼|为什么|什麼|什么|多久|ですか|ますか|どう|なぜ",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of all classes, the probabilities that are made of them, and the likeliest articles, best first."""

    raw: Floats
    probabilities: Floats
    background: float
    uncovered: float
    best: npt.NDArray[np.int64]

    @property
    def two(self) -> tuple[int, int | None]:
        """Return the two likeliest articles; there may be only one."""
        return int(self.best[0]), int(self.best[1]) if len(self.best) > 1 else None


def measure(
    text: str, extract: Extract, subject: Subject, unknown_names: int, agreement: Sequence[float], heard: Heard
) -> Floats:
    """Return the values of SIGNALS for a text and its likeliest articles; `agreement` is that of outcomes."""
    values = [
        *_of_scores(heard),
        *_of_phrasings(heard),
        subject.strong,
        subject.weak,
        len(subject.foreign),
        len(subject.near),
        unknown_names,
        heard.near.unknown,
        *agreement,
        *_of_counts(heard),
        np.log1p(len(extract.content)),
        0 if text.isascii() else sum(character >= "\u3000" for character in text) / max(1, len(text)),
        _ASKS.search(text) is not None,
        _DIGIT.search(text) is not None,
    ]
    return np.array(values, np.float32)


@dataclass(frozen=True, slots=True)
class Heard:
    """The weights, and what they and the index of phrasings say of a text."""

    weights: Weights
    scores: Scores
    near: Nearness


def _of_scores(heard: Heard) -> list[float]:
    scores = heard.scores
    first, second = scores.two
    raw = scores.raw / np.float32(SCALE)
    probabilities = scores.probabilities
    one, two, three = [*probabilities[scores.best][:3].tolist(), 0.0, 0.0][:3]
    uncovered = [float(raw[each]) for each in heard.weights.uncovered]
    return [
        float(raw[first]),
        float(raw[first] - (raw[second] if second is not None else -1)),
        float(raw[0]),
        max(uncovered, default=-1),
        one,
        one - two,
        one + two + three,
        scores.background,
        scores.uncovered,
        -float(probabilities @ np.log(np.maximum(probabilities, 1e-9))),
    ]


def _of_phrasings(heard: Heard) -> list[float]:
    weights, near = heard.weights, heard.near
    first, second = heard.scores.two
    nearest = near.nearest
    of_first = float(nearest[first])
    others = np.where(weights.is_article, nearest, 0)
    others[first] = 0
    elsewhere = float(others.max())
    return [
        near.share_of_class(first),
        near.share_of_class(second) if second is not None else 0,
        near.share_of(weights.words_of_articles),
        near.share_of(weights.words_of_others),
        of_first,
        float(nearest[second]) if second is not None else 0,
        elsewhere,
        of_first - elsewhere,
        float(nearest[0]),
        max((float(nearest[each]) for each in weights.uncovered), default=0),
    ]


def _of_counts(heard: Heard) -> list[float]:
    first, second = heard.scores.two
    counts = heard.weights.index.counts
    return [float(np.log1p(counts[first])), float(np.log1p(counts[second])) if second is not None else 0]

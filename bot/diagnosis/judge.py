"""The judge: how probable it is that a guess is right, from its signals, and what to say at that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.diagnosis.boosting import DEPTH, Forest
from bot.diagnosis.solver import Floats

Verdict = Literal["answer", "choices", "not_covered", "silent"]

QUESTIONS: Final = ("first", "among", "ours")
"""Is the first guess right, is one of three, and is the text about one of our products at all?"""


class Cutoffs(NamedTuple):
    """The probabilities from which it is answered, offered, and said that a text is about our products.

    To be answered or offered, a text must be about our products, too: that it is to be sure of its article tells little of a
    text that is about something else in much the same words.
    """

    answer: float
    answer_ours: float
    offer: float
    offer_ours: float
    ours: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """The probability of each of QUESTIONS, and the verdict."""

    first: float
    among: float
    ours: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Judge:
    """A forest for each of QUESTIONS, and the probabilities from which something is said."""

    forests: tuple[Forest, ...]
    cutoffs: Cutoffs
    # The same forests as arrays of shape (questions, trees, …), so that one text is judged in one go.
    _signals: npt.NDArray[np.uint8] = field(init=False, repr=False)
    _values: Floats = field(init=False, repr=False)
    _leaves: Floats = field(init=False, repr=False)
    _first_leaves: npt.NDArray[np.int64] = field(init=False, repr=False)
    _biases: npt.NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_signals", np.concatenate([each.signals for each in self.forests]))
        object.__setattr__(self, "_values", np.concatenate([each.values for each in self.forests]))
        object.__setattr__(self, "_leaves", np.concatenate([each.leaves for each in self.forests]).ravel())
        object.__setattr__(self, "_first_leaves", np.arange(0, len(self._leaves), 1 << DEPTH))
        object.__setattr__(self, "_biases", np.array([each.bias for each in self.forests]))

    def judge(self, signals: Floats) -> Judgement:
        """Judge one guess."""
        answers = np.packbits(signals[self._signals] > self._values, axis=1, bitorder="little")[:, 0]
        chosen = self._leaves[self._first_leaves + answers]
        scores = chosen.reshape(len(self.forests), -1).sum(axis=1) + self._biases
        first, among, ours = (float(each) for each in 1 / (1 + np.exp(-scores)))
        return Judgement(first, among, ours, self.verdict(first, among, ours))

    def verdict(self, first: float, among: float, ours: float) -> Verdict:
        """Turn probabilities into what to say."""
        cutoffs = self.cutoffs
        if first >= cutoffs.answer and ours >= cutoffs.answer_ours:
            return "answer"
        if among >= cutoffs.offer and ours >= cutoffs.offer_ours:
            return "choices"
        return "not_covered" if ours >= cutoffs.ours else "silent"


_ARRAYS: Final = ("signals", "values", "leaves")


def dump_judge(judge: Judge | None) -> dict[str, Any]:
    """Return a judge as arrays."""
    if judge is None:
        return {}
    arrays = {f"judge_{name}": np.stack([getattr(each, name) for each in judge.forests]) for name in _ARRAYS}
    biases = np.array([each.bias for each in judge.forests])
    return {**arrays, "judge_biases": biases, "judge_cutoffs": np.array(judge.cutoffs)}


def load_judge(file: Mapping[str, Any]) -> Judge | None:
    """Read what `dump_judge` wrote. Raises ValueError when it is damaged."""
    if "judge_cutoffs" not in file:
        return None
    signals, values, leaves = (file[f"judge_{name}"] for name in _ARRAYS)
    biases, cutoffs = file["judge_biases"].tolist(), file["judge_cutoffs"].tolist()
    count = len(QUESTIONS)
    shape = (count, signals.shape[1], DEPTH)
    if (signals.shape, values.shape, leaves.shape) != (shape, shape, (*shape[:2], 1 << DEPTH)):
        raise ValueError("the judge is damaged")
    if len(biases) != count or len(cutoffs) != len(Cutoffs._fields):
        raise ValueError("the judge is damaged")
    forests = tuple(Forest(signals[at], values[at], leaves[at], biases[at]) for at in range(count))
    return Judge(forests, Cutoffs(*cutoffs))

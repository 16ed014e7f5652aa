"""Linear support-vector machines, one for each class against all others, learned with NumPy alone.

Dual coordinate descent for the squared hinge loss (Hsieh et al., "A Dual Coordinate Descent Method for Large-scale
Linear SVM", ICML 2008, algorithm 1), the method of LIBLINEAR; one step treats a row for all classes at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

PENALTY: Final = 0.5
"""How much a row on the wrong side costs against small weights."""
_TOLERANCE: Final = 2e-3
"""Change of a row's multiplier below which a pass is the last."""
_MOST_PASSES: Final = 40
_UNCHANGED: Final = np.float32(1e-6)


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix by rows: row i has the columns at[ends[i]:ends[i + 1]] with the same places of `values`."""

    at: npt.NDArray[np.int64]
    values: Floats
    ends: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ends) - 1

    def row(self, number: int) -> tuple[npt.NDArray[np.int64], Floats]:
        """Return the columns of a row and their values."""
        start, end = self.ends[number], self.ends[number + 1]
        return self.at[start:end], self.values[start:end]

    def some(self, numbers: npt.NDArray[np.int64]) -> Rows:
        """Return some of the rows."""
        lengths = np.diff(self.ends)[numbers]
        ends = np.concatenate([[0], np.cumsum(lengths)])
        places = np.repeat(self.ends[numbers] - ends[:-1], lengths) + np.arange(ends[-1])
        return Rows(self.at[places], self.values[places], ends)


def multipliers_of(rows: Rows, labels: Labels, weights: Floats, bias: Floats) -> Floats:
    """Return the multipliers of rows that weights were fitted to: at the optimum each follows from its row's margin."""
    multipliers = np.zeros((len(rows), weights.shape[1]), np.float32)
    for number in range(len(rows)):
        at, values = rows.row(number)
        margins = -(values @ weights[at] + bias)
        if labels[number] >= 0:
            margins[labels[number]] *= -1
        multipliers[number] = np.maximum(1 - margins, 0) * np.float32(2 * PENALTY)
    return multipliers


def fit(rows: Rows, labels: Labels, weights: Floats, bias: Floats, multipliers: Floats) -> None:
    """Fit each class's weights, of shape (columns, classes), bias, and multipliers, of shape (rows, classes), in place.

    A label is the place of a row's class, or -1 for a row of none of them. All start from zero, or from what was fitted
    before: rows fitted before with their multipliers, new ones with zero.
    """
    classes = weights.shape[1]
    lengths = np.array([float(values @ values) for _, values in map(rows.row, range(len(rows)))]) + 1
    diagonal = np.float32(1 / (2 * PENALTY))
    steps = (1 / (lengths + diagonal)).astype(np.float32)
    random = np.random.default_rng(0)
    side = np.full(classes, -1, np.float32)
    for _ in range(_MOST_PASSES):
        largest = 0.0
        for number in random.permutation(len(rows)):
            at, values = rows.row(number)
            label = labels[number]
            part, before = weights[at], multipliers[number]
            # Rows are on the negative side of every class but their own.
            if label >= 0:
                side[label] = 1
            gradient = (values @ part + bias) * side - 1 + diagonal * before
            after = np.maximum(before - gradient * steps[number], 0)
            change = after - before
            moved = float(np.abs(change).max())
            if moved > _UNCHANGED:
                largest = max(largest, moved)
                multipliers[number] = after
                change *= side
                part += np.multiply.outer(values, change)
                weights[at] = part
                bias += change
            if label >= 0:
                side[label] = -1
        if largest < _TOLERANCE:
            break

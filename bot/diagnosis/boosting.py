"""Gradient boosting of symmetric trees: each asks the same few questions of every row, so that a forest is three arrays.

Needs NumPy alone, and learns the same from the same rows (Friedman, "Greedy function approximation", 2001; symmetric trees
as in Prokhorenkova et al., "CatBoost", 2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.diagnosis.solver import Floats

DEPTH: Final = 4
_TREES: Final = 110
_RATE: Final = 0.15
_BINS: Final = 32
_SURE: Final = 1e-3
"""Share of true rows from which all are taken for true."""
_SHRINKAGE: Final = 20.0
"""Rows' worth of doubt by which each leaf is drawn towards nought."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees of DEPTH questions each: is this signal above this value? The answers choose one of the tree's leaves."""

    signals: npt.NDArray[np.uint8]
    values: Floats
    leaves: Floats
    bias: float

    def probabilities(self, rows: Floats) -> npt.NDArray[np.float64]:
        """Return for each row how probable it is that it is true."""
        score = np.full(len(rows), self.bias)
        powers = 1 << np.arange(DEPTH)
        for signals, values, leaves in zip(self.signals, self.values, self.leaves, strict=True):
            score += leaves[(rows[:, signals] > values) @ powers]
        probable: npt.NDArray[np.float64] = 1 / (1 + np.exp(-score))
        return probable


def grow(rows: Floats, truths: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> Forest:
    """Fit a forest to rows of signals and whether each is true, by Newton's steps on the logistic loss."""
    edges = [_cuts(column) for column in rows.T]
    bins = np.stack([np.searchsorted(edge, column, "left") for edge, column in zip(edges, rows.T, strict=True)])
    share = float(np.clip(np.average(truths, weights=weights), _SURE, 1 - _SURE))
    bias = float(np.log(share / (1 - share)))
    score = np.full(len(rows), bias)
    signals = np.zeros((_TREES, DEPTH), np.uint8)
    values = np.zeros((_TREES, DEPTH), np.float32)
    leaves = np.zeros((_TREES, 1 << DEPTH), np.float32)
    for tree in range(_TREES):
        probable = 1 / (1 + np.exp(-score))
        slope, curve = weights * (truths - probable), weights * probable * (1 - probable)
        leaf = np.zeros(len(rows), np.int64)
        for level in range(DEPTH):
            signal, cut = _best_question(bins, edges, leaf, slope, curve, 1 << level)
            signals[tree, level], values[tree, level] = signal, edges[signal][cut]
            leaf += (bins[signal] > cut).astype(np.int64) << level
        sums = [np.bincount(leaf, weights=each, minlength=1 << DEPTH) for each in (slope, curve)]
        leaves[tree] = _RATE * sums[0] / (sums[1] + _SHRINKAGE * 0.25)
        score += leaves[tree][leaf]
    return Forest(signals, values, leaves, bias)


def _cuts(column: Floats) -> Floats:
    """Return values between which there are about as many rows each; above the last there is one, too."""
    found = np.unique(np.quantile(column, np.linspace(0, 1, _BINS + 1)[1:-1]).astype(np.float32))
    cuts: Floats = found[found < column.max()]
    return cuts


def _best_question(
    bins: npt.NDArray[np.int64],
    edges: list[Floats],
    leaf: npt.NDArray[np.int64],
    slope: npt.NDArray[np.float64],
    curve: npt.NDArray[np.float64],
    leaves: int,
) -> tuple[int, int]:
    """Find the signal and the cut that separate the slopes of all leaves best."""
    best, chosen = -1.0, (0, 0)
    for signal, column in enumerate(bins):
        if not len(edges[signal]):
            continue
        place = leaf * (_BINS + 1) + column
        below, doubt = (
            np.bincount(place, weights=each, minlength=leaves * (_BINS + 1)).reshape(leaves, -1).cumsum(axis=1)
            for each in (slope, curve)
        )
        above, beyond = below[:, -1:] - below, doubt[:, -1:] - doubt
        gain = below**2 / (doubt + _SHRINKAGE * 0.25) + above**2 / (beyond + _SHRINKAGE * 0.25)
        gain = gain.sum(axis=0)[: len(edges[signal])]
        cut = int(gain.argmax())
        if gain[cut] > best:
            best, chosen = float(gain[cut]), (signal, cut)
    return chosen

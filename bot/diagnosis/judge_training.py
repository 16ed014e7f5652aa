"""Trains the judge: fits it to held-out rows, and sets its cut-offs by forests that had not seen the rows they judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from bot.diagnosis.boosting import grow
from bot.diagnosis.documents import Documents
from bot.diagnosis.held_out import Kind, Row, Teaching, ask_held_out
from bot.diagnosis.judge import Cutoffs, Judge
from bot.diagnosis.solver import Floats, Labels

Floats64 = npt.NDArray[np.float64]

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
_PARTS: Final = 4
"""Parts of the rows of which each is judged by forests that the others grew."""
_FEWEST: Final = 400
"""Held-out rows from which a judge can be trained."""

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


def train_judge(teaching: Teaching, documents: Documents, classes: Sequence[str]) -> Judge | None:
    """Train a judge on texts that were held out; None where there are too few to learn from."""
    rows = list(ask_held_out(teaching, documents, classes))
    kinds = {row.kind for row in rows}
    if len(rows) < _FEWEST or not {"own", "background"} <= kinds:
        return None
    return fit_judge(rows)


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

"""Forests of symmetric trees learn what one threshold cannot tell, and the same from the same rows."""

from __future__ import annotations

import numpy as np

from bot.diagnosis.boosting import Floats, grow


def rows_of_two_signals() -> tuple[Floats, np.ndarray, np.ndarray]:
    """True where just one of two signals is high; a third says nothing."""
    random = np.random.default_rng(1)
    rows = random.random((2_000, 3)).astype(np.float32)
    truths = ((rows[:, 0] > 0.5) != (rows[:, 1] > 0.5)).astype(np.float64)
    return rows, truths, np.ones(len(rows))


def test_a_forest_learns_what_two_signals_say_together() -> None:
    rows, truths, weights = rows_of_two_signals()
    forest = grow(rows[:1_000], truths[:1_000], weights[:1_000])

    unseen = forest.probabilities(rows[1_000:])

    assert ((unseen > 0.5) == truths[1_000:]).mean() > 0.95


def test_probabilities_are_shares() -> None:
    """Of rows that no signal tells apart, as many are true as the probability says."""
    random = np.random.default_rng(2)
    rows = random.random((4_000, 2)).astype(np.float32)
    chances = np.where(rows[:, 0] > 0.5, 0.8, 0.1)
    truths = (random.random(len(rows)) < chances).astype(np.float64)

    found = grow(rows, truths, np.ones(len(rows))).probabilities(rows)

    assert abs(found[rows[:, 0] > 0.6].mean() - 0.8) < 0.03
    assert abs(found[rows[:, 0] < 0.4].mean() - 0.1) < 0.03


def test_the_same_rows_make_the_same_forest() -> None:
    rows, truths, weights = rows_of_two_signals()

    one, other = grow(rows, truths, weights), grow(rows, truths, weights)

    assert (one.leaves == other.leaves).all()
    assert (one.values == other.values).all()


def test_a_signal_that_never_changes_is_never_asked_about() -> None:
    rows, truths, weights = rows_of_two_signals()
    rows[:, 2] = 1

    assert 2 not in grow(rows, truths, weights).signals

"""The solver beside the library whose method it is, and what it keeps to when it starts from an earlier fit."""

from __future__ import annotations

import numpy as np
from sklearn.svm import LinearSVC

from bot.diagnosis.solver import PENALTY, Rows, fit, multipliers_of

ROWS, COLUMNS, CLASSES = 300, 60, 4


def problem() -> tuple[np.ndarray, np.ndarray]:
    """Rows with a dozen columns each, of classes that overlap."""
    random = np.random.default_rng(7)
    matrix = np.where(random.random((ROWS, COLUMNS)) < 0.2, random.random((ROWS, COLUMNS)), 0)
    labels = random.integers(0, CLASSES, ROWS)
    matrix[np.arange(ROWS), labels] += 0.7
    return matrix.astype(np.float32), labels


def sparse(matrix: np.ndarray) -> Rows:
    numbers, at = np.nonzero(matrix)
    ends = np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=len(matrix)))])
    return Rows(at, matrix[numbers, at], ends)


def fitted(rows: Rows, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    weights, bias = np.zeros((COLUMNS, CLASSES), np.float32), np.zeros(CLASSES, np.float32)
    multipliers = np.zeros((len(rows), CLASSES), np.float32)
    fit(rows, labels, weights, bias, multipliers)
    return weights, bias, multipliers


def test_it_finds_the_weights_that_liblinear_finds() -> None:
    """The problem has one optimum, whoever looks for it."""
    matrix, labels = problem()
    weights, bias, _ = fitted(sparse(matrix), labels)
    model = LinearSVC(C=PENALTY, tol=1e-6, max_iter=100_000, random_state=0).fit(matrix, labels)

    np.testing.assert_allclose(weights.T, model.coef_, atol=0.02)
    np.testing.assert_allclose(bias, model.intercept_, atol=0.02)


def test_multipliers_follow_from_the_weights() -> None:
    """Rows that were learned before need not be kept to learn more beside them."""
    matrix, labels = problem()
    rows = sparse(matrix)
    weights, bias, multipliers = fitted(rows, labels)

    np.testing.assert_allclose(multipliers_of(rows, labels, weights, bias), multipliers, atol=0.02)


def test_more_rows_lead_to_the_weights_of_all_rows() -> None:
    """Started from the weights of two thirds of the rows, the rest moves them to where all together would have."""
    matrix, labels = problem()
    rows, first = sparse(matrix), sparse(matrix[:200])
    weights, bias, _ = fitted(first, labels[:200])
    multipliers = np.zeros((ROWS, CLASSES), np.float32)
    multipliers[:200] = multipliers_of(first, labels[:200], weights, bias)
    fit(rows, labels, weights, bias, multipliers)
    of_all, bias_of_all, _ = fitted(rows, labels)

    np.testing.assert_allclose(weights, of_all, atol=0.03)
    np.testing.assert_allclose(bias, bias_of_all, atol=0.03)


def test_some_of_the_rows_are_those_rows() -> None:
    """Row by row, in the order asked for."""
    matrix, _ = problem()
    some = sparse(matrix).some(np.array([5, 2, 299]))

    for number, of_all in enumerate((5, 2, 299)):
        at, values = some.row(number)
        np.testing.assert_array_equal(values, matrix[of_all][at])
        assert len(at) == np.count_nonzero(matrix[of_all])

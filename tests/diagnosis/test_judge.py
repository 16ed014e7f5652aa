"""The judge: its cut-offs keep what is wrong within bounds, and its file is whole or refused."""

from __future__ import annotations

import numpy as np
import pytest

from bot.diagnosis.boosting import grow
from bot.diagnosis.held_out import Kind, Row
from bot.diagnosis.judge import Cutoffs, Judge, dump_judge, load_judge
from bot.diagnosis.judge_training import find_cutoffs, judge_unseen


def forest_of(seed: int) -> object:
    random = np.random.default_rng(seed)
    rows = random.random((300, 4)).astype(np.float32)
    return grow(rows, (rows[:, seed % 4] > 0.5).astype(np.float64), np.ones(300))


CUTOFFS = Cutoffs(answer=0.8, answer_ours=0.7, offer=0.6, offer_ours=0.2, ours=0.5)
JUDGE = Judge(tuple(forest_of(seed) for seed in range(3)), CUTOFFS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "among", "ours", "verdict"),
    [
        (0.9, 0.9, 0.9, "answer"),
        (0.9, 0.1, 0.9, "answer"),
        (0.9, 0.9, 0.6, "choices"),
        (0.9, 0.9, 0.1, "silent"),
        (0.7, 0.7, 0.3, "choices"),
        (0.7, 0.5, 0.6, "not_covered"),
        (0.1, 0.1, 0.1, "silent"),
    ],
)
def test_what_is_said_at_which_probabilities(first: float, among: float, ours: float, verdict: str) -> None:
    assert JUDGE.verdict(first, among, ours) == verdict


def test_one_text_is_judged_as_many_are() -> None:
    rows = np.random.default_rng(5).random((40, 4)).astype(np.float32)
    together = [forest.probabilities(rows) for forest in JUDGE.forests]

    for at, row in enumerate(rows):
        judged = JUDGE.judge(row)
        assert (judged.first, judged.among, judged.ours) == pytest.approx([each[at] for each in together], abs=1e-5)


def test_a_judge_is_the_same_after_its_file() -> None:
    again = load_judge(dump_judge(JUDGE))

    assert again is not None
    row = np.full(4, 0.4, np.float32)
    assert again.judge(row) == JUDGE.judge(row)
    assert load_judge(dump_judge(None)) is None


@pytest.mark.parametrize("name", ["judge_signals", "judge_leaves", "judge_biases", "judge_cutoffs"])
def test_a_damaged_judge_is_refused(name: str) -> None:
    arrays = dump_judge(JUDGE)
    arrays[name] = arrays[name][:-1]

    with pytest.raises(ValueError, match="damaged"):
        load_judge(arrays)


def rows_of(kind: Kind, count: int, right: float, seed: int) -> list[Row]:
    """Rows of which a share is right; a signal tells most of them."""
    random = np.random.default_rng(seed)
    is_right = random.random(count) < right
    told = (is_right + random.normal(0, 0.35, count)).astype(np.float32)
    return [
        Row(kind, f"{kind} {at}", np.array([told[at], random.random()], np.float32), bool(is_right[at]), True)
        for at in range(count)
    ]


def test_cut_offs_keep_to_the_wanted_shares_on_rows_that_were_not_trained_on() -> None:
    rows = rows_of("own", 900, 0.8, 1) + rows_of("background", 900, 0, 2) + rows_of("uncovered", 300, 0, 3)
    probabilities = judge_unseen(rows)
    cutoffs = find_cutoffs(probabilities, rows)
    kinds = np.array([row.kind for row in rows])
    answered = (probabilities[0] >= cutoffs.answer) & (probabilities[2] >= cutoffs.answer_ours)
    offered = (probabilities[1] >= cutoffs.offer) & (probabilities[2] >= cutoffs.offer_ours)
    wrong = answered & ~np.array([row.is_first for row in rows])

    assert wrong[kinds == "own"].mean() <= 0.03
    assert answered[kinds == "background"].mean() <= 0.006
    assert (answered | offered)[kinds == "background"].mean() <= 0.08
    assert (answered & ~wrong)[kinds == "own"].mean() > 0.4

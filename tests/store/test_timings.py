"""Timings hold what leases oblige everybody to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.store import AT_WORK


@pytest.mark.parametrize(
    "wrong", [{"lease": 25.0}, {"lease": 10.0}, {"attempt": 10.0}, {"call": 25.0}, {"handling": 30.0}, {"lease": 14.0}]
)
def test_work_that_outlasts_its_lease_is_refused(wrong: dict[str, float]) -> None:
    """Somebody else would claim the row, and the work would be done twice."""
    with pytest.raises(ValueError, match=r"lease > .* does not hold"):
        replace(AT_WORK, **wrong)


def test_shorter_work_is_taken() -> None:
    assert replace(AT_WORK, lease=3.0, attempt=2.0, call=1.0, handling=2.0).lease == 3.0

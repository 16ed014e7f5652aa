"""Shapes of codes: whatever an author writes, no text may keep the bot busy."""

from __future__ import annotations

import time

import pytest

from bot.evidence.lexicon import shape_pattern
from bot.knowledge.code_shapes import check_shape

HOSTILE = ["KT-" * 3_000 + "1" * 3_000, "KT-" + "1" * 10_000, "KT-1A" * 2_000, "KT" * 5_000 + "-"]


@pytest.mark.parametrize(
    "shape",
    [
        "(KT-?)+([0-9]+)+X",
        "KT-[0-9]+",
        "KT-[0-9]*X",
        "KT-[0-9]{2,}",
        "KT-[0-9]+?X",
        "(?:KT-([0-9]|X+)){2}",
        "KT-(?=[0-9]*X)[0-9]{3}",
        "KT-(?>[0-9]+)X",
    ],
)
def test_a_repeat_without_a_bound_is_refused(shape: str) -> None:
    """Two of them side by side, or within each other, never end on some text."""
    with pytest.raises(ValueError, match=r"write a bound, such as \{1,8\}"):
        check_shape(shape)


@pytest.mark.parametrize(
    "shape",
    ["(KT-?){1,30}X", "KT-(1|1){30}X", "KT-([0-9]{1,9}){1,9}X", "KT-" + "[0-9]{1,30}" * 4 + "X", "KT-(1?){40}X"],
)
def test_bounds_that_leave_too_many_ways_are_refused(shape: str) -> None:
    """A bound within a bound is as slow as none."""
    with pytest.raises(ValueError, match="too many ways"):
        check_shape(shape)


@pytest.mark.parametrize("shape", ["KT-{1,3}[0-9]", "KT-[0-9{3}", "KT-(1", "KT-[0-9]{3}\\"])
def test_what_cannot_be_compiled_is_refused(shape: str) -> None:
    """Also what fails only when the hyphen may be left out."""
    with pytest.raises(ValueError, match="is no regular expression"):
        check_shape(shape)


@pytest.mark.parametrize(
    "shape",
    ["KT-[0-9]{3}", "0x[0-9A-F]{8}", "KT-?[0-9]{1,8}", "KT-[A-Z]{1,4}-[0-9]{1,8}", r"KT\+[0-9]{2}", "KT-[*+]{2}(A|B)?"],
)
def test_a_bounded_shape_is_accepted_and_quick(shape: str) -> None:
    """Signs that stand for themselves are no repeats."""
    pattern = shape_pattern(check_shape(shape))
    begun = time.process_time()
    for text in HOSTILE:
        pattern.search(text)

    assert time.process_time() - begun < 1

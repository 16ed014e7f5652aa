"""Checks the regular expression that a product gives for its codes: it meets every text anybody writes, so it must be quick."""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _parser  # type: ignore[attr-defined]  # the only parser of these expressions, which no stub describes
from typing import Any, Final

from bot.evidence.lexicon import shape_pattern

_MOST_WAYS: Final = 1_000
"""Ways to read one text; each is tried where a code may begin, so a message of 40,000 characters stays below a second."""
_TOO_PLAIN: Final = ("", "0", "17", "31415", "OK", "the", "A")


def check_shape(shape: str) -> str:
    """Return a shape of codes as it is. Raises ValueError for one that is none, fits plain words, or may be slow to match."""
    try:
        pattern, tree = re.compile(shape), _parser.parse(shape_pattern(shape).pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{shape!r} is no regular expression: {error}") from error
    if any(pattern.fullmatch(text) for text in _TOO_PLAIN):
        raise ValueError(
            f"{shape!r} also fits plain numbers or words, or nothing at all; begin with what all codes have in common"
        )
    if _ways(tree) is None:
        raise ValueError(f"{shape!r} repeats without an end; write a bound, such as {{1,8}}, for * + and {{1,}}")
    if (_ways(tree) or 0) > _MOST_WAYS:
        raise ValueError(
            f"{shape!r} can be read in too many ways, which is slow; write smaller bounds, none within another"
        )
    return shape


def _ways(tree: Iterable[tuple[Any, Any]]) -> int | None:
    """Count the ways to read a text by a parsed expression, up to some more than is allowed; None when there is no end."""
    ways = 1
    for operation, value in tree:
        of_this = _ways_of(str(operation), value)
        if of_this is None:
            return None
        ways = min(ways * of_this, _MOST_WAYS + 1)
    return ways


def _ways_of(operation: str, value: Any) -> int | None:
    match operation:
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            fewest, most, repeated = value
            each = _ways(repeated)
            if each is None or most is _parser.MAXREPEAT:
                return None
            return _of_repeats(int(fewest), int(most), each)
        case "BRANCH":
            branches = [_ways(branch) for branch in value[1]]
            return None if None in branches else sum(filter(None, branches))
        case "GROUPREF_EXISTS":
            branches = [_ways(branch) for branch in value[1:] if branch is not None]
            return None if None in branches else sum(filter(None, branches)) + 1
        case "SUBPATTERN" | "ASSERT" | "ASSERT_NOT":
            return _ways(value[-1])
        case "ATOMIC_GROUP":
            return _ways(value)
        case _:
            return 1


def _of_repeats(fewest: int, most: int, each: int) -> int:
    """Count the ways of all numbers of repeats."""
    ways = 0
    for repeats in range(fewest, most + 1):
        ways += each ** min(repeats, _MOST_WAYS.bit_length())
        if ways > _MOST_WAYS:
            break
    return ways

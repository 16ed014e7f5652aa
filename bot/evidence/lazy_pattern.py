"""Patterns that are compiled when they are first used: to compile all takes longer than to answer most questions."""

from __future__ import annotations

import re
from typing import Any, Final, cast

_METHODS: Final = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split", "pattern")


class _LazyPattern:
    """A pattern that puts the methods of the compiled one in its own place once one of them is asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self._pattern, self._flags)
        self.__dict__.update({each: getattr(compiled, each) for each in _METHODS})
        return self.__dict__[name]


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern like `re.compile` does; a fault in it is raised with its first use."""
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))

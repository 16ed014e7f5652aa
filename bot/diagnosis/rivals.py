"""Rivals in a text: what a product or an article is mistaken for, by the words that name it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

_SHORT: Final = 4
"""Letters up to which a word in capitals is meant only in capitals (WAS, DNS): "was" is no web server."""
_SHORTEST: Final = 2
_RUN: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Rival:
    """Something that a product or an article is mistaken for, by the words that name it."""

    name: str
    words: tuple[str, ...]

    @property
    def pattern(self) -> re.Pattern[str]:
        """Return the expression that matches any of its words."""
        return match_words(self.words)


@cache
def match_words(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match words with their edges, in any case but for short ones in capitals."""
    spelled = "|".join(
        re.escape(word) if len(word) <= _SHORT and word.isupper() else f"(?i:{re.escape(word)})" for word in words
    )
    return re.compile(rf"(?<![A-Za-z0-9])(?:{spelled})(?![A-Za-z0-9])")


@cache
def match_own_words(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match words by which an event is a product's own, in any case but for those of two letters; a host's number may follow."""
    spelled = "|".join(
        re.escape(word) if len(word) <= _SHORTEST and word.isupper() else f"(?i:{re.escape(word)})" for word in words
    )
    return re.compile(rf"(?<![A-Za-z0-9])(?:{spelled})(?![A-Za-z])")


class Rivals:
    """Finds which of many rivals a text names, without looking for each of them."""

    def __init__(self, others: Iterable[Rival]) -> None:
        self._others: Sequence[Rival] = tuple(others)
        by_beginning: defaultdict[str, list[int]] = defaultdict(list)
        for number, other in enumerate(self._others):
            for word in dict.fromkeys(map(str.lower, other.words)):
                run = _RUN.match(word)
                by_beginning[run[0] if run else word[:1]].append(number)
        self._by_beginning = dict(by_beginning)

    def first_in(self, text: str) -> str | None:
        """Return the name of the first listed one that a text names."""
        lower = text.lower()
        runs = set(_RUN.findall(lower))
        # Words of other scripts have no edges that are seen: they may begin at each character.
        beginnings = self._by_beginning.keys() & (runs if lower.isascii() else runs.union(lower))
        for number in sorted({number for each in beginnings for number in self._by_beginning[each]}):
            if self._others[number].pattern.search(text):
                return self._others[number].name
        return None

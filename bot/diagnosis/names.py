"""Names of events and codes, exact and misspelled. The only place where spelling may differ: names are words, not numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final

from bot.evidence.lazy_pattern import lazy_pattern
from bot.knowledge import Article
from bot.knowledge.aliases import symbolic_names

CUT_OFF: Final = 84.0
"""Of 100, rapidfuzz `fuzz.ratio` on squashed names; measured in the prototype (design/matching.md)."""
_APART_CUT_OFF: Final = 87.0
_TIE: Final = 3.0
_GRAM: Final = 3
_COMMON: Final = 64
"""A gram of more names than this tells nothing; leaving it out keeps the search flat to 100,000 names."""
_LONGEST: Final = 400
"""Letters of a message within which names spelled as ordinary words are sought."""
_LETTERS = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_CALLED = lazy_pattern(r"(?:\bname|名稱|名称|名前)\s*(?:is\b|是|は|[:：=])\s*[\"'“「『]?$", re.IGNORECASE)
"""What is before a name that is said to be one, so that it may be made of ordinary words."""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name found in a message; `score` is 100 where it is spelled exactly."""

    article: Article
    text: str
    score: float
    # Spelled as one identifier, not as ordinary words.
    joined: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """A match, with where it stands in the letters.

    Ordinary words that are a name, too, are not meant as one; but nor is a name that they only resemble.
    """

    match: NameMatch
    start: int
    end: int
    is_meant: bool


class NameIndex:
    """Finds names of articles in a text."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles: dict[str, tuple[Article, ...]] = {}
        for article in articles:
            for squashed in dict.fromkeys(name.replace("_", "").lower() for name in symbolic_names(article)):
                self._articles[squashed] = (*self._articles.get(squashed, ()), article)
        self._names = list(self._articles)

    @cached_property
    def _postings(self) -> dict[str, list[int]]:
        """Return the numbers of names by the grams in them, but for grams that tell nothing."""
        postings: defaultdict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self._names):
            for gram in _grams(name):
                postings[gram].append(number)
        return {gram: found for gram, found in postings.items() if len(found) <= _COMMON}

    @cached_property
    def _telling(self) -> Counter[int]:
        """Return how many grams of each name tell something."""
        return Counter(number for found in self._postings.values() for number in found)

    def exact(self, squashed: str) -> tuple[Article, ...]:
        """Return the articles whose name has just these letters; two products may have one each."""
        return self._articles.get(squashed, ())

    def find(self, text: str) -> list[NameMatch]:
        """Find the names a text spells, best first; of names at the same place only those that tie with the best."""
        letters = "".join(_LETTERS.findall(text[: 3 * _LONGEST])).lower()
        # Of a text with many letters, those beyond a word near the longest are not looked at.
        starts: list[int] = []
        if len(letters) > _LONGEST:
            letters, starts = _squash_with_starts(text[: 3 * _LONGEST])
        if len(letters) < 6 or not (candidates := self._candidates(letters)):
            return []
        if not starts:
            _, starts = _squash_with_starts(text[: 3 * _LONGEST])
        found: list[_Found] = []
        for number in candidates:
            for article in self._articles[self._names[number]]:
                match = _align(article, self._names[number], letters, starts, text)
                if match is not None:
                    found.append(match)
        found.sort(key=lambda each: -each.match.score)
        return [each.match for each in found if each.is_meant and not _beaten(each, found)]

    def _candidates(self, letters: str) -> list[int]:
        postings = self._postings
        hits = Counter(chain.from_iterable(postings[gram] for gram in postings.keys() & _grams(letters)))
        # Two typos spoil up to six of a name's grams, so half of them must be there.
        telling = self._telling
        return sorted(number for number, count in hits.items() if count >= 3 and count >= 0.5 * telling[number])


def _grams(text: str) -> set[str]:
    return {text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1)}


def _squash_with_starts(text: str) -> tuple[str, list[int]]:
    """Return the letters of a text, and for each letter where it stood."""
    letters: list[str] = []
    starts: list[int] = []
    for match in _LETTERS.finditer(text):
        letters.append(match.group().lower())
        starts.extend(range(match.start(), match.end()))
        if len(starts) > _LONGEST:
            break
    return "".join(letters), starts


def _align(article: Article, name: str, letters: str, starts: list[int], text: str) -> _Found | None:
    """Find where a name stands in the letters; None when it is not spelled closely enough or only as ordinary words."""
    # Loaded for a text that has something of a name in it, which few have.
    from rapidfuzz import fuzz

    alignment = fuzz.partial_ratio_alignment(name, letters, score_cutoff=CUT_OFF - 6)
    if alignment is None:
        return None
    start, end = alignment.dest_start, alignment.dest_end
    # The window has the name's length; a dropped or doubled letter moves its true end by one or two, to a word's edge.
    best = 0.0
    for first in range(max(0, start - 2), start + 3):
        for last in range(end - 3, min(len(letters), end + 2) + 1):
            if last - first > 4 and _is_edge(first, starts, text) and _is_edge(last, starts, text):
                score = fuzz.ratio(name, letters[first:last])
                if score > best:
                    best, start, end = score, first, last
    if best < CUT_OFF:
        return None
    spelled = text[starts[start] : starts[end - 1] + 1]
    is_alone = end - start >= 0.8 * len(letters) or _CALLED.search(text, 0, starts[start]) is not None
    joined = " " not in spelled.strip() and (len(name) >= 10 or "_" in spelled)
    if not joined and best < _APART_CUT_OFF:
        return None
    is_plain = not joined or ("_" not in spelled and not spelled[:1].isupper())
    is_meant = not (article.generic_name and is_plain) or is_alone
    return _Found(NameMatch(article, spelled, best, joined), start, end, is_meant)


def _is_edge(at: int, starts: list[int], text: str) -> bool:
    """Tell whether a word of the text begins or ends between letters at-1 and at."""
    if at <= 0 or at >= len(starts):
        return True
    if starts[at] != starts[at - 1] + 1:
        return True
    before, behind = text[starts[at - 1]], text[starts[at]]
    return before.islower() and behind.isupper()


def _beaten(one: _Found, found: list[_Found]) -> bool:
    return any(_beats(other, one) for other in found if other is not one)


def _beats(other: _Found, one: _Found) -> bool:
    """Tell whether of two matches that overlap the other is better: as spelled, or as an identifier that holds the one."""
    if other.start >= one.end or one.start >= other.end:
        return False
    longer = (other.end - other.start) - (one.end - one.start)
    if (longer > 0 and other.match.joined) or (longer < 0 and one.match.joined):
        return longer > 0
    score = one.match.score
    return other.match.score > score + (_TIE if score < 100 else 0)

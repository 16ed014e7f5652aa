"""Words of products in a text: what they begin with tells which may stand there, so that no other is looked for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

_LATIN: Final = re.compile(r"[A-Za-z0-9À-ɏ]")
_LETTERS: Final = re.compile(r"[a-z]+")
_ANY_ENDING: Final = r"\w{0,20}"


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or several that stand together, in small letters; `*` at its end stands for any ending.

    A Latin one has edges, and a space, a hyphen or nothing between its words; others stand anywhere.
    """

    word: str
    # One word of Latin letters: where just these letters stand, it does.
    is_letters: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_letters", _LETTERS.fullmatch(self.word) is not None)

    def begins_with(self) -> Iterator[str]:
        """Yield the runs of Latin letters that it may begin with; of others, and of one with `*`, all that is certain."""
        run = ""
        for character in self.word:
            if character == " " and run:
                yield run
            elif "a" <= character <= "z":
                run += character
            else:
                break
        yield run or self.word[0]

    @property
    def is_stem(self) -> bool:
        """Tell whether further letters may follow those that it begins with."""
        return _LETTERS.fullmatch(self.word.removesuffix("*").replace(" ", "")) is not None and self.word.endswith("*")

    def find(self, lower: str, at: int = 0) -> tuple[int, int] | None:
        """Return where it stands next in a text of small letters."""
        found = _compiled(self.word).search(lower, at)
        return found.span() if found is not None else None


@cache
def _compiled(word: str) -> re.Pattern[str]:
    ending = _ANY_ENDING if word.endswith("*") else ""
    first, *others = (re.escape(part) for part in word.rstrip("*").split(" "))
    rest = "".join(f"[ -]?{part}" for part in others) + ending
    if not _LATIN.match(word):
        return re.compile(first + rest, re.ASCII)
    # What stands before is asked behind the first letters: so the scan jumps from one place where they stand to the next.
    return re.compile(rf"{first}(?<![a-z]{first}){rest}(?![a-z])", re.ASCII)


class Terms:
    """Terms by what they begin with."""

    def __init__(self, terms: Iterable[Term]) -> None:
        by_letters: defaultdict[str, list[Term]] = defaultdict(list)
        by_character: defaultdict[str, list[Term]] = defaultdict(list)
        stems: defaultdict[str, list[Term]] = defaultdict(list)
        for term in dict.fromkeys(terms):
            *beginnings, last = term.begins_with()
            for beginning in beginnings:
                by_letters[beginning].append(term)
            target = stems if term.is_stem else by_letters if _LETTERS.match(last) else by_character
            target[last].append(term)
        self._by_letters: Mapping[str, Sequence[Term]] = by_letters
        self._by_character: Mapping[str, Sequence[Term]] = by_character
        self._stems = tuple(stems.items())
        self._ascii = any(character.isascii() for character in by_character)

    def near(self, lower: str) -> list[Term]:
        """Return the terms whose beginning stands in a text of small letters, each once."""
        found = [self._by_letters[run] for run in self._by_letters.keys() & _runs(lower)]
        if self._ascii or not lower.isascii():
            found += [self._by_character[each] for each in self._by_character.keys() & set(lower)]
        found += [terms for stem, terms in self._stems if stem in lower]
        return list(dict.fromkeys(term for terms in found for term in terms)) if found else []


@lru_cache(maxsize=8)
def _runs(lower: str) -> frozenset[str]:
    """Return the runs of Latin letters in a text, which is asked about many kinds of words."""
    return frozenset(_LETTERS.findall(lower))


def small_letters(text: str) -> str:
    """Lower the case of a text, so that each character stays at its place."""
    # The one character of which two would be made.
    return text.lower() if text.isascii() or "İ" not in text else text.replace("İ", "ı").lower()


def places_of(terms: Sequence[Term], lower: str) -> Iterator[tuple[int, int]]:
    """Yield where any of some terms stands, none within another; of several that begin at one place the first listed."""
    ahead = [(*place, order) for order, term in enumerate(terms) if (place := term.find(lower)) is not None]
    while ahead:
        start, end, _ = min(ahead, key=lambda each: (each[0], each[2]))
        yield start, end
        later = (each if each[0] >= end else _next(terms[each[2]], lower, end, each[2]) for each in ahead)
        ahead = [each for each in later if each is not None]


def _next(term: Term, lower: str, at: int, order: int) -> tuple[int, int, int] | None:
    place = term.find(lower, at)
    return (*place, order) if place is not None else None
